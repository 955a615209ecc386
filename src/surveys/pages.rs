//! Settings → Customer satisfaction: how content contacts were, and what they wrote about it.
use super::{
    RATINGS,
    commands::{self, ReviewInput},
    payload,
    queries::{self, Given, Order, Wanted},
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn,
        types::{SurveyResponseId, UserId, now},
    },
    error::Result,
    users::{self, Member},
    web::{
        Form, Input, Params, download,
        fields::{PageNumber, Text},
        forms::{Choice, FormErrors},
        html,
        json::seconds,
        refused, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// How many answers a page has.
const PAGE: i64 = 25;
/// Of how many days can be told, the usual first.
const PERIODS: [i64; 4] = [30, 90, 180, 365];

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/csat").route(get().to(show)))
        .service(resource("/csat/table.csv").route(get().to(table)))
        .service(resource("/csat/{id}").route(get().to(show_one)).route(post().to(review)));
}

/// What is looked at. What is no choice is the usual one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    days: Text,
    rating: Text,
    agent: Text,
    page: PageNumber,
}

impl Input for Asked {}

impl Asked {
    fn days(&self) -> i64 {
        self.days.0.parse().ok().filter(|days| PERIODS.contains(days)).unwrap_or(PERIODS[0])
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            since: Some(now() - TimeDelta::days(self.days())),
            users: self.agent.0.parse().ok().map(UserId).into_iter().collect(),
            rating: self.rating.0.parse().ok().filter(|rating| RATINGS.contains(rating)),
            ..Wanted::default()
        }
    }

    /// What the address of another page, or of the table, goes on with.
    fn query(&self, page: Option<i64>) -> String {
        let page = page.map(|page| page.to_string()).unwrap_or_default();
        let pairs = [("days", self.days.0.as_str()), ("rating", &self.rating.0), ("agent", &self.agent.0), ("page", &page)];
        let said = pairs.into_iter().filter(|(_, said)| !said.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish()
    }
}

/// How often a rating was given.
struct RatingRow {
    label: String,
    face: String,
    number: i64,
    percent: i64,
}

/// An answer.
struct AnswerRow {
    contact: String,
    rating: String,
    face: String,
    feedback: String,
    agent: String,
    conversation: String,
    at: i64,
    note: String,
    /// Who has noted that, if they are still here, and when.
    reviewer: String,
    reviewed_at: Option<i64>,
    /// Where it is noted.
    url: String,
}

#[derive(Template)]
#[template(path = "surveys/list.html")]
struct AnswersPage {
    page: Shell,
    url: String,
    csv_url: String,
    days: Vec<Choice>,
    ratings_to_choose: Vec<Choice>,
    agents: Vec<Choice>,
    asked: Option<i64>,
    answered: i64,
    share: Option<i64>,
    content: Option<i64>,
    ratings: Vec<RatingRow>,
    answers: Vec<AnswerRow>,
    newer_url: Option<String>,
    older_url: Option<String>,
}

fn label(page: &Shell, rating: i16) -> String {
    page.t(&format!("survey-rating-{rating}"))
}

fn percent(part: i64, of: i64) -> Option<i64> {
    (part * 100 + of / 2).checked_div(of)
}

fn rating_rows(page: &Shell, counts: &[(i16, i64)]) -> Vec<RatingRow> {
    let answered: i64 = counts.iter().map(|(_, number)| number).sum();
    let row = |rating: i16| {
        let number = counts.iter().find(|(one, _)| *one == rating).map_or(0, |(_, number)| *number);
        RatingRow { label: label(page, rating), face: format!("face-{rating}"), number, percent: percent(number, answered).unwrap_or_default() }
    };
    RATINGS.rev().map(row).collect()
}

