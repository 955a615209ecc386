//! What there is to hear, what has happened, and sending a test: `webhook_event_types`, `webhook_events` and
//! `webhooks/{id}/test` below `/api/v1/accounts/{account_id}`.
use super::{
    catalogue::{self, Scene},
    commands, outcome,
    payload::{self, CursorJson, EventTypeJson, OneDelivery, PageJson},
    queries,
};
use crate::{
    accounts::PayloadFormat,
    auth::{Administrator, Agent},
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{EventId, WebhookId},
    },
    error::{Error, Result},
    events::EventName,
    files::Links,
    web::{
        InOnePage, Input, Language, Params,
        envelopes::Payload,
        fields::{List, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How many events a page has that does not say, and how many it may have.
const USUAL_PAGE: usize = 100;
const LARGEST_PAGE: usize = 500;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/webhook_event_types", |at| at.get("What may be subscribed to, with schemas and samples", types).answers::<Payload<Vec<EventTypeJson>>>());
    to.at("/webhook_events", |at| at.get("What has happened, in order", past).answers::<PageJson>());
    to.at("/webhooks/{id}/test", |at| at.post("Sends a test to a webhook", test).answers::<Payload<OneDelivery>>());
}

async fn types(links: Data<Links>, by: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let scene = Scene { account: &by.account, inbox: None, links: &links };
    let payload: Vec<EventTypeJson> = EventName::SUBSCRIBABLE.iter().map(|event| described(*event, &scene)).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(payload) }))
}

fn described(event: EventName, scene: &Scene<'_>) -> Result<EventTypeJson> {
    let samples = catalogue::samples(event, scene)?;
    let say = |key: &str| -> Map<String, Value> {
        let key = format!("event-{key}{}", event.name());
        Language::ALL.iter().map(|language| (language.code().to_owned(), language.t(&key).into())).collect()
    };
    let mut formats = Map::new();
    for format in PayloadFormat::ALL {
        let looks = payload::looks(event, *format, &samples)?;
        formats.insert(format.name().to_owned(), serde_json::to_value(looks).map_err(Error::internal)?);
    }
    Ok(EventTypeJson { event, name: say(""), fires: say("fires-"), available: true, formats })
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// What `meta.next` said of the page before this one; left out: from the oldest event on.
    after: Option<Text>,
    /// 1 to 500; 100 unless said otherwise.
    limit: Option<Text>,
    /// What the account says unless said otherwise.
    format: Option<PayloadFormat>,
    /// Only these; left out: all.
    events: List<Text>,
}

impl Input for Asked {}

impl Asked {
    fn after(&self) -> Result<EventId> {
        let Some(Text(cursor)) = &self.after else { return Ok(EventId(0)) };
        let digits = !cursor.is_empty() && cursor.bytes().all(|byte| byte.is_ascii_digit());
        let read = cursor.parse().ok().filter(|_| digits).map(EventId);
        read.ok_or_else(|| Error::invalid("after", "After is no cursor: give what meta.next said, or leave it out to begin with the oldest event"))
    }

    fn limit(&self) -> Result<usize> {
        let Some(Text(limit)) = &self.limit else { return Ok(USUAL_PAGE) };
        let read = limit.parse().ok().filter(|limit| (1..=LARGEST_PAGE).contains(limit));
        read.ok_or_else(|| Error::invalid("limit", format!("Limit must be a whole number from 1 to {LARGEST_PAGE}")))
    }

    fn names(&self) -> Result<Vec<EventName>> {
        let known =
            |Text(name): &Text| EventName::subscribable(name).ok_or_else(|| Error::invalid("events", format!("Events: there is no event {name}")));
        self.events.0.iter().map(known).collect()
    }
}

async fn past(db: Data<Db>, by: Administrator, params: Params<Asked>) -> Result<HttpResponse> {
    let (after, limit, names) = (params.0.after()?, params.0.limit()?, params.0.names()?);
    let format = params.0.format.unwrap_or(by.account.webhook_payload_format);
    let work = move |conn: &mut DbConn| {
        let pull = queries::pull(conn, by.account_id(), after, limit, &names)?;
        let meta = CursorJson { next: pull.next.to_string(), has_more: pull.has_more };
        payload::pulled(&pull, format).map(|payload| PageJson { payload, meta })
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Wanted {
    /// Needed.
    event: Option<EventName>,
}

impl Input for Wanted {}

async fn test(
    db: Data<Db>,
    config: Data<Config>,
    by: Administrator,
    path: Path<(String, WebhookId)>,
    params: Params<Wanted>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let event = params.0.event.ok_or_else(|| Error::blank("event"))?;
    let delivery = db.write(move |tx: &mut Tx| commands::send_test(tx, &by, id, event)).await?;
    let detail = outcome::awaited(&db, &config.webhook, id, delivery).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: OneDelivery { delivery: payload::delivery(&detail) } }))
}
