//! How the choices of somebody look in the API.
use crate::{
    db::types::{AccountId, SubscriptionId, UserId},
    notifications::model::{Choices, NotificationType, Subscription, SubscriptionType},
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

fn flags(prefix: &str, chosen: i64) -> Vec<String> {
    NotificationType::to_choose().filter(|kind| chosen & kind.bit() != 0).map(|kind| format!("{prefix}_{}", kind.name())).collect()
}

/// What somebody wants to be told: the names of types, with `email_` or `push_` before them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationSettings")]
pub struct ChoicesJson {
    id: i64,
    user_id: UserId,
    account_id: AccountId,
    all_email_flags: Vec<String>,
    /// What is mailed.
    selected_email_flags: Vec<String>,
    all_push_flags: Vec<String>,
    /// What is in the list.
    selected_push_flags: Vec<String>,
}

/// Draws the settings of a member's notifications.
pub fn choices(choices: &Choices) -> ChoicesJson {
    let Choices { id, user_id, account_id, email_flags, push_flags } = choices;
    ChoicesJson {
        id: *id,
        user_id: *user_id,
        account_id: *account_id,
        all_email_flags: flags("email", i64::MAX),
        selected_email_flags: flags("email", *email_flags),
        all_push_flags: flags("push", i64::MAX),
        selected_push_flags: flags("push", *push_flags),
    }
}

/// A browser or an app, as its row.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationSubscription")]
pub struct SubscriptionJson<'a> {
    id: SubscriptionId,
    user_id: UserId,
    subscription_type: SubscriptionType,
    /// As they were sent.
    subscription_attributes: &'a Map<String, Value>,
    created_at: Iso,
    updated_at: Iso,
    /// What tells it from others.
    identifier: &'a str,
}

/// Draws a browser or an app as its row.
pub fn subscription(subscription: &Subscription) -> SubscriptionJson<'_> {
    let Subscription { id, user_id, subscription_type, identifier, subscription_attributes, created_at, updated_at } = subscription;
    SubscriptionJson {
        id: *id,
        user_id: *user_id,
        subscription_type: *subscription_type,
        subscription_attributes: &subscription_attributes.0,
        created_at: Iso(*created_at),
        updated_at: Iso(*updated_at),
        identifier,
    }
}
