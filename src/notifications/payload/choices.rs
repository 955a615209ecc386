//! How the choices of somebody look in the API.
use crate::{
    notifications::model::{Choices, NotificationType, Subscription},
    web::json::Iso,
};
use serde_json::{Value, json};

fn flags(prefix: &str, chosen: i64) -> Vec<String> {
    NotificationType::to_choose().filter(|kind| chosen & kind.bit() != 0).map(|kind| format!("{prefix}_{}", kind.name())).collect()
}

/// Draws the settings of a member's notifications.
pub fn choices(choices: &Choices) -> Value {
    let Choices { id, user_id, account_id, email_flags, push_flags } = choices;
    json!({
        "id": id,
        "user_id": user_id,
        "account_id": account_id,
        "all_email_flags": flags("email", i64::MAX),
        "selected_email_flags": flags("email", *email_flags),
        "all_push_flags": flags("push", i64::MAX),
        "selected_push_flags": flags("push", *push_flags),
    })
}

/// Draws a browser or an app as its row.
pub fn subscription(subscription: &Subscription) -> Value {
    let Subscription { id, user_id, subscription_type, identifier, subscription_attributes, created_at, updated_at } = subscription;
    json!({
        "id": id,
        "user_id": user_id,
        "subscription_type": subscription_type,
        "subscription_attributes": subscription_attributes.0,
        "created_at": Iso(*created_at),
        "updated_at": Iso(*updated_at),
        "identifier": identifier,
    })
}
