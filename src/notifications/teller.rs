//! What a notification says, and how its matter looks, is known by the room whose matter it is.
use super::model::{Notification, NotificationType};
use crate::{
    accounts::Account,
    db::{
        DbConn,
        types::{NotificationId, UserId},
    },
    error::Result,
    files::Links,
    web::Language,
};
use serde_json::Value;
use std::collections::HashMap;

/// A notification in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What has happened, in a sentence.
    pub title: String,
    /// More about it.
    pub body: String,
    /// The path of the page where something can be done about it; none where no page of this server shows its matter.
    pub path: Option<String>,
    /// Its matter, as it is drawn inside other things; null when that is gone.
    pub primary_actor: Value,
    /// Whoever has caused it, or null.
    pub secondary_actor: Value,
}

/// Who reads: one or several.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// Where it happened.
    pub account: &'a Account,
    /// In which language a user is told.
    pub language: &'a dyn Fn(UserId) -> Language,
    /// What links to files are made with.
    pub links: &'a Links,
}

/// Tells users these notifications of theirs, which they may read. What cannot be told any more is left out.
pub type Tells = fn(&mut DbConn, &Readers, &[&Notification]) -> Result<HashMap<NotificationId, Told>>;

/// A room that tells some types of notifications.
#[derive(Debug, Clone, Copy)]
pub struct Teller {
    /// Which.
    pub of: &'static [NotificationType],
    /// How.
    pub tell: Tells,
}

/// Who tells what; `app` makes the list.
#[derive(Debug, Clone, Default)]
pub struct Tellers(pub Vec<Teller>);

impl Tellers {
    /// What these notifications say, those of each room at once.
    pub(super) fn tell(&self, conn: &mut DbConn, to: &Readers, told: &[Notification]) -> Result<HashMap<NotificationId, Told>> {
        let mut all = HashMap::with_capacity(told.len());
        for teller in &self.0 {
            let theirs: Vec<&Notification> = told.iter().filter(|one| teller.of.contains(&one.notification_type)).collect();
            if !theirs.is_empty() {
                all.extend((teller.tell)(conn, to, &theirs)?);
            }
        }
        Ok(all)
    }
}
