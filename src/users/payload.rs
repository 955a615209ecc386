//! How users look in JSON: to other agents, inside messages, in webhooks, and to themselves.
mod profile;

pub use profile::{FounderJson, ProfileJson, founder, profile, profile_with_birth};

use super::model::{Availability, Member, User};
use crate::db::types::{AccountId, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

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

/// Whoever has caused something, if they are among these colleagues, who see whether they are there.
pub fn performer(id: Option<UserId>, colleagues: &[Member]) -> Option<UserPush<'_>> {
    let member = colleagues.iter().find(|member| Some(member.user.id) == id)?;
    Some(push(&member.user, Some(member.membership.availability_status())))
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Agent")]
pub struct AgentJson<'a> {
    id: UserId,
    account_id: AccountId,
    /// Whether they are there, as others see it.
    availability_status: Availability,
    /// Whether they go offline when they are not seen.
    auto_offline: bool,
    /// Whether they have accepted their invitation by setting a password, or need none since a program of the operator's has made them.
    confirmed: bool,
    email: &'a str,
    provider: &'static str,
    available_name: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    custom_attributes: &'a Map<String, Value>,
    name: &'a str,
    role: super::model::Role,
    /// A link to their picture; empty without one.
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
