//! How often articles are read. Readers write nothing: each reading is counted in memory, and what has come together is written once in a while, and
//! when the server stops in an orderly way.
use super::commands::add_views;
use crate::{
    db::{Db, types::ArticleId},
    error::Result,
    rounds::Rounds,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How often what was counted is written.
const EVERY: Duration = Duration::from_secs(10);

/// Of how many articles readings are counted between two writes; the others' are not.
const MOST: usize = 10_000;

/// How many articles are written at once.
const STEP: usize = 200;

/// The readings that are not written yet.
#[derive(Debug, Clone, Default)]
pub struct Views(Arc<Mutex<HashMap<ArticleId, i64>>>);

impl Views {
    /// Counts a reading.
    pub fn count(&self, article: ArticleId) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() < MOST || counted.contains_key(&article) {
            *counted.entry(article).or_default() += 1;
        }
    }

    /// Writes what was counted; what cannot be written is kept for the next time.
    ///
    /// # Errors
    /// The database's.
    pub async fn write(&self, db: &Db) -> Result<()> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut read: Vec<(ArticleId, i64)> = counted.into_iter().collect();
        // always in one order, so that two nodes wait for each other
        read.sort_unstable();
        while !read.is_empty() {
            let some: Vec<_> = read[..read.len().min(STEP)].to_vec();
            let written = some.len();
            if let Err(e) = db.write_patiently(move |tx| add_views(tx, &some)).await {
                let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                read.into_iter().for_each(|(id, times)| *counted.entry(id).or_default() += times);
                return Err(e);
            }
            read.drain(..written);
        }
        Ok(())
    }

    /// Writes again and again.
    pub fn keep_writing(&self, db: Db) -> Rounds {
        let views = self.clone();
        Rounds::start(EVERY, async move || {
            if let Err(e) = views.write(&db).await {
                tracing::warn!(error = %e, "how often articles were read could not be written; it is tried again");
            }
            EVERY
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_counted_of_so_many_articles() {
        let views = Views::default();
        (0..=MOST as i64).for_each(|id| views.count(ArticleId(id)));
        views.count(ArticleId(0));
        let counted = views.0.lock().unwrap();
        assert_eq!((counted.len(), counted[&ArticleId(0)], counted.get(&ArticleId(MOST as i64))), (MOST, 2, None));
    }
}