fn answer_row(page: &Shell, (response, number, contact): &Given, colleagues: &[Member], query: &str) -> AnswerRow {
    let about = payload::about(response, colleagues);
    let reviewer = payload::reviewer(response, colleagues);
    AnswerRow {
        contact: contact.name.clone(),
        rating: label(page, response.rating),
        face: format!("face-{}", response.rating),
        feedback: response.feedback_message.clone().unwrap_or_default(),
        agent: about.map(|member| member.user.available_name().to_owned()).unwrap_or_else(|| "–".to_owned()),
        conversation: format!("#{number}"),
        at: seconds(response.created_at),
        note: response.csat_review_notes.clone().unwrap_or_default(),
        reviewer: reviewer.map(|member| member.user.available_name().to_owned()).unwrap_or_default(),
        reviewed_at: response.review_notes_updated_at.map(seconds),
        url: format!("{}/{}?{query}", page.settings("csat"), response.id),
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, params: Params<Asked>) -> Result<HttpResponse> {
    let asked = params.0;
    let (wanted, offset) = (asked.wanted(), asked.page.offset(PAGE));
    let work = move |conn: &mut DbConn| {
        let account = administrator.account_id();
        // a rating narrows the list alone: of the figures only those of all ratings tell anything
        let counts = queries::counts(conn, account, &Wanted { rating: None, ..wanted.clone() })?;
        // whom a question was about shows only in its answer
        let times = wanted.users.is_empty().then(|| queries::asked(conn, account, &wanted)).transpose()?;
        let members = users::members(conn, account, None)?;
        // one more than a page has, which tells whether there is another
        let found = queries::some(conn, account, &wanted, Order::Newest, offset, PAGE + 1)?;
        Ok((counts, times, members, found))
    };
    let (counts, times, members, found) = db.read(work).await?;
    let url = page.viewer.as_ref().map(|viewer| viewer.settings("csat")).unwrap_or_default();
    let answered: i64 = counts.iter().map(|(_, number)| number).sum();
    let content = counts.iter().filter(|(rating, _)| *rating > 3).map(|(_, number)| number).sum();
    let number = offset / PAGE + 1;
    let other = |page: i64| format!("{url}?{}", asked.query(Some(page)));
    let here = asked.query(Some(number));
    let choice = |value: String, label: String, chosen: &str| Choice::new(value, label, chosen);
    html(&AnswersPage {
        csv_url: format!("{url}/table.csv?{}", asked.query(None)),
        days: PERIODS.map(|days| choice(days.to_string(), page.ta("reports-last-days", &[("days", days.into())]), &asked.days().to_string())).into(),
        ratings_to_choose: RATINGS.rev().map(|rating| choice(rating.to_string(), label(&page, rating), &asked.rating.0)).collect(),
        agents: members.iter().map(|member| choice(member.user.id.to_string(), member.user.available_name().to_owned(), &asked.agent.0)).collect(),
        asked: times,
        answered,
        share: times.and_then(|times| percent(answered.min(times), times)),
        content: percent(content, answered),
        ratings: rating_rows(&page, &counts),
        answers: found.iter().take(PAGE as usize).map(|one| answer_row(&page, one, &members, &here)).collect(),
        newer_url: (number > 1).then(|| other(number - 1)),
        older_url: (found.len() as i64 > PAGE).then(|| other(number + 1)),
        url,
        page,
    })
}

async fn table(db: Data<Db>, AdministratorPage { administrator, .. }: AdministratorPage, params: Params<Asked>) -> Result<HttpResponse> {
    let wanted = params.0.wanted();
    let work = move |conn: &mut DbConn| {
        let (found, colleagues) = queries::with_colleagues(conn, administrator.account_id(), (wanted, Order::Newest, 0), queries::TABLE)?;
        payload::table(&found, &colleagues)
    };
    Ok(download::table(payload::TABLE, db.read(work).await?))
}

/// A path of an account and an answer. Its query is that of the list, to which it leads back.
type At = Path<(String, SurveyResponseId)>;

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    csat_review_notes: Text,
}

impl Input for Fields {}

#[derive(Template)]
#[template(path = "surveys/review.html")]
struct ReviewPage {
    page: Shell,
    back_url: String,
    answer: AnswerRow,
    fields: Fields,
    errors: FormErrors,
}

/// The query of the list.
fn query_of(request: &HttpRequest) -> String {
    let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn back_url(page: &Shell, request: &HttpRequest) -> String {
    format!("{}?{}", page.settings("csat"), query_of(request))
}

fn review_page(page: Shell, request: &HttpRequest, (answer, colleagues): &(Given, Vec<Member>), fields: Fields, errors: FormErrors) -> ReviewPage {
    let answer = answer_row(&page, answer, colleagues, &query_of(request));
    ReviewPage { back_url: back_url(&page, request), answer, fields, errors, page }
}

async fn show_one(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::one(conn, administrator.account_id(), id)).await?;
    let ((response, ..), _) = &found;
    let fields = Fields { csat_review_notes: Text(response.csat_review_notes.clone().unwrap_or_default()) };
    let errors = FormErrors::new(page.lang);
    html(&review_page(page, &request, &found, fields, errors))
}

async fn review(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    request: HttpRequest,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), administrator.account_id());
    let input = ReviewInput { csat_review_notes: fields.csat_review_notes.said() };
    match db.write(move |tx| commands::review(tx, &administrator, id, input)).await {
        Ok(()) => Ok(see_other(&back_url(&page, &request), Some(Flash::notice("flash-csat-noted")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let found = db.read(move |conn| queries::one(conn, account, id)).await?;
            refused(&review_page(page, &request, &found, fields, errors))
        }
    }
}
