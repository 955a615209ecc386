//! How somebody wants to be reached besides the bell: by mail, and on which browsers and apps.
use super::NotificationType;
use crate::{
    db::{
        schema::{account_users, notification_subscriptions},
        types::{AccountId, Json, SubscriptionId, UserId},
    },
    text_enum,
    users::User,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value};

impl NotificationType {
    /// Those that clients can choose: Chatwoot's.
    pub fn to_choose() -> impl Iterator<Item = NotificationType> {
        NotificationType::ALL.iter().copied().filter(|kind| !kind.is_ours())
    }

    /// Those of them that occur: no answers are promised here within a time.
    pub fn occurring() -> impl Iterator<Item = NotificationType> {
        use NotificationType::{SlaMissedFirstResponse, SlaMissedNextResponse, SlaMissedResolution};
        NotificationType::to_choose().filter(|kind| ![SlaMissedFirstResponse, SlaMissedNextResponse, SlaMissedResolution].contains(kind))
    }

    /// What stands for it in flags; nothing for those of our own.
    pub fn bit(self) -> i64 {
        if self.is_ours() { 0 } else { 1 << (self.number() - 1) }
    }
}

/// What a member of an account wants to be told, and how: a part of a row of `account_users`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account_users)]
pub struct Choices {
    /// The id of the row.
    pub id: i64,
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub account_id: AccountId,
    /// The bits of what is mailed.
    pub email_flags: i64,
    /// The bits of what is pushed.
    pub push_flags: i64,
}

impl Choices {
    /// Whether they want to be told this: what they are mailed they are also told.
    pub fn hears(&self, kind: NotificationType) -> bool {
        (self.push_flags | self.email_flags) & kind.bit() != 0
    }

    /// Whether they want this by mail.
    pub fn is_mailed(&self, kind: NotificationType) -> bool {
        self.email_flags & kind.bit() != 0
    }
}

/// Somebody who can be told something, and what they have chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Listener {
    /// Who.
    pub user: User,
    /// What they want.
    pub choices: Choices,
}

text_enum! {
    /// What notifications are pushed to.
    pub enum SubscriptionType { BrowserPush = 1 "browser_push", Fcm = 2 "fcm" }
}

impl SubscriptionType {
    /// The attribute that tells one from another.
    pub fn identifier(self) -> &'static str {
        match self {
            SubscriptionType::BrowserPush => "endpoint",
            SubscriptionType::Fcm => "device_id",
        }
    }
}

/// How many browsers and apps a user may have; the oldest make way.
pub const MOST_SUBSCRIPTIONS: i64 = 25;

/// A row of `notification_subscriptions`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = notification_subscriptions)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is.
    pub subscription_type: SubscriptionType,
    /// Its endpoint, or the id of the device.
    pub identifier: String,
    /// What is needed to reach it.
    pub subscription_attributes: Json<Map<String, Value>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::{FIRST_EMAIL_FLAGS, FIRST_PUSH_FLAGS};

    #[test]
    fn at_first_one_is_told_what_concerns_oneself() {
        use NotificationType::{AssignedConversationNewMessage, ConversationAssignment, ConversationMention, ParticipatingConversationNewMessage};
        let (id, user_id, account_id) = (1, UserId(1), AccountId(1));
        let choices = Choices { id, user_id, account_id, email_flags: FIRST_EMAIL_FLAGS, push_flags: FIRST_PUSH_FLAGS };
        let told: Vec<_> = NotificationType::ALL.iter().copied().filter(|kind| choices.hears(*kind)).collect();
        assert_eq!(told, [ConversationAssignment, AssignedConversationNewMessage, ConversationMention, ParticipatingConversationNewMessage]);
        let mailed: Vec<_> = NotificationType::ALL.iter().copied().filter(|kind| choices.is_mailed(*kind)).collect();
        assert_eq!(mailed, [ConversationAssignment]);
        assert!(Choices { push_flags: 0, ..choices }.hears(ConversationAssignment), "what is mailed is also told");
    }
}
