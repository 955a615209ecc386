//! How users look in JSON: to other agents, inside messages, in webhooks, and to themselves.
use super::{
    model::{Availability, Member, Seat, User},
    queries,
};
use crate::{
    db::{
        DbConn,
        types::{AccountId, UserId},
    },
    error::Result,
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A user inside messages and conversations.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "NestedUser")]
pub struct UserPush<'a> {
    id: UserId,
    name: &'a str,
    available_name: &'a str,
    avatar_url: &'a str,
    #[serde(rename = "type")]
    #[schemars(extend("const" = "user"))]
    kind: &'static str,
    availability_status: Option<Availability>,
    thumbnail: &'a str,
}

fn avatar(user: &User) -> &str {
    user.avatar_url.as_deref().unwrap_or_default()
}

/// Draws a user inside messages. Webhooks show no availability: they are drawn for nobody in particular.
pub fn push(user: &User, availability_status: Option<Availability>) -> UserPush<'_> {
    UserPush {
        id: user.id,
        name: &user.name,
        available_name: user.available_name(),
        avatar_url: avatar(user),
        kind: "user",
        availability_status,
        thumbnail: avatar(user),
    }
}

/// A user as the author of something, in webhooks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub struct UserWebhook<'a> {
    id: UserId,
    name: &'a str,
    email: &'a str,
    #[serde(rename = "type")]
    #[schemars(extend("const" = "user"))]
    kind: &'static str,
}

/// Draws a user for webhooks.
pub fn webhook(user: &User) -> UserWebhook<'_> {
    UserWebhook { id: user.id, name: &user.name, email: &user.email, kind: "user" }
}

/// A user as colleagues see them.
#[derive(Debug, Clone, Serialize)]
pub struct AgentJson<'a> {
    id: UserId,
    account_id: AccountId,
    availability_status: Availability,
    auto_offline: bool,
    confirmed: bool,
    email: &'a str,
    provider: &'static str,
    available_name: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    custom_attributes: &'a Map<String, Value>,
    name: &'a str,
    role: super::model::Role,
    thumbnail: &'a str,
}

/// Draws a user for colleagues.
pub fn agent(member: &Member) -> AgentJson<'_> {
    let Member { user, membership } = member;
    AgentJson {
        id: user.id,
        account_id: membership.account_id,
        availability_status: membership.availability_status(),
        auto_offline: membership.auto_offline,
        confirmed: user.confirmed,
        email: &user.email,
        provider: "email",
        available_name: user.available_name(),
        custom_attributes: &user.custom_attributes.0,
        name: &user.name,
        role: membership.role,
        thumbnail: avatar(user),
    }
}

/// Draws a user for themselves, with their access token and their accounts: the answer of sign-in and of the profile.
pub fn profile(conn: &mut DbConn, user: &User) -> Result<Value> {
    let access_token = queries::access_token(conn, user.id)?;
    let seats = queries::memberships(conn, user.id)?;
    let first = seats.first().map(|seat| &seat.membership);
    let mut drawn = json!({
        "access_token": access_token,
        "account_id": first.map(|seat| seat.account_id),
        "available_name": user.available_name(),
        "avatar_url": avatar(user),
        "confirmed": user.confirmed,
        "display_name": user.display_name,
        "message_signature": user.message_signature,
        "email": user.email,
        "id": user.id,
        "inviter_id": first.and_then(|seat| seat.inviter_id),
        "name": user.name,
        "provider": "email",
        "pubsub_token": user.pubsub_token,
        "role": first.map(|seat| seat.role),
        "ui_settings": user.ui_settings.0,
        "uid": user.email,
        "type": null,
        "accounts": seats.iter().map(account).collect::<Vec<_>>(),
    });
    if !user.custom_attributes.0.is_empty() {
        drawn["custom_attributes"] = Value::Object(user.custom_attributes.0.clone());
    }
    Ok(drawn)
}

fn account(seat: &Seat) -> Value {
    let Seat { account, membership } = seat;
    json!({
        "id": account.id,
        "name": account.name,
        "status": account.status,
        "onboarding_step": null,
        "active_at": membership.active_at.map(Iso),
        "role": membership.role,
        "permissions": [membership.role],
        "availability": membership.availability,
        "availability_status": membership.availability_status(),
        "auto_offline": membership.auto_offline,
        "api_and_webhooks": true,
    })
}
