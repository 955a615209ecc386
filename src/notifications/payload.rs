//! How notifications look in JSON.
mod choices;

pub use choices::{choices, subscription};

use super::{model::Notification, teller::Told};
use crate::{
    auth::Agent,
    db::types::NotificationId,
    users,
    web::json::{Iso, seconds},
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A list of them as clients show it. Those that nobody has words for are left out.
pub fn list(agent: &Agent, found: &[Notification], mut told: HashMap<NotificationId, Told>) -> Vec<Value> {
    let user = users::push(&agent.user, Some(agent.membership.availability_status()));
    let user = json!(user);
    let drawn = found.iter().filter_map(|one| {
        let Told { title, body, path: _, primary_actor, secondary_actor } = told.remove(&one.id)?;
        Some(json!({
            "id": one.id,
            "notification_type": one.notification_type,
            "push_message_title": title,
            "push_message_body": body,
            "primary_actor_type": one.primary_actor_type,
            "primary_actor_id": one.primary_actor_id,
            "primary_actor": primary_actor,
            "read_at": one.read_at.map(Iso),
            "secondary_actor": secondary_actor,
            "user": user,
            "created_at": seconds(one.created_at),
            "last_activity_at": seconds(one.last_activity_at),
            "snoozed_until": one.snoozed_until.map(Iso),
            "meta": one.meta.0,
        }))
    });
    drawn.collect()
}

/// The row, as an action on it answers.
pub fn row(one: &Notification) -> Value {
    json!({
        "id": one.id,
        "account_id": one.account_id,
        "user_id": one.user_id,
        "notification_type": one.notification_type,
        "primary_actor_type": one.primary_actor_type,
        "primary_actor_id": one.primary_actor_id,
        "secondary_actor_type": one.secondary_actor_type,
        "secondary_actor_id": one.secondary_actor_id,
        "read_at": one.read_at.map(Iso),
        "created_at": Iso(one.created_at),
        "updated_at": Iso(one.updated_at),
        "snoozed_until": one.snoozed_until.map(Iso),
        "last_activity_at": Iso(one.last_activity_at),
        "meta": one.meta.0,
    })
}
