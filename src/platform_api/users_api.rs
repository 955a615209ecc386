//! `/platform/api/v1/users`.
use super::{
    caller::Platform,
    commands::{self, UserInput},
    payload::{self, TokenJson, UserJson},
    queries,
};
use crate::{
    auth,
    config::Config,
    db::{Db, DbConn, Tx, types::UserId},
    error::Result,
    web::{Params, empty, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The routes, below `/platform/api/v1`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/users", |at| at.post("Makes a user, or takes on the one of that address", create).answers::<UserJson>());
    to.at("/users/{user}", |at| {
        let at = at.get("A user", show).answers::<UserJson>().patch("Changes a user", update).answers::<UserJson>();
        at.delete("Deletes a user; what they have said stays", destroy)
    });
    to.at("/users/{user}/login", |at| at.get("Makes a link that signs the user in once, within five minutes", login).answers::<Link>());
    to.at("/users/{user}/token", |at| at.post("The access token of a user", token).answers::<TokenJson>());
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Link {
    url: String,
}

async fn show(db: Data<Db>, by: Platform, path: Path<(UserId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let user = queries::user(conn, by.id(), id)?;
        payload::user(conn, user)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn create(db: Data<Db>, by: Platform, Params(input): Params<UserInput>) -> Result<HttpResponse> {
    let prepared = input.prepare().await?;
    let work = move |tx: &mut Tx| {
        let user = commands::create_user(tx, &by, prepared)?;
        payload::user(tx.conn, user)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(db: Data<Db>, by: Platform, path: Path<(UserId,)>, Params(input): Params<UserInput>) -> Result<HttpResponse> {
    let ((id,), asks) = (path.into_inner(), by.id());
    // before anything slow
    db.read(move |conn| queries::user(conn, asks, id)).await?;
    let prepared = input.prepare().await?;
    let work = move |tx: &mut Tx| {
        let user = commands::update_user(tx, &by, id, prepared)?;
        payload::user(tx.conn, user)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn destroy(db: Data<Db>, by: Platform, path: Path<(UserId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    db.write(move |tx| commands::delete_user(tx, &by, id)).await?;
    Ok(empty())
}

async fn login(db: Data<Db>, config: Data<Config>, by: Platform, path: Path<(UserId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let user = queries::user(tx.conn, by.id(), id)?;
        auth::issue_sign_in_link(tx, &user)
    };
    let link = db.write(work).await?;
    Ok(HttpResponse::Ok().json(Link { url: link.url(&config.public_url) }))
}

async fn token(db: Data<Db>, by: Platform, path: Path<(UserId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let user = queries::user(conn, by.id(), id)?;
        payload::token(conn, user)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}
