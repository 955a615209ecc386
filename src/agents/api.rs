//! `/api/v1/accounts/{account_id}/agents`.
use super::{
    commands::{self, AgentChanges, NewAgent, NewAgents},
    limits,
};
use crate::{
    accounts::NoRoom,
    auth::{Administrator, Agent},
    config::Config,
    db::{Db, types::UserId},
    error::Result,
    users::{self, AgentJson},
    web::{self, InOnePage, Params, Quotas, json::Iso, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a refusal for want of room says.
const NO_ROOM: &str = "The account has as many agents as it may";

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/agents", |at| {
        let at = at.get("The people of the account", index).answers::<Vec<AgentJson>>();
        at.post("Adds somebody, who is invited", create).answers::<AgentJson>().or::<NoRoom>(402, NO_ROOM)
    });
    to.at("/agents/bulk_create", |at| at.post("Adds many people, who are agents", create_all).or::<NoRoom>(402, NO_ROOM));
    to.at("/agents/{id}", |at| {
        let at = at.patch("Changes the name, the role or the availability of somebody", update).answers::<AgentJson>();
        at.delete("Takes somebody out of the account", destroy)
    });
    to.at("/agents/{id}/invitation", |at| at.post("Sends an invitation again", invite_again));
    to.at("/agents/{id}/password_link", |at| at.post("Makes a link with which somebody sets a password once", make_link).answers::<LinkJson>());
    to.at("/agents/{id}/mfa", |at| at.delete("Switches off the two-factor authentication of an agent who has lost it", switch_off_second_factor));
}

/// A path of an account and a user.
type At = Path<(String, UserId)>;

async fn index(db: Data<Db>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let members = db.read(move |conn| users::members(conn, agent.account_id(), None)).await?;
    Ok(HttpResponse::Ok().json(page.share_of(members).iter().map(users::agent).collect::<Vec<_>>()))
}

async fn create(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, Params(new): Params<NewAgent>) -> Result<HttpResponse> {
    limits::count_added(&quotas, &by, &new.email)?;
    let member = commands::add(&db, &by, new).await?;
    Ok(HttpResponse::Ok().json(users::agent(&member)))
}

async fn create_all(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, Params(new): Params<NewAgents>) -> Result<HttpResponse> {
    new.emails.0.iter().try_for_each(|email| limits::count_added(&quotas, &by, email))?;
    db.write(move |tx| commands::add_all(tx, &by, new)).await?;
    Ok(web::empty())
}

async fn update(db: Data<Db>, by: Administrator, path: At, Params(changes): Params<AgentChanges>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let member = db.write(move |tx| commands::change(tx, &by, id, changes)).await?;
    Ok(HttpResponse::Ok().json(users::agent(&member)))
}

async fn destroy(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, path: At) -> Result<HttpResponse> {
    limits::count_removed(&quotas, &by)?;
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::remove(tx, &by, id)).await?;
    Ok(web::empty())
}

async fn invite_again(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::invite_again(tx, &quotas, &by, id)).await?;
    Ok(web::empty())
}

/// A link that works once.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct LinkJson {
    /// For whoever is to set a password; nobody else should see it.
    url: String,
    expires_at: Iso,
}

async fn make_link(db: Data<Db>, config: Data<Config>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let link = db.write(move |tx| commands::make_link(tx, &by, id)).await?;
    Ok(HttpResponse::Ok().json(LinkJson { url: link.url(&config.public_url), expires_at: Iso(link.expires_at) }))
}

async fn switch_off_second_factor(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::switch_off_second_factor(tx, &by, id)).await?;
    Ok(web::empty())
}
