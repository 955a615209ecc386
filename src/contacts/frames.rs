//! What is told at sockets of contacts: to all agents of their account, since all of them see its contacts.
use super::{payload, queries};
use crate::{
    db::{
        DbConn,
        types::{AccountId, ContactId, ConversationId, UserId},
    },
    error::{Error, Result},
    events::{
        EventName,
        live::{Audience, Drawer, Frame, Stored},
    },
    users,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, to_value};
use std::collections::HashMap;

/// Which conversations have another contact, as it is noted with [`EventName::ConversationContactChanged`]: their frames are those of conversations.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Moved {
    /// Their ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conversations: Vec<ConversationId>,
}

/// What is noted of contacts with an event for those at sockets alone.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Noted {
    /// Who has become one with another contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ContactId>,
    /// Who is gone, as they were drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Value>,
}

/// What this room tells.
pub fn drawer() -> Drawer {
    const OF: &[EventName] = &[EventName::ContactCreated, EventName::ContactUpdated, EventName::ContactMerged, EventName::ContactDeleted];
    Drawer { of: OF, for_contacts: &[], draw: Box::new(draw) }
}

/// The part of a stored body that says whom it is about.
#[derive(Deserialize)]
struct About {
    id: ContactId,
}

/// Whom an event is about who is still there, or who is gone, as they were drawn.
enum Subject {
    There(ContactId),
    Gone(Value),
}

fn subject(event: &Stored) -> Result<Option<(&'static str, Subject)>> {
    let body = || event.payload::<About>().map(|about| Subject::There(about.id));
    let noted: Noted = event.aside()?;
    Ok(match event.name {
        EventName::ContactCreated => Some(("contact.created", body()?)),
        EventName::ContactUpdated => Some(("contact.updated", body()?)),
        EventName::ContactMerged => noted.id.map(|id| ("contact.merged", Subject::There(id))),
        EventName::ContactDeleted => noted.contact.map(|contact| ("contact.deleted", Subject::Gone(contact))),
        _ => None,
    })
}

fn draw(conn: &mut DbConn, account: AccountId, events: &[&Stored]) -> Result<Vec<Frame>> {
    let subjects: Vec<_> = events.iter().map(|event| Ok((*event, subject(event)?))).collect::<Result<_>>()?;
    let mut ids: Vec<ContactId> = Vec::with_capacity(subjects.len());
    ids.extend(subjects.iter().filter_map(|(_, subject)| match subject {
        Some((_, Subject::There(id))) => Some(*id),
        _ => None,
    }));
    ids.sort();
    ids.dedup();
    let contacts: HashMap<_, _> = queries::by_ids(conn, account, &ids)?.into_iter().map(|contact| (contact.id, contact)).collect();
    let everybody = users::members(conn, account, None)?;
    let audience: Vec<UserId> = everybody.iter().map(|member| member.user.id).collect();
    let mut frames = Vec::with_capacity(subjects.len());
    for (event, subject) in subjects {
        let Some((name, subject)) = subject else { continue };
        let drawn = match subject {
            Subject::Gone(drawn) => drawn,
            Subject::There(id) => match contacts.get(&id) {
                Some(contact) => to_value(payload::push(contact)).map_err(Error::internal)?,
                None => continue,
            },
        };
        let performer = users::performer(event.user(), &everybody);
        frames.push(Frame::new(event, name, drawn, performer, Audience::users(audience.clone()))?);
    }
    Ok(frames)
}
