//! The contact of samples, and what the catalogue says about the events of contacts.
use super::{
    model::{Contact, ContactInbox, ContactType},
    payload::{ContactEvent, webhook},
};
use crate::{
    accounts::Account,
    db::types::{AccountId, ContactId, ContactInboxId, InboxId, Json},
    error::{Error, Result},
    events::{
        EventName,
        catalogue::{self, Sample, moment},
    },
};
use serde_json::{Map, Value, json};

/// A contact who exists in samples only.
pub fn sample(account: AccountId) -> Contact {
    Contact {
        id: ContactId(41),
        account_id: account,
        name: "Lea".into(),
        email: Some("lea@example.org".into()),
        phone_number: None,
        identifier: None,
        contact_type: ContactType::Lead,
        blocked: false,
        avatar_url: None,
        avatar_blob_id: None,
        additional_attributes: Json([("city".to_owned(), json!("Lyon"))].into_iter().collect()),
        custom_attributes: Json([("plan".to_owned(), json!("pro"))].into_iter().collect()),
        last_activity_at: Some(moment(0)),
        seen_at: None,
        is_claimed: false,
        created_at: moment(0),
        updated_at: moment(0),
    }
}

/// Their session.
pub fn sample_session(inbox: InboxId) -> ContactInbox {
    ContactInbox {
        id: ContactInboxId(9),
        contact_id: ContactId(41),
        inbox_id: inbox,
        source_id: "3f0d3a2e-7a3a-4c38-9b1f-8a8f7a5f7a11".into(),
        pubsub_token: "Zx9yWv8uTs7rQp6oNm5kKj4h".into(),
        hmac_verified: false,
        said: None,
        created_at: moment(0),
        updated_at: moment(0),
    }
}

/// The schema of an event about a contact; none for the others.
pub fn event_schema(name: EventName) -> Option<Value> {
    matches!(name, EventName::ContactCreated | EventName::ContactUpdated).then(|| catalogue::schema::<ContactEvent>(name))
}

/// Samples of an event about a contact; none for the others.
///
/// # Errors
/// When it cannot be drawn, which would be our mistake.
pub fn samples(name: EventName, account: &Account) -> Result<Vec<Sample>> {
    let after = sample(account.id);
    let before = Contact { name: "quiet-river-12".into(), custom_attributes: Json(Map::new()), updated_at: moment(-1800), ..after.clone() };
    let changes = before.changes(&after);
    let changed_attributes = match name {
        EventName::ContactCreated => None,
        EventName::ContactUpdated => Some(&changes),
        _ => return Ok(Vec::new()),
    };
    let drawn = ContactEvent { contact: webhook(&after, account), event: name.name(), changed_attributes };
    serde_json::to_string(&drawn).map(Sample::plain).map_err(Error::internal)
}
