//! `/api/v2/accounts/{account_id}/live_reports`: how conversations stand now.
use super::{asked::count, payload, queries};
use crate::{
    auth::Administrator,
    db::{Db, types::TeamId},
    error::{Error, Result},
    web::{
        Input, Params, Quotas,
        fields::{Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v2/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/live_reports/conversation_metrics", |at| {
        at.get("How many conversations wait now", conversation_metrics).answers::<payload::StandingJson>()
    });
    to.at("/live_reports/grouped_conversation_metrics", |at| {
        at.get("The same by team, or by who is to answer", grouped_conversation_metrics).answers::<Vec<payload::GroupJson>>()
    });
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Live {
    /// Only of this team.
    team_id: Patch<TeamId>,
}

impl Input for Live {}

async fn conversation_metrics(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Live>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let team = params.0.team_id.set();
    let all = db.read(move |conn| queries::standing(conn, by.account_id())).await?;
    Ok(HttpResponse::Ok().json(payload::standing(all.iter().filter(|one| team.is_none() || one.team == team))))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Grouped {
    /// `team_id` or `assignee_id`.
    group_by: Text,
}

impl Input for Grouped {}

async fn grouped_conversation_metrics(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Grouped>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let group = match params.0.group_by.0.as_str() {
        "team_id" => payload::by_team,
        "assignee_id" => payload::by_assignee,
        _ => return Err(Error::Refused("group_by must be team_id or assignee_id".into())),
    };
    let all = db.read(move |conn| queries::standing(conn, by.account_id())).await?;
    Ok(HttpResponse::Ok().json(group(&all)))
}
