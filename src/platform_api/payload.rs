//! How things look to apps.
use super::model::{AccountUser, Managed};
use crate::{
    accounts::{self, AccountStatus},
    bots::{self, AgentBot},
    db::{
        DbConn,
        types::{AccountId, AgentBotId, UserId},
    },
    error::Result,
    users::{self, Availability, Role, User},
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// An account as apps see it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformAccount")]
pub(super) struct AccountJson<'a> {
    id: AccountId,
    name: &'a str,
    locale: &'a str,
    domain: Option<&'a str>,
    support_email: Option<&'a str>,
    /// What there is here, and whether front ends show it.
    features: BTreeMap<&'static str, bool>,
    custom_attributes: &'a Map<String, Value>,
    /// How many `agents` and `inboxes` it may have, and whatever else was said.
    limits: &'a Map<String, Value>,
    status: AccountStatus,
}

/// Draws an account.
pub(super) fn account(Managed { account, plan }: &Managed) -> AccountJson<'_> {
    AccountJson {
        id: account.id,
        name: &account.name,
        locale: &account.locale,
        domain: account.domain.as_deref(),
        support_email: account.support_email.as_deref(),
        features: accounts::features(plan),
        custom_attributes: &account.custom_attributes.0,
        limits: &plan.limits.0,
        status: account.status,
    }
}

/// Somebody's place in an account, as its bare row.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformAccountUser")]
pub(super) struct AccountUserJson {
    id: i64,
    account_id: AccountId,
    user_id: UserId,
    role: Role,
    inviter_id: Option<UserId>,
    created_at: Iso,
    updated_at: Iso,
    active_at: Option<Iso>,
    availability: Availability,
    auto_offline: bool,
    /// Always null.
    custom_role_id: (),
    /// Always null.
    agent_capacity_policy_id: (),
}

/// Draws somebody's place.
pub(super) fn account_user(row: &AccountUser) -> AccountUserJson {
    AccountUserJson {
        id: row.id,
        account_id: row.account_id,
        user_id: row.user_id,
        role: row.role,
        inviter_id: row.inviter_id,
        created_at: Iso(row.created_at),
        updated_at: Iso(row.updated_at),
        active_at: row.active_at.map(Iso),
        availability: row.availability,
        auto_offline: row.auto_offline,
        custom_role_id: (),
        agent_capacity_policy_id: (),
    }
}

/// A user as apps see them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformUser")]
pub(super) struct UserJson {
    /// What programs of theirs send as the header `api_access_token`.
    access_token: String,
    /// The account that they worked in last.
    account_id: Option<AccountId>,
    available_name: String,
    avatar_url: String,
    /// Whether they need not accept an invitation: a program of the operator's has made them, or they have set a password.
    confirmed: bool,
    display_name: Option<String>,
    message_signature: Option<String>,
    email: String,
    id: UserId,
    name: String,
    provider: &'static str,
    pubsub_token: String,
    /// Their role in that account.
    role: Option<Role>,
    ui_settings: Map<String, Value>,
    /// The same as `email`.
    uid: String,
    custom_attributes: Map<String, Value>,
    accounts: Vec<PlaceJson>,
}

/// An account that a user is in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct PlaceJson {
    id: AccountId,
    name: String,
    active_at: Option<Iso>,
    role: Role,
}

/// Draws a user.
///
/// # Errors
/// The database's.
pub(super) fn user(conn: &mut DbConn, user: User) -> Result<UserJson> {
    let access_token = users::access_token(conn, user.id)?;
    let seats = users::memberships(conn, user.id)?;
    let first = seats.first().map(|seat| (seat.account.id, seat.membership.role)).unzip();
    let place = |seat: users::Seat| PlaceJson {
        id: seat.account.id,
        name: seat.account.name,
        active_at: seat.membership.active_at.map(Iso),
        role: seat.membership.role,
    };
    Ok(UserJson {
        access_token,
        account_id: first.0,
        available_name: user.available_name().to_owned(),
        avatar_url: user.avatar_url.clone().unwrap_or_default(),
        confirmed: user.confirmed,
        display_name: user.display_name,
        message_signature: user.message_signature,
        uid: user.email.clone(),
        email: user.email,
        id: user.id,
        name: user.name,
        provider: "email",
        pubsub_token: user.pubsub_token,
        role: first.1,
        ui_settings: user.ui_settings.0,
        custom_attributes: user.custom_attributes.0,
        accounts: seats.into_iter().map(place).collect(),
    })
}

/// The token of a user, with whose it is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformToken")]
pub(super) struct TokenJson {
    access_token: String,
    /// Always null: it does not expire.
    expiry: (),
    user: TokenOwnerJson,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct TokenOwnerJson {
    id: UserId,
    name: String,
    display_name: Option<String>,
    email: String,
    pubsub_token: String,
}

/// Draws the token of a user.
///
/// # Errors
/// The database's.
pub(super) fn token(conn: &mut DbConn, user: User) -> Result<TokenJson> {
    let access_token = users::access_token(conn, user.id)?;
    let User { id, name, display_name, email, pubsub_token, .. } = user;
    Ok(TokenJson { access_token, expiry: (), user: TokenOwnerJson { id, name, display_name, email, pubsub_token } })
}

/// A bot as apps see it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformBot")]
pub(super) struct BotJson {
    id: AgentBotId,
    name: String,
    description: Option<String>,
    outgoing_url: Option<String>,
    /// Null for one that every account may set to work.
    account_id: Option<AccountId>,
    /// What the bot sends as the header `api_access_token`.
    access_token: Option<String>,
}

/// Draws bots.
///
/// # Errors
/// The database's.
pub(super) fn bots(conn: &mut DbConn, found: Vec<AgentBot>) -> Result<Vec<BotJson>> {
    let mut tokens = bots::tokens(conn, &found)?;
    let draw = |bot: AgentBot| BotJson {
        access_token: tokens.remove(&bot.id).map(|token| token.token),
        id: bot.id,
        name: bot.name,
        description: bot.description,
        outgoing_url: bot.outgoing_url,
        account_id: bot.account_id,
    };
    Ok(found.into_iter().map(draw).collect())
}
