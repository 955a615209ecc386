//! `/api/v1/accounts/{account_id}/notification_settings` and `/api/v1/notification_subscriptions`.
use crate::{
    auth::{Agent, SignedIn},
    db::Db,
    error::Result,
    notifications::{
        commands::{self, ChoicesInput, SubscriptionInput},
        payload::{self, ChoicesJson, SubscriptionJson},
        queries,
    },
    web::{Input, Params, empty, fields::Text, routes::Routes},
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/notification_settings", |at| {
        let at = at.get("What somebody wants to be told", show).answers::<ChoicesJson>();
        at.patch("Changes what somebody wants to be told", update).answers::<ChoicesJson>()
    });
}

/// The routes of what a user has whatever the account, below `/api/v1`.
pub fn user_routes(to: &mut Routes) {
    to.at("/notification_subscriptions", |at| {
        at.post("Keeps a device that is told", create).answers::<SubscriptionJson>().delete("Forgets a device", destroy)
    });
}

async fn show(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    let choices = db.read(move |conn| queries::choices(conn, &agent)).await?;
    Ok(HttpResponse::Ok().json(payload::choices(&choices)))
}

async fn update(db: Data<Db>, agent: Agent, params: Params<ChoicesInput>) -> Result<HttpResponse> {
    let choices = db.write(move |tx| commands::choose(tx, &agent, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::choices(&choices)))
}

async fn create(db: Data<Db>, who: SignedIn, params: Params<SubscriptionInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx| commands::subscribe(tx, who.user.id, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::subscription(&made)))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Gone {
    /// What the device was kept with.
    push_token: Text,
}

impl Input for Gone {}

async fn destroy(db: Data<Db>, who: SignedIn, params: Params<Gone>) -> Result<HttpResponse> {
    db.write(move |tx| commands::unsubscribe(tx, who.user.id, &params.0.push_token.0)).await?;
    Ok(empty())
}
