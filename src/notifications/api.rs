//! `/api/v1/accounts/{account_id}/notifications`: the user's own.
mod choices;

pub use choices::user_routes;

use super::{
    commands::{self, Change},
    model::{ActorType, Notification},
    payload,
    queries::{self, Wanted, Which},
    teller::{Readers, Tellers},
};
use crate::{
    auth::Agent,
    db::{Db, DbConn, types::NotificationId},
    error::{Error, Result},
    files::Links,
    web::{
        Input, Params, clock, empty,
        envelopes::{InData, Listed},
        fields::{List, PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/notifications", |at| {
        at.get("Notifications", index).answers::<InData<Listed<payload::Meta<PageNumber>, Vec<payload::NotificationJson>>>>()
    });
    to.at("/notifications/unread_count", |at| at.get("How many notifications are not read", unread_count).answers::<i64>());
    to.at("/notifications/read_all", |at| at.post("Reads all notifications, or those about one thing", read_all));
    to.at("/notifications/destroy_all", |at| at.post("Deletes all notifications, or those that are read", destroy_all));
    to.at("/notifications/{id}", |at| at.patch("Reads a notification", read).answers::<payload::RowJson>().delete("Deletes a notification", destroy));
    to.at("/notifications/{id}/unread", |at| at.post("Lets a notification count as not read", unread).answers::<payload::RowJson>());
    to.at("/notifications/{id}/snooze", |at| at.post("Shows a notification again later", snooze).answers::<payload::RowJson>());
    choices::routes(to);
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// From 1 on.
    page: PageNumber,
    /// `asc`: the oldest first.
    sort_order: Text,
    /// `read` and `snoozed` for those that are left out otherwise; `webhooks` for those that Chatwoot does not have.
    includes: List<Text>,
}

impl Input for Listing {}

/// What `includes[]` names; `webhooks` are those of our own types, which clients must ask for.
fn wanted(includes: &List<Text>) -> Wanted {
    let has = |name: &str| includes.0.iter().any(|include| include.0 == name);
    Wanted { read: has("read"), snoozed: has("snoozed"), ours: has("webhooks") }
}

async fn index(db: Data<Db>, tellers: Data<Tellers>, links: Data<Links>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { page, sort_order, includes } = params.0;
    let (offset, which, oldest_first) = (page.offset(queries::PAGE), wanted(&includes), sort_order.0.eq_ignore_ascii_case("asc"));
    let work = move |conn: &mut DbConn| {
        let (found, count, unread) = queries::page(conn, &agent, which, oldest_first, offset)?;
        let language = agent.user.language(&agent.account);
        let to = Readers { account: &agent.account, language: &|_| language, links: &links };
        let told = tellers.tell(conn, &to, &found)?;
        let meta = payload::Meta { unread_count: unread, count, current_page: page };
        serde_json::to_value(Listed { meta, payload: payload::list(&agent, &found, told) }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(InData { data: db.read(work).await? }))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Counting {
    /// `webhooks`: also those that Chatwoot does not have.
    includes: List<Text>,
}

impl Input for Counting {}

async fn unread_count(db: Data<Db>, agent: Agent, params: Params<Counting>) -> Result<HttpResponse> {
    let ours = wanted(&params.0.includes).ours;
    Ok(HttpResponse::Ok().json(db.read(move |conn| queries::unread(conn, &agent, ours)).await?))
}

type At = Path<(String, NotificationId)>;

async fn changed(db: &Db, agent: Agent, path: At, change: Change) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let one: Notification = db.write(move |tx| commands::change(tx, &agent, id, change)).await?;
    Ok(HttpResponse::Ok().json(payload::row(&one)))
}

async fn read(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    changed(&db, agent, path, Change::Read).await
}

async fn unread(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    changed(&db, agent, path, Change::Unread).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Snoozing {
    /// Unix seconds, or a time as ISO 8601 has it. Left out: nothing changes.
    snoozed_until: Patch<Text>,
}

impl Input for Snoozing {}

async fn snooze(db: Data<Db>, agent: Agent, path: At, params: Params<Snoozing>) -> Result<HttpResponse> {
    let wrong = || Error::invalid("snoozed_until", "Snoozed until is not a time");
    match params.0.snoozed_until.set() {
        Some(text) => changed(&db, agent, path, Change::Snooze(clock::instant(&text.0).ok_or_else(wrong)?)).await,
        // a request without a time changes nothing
        None => {
            let (_, id) = path.into_inner();
            let one = db.read(move |conn| queries::find(conn, &agent, id)).await?;
            Ok(HttpResponse::Ok().json(payload::row(&one)))
        }
    }
}

async fn destroy(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(empty())
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Many {
    /// With `primary_actor_id`: only those about this thing.
    primary_actor_type: Text,
    /// Its id.
    primary_actor_id: Text,
    /// `webhooks`: also those that Chatwoot does not have.
    includes: List<Text>,
    /// `read`: deletes only those that are read.
    #[serde(rename = "type")]
    kind: Text,
}

impl Input for Many {}

impl Many {
    fn all(&self) -> Which {
        if wanted(&self.includes).ours { Which::All } else { Which::Chatwoots }
    }

    /// The thing that they are about, if one is named; who names one of ours has asked for it.
    fn about(&self) -> Option<Which> {
        let actor = ActorType::from_name(&self.primary_actor_type.0)?;
        Some(Which::About(actor, self.primary_actor_id.0.trim().parse().ok()?))
    }
}

async fn read_all(db: Data<Db>, agent: Agent, params: Params<Many>) -> Result<HttpResponse> {
    let which = params.0.about().unwrap_or_else(|| params.0.all());
    db.write(move |tx| commands::read_all(tx, &agent, which)).await?;
    Ok(empty())
}

async fn destroy_all(db: Data<Db>, agent: Agent, params: Params<Many>) -> Result<HttpResponse> {
    let (which, read_only) = (params.0.all(), params.0.kind.0 == "read");
    db.write(move |tx| commands::delete_all(tx, &agent, which, read_only)).await?;
    Ok(empty())
}
