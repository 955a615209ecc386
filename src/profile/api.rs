//! `/api/v1/profile`.
mod mfa;
mod sessions;

use super::commands::{self, ProfileChanges};
use crate::{
    auth::{self, SignInLimits, SignedIn},
    db::{Db, types::AccountId},
    error::{Error, Result},
    storage::Storage,
    users::{self, Availability, PlaceChange, ProfileJson},
    web::{self, Body, ClientInfo, Input, Params, fields::Flag, routes::Routes},
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The routes under `/api/v1/profile`.
pub fn routes(to: &mut Routes) {
    to.at("/profile", |at| {
        let at = at.get("Who is signed in", show).answers::<ProfileJson>();
        at.patch("Changes what others see of oneself, the address or the password", update).answers::<ProfileJson>()
    });
    to.at("/profile/avatar", |at| at.delete("Takes one’s picture away", delete_avatar).answers::<ProfileJson>());
    to.at("/profile/availability", |at| at.post("Says whether one is there", availability).answers::<ProfileJson>());
    to.at("/profile/auto_offline", |at| at.post("Says whether one counts as away by oneself", auto_offline).answers::<ProfileJson>());
    to.at("/profile/set_active_account", |at| at.patch("Notes which account one works in", set_active_account));
    to.at("/profile/reset_access_token", |at| at.post("Gives oneself another access token", reset_access_token).answers::<ProfileJson>());
    mfa::routes(to);
    sessions::routes(to);
    to.at("/profile/resend_confirmation", |at| at.post("Mails the confirmation again, if it is missing", resend_confirmation));
}

async fn show(db: Data<Db>, who: SignedIn) -> Result<Json<Value>> {
    db.read(move |conn| users::profile(conn, &who.user)).await.map(Json)
}

async fn update(
    request: HttpRequest,
    db: Data<Db>,
    storage: Data<Storage>,
    limits: Data<SignInLimits>,
    who: SignedIn,
    client: ClientInfo,
    body: Body<ProfileChanges>,
) -> Result<Json<Value>> {
    let (changes, mut uploads) = body.read(&storage).await?;
    let user = commands::change(&db, &limits, &who, &client, changes, uploads.take_one("avatar")).await?;
    auth::address_changed(&request, &user.email);
    db.read(move |conn| users::profile(conn, &user)).await.map(Json)
}

async fn delete_avatar(db: Data<Db>, who: SignedIn) -> Result<Json<Value>> {
    db.write(move |tx| {
        let user = users::set_avatar(tx, who.user.id, None)?;
        users::profile(tx.conn, &user)
    })
    .await
    .map(Json)
}

/// Somebody who has not set a password yet gets their link once more.
async fn resend_confirmation(db: Data<Db>, limits: Data<SignInLimits>, who: SignedIn, client: ClientInfo) -> Result<HttpResponse> {
    if !who.user.confirmed {
        auth::ask_for_password(&db, &limits, &who.user.email, &client).await?;
    }
    Ok(web::empty())
}

/// What a user is seen as in one account.
#[derive(Debug, Deserialize, JsonSchema)]
struct Seen {
    /// In which account.
    account_id: AccountId,
    /// Needed where it is what is said.
    #[serde(default)]
    availability: Option<Availability>,
    /// Whether one counts as away while nothing is heard of one; needed where it is what is said.
    #[serde(default)]
    auto_offline: Option<Flag>,
}

impl Input for Seen {
    const ROOT: &'static str = "profile";
}

async fn availability(db: Data<Db>, who: SignedIn, Params(seen): Params<Seen>) -> Result<Json<Value>> {
    let Seen { account_id, availability, auto_offline: _ } = seen;
    let availability = availability.ok_or_else(|| Error::invalid("availability", "Availability can't be blank"))?;
    be_seen(&db, who, account_id, PlaceChange { availability: Some(availability), ..PlaceChange::default() }).await
}

async fn auto_offline(db: Data<Db>, who: SignedIn, Params(seen): Params<Seen>) -> Result<Json<Value>> {
    let Seen { account_id, availability: _, auto_offline } = seen;
    let auto_offline = auto_offline.ok_or_else(|| Error::invalid("auto_offline", "Auto offline can't be blank"))?;
    be_seen(&db, who, account_id, PlaceChange { auto_offline: Some(auto_offline.0), ..PlaceChange::default() }).await
}

async fn be_seen(db: &Db, who: SignedIn, account: AccountId, seen: PlaceChange) -> Result<Json<Value>> {
    db.write(move |tx| {
        users::update_member(tx, account, who.user.id, seen)?;
        if who.session.is_some() {
            users::touch_membership(tx, account, who.user.id)?;
        }
        users::profile(tx.conn, &who.user)
    })
    .await
    .map(Json)
}

async fn set_active_account(db: Data<Db>, who: SignedIn, Params(seen): Params<Seen>) -> Result<HttpResponse> {
    db.write(move |tx| users::touch_membership(tx, seen.account_id, who.user.id)).await?;
    Ok(web::empty())
}

async fn reset_access_token(db: Data<Db>, who: SignedIn) -> Result<Json<Value>> {
    db.write(move |tx| {
        users::reset_access_token(tx, users::TokenOwner::User, who.user.id.0)?;
        users::profile(tx.conn, &who.user)
    })
    .await
    .map(Json)
}
