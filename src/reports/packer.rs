//! What happened is packed beside the work: see `packed.rs`. Until then reports read its rows.
use super::commands;
use crate::{db::Db, error::Result, rounds::Rounds};
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60);
/// How long it rests between two steps, of which each keeps the database for some hundredths of a second.
const REST: Duration = Duration::from_millis(50);
/// How many deleted conversations of an account are passed over in what is packed; more are taken out of it.
const FEW: i64 = 500;

/// Packs again and again.
pub fn keep_packing(db: Db) -> Rounds {
    Rounds::start(Duration::from_secs(1), async move || match step(&db).await {
        Ok(true) => REST,
        Ok(false) => EVERY,
        Err(e) => {
            tracing::warn!(error = %e, "what reports count could not be packed; it is tried again");
            EVERY
        }
    })
}

async fn step(db: &Db) -> Result<bool> {
    Ok(pack(db).await? || clear_deleted(db, FEW + 1).await?)
}

/// One step; whether there may be more to do at once.
///
/// # Errors
/// The database's.
pub async fn pack(db: &Db) -> Result<bool> {
    let Some(step) = db.read(commands::read).await? else { return Ok(false) };
    let goes_on = step.goes_on;
    db.write_patiently(move |tx| commands::write(tx, &step)).await?;
    Ok(goes_on)
}

/// Takes out what was deleted of an account, if it is at least so many conversations; whether there may be more to do at once.
///
/// # Errors
/// The database's.
pub async fn clear_deleted(db: &Db, least: i64) -> Result<bool> {
    let Some(clearing) = db.read(move |conn| commands::read_deleted(conn, least)).await? else { return Ok(false) };
    db.write_patiently(move |tx| commands::clear(tx, clearing)).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::{
            schema::{report_omissions, report_progress},
            tests::on_each_database,
        },
        error::Error,
    };
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, sql_query};

    #[test]
    fn what_comes_meanwhile_waits_for_the_next_round() {
        on_each_database(async |fresh| {
            let seen = async |id: i64| {
                let work = move |tx: &mut crate::db::Tx| {
                    diesel::update(report_progress::table).set(report_progress::seen_message_id.eq(id)).execute(tx.conn)?;
                    Ok::<_, Error>(())
                };
                fresh.db.write(work).await.unwrap();
            };
            // other ids are seen than before: in a moment they can be packed
            seen(-1).await;
            assert!(pack(&fresh.db).await.unwrap());
            // these are, and then it rests, although there are others again
            seen(5).await;
            assert!(!pack(&fresh.db).await.unwrap());
            let marks = report_progress::table.select((report_progress::message_id, report_progress::seen_message_id));
            let marks: (i64, i64) = fresh.db.read(move |conn| Ok(marks.get_result(conn)?)).await.unwrap();
            assert_eq!(marks, (5, 0));
        });
    }

    #[test]
    fn what_was_deleted_is_taken_out_in_the_order_of_its_ids() {
        on_each_database(async |fresh| {
            let many = "WITH RECURSIVE many (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < 10002) \
                        INSERT INTO report_omissions (account_id, conversation_id) SELECT 1, number FROM many";
            fresh.db.write(move |tx| Ok(sql_query(many).execute(tx.conn)?)).await.unwrap();
            assert!(clear_deleted(&fresh.db, 1).await.unwrap());
            let rest = report_omissions::table.select(report_omissions::conversation_id).order_by(report_omissions::conversation_id);
            let rest: Vec<i64> = fresh.db.read(move |conn| Ok(rest.load(conn)?)).await.unwrap();
            assert_eq!(rest, [10_001, 10_002]);
        });
    }
}
