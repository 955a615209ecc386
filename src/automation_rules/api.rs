//! `/api/v1/accounts/{account_id}/automation_rules`.
use super::{
    commands::{self, RuleInput},
    model::{AutomationRule, MOST, PAGE},
    payload::{self, Loaded, RuleJson},
    queries,
};
use crate::{
    actions::{Explained, explained},
    auth::Administrator,
    db::{Db, Tx, types::AutomationRuleId},
    error::{Error, Result},
    files::Links,
    web::{
        Input, Params, empty,
        envelopes::Payload,
        fields::{PageNumber, Patch},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// What is said beside refusals that are explained.
const WRONG: &str = "What is wrong, by attribute.";

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/automation_rules", |at| {
        let at = at.get("The automation rules of the account", index).answers::<Payload<Vec<RuleJson>>>();
        at.post("Makes an automation rule", create).answers::<Payload<RuleJson>>().or::<Explained>(422, WRONG)
    });
    to.at("/automation_rules/{id}", |at| {
        let at = at.get("An automation rule", show).answers::<Payload<RuleJson>>();
        let at = at.patch("Changes an automation rule", update).answers::<Payload<RuleJson>>().or::<Explained>(422, WRONG);
        at.delete("Deletes an automation rule", destroy)
    });
    to.at("/automation_rules/{id}/clone", |at| at.post("Makes another one of an automation rule", copy).answers::<RuleJson>());
}

/// A path of an account and a rule.
type At = Path<(String, AutomationRuleId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// 25 at a time, from 1 on; all of them without it.
    page: Patch<PageNumber>,
}

impl Input for Listing {}

fn one(tx: &mut Tx, rule: AutomationRule) -> Result<Loaded> {
    payload::load(tx.conn, vec![rule])
}

fn drawn(loaded: &Loaded, links: &Links) -> Result<HttpResponse> {
    let drawn = loaded.draw(links).pop().ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().json(Payload { payload: drawn }))
}

async fn index(db: Data<Db>, links: Data<Links>, by: Administrator, params: Params<Listing>) -> Result<HttpResponse> {
    let (after, most) = params.0.page.set().map_or((0, MOST), |page| (page.offset(PAGE), PAGE));
    let found = db.read(move |conn| queries::list(conn, by.account_id(), after, most).and_then(|all| payload::load(conn, all))).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: found.draw(&links) }))
}

async fn show(db: Data<Db>, links: Data<Links>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, by.account_id(), id).and_then(|rule| payload::load(conn, vec![rule]))).await?;
    drawn(&found, &links)
}

async fn create(db: Data<Db>, links: Data<Links>, by: Administrator, params: Params<RuleInput>) -> Result<HttpResponse> {
    match db.write(move |tx| commands::create(tx, &by, params.0).and_then(|rule| one(tx, rule))).await {
        Ok(made) => drawn(&made, &links),
        Err(error) => explained(error),
    }
}

async fn update(db: Data<Db>, links: Data<Links>, by: Administrator, path: At, params: Params<RuleInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    match db.write(move |tx| commands::update(tx, &by, id, params.0).and_then(|rule| one(tx, rule))).await {
        Ok(changed) => drawn(&changed, &links),
        Err(error) => explained(error),
    }
}

async fn copy(db: Data<Db>, links: Data<Links>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let made = db.write(move |tx| commands::copy(tx, &by, id).and_then(|rule| one(tx, rule))).await?;
    let drawn = made.draw(&links).pop().ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().json(drawn))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}
