//! `/api/v1/accounts/{account_id}/csat_survey_responses`: what contacts have answered, for administrators.
use super::{
    RATINGS,
    commands::{self, ReviewInput},
    payload,
    queries::{self, Order, Wanted},
};
use crate::{
    auth::Administrator,
    db::{
        Db, DbConn, Tx,
        types::{InboxId, SurveyResponseId, TeamId, UserId},
    },
    error::{Error, Result},
    users::named,
    web::{
        Input, Params, clock, download,
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

/// How many answers a page has.
const PAGE: i64 = 25;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/csat_survey_responses", |at| at.get("What contacts have answered", index).answers::<Vec<payload::GivenJson>>());
    to.at("/csat_survey_responses/metrics", |at| {
        at.get("How often they answered what, and how often they were asked", metrics).answers::<payload::MetricsJson>()
    });
    to.at("/csat_survey_responses/download", |at| at.get("The same as a table (CSV)", download).answers_with("text/csv"));
    to.at("/csat_survey_responses/{id}", |at| at.patch("Notes something about an answer", review).answers::<payload::GivenJson>());
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// From 1 on.
    page: PageNumber,
    /// `created_at`, `rating` or `-rating`; else the newest come first.
    sort: Text,
    /// Unix seconds.
    since: Patch<Text>,
    /// Unix seconds.
    until: Patch<Text>,
    /// Only about these people.
    user_ids: List<UserId>,
    /// Only of this inbox.
    inbox_id: Patch<InboxId>,
    /// Only of conversations of this team.
    team_id: Patch<TeamId>,
    /// Only these, from 1 to 5.
    rating: Patch<Text>,
}

impl Input for Listing {}

impl Listing {
    /// What is asked for, in which order, and how many come before the page.
    fn read(self) -> Result<(Wanted, Order, i64)> {
        let Listing { page, sort, since, until, user_ids, inbox_id, team_id, rating } = self;
        let order = match sort.0.as_str() {
            "created_at" => Order::Oldest,
            "rating" => Order::Worst,
            "-rating" => Order::Best,
            _ => Order::Newest,
        };
        let (since, until) = (clock::field("since", since)?, clock::field("until", until)?);
        let wanted = Wanted { since, until, users: named(user_ids)?, inbox: inbox_id.set(), team: team_id.set(), rating: rated(rating)? };
        Ok((wanted, order, page.offset(PAGE)))
    }
}

fn rated(said: Patch<Text>) -> Result<Option<i16>> {
    let Patch::Set(Text(text)) = said else { return Ok(None) };
    let rating = text.trim().parse().ok().filter(|rating| RATINGS.contains(rating));
    rating.map(Some).ok_or_else(|| Error::invalid("rating", "rating must be between 1 and 5"))
}

async fn index(db: Data<Db>, by: Administrator, params: Params<Listing>) -> Result<HttpResponse> {
    let question = params.0.read()?;
    let (found, colleagues) = db.read(move |conn| queries::with_colleagues(conn, by.account_id(), question, PAGE)).await?;
    Ok(HttpResponse::Ok().json(found.iter().map(|one| payload::given(one, &colleagues)).collect::<Vec<_>>()))
}

async fn metrics(db: Data<Db>, by: Administrator, params: Params<Listing>) -> Result<HttpResponse> {
    let (wanted, ..) = params.0.read()?;
    let work = move |conn: &mut DbConn| {
        let counts = queries::counts(conn, by.account_id(), &wanted)?;
        Ok(payload::metrics(&counts, queries::asked(conn, by.account_id(), &wanted)?))
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn download(db: Data<Db>, by: Administrator, params: Params<Listing>) -> Result<HttpResponse> {
    let (wanted, order, _) = params.0.read()?;
    let work = move |conn: &mut DbConn| {
        let (found, colleagues) = queries::with_colleagues(conn, by.account_id(), (wanted, order, 0), queries::TABLE)?;
        payload::table(&found, &colleagues)
    };
    Ok(download::table(payload::TABLE, db.read(work).await?))
}

async fn review(db: Data<Db>, by: Administrator, path: Path<(String, SurveyResponseId)>, params: Params<ReviewInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        commands::review(tx, &by, id, params.0)?;
        queries::one(tx.conn, by.account_id(), id)
    };
    let (found, colleagues) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::given(&found, &colleagues)))
}
