//! `/api/v2/accounts/{account_id}/reports/agents` and the like: reports as tables (CSV).
use super::{
    asked::{Within, count},
    model::{Dimension, Kind, Scope},
    period::{GroupBy, Period, Steps, offset},
    queries::{self, Filter},
    table,
};
use crate::{
    auth::Administrator,
    db::{Db, DbConn, types::now},
    error::{Error, Result},
    web::{
        Input, Params, Quotas, download,
        fields::{Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many days of traffic are told of besides today, without more,
const USUAL_DAYS: i64 = 6;
/// and at most.
const MOST_DAYS: i64 = 365;

/// The routes, below `/api/v2/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/reports/agents", |at| at.get("A row for each agent (CSV)", agents).answers_with("text/csv"));
    to.at("/reports/inboxes", |at| at.get("A row for each inbox (CSV)", inboxes).answers_with("text/csv"));
    to.at("/reports/labels", |at| at.get("A row for each label (CSV)", labels).answers_with("text/csv"));
    to.at("/reports/teams", |at| at.get("A row for each team (CSV)", teams).answers_with("text/csv"));
    to.at("/reports/conversations_summary", |at| at.get("A row for all conversations (CSV)", conversations_summary).answers_with("text/csv"));
    to.at("/reports/conversation_traffic", |at| at.get("How many began in each hour (CSV)", conversation_traffic).answers_with("text/csv"));
}

async fn agents(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Agent).await
}

async fn inboxes(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Inbox).await
}

async fn labels(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Label).await
}

async fn teams(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Team).await
}

async fn by_dimension(db: &Db, quotas: &Quotas, by: Administrator, asked: Within, dimension: Dimension) -> Result<HttpResponse> {
    count(quotas, &by)?;
    let Within { since, until, business_hours } = asked;
    let period = Period::read(since, until, now())?;
    let parts = db.read(move |conn| queries::by_dimension(conn, by.account_id(), dimension, period)).await?;
    Ok(download::table(dimension.table(), table::by_dimension(dimension, &parts, business_hours.0)?))
}

async fn conversations_summary(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let Within { since, until, business_hours } = params.0;
    let period = Period::read(since, until, now())?;
    let work = move |conn: &mut DbConn| {
        let everything = Filter::of(conn, by.account_id(), Scope::Account)?;
        table::summary(&queries::total(conn, by.account_id(), &everything, period)?, business_hours.0)
    };
    Ok(download::table("conversations_summary_report", db.read(work).await?))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Traffic {
    /// How many days besides today, up to 365; 6 without more.
    days_before: Patch<Text>,
    /// How many hours clocks are ahead of UTC, perhaps with a fraction.
    timezone_offset: Patch<Text>,
}

impl Input for Traffic {}

async fn conversation_traffic(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Traffic>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let Traffic { days_before, timezone_offset } = params.0;
    let days = match days_before {
        Patch::Set(Text(text)) => text.trim().parse().ok().filter(|days| (0..=MOST_DAYS).contains(days)),
        Patch::Absent | Patch::Null => Some(USUAL_DAYS),
    };
    let days = days.ok_or_else(|| Error::invalid("days_before", "days_before must be between 0 and 365"))?;
    let offset = offset(timezone_offset)?;
    let period = Period::days_until(now(), days, offset);
    // where clocks differ by a part of an hour, so do the hours of their days
    let steps = Steps::of(period, GroupBy::Hour, offset)?;
    let work = move |conn: &mut DbConn| {
        let everything = Filter::of(conn, by.account_id(), Scope::Account)?;
        let tallies = queries::by_step(conn, by.account_id(), &everything, Kind::Began, period, &steps)?;
        table::traffic(&steps, &tallies, offset)
    };
    Ok(download::table("conversation_traffic_reports", db.read(work).await?))
}
