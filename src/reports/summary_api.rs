//! `/api/v2/accounts/{account_id}/summary_reports`, and what else is told of a time by groups.
use super::{
    asked::{Within, count},
    model::Dimension,
    payload,
    period::Period,
    queries,
};
use crate::{
    auth::Administrator,
    db::{
        Db, DbConn,
        types::{InboxId, LabelId, now},
    },
    error::{Error, Result},
    inboxes::Inbox,
    labels::{self, Label},
    web::{
        Input, Params, Quotas,
        fields::{List, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Of how many days channels are told at most: six months.
const MOST_DAYS: i64 = 184;

/// The routes, below `/api/v2/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/summary_reports/agent", |at| at.get("What each agent did", by_agent).answers::<Vec<payload::SummaryRow>>());
    to.at("/summary_reports/team", |at| at.get("What each team did", by_team).answers::<Vec<payload::SummaryRow>>());
    to.at("/summary_reports/inbox", |at| at.get("What happened in each inbox", by_inbox).answers::<Vec<payload::SummaryRow>>());
    to.at("/summary_reports/label", |at| at.get("What happened under each label", by_label).answers::<Vec<payload::SummaryRow>>());
    to.at("/summary_reports/channel", |at| {
        at.get("How the conversations of each channel stand", by_channel).answers::<BTreeMap<String, payload::ChannelJson>>()
    });
    to.at("/reports/inbox_label_matrix", |at| {
        at.get("How many conversations carry which label in which inbox", inbox_label_matrix).answers::<payload::Matrix>()
    });
    to.at("/reports/first_response_time_distribution", |at| {
        let answers = at.get("How many first answers took how long, by channel", first_response_time_distribution);
        answers.answers::<BTreeMap<String, payload::FirstResponses>>()
    });
    to.at("/reports/outgoing_messages_count", |at| {
        at.get("How much was written, by agent, team, inbox or label", outgoing_messages_count).answers::<Vec<payload::WrittenJson>>()
    });
}

async fn by_agent(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Agent).await
}

async fn by_team(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Team).await
}

async fn by_inbox(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Inbox).await
}

async fn by_label(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    by_dimension(&db, &quotas, by, params.0, Dimension::Label).await
}

async fn by_dimension(db: &Db, quotas: &Quotas, by: Administrator, asked: Within, dimension: Dimension) -> Result<HttpResponse> {
    count(quotas, &by)?;
    let Within { since, until, business_hours } = asked;
    let period = Period::read(since, until, now())?;
    let parts = db.read(move |conn| queries::by_dimension(conn, by.account_id(), dimension, period)).await?;
    Ok(HttpResponse::Ok().json(payload::rows(&parts, dimension, business_hours.0)))
}

async fn by_channel(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let period = Period::read(params.0.since, params.0.until, now())?;
    if period.is_longer_than_days(MOST_DAYS) {
        return Err(Error::BadRequest("Channels are told of for at most six months".into()));
    }
    let work = move |conn: &mut DbConn| Ok((queries::by_inbox(conn, by.account_id(), period)?, queries::inboxes_of(conn, by.account_id())?));
    let (counts, inboxes) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(payload::channels(&counts, &inboxes)))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct OfSome {
    /// Unix seconds; without more, seven days before `until`.
    since: Patch<Text>,
    /// Unix seconds; without more, now.
    until: Patch<Text>,
    /// Only these; all without more.
    inbox_ids: List<InboxId>,
    /// Only these; all without more.
    label_ids: List<LabelId>,
}

impl Input for OfSome {}

async fn inbox_label_matrix(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<OfSome>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let OfSome { since, until, inbox_ids, label_ids } = params.0;
    let period = Period::read(since, until, now())?;
    let work = move |conn: &mut DbConn| {
        let account = by.account_id();
        let counts = queries::by_inbox_and_label(conn, account, period)?;
        Ok((queries::inboxes_of(conn, account)?, labels::list(conn, account)?, counts))
    };
    let (mut inboxes, mut labels, counts): (Vec<Inbox>, Vec<Label>, _) = db.read(work).await?;
    inboxes.retain(|inbox| inbox_ids.0.is_empty() || inbox_ids.0.contains(&inbox.id));
    labels.retain(|label| label_ids.0.is_empty() || label_ids.0.contains(&label.id));
    Ok(HttpResponse::Ok().json(payload::matrix(&inboxes, &labels, &counts)))
}

async fn first_response_time_distribution(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Within>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let period = Period::read(params.0.since, params.0.until, now())?;
    let work = move |conn: &mut DbConn| {
        let account = by.account_id();
        Ok((queries::first_responses(conn, account, period)?, queries::inboxes_of(conn, account)?))
    };
    let (found, inboxes) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(payload::first_responses(&found, &inboxes)))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Grouped {
    /// `agent`, `team`, `inbox` or `label`.
    group_by: Text,
    /// Unix seconds; without more, seven days before `until`.
    since: Patch<Text>,
    /// Unix seconds; without more, now.
    until: Patch<Text>,
}

impl Input for Grouped {}

async fn outgoing_messages_count(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Grouped>) -> Result<HttpResponse> {
    count(&quotas, &by)?;
    let Grouped { group_by, since, until } = params.0;
    let dimension = Dimension::from_name(&group_by.0);
    let dimension = dimension.ok_or_else(|| Error::invalid("group_by", "group_by must be agent, team, inbox or label"))?;
    let period = Period::read(since, until, now())?;
    let parts = db.read(move |conn| queries::by_dimension(conn, by.account_id(), dimension, period)).await?;
    Ok(HttpResponse::Ok().json(payload::written(&parts)))
}
