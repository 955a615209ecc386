//! How users see themselves.
use super::avatar;
use crate::{
    accounts::AccountStatus,
    db::{
        DbConn,
        types::{AccountId, UserId},
    },
    error::{Error, Result},
    users::{
        model::{Availability, Role, Seat, User},
        queries,
    },
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Somebody as they see themselves.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Profile")]
pub struct ProfileJson<'a> {
    /// What programs send as the header `api_access_token`.
    access_token: String,
    /// The account that they worked in last.
    account_id: Option<AccountId>,
    available_name: &'a str,
    /// A link to their picture; empty without one.
    avatar_url: &'a str,
    /// Whether they have accepted their invitation by setting a password, or need none since a program of the operator's has made them.
    confirmed: bool,
    display_name: Option<&'a str>,
    /// What their answers end with.
    message_signature: Option<&'a str>,
    email: &'a str,
    id: UserId,
    inviter_id: Option<UserId>,
    name: &'a str,
    provider: &'static str,
    pubsub_token: &'a str,
    /// Their role in that account.
    role: Option<Role>,
    /// Whatever front ends keep there.
    ui_settings: &'a Map<String, Value>,
    /// The same as `email`.
    uid: &'a str,
    /// Always null.
    r#type: (),
    accounts: Vec<SeatJson<'a>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    custom_attributes: &'a Map<String, Value>,
    /// Only where a session is looked at (`validate_token`).
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Iso>,
}

/// An account as somebody who is in it sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Membership")]
struct SeatJson<'a> {
    id: AccountId,
    name: &'a str,
    status: AccountStatus,
    /// Always null.
    onboarding_step: (),
    /// When they worked there last.
    active_at: Option<Iso>,
    role: Role,
    permissions: [Role; 1],
    /// What they have chosen.
    availability: Availability,
    /// What others see.
    availability_status: Availability,
    auto_offline: bool,
    api_and_webhooks: bool,
}

/// Somebody as they see themselves once they have made one more account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Founder")]
pub struct FounderJson<'a> {
    id: UserId,
    provider: &'static str,
    /// The same as `email`.
    uid: &'a str,
    name: &'a str,
    display_name: Option<&'a str>,
    email: &'a str,
    /// The new account.
    account_id: AccountId,
    created_at: Iso,
    pubsub_token: &'a str,
    /// Their role in the new account.
    role: Option<Role>,
    /// Null: nobody has invited them there.
    inviter_id: Option<UserId>,
    /// Whether they have set a password, or need none since a program of the operator's has made them.
    confirmed: bool,
    /// A link to their picture; empty without one.
    avatar_url: &'a str,
    /// What programs send as the header `api_access_token`.
    access_token: String,
    accounts: Vec<PlaceJson<'a>>,
}

/// An account as somebody who has made one more sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FounderAccount")]
struct PlaceJson<'a> {
    id: AccountId,
    name: &'a str,
    /// When they worked there last.
    active_at: Option<Iso>,
    role: Role,
    locale: &'a str,
}

/// Draws a user for themselves, who has made this account.
///
/// # Errors
/// The database's.
pub fn founder(conn: &mut DbConn, user: &User, account: AccountId) -> Result<Value> {
    let access_token = queries::access_token(conn, user.id)?;
    let seats = queries::memberships(conn, user.id)?;
    let here = seats.iter().find(|seat| seat.account.id == account).map(|seat| &seat.membership);
    let drawn = FounderJson {
        id: user.id,
        provider: "email",
        uid: &user.email,
        name: &user.name,
        display_name: user.display_name.as_deref(),
        email: &user.email,
        account_id: account,
        created_at: Iso(user.created_at),
        pubsub_token: &user.pubsub_token,
        role: here.map(|seat| seat.role),
        inviter_id: here.and_then(|seat| seat.inviter_id),
        confirmed: user.confirmed,
        avatar_url: avatar(user),
        access_token,
        accounts: seats.iter().map(place).collect(),
    };
    serde_json::to_value(drawn).map_err(Error::internal)
}

fn place(seat: &Seat) -> PlaceJson<'_> {
    let Seat { account, membership } = seat;
    PlaceJson { id: account.id, name: &account.name, active_at: membership.active_at.map(Iso), role: membership.role, locale: &account.locale }
}

/// Draws a user for themselves, with their access token and their accounts: the answer of sign-in and of the profile.
///
/// # Errors
/// The database's.
pub fn profile(conn: &mut DbConn, user: &User) -> Result<Value> {
    drawn(conn, user, None)
}

/// The same, with the time at which they came.
///
/// # Errors
/// The database's.
pub fn profile_with_birth(conn: &mut DbConn, user: &User) -> Result<Value> {
    drawn(conn, user, Some(Iso(user.created_at)))
}

fn drawn(conn: &mut DbConn, user: &User, created_at: Option<Iso>) -> Result<Value> {
    let access_token = queries::access_token(conn, user.id)?;
    let seats = queries::memberships(conn, user.id)?;
    let first = seats.first().map(|seat| &seat.membership);
    let drawn = ProfileJson {
        access_token,
        account_id: first.map(|seat| seat.account_id),
        available_name: user.available_name(),
        avatar_url: avatar(user),
        confirmed: user.confirmed,
        display_name: user.display_name.as_deref(),
        message_signature: user.message_signature.as_deref(),
        email: &user.email,
        id: user.id,
        inviter_id: first.and_then(|seat| seat.inviter_id),
        name: &user.name,
        provider: "email",
        pubsub_token: &user.pubsub_token,
        role: first.map(|seat| seat.role),
        ui_settings: &user.ui_settings.0,
        uid: &user.email,
        r#type: (),
        accounts: seats.iter().map(seat).collect(),
        custom_attributes: &user.custom_attributes.0,
        created_at,
    };
    serde_json::to_value(drawn).map_err(Error::internal)
}

fn seat(seat: &Seat) -> SeatJson<'_> {
    let Seat { account, membership } = seat;
    SeatJson {
        id: account.id,
        name: &account.name,
        status: account.status,
        onboarding_step: (),
        active_at: membership.active_at.map(Iso),
        role: membership.role,
        permissions: [membership.role],
        availability: membership.availability,
        availability_status: membership.availability_status(),
        auto_offline: membership.auto_offline,
        api_and_webhooks: true,
    }
}
