//! `/api/v1/accounts/{account_id}/search` and `/conversations/search`.
use super::{
    index::{self, Asked, Filters},
    payload::found::{self, ConversationSaying, Found},
    search::{self, PAGE},
};
use crate::{
    auth::Agent,
    checks::{LONGEST_SEARCH, within},
    contacts,
    db::{Db, DbConn},
    error::Result,
    files::Links,
    help_centre,
    web::{
        Input, Params,
        envelopes::{Listed, Payload},
        fields::{PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/search", |at| at.get("Whatever a text occurs in", everything).answers::<Payload<Found>>());
    to.at("/search/conversations", |at| at.get("Conversations whose contact is called so", conversations).answers::<Payload<Found>>());
    to.at("/search/contacts", |at| at.get("Contacts in whom a text occurs", people).answers::<Payload<Found>>());
    to.at("/search/messages", |at| at.get("Messages in which a text occurs", messages).answers::<Payload<Found>>());
    to.at("/search/articles", |at| at.get("Articles in which a text occurs", articles).answers::<Payload<Found>>());
    to.at("/conversations/search", |at| at.get("Conversations in which a text was said", saying).answers::<Listed<Asked, Vec<ConversationSaying>>>());
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Search {
    /// Up to 1000 characters.
    q: Text,
    /// From 1 on.
    page: PageNumber,
}

impl Input for Search {}

/// What is looked for.
#[derive(Clone, Copy)]
enum Part {
    Conversations,
    Contacts,
    Messages,
    Articles,
}

async fn everything(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Search>) -> Result<HttpResponse> {
    answer(db, links, agent, params.0, &[Part::Conversations, Part::Contacts, Part::Messages, Part::Articles]).await
}

async fn conversations(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Search>) -> Result<HttpResponse> {
    answer(db, links, agent, params.0, &[Part::Conversations]).await
}

async fn people(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Search>) -> Result<HttpResponse> {
    answer(db, links, agent, params.0, &[Part::Contacts]).await
}

async fn messages(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Search>) -> Result<HttpResponse> {
    answer(db, links, agent, params.0, &[Part::Messages]).await
}

async fn articles(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Search>) -> Result<HttpResponse> {
    answer(db, links, agent, params.0, &[Part::Articles]).await
}

async fn answer(db: Data<Db>, links: Data<Links>, agent: Agent, Search { q, page }: Search, parts: &'static [Part]) -> Result<HttpResponse> {
    let text = q.0.trim().to_owned();
    within("q", &text, LONGEST_SEARCH)?;
    let offset = page.offset(PAGE);
    let work = move |conn: &mut DbConn| {
        let mut payload = Map::new();
        for part in parts {
            let (name, found) = look(conn, &agent, &links, *part, &text, offset)?;
            payload.insert(name.into(), found.into());
        }
        Ok(payload)
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await? }))
}

/// Nothing is found by a blank text.
fn look(conn: &mut DbConn, agent: &Agent, links: &Links, part: Part, text: &str, offset: i64) -> Result<(&'static str, Vec<Value>)> {
    let (account, blank) = (agent.account_id(), text.is_empty());
    Ok(match part {
        Part::Conversations if blank => ("conversations", Vec::new()),
        Part::Conversations => {
            let found = search::conversations_with(conn, agent, text, offset)?;
            ("conversations", found::conversations(conn, account, &found, links)?)
        }
        Part::Contacts if blank => ("contacts", Vec::new()),
        Part::Contacts => ("contacts", found::people(&contacts::found(conn, account, text, offset)?)?),
        Part::Messages if blank => ("messages", Vec::new()),
        Part::Messages => {
            let found = search::messages_saying(conn, agent, text, offset)?;
            ("messages", found::messages(conn, account, found, links)?)
        }
        Part::Articles if blank => ("articles", Vec::new()),
        Part::Articles => ("articles", found::articles(&help_centre::found(conn, account, text, PAGE, offset)?)?),
    })
}

async fn saying(db: Data<Db>, agent: Agent, params: Params<Filters>) -> Result<HttpResponse> {
    let mut filters = params.0;
    // without a text nothing is sought: then the list, where it would be everything, is empty
    let text = match &filters.q {
        Patch::Set(Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    if text.is_empty() {
        return Ok(HttpResponse::Ok().json(Listed { meta: Asked::default(), payload: [(); 0] }));
    }
    filters.q = Patch::Set(Text(text.clone()));
    let work = move |conn: &mut DbConn| {
        let (counts, found) = index::page(conn, &agent, &filters)?;
        let said = search::messages_of(conn, &agent, &found, &text)?;
        let payload = found::conversations_saying(conn, agent.account_id(), &found, said)?;
        let index::Counts { mine_count, unassigned_count, all_count, .. } = counts;
        Ok(Listed { meta: Asked { mine_count, unassigned_count, all_count }, payload })
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}
