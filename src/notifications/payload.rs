//! How notifications look in JSON.
mod choices;

pub use choices::{ChoicesJson, SubscriptionJson, choices, subscription};

use super::{
    model::{ActorType, Notification, NotificationType},
    teller::Told,
};
use crate::{
    auth::Agent,
    db::types::{AccountId, NotificationId, UserId},
    users::{self, Member, UserPush},
    web::json::{Iso, seconds},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A notification in the list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notification")]
pub struct NotificationJson<'a> {
    id: NotificationId,
    notification_type: NotificationType,
    /// What has happened, in a sentence.
    push_message_title: String,
    /// More about it.
    push_message_body: String,
    primary_actor_type: ActorType,
    primary_actor_id: i64,
    /// What it is about, as its type draws it; null when that is gone.
    primary_actor: Value,
    read_at: Option<Iso>,
    /// Whoever has caused it, if somebody did.
    secondary_actor: Value,
    /// Whose it is.
    user: UserPush<'a>,
    created_at: i64,
    last_activity_at: i64,
    snoozed_until: Option<Iso>,
    /// What its type keeps with it.
    meta: &'a Map<String, Value>,
}

/// About the list of notifications.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Meta<Page> {
    /// How many are not read, of all.
    pub unread_count: i64,
    /// How many there are on all pages.
    pub count: i64,
    /// As it was sent.
    pub current_page: Page,
}

/// A list of them as clients show it. Those that nobody has words for are left out.
pub fn list<'a>(agent: &'a Agent, found: &'a [Notification], mut told: HashMap<NotificationId, Told>) -> Vec<NotificationJson<'a>> {
    let user = users::push(&agent.user, Some(agent.membership.availability_status()));
    found.iter().filter_map(|one| Some(draw(user.clone(), one, told.remove(&one.id)?))).collect()
}

/// One of them, of this member.
pub fn one<'a>(owner: &'a Member, one: &'a Notification, told: Told) -> NotificationJson<'a> {
    draw(users::push(&owner.user, Some(owner.membership.availability_status())), one, told)
}

fn draw<'a>(user: UserPush<'a>, one: &'a Notification, told: Told) -> NotificationJson<'a> {
    let Told { title, body, path: _, primary_actor, secondary_actor } = told;
    NotificationJson {
        id: one.id,
        notification_type: one.notification_type,
        push_message_title: title,
        push_message_body: body,
        primary_actor_type: one.primary_actor_type,
        primary_actor_id: one.primary_actor_id,
        primary_actor,
        read_at: one.read_at.map(Iso),
        secondary_actor,
        user,
        created_at: seconds(one.created_at),
        last_activity_at: seconds(one.last_activity_at),
        snoozed_until: one.snoozed_until.map(Iso),
        meta: &one.meta.0,
    }
}

/// A notification as its bare row.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationRow")]
pub struct RowJson<'a> {
    id: NotificationId,
    account_id: AccountId,
    user_id: UserId,
    notification_type: NotificationType,
    primary_actor_type: ActorType,
    primary_actor_id: i64,
    secondary_actor_type: Option<ActorType>,
    secondary_actor_id: Option<i64>,
    read_at: Option<Iso>,
    created_at: Iso,
    updated_at: Iso,
    snoozed_until: Option<Iso>,
    last_activity_at: Iso,
    /// What its type keeps with it.
    meta: &'a Map<String, Value>,
}

/// The row, as an action on it answers.
pub fn row(one: &Notification) -> RowJson<'_> {
    RowJson {
        id: one.id,
        account_id: one.account_id,
        user_id: one.user_id,
        notification_type: one.notification_type,
        primary_actor_type: one.primary_actor_type,
        primary_actor_id: one.primary_actor_id,
        secondary_actor_type: one.secondary_actor_type,
        secondary_actor_id: one.secondary_actor_id,
        read_at: one.read_at.map(Iso),
        created_at: Iso(one.created_at),
        updated_at: Iso(one.updated_at),
        snoozed_until: one.snoozed_until.map(Iso),
        last_activity_at: Iso(one.last_activity_at),
        meta: &one.meta.0,
    }
}
