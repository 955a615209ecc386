//! `/api/v2/accounts/{account_id}/reports`: what administrators ask.
use super::{
    asked::{Within, count, scope},
    drill_api, live_api,
    model::{Metric, Tally},
    payload,
    period::{GroupBy, Period, Steps, offset},
    queries::{self, Filter},
    summary_api, tables_api,
};
use crate::{
    auth::Administrator,
    db::{
        Db, DbConn,
        types::{UserId, now},
    },
    error::{Error, Result},
    users,
    web::{
        Input, Params, Quotas,
        fields::{Flag, PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many agents a page has.
const AGENTS: i64 = 25;

/// The routes, below `/api/v2/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/reports", |at| at.get("A metric over time", index).answers::<Vec<payload::Point>>());
    to.at("/reports/summary", |at| at.get("All metrics of a time, and of the time before it", summary).answers::<payload::Summary>());
    to.at("/reports/bot_summary", |at| at.get("The same of bots", bot_summary).answers::<payload::BotSummary>());
    to.at("/reports/bot_metrics", |at| at.get("How bots do", bot_metrics).answers::<payload::BotMetrics>());
    to.at("/reports/conversations", |at| at.get("How conversations stand now", conversations).answers::<payload::Standings>());
    drill_api::routes(to);
    tables_api::routes(to);
    summary_api::routes(to);
    live_api::routes(to);
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// `conversations_count`, `incoming_messages_count`, `outgoing_messages_count`, `avg_first_response_time`, `avg_resolution_time`,
    /// `reply_time`, `resolutions_count`, `bot_resolutions_count` or `bot_handoffs_count`.
    metric: Text,
    /// `account` (without more), `agent`, `inbox`, `label` or `team`.
    #[serde(rename = "type")]
    kind: Text,
    /// Of the agent, inbox, label or team.
    id: Patch<Text>,
    /// Unix seconds; without more, seven days before `until`.
    since: Patch<Text>,
    /// Unix seconds; without more, now.
    until: Patch<Text>,
    /// `hour`, `day` (without more), `week`, `month` or `year`.
    group_by: Text,
    /// How many hours clocks are ahead of UTC, perhaps with a fraction.
    timezone_offset: Patch<Text>,
    /// Whether times count only as far as they are working hours.
    business_hours: Flag,
}

impl Input for Asked {}

async fn index(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Asked>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let Asked { metric, kind, id, since, until, group_by, timezone_offset, business_hours } = params.0;
    let (metric, group_by) = (Metric::asked(&metric.0)?, GroupBy::asked(&group_by.0)?);
    let (scope, period) = (scope(&kind, id)?, Period::read(since, until, now())?);
    let steps = Steps::of(period, group_by, offset(timezone_offset)?)?;
    let work = move |conn: &mut DbConn| {
        let filter = Filter::of(conn, by.account_id(), scope)?;
        let tallies = queries::by_step(conn, by.account_id(), &filter, metric.kind(), period, &steps)?;
        Ok(payload::points(metric, &steps, &tallies, business_hours.0))
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

/// What a summary is asked for with.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Summed {
    /// `account` (without more), `agent`, `inbox`, `label` or `team`.
    #[serde(rename = "type")]
    kind: Text,
    /// Of the agent, inbox, label or team.
    id: Patch<Text>,
    /// Unix seconds; without more, seven days before `until`.
    since: Patch<Text>,
    /// Unix seconds; without more, now.
    until: Patch<Text>,
    /// Whether times count only as far as they are working hours.
    business_hours: Flag,
}

impl Input for Summed {}

async fn summary(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Summed>) -> Result<HttpResponse> {
    let (both, business_hours) = with_previous(&db, &quotas, by, params.0).await?;
    Ok(HttpResponse::Ok().json(payload::summary(&both, business_hours)))
}

async fn bot_summary(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Summed>) -> Result<HttpResponse> {
    let (both, _) = with_previous(&db, &quotas, by, params.0).await?;
    Ok(HttpResponse::Ok().json(payload::bot_summary(&both)))
}

/// A time and the one before it, and whether only working hours of them count.
async fn with_previous(db: &Db, quotas: &Quotas, by: Administrator, asked: Summed) -> Result<((Tally, Tally), bool)> {
    count(quotas, &by)?;
    let Summed { kind, id, since, until, business_hours } = asked;
    let (scope, period) = (scope(&kind, id)?, Period::read(since, until, now())?);
    let work = move |conn: &mut DbConn| {
        let filter = Filter::of(conn, by.account_id(), scope)?;
        queries::with_previous(conn, by.account_id(), &filter, period)
    };
    Ok((db.read(work).await?, business_hours.0))
}

async fn bot_metrics(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let period = Period::read(params.0.since, params.0.until, now())?;
    let tally = db.read(move |conn| queries::of_bots(conn, by.account_id(), period)).await?;
    Ok(HttpResponse::Ok().json(payload::bot_metrics(&tally)))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Standing {
    /// `account` or `agent`.
    #[serde(rename = "type")]
    kind: Text,
    /// Only of this one, with `agent`.
    user_id: Patch<UserId>,
    /// From 1 on, with `agent`.
    page: PageNumber,
}

impl Input for Standing {}

async fn conversations(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Standing>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let Standing { kind, user_id, page } = params.0;
    match kind.0.as_str() {
        "account" => {
            let all = db.read(move |conn| queries::standing(conn, by.account_id())).await?;
            Ok(HttpResponse::Ok().json(payload::standing(all.iter())))
        }
        "agent" => {
            let only = user_id.set().map(|id| vec![id]);
            let work =
                move |conn: &mut DbConn| Ok((queries::standing(conn, by.account_id())?, users::members(conn, by.account_id(), only.as_deref())?));
            let (all, members) = db.read(work).await?;
            let page = members.iter().skip(page.offset(AGENTS) as usize).take(AGENTS as usize);
            Ok(HttpResponse::Ok().json(page.map(|member| payload::agent_standing(member, &all)).collect::<Vec<_>>()))
        }
        _ => Err(Error::invalid("type", "type must be account or agent")),
    }
}
