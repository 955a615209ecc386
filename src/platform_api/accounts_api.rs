//! `/platform/api/v1/accounts`.
use super::{
    caller::Platform,
    commands::{self, AccountInput, PlaceInput},
    payload::{self, AccountJson, AccountUserJson},
    queries,
};
use crate::{
    db::{Db, DbConn, types::AccountId},
    error::Result,
    web::{InOnePage, Input, Params, empty, fields::PageNumber, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many things a list has on a page.
pub(super) const PAGE: i64 = 100;

/// The routes, below `/platform/api/v1`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/accounts", |at| {
        let at = at.get("The accounts of the app, 100 on a page", index).answers::<Vec<AccountJson>>();
        at.post("Makes an account", create).answers::<AccountJson>()
    });
    to.at("/accounts/{account}", |at| {
        let at = at.get("An account", show).answers::<AccountJson>().patch("Changes an account", update).answers::<AccountJson>();
        at.delete("Suspends an account, and clears it away bit by bit", destroy)
    });
    to.at("/accounts/{account}/account_users", |at| {
        let at = at.get("Who is in an account, and as what", places).answers::<Vec<AccountUserJson>>();
        let at = at.post("Gives a user a place in an account", place).answers::<AccountUserJson>();
        at.delete("Takes a user out of an account", remove_place)
    });
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Listing {
    /// From 1 on.
    pub page: PageNumber,
}

impl Input for Listing {}

async fn index(db: Data<Db>, by: Platform, Params(asked): Params<Listing>) -> Result<HttpResponse> {
    let found = db.read(move |conn| queries::accounts(conn, by.id(), asked.page.offset(PAGE), PAGE)).await?;
    Ok(HttpResponse::Ok().json(found.iter().map(payload::account).collect::<Vec<_>>()))
}

async fn show(db: Data<Db>, by: Platform, path: Path<(AccountId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let found = db.read(move |conn| queries::account(conn, by.id(), id)).await?;
    Ok(HttpResponse::Ok().json(payload::account(&found)))
}

async fn create(db: Data<Db>, by: Platform, Params(input): Params<AccountInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx| commands::create_account(tx, &by, input)).await?;
    Ok(HttpResponse::Ok().json(payload::account(&made)))
}

async fn update(db: Data<Db>, by: Platform, path: Path<(AccountId,)>, Params(input): Params<AccountInput>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let changed = db.write(move |tx| commands::update_account(tx, &by, id, input)).await?;
    Ok(HttpResponse::Ok().json(payload::account(&changed)))
}

async fn destroy(db: Data<Db>, by: Platform, path: Path<(AccountId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    db.write(move |tx| commands::delete_account(tx, &by, id)).await?;
    Ok(empty())
}

async fn places(db: Data<Db>, by: Platform, path: Path<(AccountId,)>, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let account = queries::account(conn, by.id(), id)?.account.id;
        queries::account_users(conn, account)
    };
    let found = db.read(work).await?;
    Ok(HttpResponse::Ok().json(page.share_of(found).iter().map(payload::account_user).collect::<Vec<_>>()))
}

async fn place(db: Data<Db>, by: Platform, path: Path<(AccountId,)>, Params(input): Params<PlaceInput>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let placed = db.write(move |tx| commands::place(tx, &by, id, input)).await?;
    Ok(HttpResponse::Ok().json(payload::account_user(&placed)))
}

async fn remove_place(db: Data<Db>, by: Platform, path: Path<(AccountId,)>, Params(input): Params<PlaceInput>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    db.write(move |tx| commands::remove_place(tx, &by, id, input)).await?;
    Ok(empty())
}
