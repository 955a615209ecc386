//! `/survey/responses/{uuid}`: the survey as a page for people.
use super::survey::Survey;
use crate::{
    auth::AnyonePage,
    db::Db,
    error::{Error, Result},
    surveys::{RATINGS, Response},
    web::{
        Form, Input, Params,
        fields::{Flag, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::Shell,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

/// From here on a question is too long for a heading, in characters.
const LONG_QUESTION: usize = 140;

/// The routes, below `/survey`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/responses/{uuid}").route(get().to(show)).route(post().to(answer)));
}

#[derive(Template)]
#[template(path = "public_api/survey.html")]
struct SurveyPage {
    page: Shell,
    inbox: String,
    /// Where the form is sent to.
    path: String,
    heading: String,
    /// What asks, where that is no heading.
    long_question: Option<String>,
    ratings: Vec<Choice>,
    stars: bool,
    feedback: String,
    errors: FormErrors,
}

/// Thanks, or why there is nothing to do.
#[derive(Template)]
#[template(path = "public_api/survey_over.html")]
struct OverPage {
    page: Shell,
    inbox: String,
    path: String,
    given: Option<Given>,
    stars: bool,
    is_open: bool,
}

/// What was answered.
struct Given {
    rating: i16,
    label: String,
    feedback: String,
}

/// What the form holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Filled {
    rating: Text,
    feedback_message: Text,
}

impl Input for Filled {}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    change: Flag,
}

impl Input for Wish {}

fn path_of(uuid: &str) -> String {
    format!("/survey/responses/{uuid}")
}

fn label(page: &Shell, rating: i16) -> String {
    page.t(&format!("survey-rating-{rating}"))
}

fn form(page: Shell, survey: &Survey, path: String, filled: Filled, errors: FormErrors) -> SurveyPage {
    let question = survey.message.content.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let is_long = |text: &String| text.contains('\n') || text.chars().count() > LONG_QUESTION;
    let (long_question, heading) = match question {
        Some(text) if is_long(&text) => (Some(text), None),
        question => (None, question),
    };
    SurveyPage {
        inbox: survey.inbox.name.clone(),
        path,
        heading: heading.unwrap_or_else(|| page.lang.ta("survey-question", &[("inbox", survey.inbox.name.as_str().into())])),
        long_question,
        ratings: RATINGS.map(|rating| Choice::new(rating.to_string(), label(&page, rating), filled.rating.0.trim())).collect(),
        stars: survey.display_type() == "star",
        feedback: filled.feedback_message.0,
        errors,
        page,
    }
}

fn over(page: Shell, survey: &Survey, path: String) -> OverPage {
    let given = |response: &Response| Given {
        rating: response.rating,
        label: label(&page, response.rating),
        feedback: response.feedback_message.clone().unwrap_or_default(),
    };
    OverPage {
        inbox: survey.inbox.name.clone(),
        path,
        given: survey.response.as_ref().map(given),
        stars: survey.display_type() == "star",
        is_open: survey.is_open(),
        page,
    }
}

async fn show(db: Data<Db>, uuid: Path<String>, AnyonePage { shell: page, .. }: AnyonePage, wish: Params<Wish>) -> Result<HttpResponse> {
    let (path, Wish { change }) = (path_of(&uuid), wish.0);
    let survey = db.read(move |conn| Survey::find(conn, &uuid)).await?;
    let errors = FormErrors::new(page.lang);
    let filled = match &survey.response {
        _ if !survey.is_open() => return html(&over(page, &survey, path)),
        Some(_) if !change.0 => return html(&over(page, &survey, path)),
        Some(Response { rating, feedback_message, .. }) => {
            Filled { rating: Text(rating.to_string()), feedback_message: Text(feedback_message.clone().unwrap_or_default()) }
        }
        None => Filled::default(),
    };
    html(&form(page, &survey, path, filled, errors))
}

async fn answer(db: Data<Db>, uuid: Path<String>, AnyonePage { shell: page, .. }: AnyonePage, filled: Form<Filled>) -> Result<HttpResponse> {
    let (uuid, Filled { rating, feedback_message }) = (uuid.into_inner(), filled.0);
    let path = path_of(&uuid);
    // browsers end lines in their own way, and an untouched field is no feedback
    let feedback = Some(feedback_message.0.replace("\r\n", "\n")).filter(|text| !text.trim().is_empty());
    let values = json!({"csat_survey_response": {"rating": rating.0, "feedback_message": feedback}});
    let asked = uuid.clone();
    let error = match db.write(move |tx| Survey::answer(tx, &asked, &values)).await {
        Ok(_) => return Ok(see_other(&path, None)),
        Err(error @ (Error::Refused(_) | Error::Invalid { .. })) => error,
        Err(error) => return Err(error),
    };
    let survey = db.read(move |conn| Survey::find(conn, &uuid)).await?;
    if !survey.is_open() {
        return refused(&over(page, &survey, path));
    }
    let mut errors = FormErrors::new(page.lang);
    match error {
        // all that an open survey refuses is a rating that is none
        Error::Refused(_) => errors.add("rating", "survey-no-rating"),
        error => errors = errors.refuse(error)?,
    }
    refused(&form(page, &survey, path, Filled { rating, feedback_message }, errors))
}
