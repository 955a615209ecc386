//! What there is to hear, what has happened, and sending a test: `webhook_event_types`, `webhook_events` and
//! `webhooks/{id}/test` below `/api/v1/accounts/{account_id}`.
use super::{
    catalogue::{self, Scene},
    commands, outcome, payload, queries,
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
        Input, Language, Params,
        fields::{List, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// How many events a page has that does not say, and how many it may have.
const USUAL_PAGE: usize = 100;
const LARGEST_PAGE: usize = 500;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/webhook_event_types").route(get().to(types)))
        .service(resource("/webhook_events").route(get().to(past)))
        .service(resource("/webhooks/{id}/test").route(post().to(test)));
}

async fn types(links: Data<Links>, by: Agent) -> Result<HttpResponse> {
    let scene = Scene { account: &by.account, inbox: None, links: &links };
    let described: Vec<Value> = EventName::SUBSCRIBABLE.iter().map(|event| described(*event, &scene)).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(json!({"payload": described})))
}

fn described(event: EventName, scene: &Scene<'_>) -> Result<Value> {
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
    Ok(json!({"event": event, "name": say(""), "fires": say("fires-"), "available": catalogue::is_caused(event), "formats": formats}))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    after: Option<Text>,
    limit: Option<Text>,
    format: Option<PayloadFormat>,
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
        let meta = json!({"next": pull.next.to_string(), "has_more": pull.has_more});
        payload::pulled(&pull, format).map(|events| (events, meta))
    };
    let (events, meta) = db.read(work).await?;
    #[derive(serde::Serialize)]
    struct Page {
        payload: Vec<payload::PastJson>,
        meta: Value,
    }
    Ok(HttpResponse::Ok().json(Page { payload: events, meta }))
}

#[derive(Debug, Deserialize)]
struct Wanted {
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
    Ok(HttpResponse::Ok().json(json!({"payload": {"delivery": payload::delivery(&detail)}})))
}
