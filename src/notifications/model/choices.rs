//! How somebody wants to be reached besides the bell: by mail, and on which browsers and apps.
use super::NotificationType;
use crate::{
    db::{
        schema::{account_users, notification_subscriptions},
        types::{AccountId, Json, SubscriptionId, UserId},
    },
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value};

impl NotificationType {
    /// Those that clients can choose: Chatwoot's.
    pub fn to_choose() -> impl Iterator<Item = NotificationType> {
        NotificationType::ALL.iter().copied().filter(|kind| !kind.is_ours())
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
