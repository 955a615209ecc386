//! Rows and rules of notifications.
mod choices;

pub use choices::*;

use crate::{
    db::{
        schema::notifications,
        types::{AccountId, Json, NotificationId, UserId},
    },
    text_enum,
    web::json::Iso,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

text_enum! {
    /// What somebody is told. Up to 99 they are Chatwoot's.
    pub enum NotificationType {
        /// There is a new conversation.
        ConversationCreation = 1 "conversation_creation",
        /// A conversation is theirs now.
        ConversationAssignment = 2 "conversation_assignment",
        /// Somebody wrote in a conversation of theirs.
        AssignedConversationNewMessage = 3 "assigned_conversation_new_message",
        /// They are named in a note.
        ConversationMention = 4 "conversation_mention",
        /// Somebody wrote in a conversation that they take part in.
        ParticipatingConversationNewMessage = 5 "participating_conversation_new_message",
        /// A first answer is late.
        SlaMissedFirstResponse = 6 "sla_missed_first_response",
        /// A next answer is late.
        SlaMissedNextResponse = 7 "sla_missed_next_response",
        /// A solution is late.
        SlaMissedResolution = 8 "sla_missed_resolution",
        /// The server has turned a webhook off.
        WebhookTurnedOff = 100 "webhook_turned_off",
        /// The server has turned an automation rule off.
        AutomationRuleTurnedOff = 101 "automation_rule_turned_off",
        /// Contacts that they have brought as a table, or wanted in one, are done with.
        ContactJobEnded = 110 "contact_job_ended",
    }
}

impl NotificationType {
    /// Whether Chatwoot has it not. Its clients know what to do with theirs alone, so they get ours only if they ask for them.
    pub fn is_ours(self) -> bool {
        self.number() >= FIRST_OF_OURS
    }
}

/// Where the numbers begin that Chatwoot does not have.
pub const FIRST_OF_OURS: i16 = 100;

text_enum! {
    /// What a notification is about, or who has caused it.
    pub enum ActorType {
        /// Of `conversations`.
        Conversation = 0 "Conversation",
        /// Of `messages`.
        Message = 1 "Message",
        /// Of `users`.
        User = 2 "User",
        /// Of `contacts`.
        Contact = 3 "Contact",
        /// Of `inboxes`.
        Inbox = 100 "Inbox",
        /// Of `webhooks`.
        Webhook = 101 "Webhook",
        /// Of `automation_rules`.
        AutomationRule = 102 "AutomationRule",
        /// Of `contact_jobs`.
        ContactJob = 110 "ContactJob",
    }
}

/// A row of `notifications`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Where it happened.
    pub account_id: AccountId,
    /// Who is told.
    pub user_id: UserId,
    /// What.
    pub notification_type: NotificationType,
    /// About what kind of thing.
    pub primary_actor_type: ActorType,
    /// Its id in its table.
    pub primary_actor_id: i64,
    /// What kind of somebody, or something, has caused it.
    pub secondary_actor_type: Option<ActorType>,
    /// Their id in their table.
    pub secondary_actor_id: Option<i64>,
    /// When it was read.
    pub read_at: Option<NaiveDateTime>,
    /// Until when it is hidden, or was.
    pub snoozed_until: Option<NaiveDateTime>,
    /// When it was told.
    pub last_activity_at: NaiveDateTime,
    /// What its type keeps with it, as it was when it happened.
    pub meta: Json<Map<String, Value>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

impl Notification {
    /// As it is at this moment: the time until which it was hidden, once it is over, is the time at which it was told again.
    /// (So nobody has to wake it.)
    pub fn at(mut self, now: NaiveDateTime) -> Notification {
        if let Some(over) = self.snoozed_until.filter(|until| *until <= now) {
            self.snoozed_until = None;
            self.last_activity_at = over;
            let woken = serde_json::to_value(Iso(over)).unwrap_or_default();
            self.meta.0.insert("last_snoozed_at".to_owned(), woken);
        }
        self
    }
}

/// That users were told something, as it is noted for their sockets: what replaces all that they were told of this kind about the same thing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notified {
    /// What, and whose it is.
    pub told: Vec<(NotificationId, UserId)>,
    /// What it has replaced, and whose that was.
    pub replaced: Vec<(NotificationId, UserId)>,
}

/// Who was told something, as it is noted with the event that tells it, whatever that is about.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Announcements {
    /// What they were told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notified: Vec<Notified>,
}

/// What is noted of notifications with an event.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Noted {
    /// Who was told something.
    #[serde(flatten)]
    pub announced: Announcements,
    /// Which one is another one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<NotificationId>,
    /// Which are gone, and whose they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<(NotificationId, UserId)>,
}

impl Noted {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.announced.notified.is_empty() && self.updated.is_none() && self.deleted.is_empty()
    }
}

/// Something to tell.
#[derive(Debug, Clone)]
pub struct News {
    /// Where it happened.
    pub account_id: AccountId,
    /// What it is.
    pub notification_type: NotificationType,
    /// What it is about.
    pub primary_actor: (ActorType, i64),
    /// Who has caused it, if somebody did.
    pub secondary_actor: Option<(ActorType, i64)>,
    /// What is to be kept with it.
    pub meta: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;
    use chrono::TimeDelta;

    #[test]
    fn ours_have_numbers_of_their_own() {
        let ours: Vec<_> = NotificationType::ALL.iter().filter(|one| one.is_ours()).collect();
        assert_eq!(ours, [&NotificationType::WebhookTurnedOff, &NotificationType::AutomationRuleTurnedOff, &NotificationType::ContactJobEnded]);
    }

    #[test]
    fn it_wakes_by_itself() {
        let (now, hour) = (now(), TimeDelta::hours(1));
        let snoozed = |until| Notification {
            id: NotificationId(1),
            account_id: AccountId(1),
            user_id: UserId(1),
            notification_type: NotificationType::ConversationMention,
            primary_actor_type: ActorType::Conversation,
            primary_actor_id: 1,
            secondary_actor_type: None,
            secondary_actor_id: None,
            read_at: None,
            snoozed_until: Some(until),
            last_activity_at: now - hour * 5,
            meta: Json::default(),
            created_at: now - hour * 5,
            updated_at: now,
        };
        let sleeping = snoozed(now + hour).at(now);
        assert_eq!((sleeping.snoozed_until, sleeping.last_activity_at), (Some(now + hour), now - hour * 5));
        let awake = snoozed(now - hour).at(now);
        assert_eq!((awake.snoozed_until, awake.last_activity_at), (None, now - hour));
        assert!(awake.meta.0["last_snoozed_at"].is_string());
    }
}
