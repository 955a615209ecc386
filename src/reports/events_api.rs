//! `/api/v1/accounts/{account_id}/reporting_events`: what was measured, one by one.
use super::{
    payload::{self, EventsMeta, ReportingEventJson},
    queries::{self, Wanted},
};
use crate::{
    auth::{Administrator, Agent},
    conversations,
    db::{
        Db, DbConn,
        types::{DisplayId, InboxId, UserId},
    },
    error::Result,
    reporting::{self, Measure},
    web::{
        InOnePage, Input, Params, clock,
        envelopes::Listed,
        fields::{PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many a page has.
const PAGE: i64 = 25;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/reporting_events", |at| at.get("What was measured", index).answers::<Listed<EventsMeta, Vec<ReportingEventJson>>>());
    to.at("/conversations/{id}/reporting_events", |at| {
        at.get("What was measured in a conversation", of_conversation).answers::<Vec<ReportingEventJson>>()
    });
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// From 1 on.
    page: PageNumber,
    /// Unix seconds.
    since: Patch<Text>,
    /// Unix seconds.
    until: Patch<Text>,
    /// Only in this inbox.
    inbox_id: Patch<InboxId>,
    /// Only of this user.
    user_id: Patch<UserId>,
    /// `first_response`, `reply_time`, `conversation_resolved`, `conversation_bot_handoff`, `conversation_bot_resolved` or
    /// `conversation_opened`; nothing has another name.
    name: Patch<Text>,
}

impl Input for Listing {}

async fn index(db: Data<Db>, by: Administrator, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { page, since, until, inbox_id, user_id, name } = params.0;
    // of what nobody measures there is nothing
    let names = name.set().map(|Text(name)| Measure::from_name(&name).into_iter().collect());
    let wanted =
        Wanted { since: clock::field("since", since)?, until: clock::field("until", until)?, inbox: inbox_id.set(), user: user_id.set(), names };
    let offset = page.offset(PAGE);
    let (found, count) = db.read(move |conn| queries::measured(conn, by.account_id(), wanted, offset, PAGE)).await?;
    let payload = found.iter().map(|(event, conversation)| payload::event(event, *conversation)).collect::<Vec<_>>();
    let meta = EventsMeta { count, current_page: page, total_pages: (count + PAGE - 1) / PAGE };
    Ok(HttpResponse::Ok().json(Listed { meta, payload }))
}

async fn of_conversation(
    db: Data<Db>,
    agent: Agent,
    path: Path<(String, DisplayId)>,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let (_, number) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let conversation = conversations::find(conn, &agent, number)?;
        reporting::of_conversation(conn, conversation.id)
    };
    let found = db.read(work).await?;
    Ok(HttpResponse::Ok().json(page.share_of(found).iter().map(|event| payload::event(event, number)).collect::<Vec<_>>()))
}
