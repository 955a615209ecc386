//! `/api/v2/accounts/{account_id}/reports/drilldown`: what a step of a report is made of, one by one.
use super::{
    asked::{count, scope},
    model::Metric,
    payload,
    period::{GroupBy, Period, offset},
    queries::{self, Filter},
};
use crate::{
    auth::Administrator,
    db::{Db, DbConn, types::now},
    error::{Error, Result},
    web::{
        Input, Params, Quotas, clock,
        envelopes::Listed,
        fields::{Flag, PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many a page has without more,
const USUAL: i64 = 25;
/// and at most.
const MOST: i64 = 100;

/// The routes, below `/api/v2/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/reports/drilldown", |at| {
        let answers = at.get("The conversations or messages of one step of a report", drilldown);
        answers.answers::<Listed<payload::DrillMeta, Vec<payload::RecordJson>>>()
    });
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// As of the report.
    metric: Text,
    /// `account` (without more), `agent`, `inbox`, `label` or `team`.
    #[serde(rename = "type")]
    kind: Text,
    /// Of the agent, inbox, label or team.
    id: Patch<Text>,
    /// Unix seconds, as of the report; without more, seven days before `until`.
    since: Patch<Text>,
    /// Unix seconds, as of the report; without more, now.
    until: Patch<Text>,
    /// Which step: its `timestamp` in the report.
    bucket_timestamp: Patch<Text>,
    /// `hour`, `day` (without more), `week`, `month` or `year`, as of the report.
    group_by: Text,
    /// How many hours clocks are ahead of UTC, perhaps with a fraction, as of the report.
    timezone_offset: Patch<Text>,
    /// Whether times count only as far as they are working hours.
    business_hours: Flag,
    /// From 1 on.
    page: PageNumber,
    /// How many a page has: 25 without more, and at most 100.
    per_page: Patch<Text>,
}

impl Input for Asked {}

async fn drilldown(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Asked>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let Asked { metric, kind, id, since, until, bucket_timestamp, group_by, timezone_offset, business_hours, page, per_page } = params.0;
    let (metric, group_by) = (Metric::asked(&metric.0)?, GroupBy::asked(&group_by.0)?);
    let (scope, period) = (scope(&kind, id)?, Period::read(since, until, now())?);
    let begins = clock::field("bucket_timestamp", bucket_timestamp)?;
    let begins = begins.ok_or_else(|| Error::invalid("bucket_timestamp", "bucket_timestamp must be when a step begins, in seconds since 1970"))?;
    let bucket = period.within_step(begins.and_utc().timestamp(), group_by, offset(timezone_offset)?);
    let size = per_page.set().and_then(|Text(text)| text.trim().parse::<i64>().ok()).filter(|size| *size > 0).unwrap_or(USUAL).min(MOST);
    let (number, before) = (page.number(), page.offset(size));
    let work = move |conn: &mut DbConn| {
        let filter = Filter::of(conn, by.account_id(), scope)?;
        let found = queries::drilled(conn, by.account_id(), &filter, (metric.kind(), bucket), (before, size))?;
        let things = queries::things(conn, by.account_id(), &found.facts)?;
        Ok((found, things))
    };
    let (found, things) = db.read(work).await?;
    let meta = payload::drill_meta(metric, bucket, (number, size), &found);
    Ok(HttpResponse::Ok().json(Listed { meta, payload: payload::records(&found, &things, business_hours.0) }))
}
