//! Rows and rules of contacts.
use super::words::Words;
use crate::{
    audited,
    db::{
        schema::{contact_inboxes, contacts, notes},
        types::{AccountId, BlobId, ContactId, ContactInboxId, InboxId, Json, NoteId, UserId},
    },
    error::Result,
    events::{Actor, Changes},
    random, text_enum,
    web::json::Iso,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::{Map, Value};

text_enum! {
    /// How much is known of a contact.
    pub enum ContactType { Visitor = 0 "visitor", Lead = 1 "lead", Customer = 2 "customer" }
}

/// A row of `contacts`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset)]
#[diesel(treat_none_as_null = true)]
pub struct Contact {
    /// Their id.
    pub id: ContactId,
    /// Whose contact.
    pub account_id: AccountId,
    /// May be empty.
    pub name: String,
    /// In lower case; unique in the account.
    pub email: Option<String>,
    /// E.164; unique in the account.
    pub phone_number: Option<String>,
    /// What the business's own system calls them; unique in the account.
    pub identifier: Option<String>,
    /// How much is known.
    pub contact_type: ContactType,
    /// Whether what they write is ignored.
    pub blocked: bool,
    /// Their picture: where the business hosts one, or the link to one that was uploaded.
    pub avatar_url: Option<String>,
    /// The uploaded one.
    pub avatar_blob_id: Option<BlobId>,
    /// City, country, company and the like.
    pub additional_attributes: Json<Map<String, Value>>,
    /// What the business defines.
    pub custom_attributes: Json<Map<String, Value>>,
    /// When they last wrote.
    pub last_activity_at: Option<NaiveDateTime>,
    /// When it was last noted that a socket of theirs is open.
    pub seen_at: Option<NaiveDateTime>,
    /// Whether somebody has become part of them by an address or a number alone.
    pub is_claimed: bool,
    /// When they were made.
    pub created_at: NaiveDateTime,
    /// When they were last changed.
    pub updated_at: NaiveDateTime,
}

// of somebody who is deleted the audit log keeps no more than this.
audited!(ContactId = "Contact": |it| it.0, "");

/// A row of `contact_inboxes`: a contact's session in an inbox.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = contact_inboxes)]
pub struct ContactInbox {
    /// Its id.
    pub id: ContactInboxId,
    /// Whose session.
    pub contact_id: ContactId,
    /// Where.
    pub inbox_id: InboxId,
    /// Names the session to the client; whoever knows it is the visitor.
    pub source_id: String,
    /// The credential of the visitor's socket.
    pub pubsub_token: String,
    /// Whether the business has proved who they are.
    pub hmac_verified: bool,
    /// What was said in it; none where the business itself has opened it, and so has given its name away.
    pub said: Option<Json<Words>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

/// A row of `notes`: what an agent notes about a contact, for the others.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = notes)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Whose it is.
    pub account_id: AccountId,
    /// About whom.
    pub contact_id: ContactId,
    /// Who wrote it, unless they are gone.
    pub user_id: Option<UserId>,
    /// What it says.
    pub content: String,
    /// When it was written.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

/// How long a contact counts as online after they were last heard of.
const ONLINE_FOR: TimeDelta = TimeDelta::seconds(90);

impl Contact {
    /// Somebody new, of whom nothing is known.
    pub(super) fn nobody(account_id: AccountId, at: NaiveDateTime) -> Contact {
        Contact {
            id: ContactId(0),
            account_id,
            name: String::new(),
            email: None,
            phone_number: None,
            identifier: None,
            contact_type: ContactType::Visitor,
            blocked: false,
            avatar_url: None,
            avatar_blob_id: None,
            additional_attributes: Json::default(),
            custom_attributes: Json::default(),
            last_activity_at: None,
            seen_at: None,
            is_claimed: false,
            created_at: at,
            updated_at: at,
        }
    }

    /// Those who were last heard of after this count as online.
    pub fn online_since(now: NaiveDateTime) -> NaiveDateTime {
        now - ONLINE_FOR
    }

    /// Whether they are online: they have just written, or have a socket open.
    pub fn is_online(&self, now: NaiveDateTime) -> bool {
        self.last_activity_at.max(self.seen_at).is_some_and(|at| at > Contact::online_since(now))
    }

    /// Themselves as the cause of a change.
    pub fn actor(&self) -> Actor {
        Actor::Contact(self.id, self.name.clone())
    }

    /// A visitor becomes a lead once there is a way to reach them.
    pub fn classify(&mut self) {
        let social = self.additional_attributes.0.keys().any(|key| key.starts_with("social_"));
        if self.contact_type == ContactType::Visitor && (self.email.is_some() || self.phone_number.is_some() || social) {
            self.contact_type = ContactType::Lead;
        }
    }

    /// Takes over what only another contact has that becomes part of this one, also deep inside attributes. Who was blocked stays so.
    pub fn inherit(&mut self, other: Contact) {
        let Contact { name, email, phone_number, identifier, blocked, avatar_url, avatar_blob_id, last_activity_at, .. } = other;
        let Contact { additional_attributes, custom_attributes, is_claimed, .. } = other;
        if self.name.is_empty() {
            self.name = name;
        }
        self.email = self.email.take().or(email);
        self.phone_number = self.phone_number.take().or(phone_number);
        self.identifier = self.identifier.take().or(identifier);
        if self.avatar_url.is_none() {
            (self.avatar_url, self.avatar_blob_id) = (avatar_url, avatar_blob_id);
        }
        self.last_activity_at = self.last_activity_at.max(last_activity_at);
        self.blocked |= blocked;
        self.is_claimed |= is_claimed;
        fill_in(&mut self.additional_attributes.0, additional_attributes.0);
        fill_in(&mut self.custom_attributes.0, custom_attributes.0);
        self.classify();
    }

    /// What changed between two states of a contact.
    pub fn changes(&self, after: &Contact) -> Changes {
        let mut changes = Changes::default();
        changes.compare("name", &self.name, &after.name);
        changes.compare("email", &self.email, &after.email);
        changes.compare("phone_number", &self.phone_number, &after.phone_number);
        changes.compare("additional_attributes", &self.additional_attributes.0, &after.additional_attributes.0);
        changes.compare("identifier", &self.identifier, &after.identifier);
        changes.compare("custom_attributes", &self.custom_attributes.0, &after.custom_attributes.0);
        changes.compare("last_activity_at", self.last_activity_at.map(Iso), after.last_activity_at.map(Iso));
        changes.compare("contact_type", self.contact_type, after.contact_type);
        changes.compare("blocked", self.blocked, after.blocked);
        changes.compare("avatar_url", &self.avatar_url, &after.avatar_url);
        changes.compare("updated_at", Iso(self.updated_at), Iso(after.updated_at));
        changes
    }
}

/// Puts what only `others` have into `own`, at every level.
fn fill_in(own: &mut Map<String, Value>, others: Map<String, Value>) {
    for (key, value) in others {
        match (own.get_mut(&key), value) {
            (Some(Value::Object(own)), Value::Object(others)) => fill_in(own, others),
            (Some(present), value) if present.is_null() => *present = value,
            (Some(_), _) => {}
            (None, value) => drop(own.insert(key, value)),
        }
    }
}

const ADJECTIVES: [&str; 24] = [
    "amber", "autumn", "bold", "brave", "bright", "calm", "clever", "cool", "crimson", "dawn", "early", "gentle", "golden", "hidden", "kind",
    "lively", "misty", "patient", "quiet", "silver", "snowy", "sunny", "swift", "warm",
];
const NOUNS: [&str; 24] = [
    "bird", "brook", "cloud", "dream", "field", "fire", "forest", "frog", "grass", "hill", "lake", "leaf", "moon", "mountain", "paper", "pine",
    "rain", "river", "sea", "shadow", "sky", "star", "sun", "tree",
];

/// A name for a visitor of whom nothing is known: two words and a number, as in `quiet-river-123`.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn visitor_name() -> Result<String> {
    let [a, b, c, d] = random::bytes::<4>()?;
    let (adjective, noun) = (ADJECTIVES[usize::from(a) % ADJECTIVES.len()], NOUNS[usize::from(b) % NOUNS.len()]);
    Ok(format!("{adjective}-{noun}-{}", u16::from_be_bytes([c, d]) % 1000))
}
