//! What is noted with events for those at sockets alone: it rides in rows that are written anyway.
use super::model::Message;
use crate::{
    contacts::Moved,
    db::types::{MessageId, UserId},
    error::{Error, Result},
    notifications::{Announcements, Notified},
    web::json::Iso,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How long a name may be that a client gives its message, in bytes: a longer one comes back in the answer alone.
const LONGEST_ECHO: usize = 255;

/// What is noted. Most events have nothing of it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Aside {
    /// What the client that wrote the message has called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_id: Option<String>,
    /// Whom the message names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentioned: Vec<UserId>,
    /// Who was notified of the message.
    #[serde(flatten)]
    pub announced: Announcements,
    /// What the message was before, and is now, by attribute.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub previous_changes: Map<String, Value>,
    /// The message that was the first answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reply: Option<MessageId>,
    /// Which conversations have another contact.
    #[serde(flatten)]
    pub moved: Moved,
}

impl Aside {
    /// Of a new message.
    pub fn of_message(echo_id: Option<String>, mentioned: Vec<UserId>, notified: Vec<Notified>) -> Aside {
        let announced = Announcements { notified };
        Aside { echo_id: echo_id.filter(|name| name.len() <= LONGEST_ECHO), mentioned, announced, ..Aside::default() }
    }

    /// Of a message that is another one now. What was taken back is told to nobody again.
    pub fn of_change(before: &Message, after: &Message) -> Aside {
        let taken_back = after.is_taken_back();
        let mut previous_changes = Map::new();
        let mut compare = |name: &str, previous: Value, current: Value, hidden: bool| {
            if previous != current {
                previous_changes.insert(name.to_owned(), json!([if hidden { Value::Null } else { previous }, current]));
            }
        };
        compare("content", json!(before.content), json!(after.content), taken_back);
        compare("content_type", json!(before.content_type), json!(after.content_type), false);
        compare("status", json!(before.status), json!(after.status), false);
        compare("content_attributes", json!(before.content_attributes.0), json!(after.content_attributes.0), taken_back);
        compare("updated_at", json!(Iso(before.updated_at)), json!(Iso(after.updated_at)), false);
        Aside { previous_changes, ..Aside::default() }
    }

    /// What was another one in a message before this change. Of one that has been taken back since, nothing is told of what it said in between either.
    pub fn changes_of(&self, message: &Message) -> Map<String, Value> {
        let mut changes = self.previous_changes.clone();
        if message.is_taken_back() {
            for (name, now) in [("content", json!(message.content)), ("content_attributes", json!(message.content_attributes.0))] {
                changes.get_mut(name).into_iter().for_each(|change| *change = json!([Value::Null, now]));
            }
        }
        changes
    }

    /// As it is stored; nothing where nothing is noted.
    pub fn text(&self) -> Result<Option<String>> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(Some(text).filter(|text| text != "{}"))
    }
}
