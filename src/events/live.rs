//! What people see at once: the frames that a stored event becomes, and who may hear each of them. Those who tell an event draw its frames
//! too, from the database as it is some moments after the commit; so writing a message costs nothing more because somebody looks on.
use super::{ActorType, EventName};
use crate::{
    db::{
        DbConn,
        schema::events,
        types::{AccountId, ContactInboxId, ConversationId, EventId, InboxId, MessageId, UserId},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// An event as it is read back, in the order of the columns.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct Stored {
    /// Its number: what comes later has a larger one.
    pub id: EventId,
    /// Where.
    pub account_id: AccountId,
    /// What has happened.
    pub name: EventName,
    /// In which inbox, where that has a meaning.
    pub inbox_id: Option<InboxId>,
    /// In which conversation.
    pub conversation_id: Option<ConversationId>,
    /// About which message.
    pub message_id: Option<MessageId>,
    /// What kind of thing has caused it; none for the server itself.
    pub actor_type: Option<ActorType>,
    /// Which one.
    pub actor_id: Option<i64>,
    /// What was stored with it.
    pub payload: String,
    /// When.
    pub created_at: NaiveDateTime,
    /// What was noted for sockets alone, as JSON.
    pub aside: Option<String>,
}

impl Stored {
    /// What was noted for sockets, as far as `T` knows it; nothing where nothing was.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] for what is not ours.
    pub fn aside<T: DeserializeOwned + Default>(&self) -> Result<T> {
        self.aside.as_deref().map_or(Ok(T::default()), |aside| serde_json::from_str(aside).map_err(Error::internal))
    }

    /// What of its payload `T` knows.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] for what is not ours.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.payload).map_err(Error::internal)
    }

    /// The user who has caused it, if one has.
    pub fn user(&self) -> Option<UserId> {
        self.actor_id.filter(|_| self.actor_type == Some(ActorType::User)).map(UserId)
    }
}

/// Who is to hear a frame, as of the moment in which it is drawn: nobody else ever gets it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// Users, at their sockets in this account.
    pub users: Vec<UserId>,
    /// Sessions of contacts.
    pub sessions: Vec<ContactInboxId>,
}

impl Audience {
    /// These users alone.
    pub fn users(users: Vec<UserId>) -> Audience {
        Audience { users, sessions: Vec::new() }
    }
}

/// What goes to some of the sockets.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Of which event. An event may have several frames, or none.
    pub event_id: EventId,
    /// What clients know it by: `message.created`, …
    pub name: &'static str,
    /// Its body, with `account_id` and, where that is told, `performer`.
    pub data: Value,
    /// Who hears it.
    pub audience: Audience,
}

impl Frame {
    /// A frame with its account, and with whoever has caused it if that is told.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when it cannot be drawn, which would be our mistake.
    pub fn new(of: &Stored, name: &'static str, data: impl Serialize, performer: Option<impl Serialize>, audience: Audience) -> Result<Frame> {
        let mut data = serde_json::to_value(data).map_err(Error::internal)?;
        if let Some(keys) = data.as_object_mut() {
            keys.insert("account_id".to_owned(), of.account_id.0.into());
            if let Some(performer) = performer {
                keys.insert("performer".to_owned(), serde_json::to_value(performer).map_err(Error::internal)?);
            }
        }
        Ok(Frame { event_id: of.id, name, data, audience })
    }
}

/// Draws the frames of some events of one account, in the order of the events. Several may draw of one event.
pub type Draw = Box<dyn Fn(&mut DbConn, AccountId, &[&Stored]) -> Result<Vec<Frame>> + Send + Sync>;

/// A room that draws frames, and of what.
pub struct Drawer {
    /// The events that it draws.
    pub of: &'static [EventName],
    /// Those among them of which a contact may hear, at the sockets of their sessions. Each is about one conversation.
    pub for_contacts: &'static [EventName],
    /// How. It asks the database a bounded number of times for all of them together.
    pub draw: Draw,
}

/// All who draw; `app` makes the list.
pub struct Drawers(pub Vec<Drawer>);

impl Drawers {
    /// The names of all events that are drawn.
    pub fn names(&self) -> Vec<EventName> {
        Drawers::once(self.0.iter().flat_map(|drawer| drawer.of))
    }

    /// The names of those that contacts may hear of.
    pub fn names_for_contacts(&self) -> Vec<EventName> {
        Drawers::once(self.0.iter().flat_map(|drawer| drawer.for_contacts))
    }

    fn once<'a>(names: impl Iterator<Item = &'a EventName>) -> Vec<EventName> {
        let mut names: Vec<EventName> = names.copied().collect();
        names.sort();
        names.dedup();
        names
    }

    /// What all who draw make of some events of one account: the frames of one event in the order of the list.
    ///
    /// # Errors
    /// The database's, and [`crate::error::Error::Internal`] for an event that cannot be drawn.
    pub fn frames(&self, conn: &mut DbConn, account: AccountId, events: &[&Stored]) -> Result<Vec<Frame>> {
        let mut frames = Vec::new();
        for drawer in &self.0 {
            let theirs: Vec<&Stored> = events.iter().copied().filter(|event| drawer.of.contains(&event.name)).collect();
            if !theirs.is_empty() {
                frames.append(&mut (drawer.draw)(conn, account, &theirs)?);
            }
        }
        Ok(frames)
    }
}
