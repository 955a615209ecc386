//! The page of a test receiver: its address, how it answers, and what has arrived.
use super::{At, badge, list_url, settings, title, url_of, webhooks_url};
use crate::{
    auth::{Administrator, AdministratorPage},
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{ArrivalId, TestReceiverId},
    },
    error::Result,
    test_receivers::{
        commands::{self, ReceiverInput},
        model::{Arrival, LONGEST_WAIT, Reply, TestReceiver},
        payload, queries,
    },
    web::{
        Form, Input, NoFields, Params,
        fields::{Patch, Text},
        forms::{Choice, FormErrors},
        html,
        json::pretty,
        refused, see_other,
        shell::{Badge, Flash, Shell},
    },
    webhooks::{self, Arrived, Origin, Verdict},
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;

/// A request in the list.
struct Row {
    id: i64,
    url: String,
    title: String,
    tone: &'static str,
    icon: &'static str,
    answered: String,
    at: i64,
    size: i64,
    is_selected: bool,
}

/// The request that is looked at.
struct View {
    method: String,
    path: String,
    at: i64,
    answered: String,
    size: i64,
    headers: Vec<(String, String)>,
    /// None for one that is no text.
    body: Option<String>,
    /// How many bytes of a longer body are kept.
    kept: Option<i64>,
    sender: Option<Sender>,
    verdict: Option<Verdict>,
}

/// Who has sent it.
struct Sender {
    title: String,
    url: Option<String>,
    delivery_url: Option<String>,
}

#[derive(Template)]
#[template(path = "test_receivers/show.html")]
struct ReceiverPage {
    page: Shell,
    list_url: String,
    title: String,
    badge: Badge,
    url: String,
    curl: String,
    page_url: String,
    new_webhook_url: String,
    /// What people know each webhook by that points here, and its page.
    pointing: Vec<(String, String)>,
    form: Fields,
    answers: Vec<Choice>,
    longest_wait: i32,
    errors: FormErrors,
    arrivals: Vec<Row>,
    shown: Option<View>,
    /// Whether the page shows whatever came last.
    is_following: bool,
    is_paged: bool,
    older_url: Option<String>,
}

/// What the form holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    name: Text,
    answer: Text,
    seconds: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(receiver: &TestReceiver) -> Fields {
        Fields {
            name: Text(receiver.name.clone().unwrap_or_default()),
            answer: Text(receiver.answer.name().into()),
            seconds: Text(receiver.seconds.to_string()),
        }
    }

    fn input(&self) -> ReceiverInput {
        ReceiverInput {
            name: Patch::Set(self.name.clone()),
            answer: Reply::from_name(&self.answer.0).map_or(Patch::Absent, Patch::Set),
            seconds: Patch::Set(self.seconds.clone()),
        }
    }
}

/// Which request is looked at, and where the list begins.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    request: Patch<ArrivalId>,
    before: Patch<ArrivalId>,
}

impl Input for Wanted {}

/// What is read for the page.
struct Found {
    receiver: TestReceiver,
    url: String,
    arrivals: Vec<Arrival>,
    older: Option<ArrivalId>,
    shown: Option<Arrival>,
    origin: Option<Origin>,
    pointing: Vec<(String, String)>,
    is_following: bool,
    is_paged: bool,
}

async fn found(db: &Db, config: &Config, by: &Administrator, id: TestReceiverId, wanted: Wanted) -> Result<Found> {
    let (account, public) = (by.account_id(), config.public_url.clone());
    let Wanted { request, before } = wanted;
    let read = move |conn: &mut DbConn| {
        let receiver = queries::find(conn, account, id)?;
        let url = receiver.url(&public);
        let (is_paged, is_following) = (before != Patch::Absent, request == Patch::Absent && before == Patch::Absent);
        let (arrivals, older) = queries::arrivals(conn, id, before.set())?;
        let shown = match request.set() {
            Some(request) => Some(queries::arrival(conn, id, request)?),
            None => arrivals.first().cloned(),
        };
        let whole = shown.as_ref().filter(|arrival| !arrival.is_cut());
        let origin = match whole {
            Some(arrival) => webhooks::origin(conn, account, arrived(arrival, &url))?,
            None => None,
        };
        let pointing = webhooks::pointing_at(conn, account, &url)?;
        Ok(Found { receiver, url, arrivals, older, shown, origin, pointing, is_following, is_paged })
    };
    db.read(read).await
}

fn arrived(arrival: &Arrival, url: &str) -> Arrived {
    Arrived {
        url: url.to_owned(),
        headers: arrival.headers.0.clone(),
        body: String::from_utf8_lossy(&arrival.body).into_owned(),
        at: arrival.created_at.and_utc().timestamp(),
    }
}

async fn draw(page: Shell, found: Found, form: Fields, errors: FormErrors) -> Result<ReceiverPage> {
    let Found { receiver, url, arrivals, older, shown, origin, pointing, is_following, is_paged } = found;
    let (title, page_url, selected) = (title(&page, &receiver), url_of(&page, receiver.id), shown.as_ref().map(|arrival| arrival.id));
    let filled = [("url", url.as_str()), ("name", title.as_str())];
    let filled = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    let answer = |reply: &Reply| Choice::new(reply.name(), page.t(&format!("receiver-reply-{}", reply.name())), &form.answer.0);
    let shown = match shown {
        Some(arrival) => Some(view(&page, arrival, origin).await?),
        None => None,
    };
    Ok(ReceiverPage {
        list_url: list_url(&page),
        badge: badge(&page, &receiver),
        curl: format!("curl --request POST '{url}' --data '{{\"hello\": \"world\"}}'"),
        new_webhook_url: format!("{}/new?{filled}", webhooks_url(&page)),
        pointing: pointing.into_iter().map(|(title, path)| (title, settings(&page, &path))).collect(),
        answers: Reply::ALL.iter().map(answer).collect(),
        longest_wait: LONGEST_WAIT,
        arrivals: arrivals.iter().map(|arrival| row(&page, &page_url, arrival, selected)).collect(),
        older_url: older.map(|before| format!("{page_url}?before={before}")),
        title,
        url,
        page_url,
        form,
        errors,
        shown,
        is_following,
        is_paged,
        page,
    })
}

pub(super) async fn show(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    params: Params<Wanted>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = found(&db, &config, &administrator, id, params.0).await?;
    let (form, errors) = (Fields::of(&found.receiver), FormErrors::new(page.lang));
    html(&draw(page, found, form, errors).await?)
}

/// What a request was answered, in words, with its tone and icon.
fn answered(page: &Shell, arrival: &Arrival) -> (&'static str, &'static str, String) {
    match arrival.status {
        None => ("bad", "ban", page.t("receiver-hung-up")),
        Some(status) if arrival.seconds > 0 => {
            let (status, seconds) = (status.to_string(), i64::from(arrival.seconds));
            ("warn", "hourglass", page.ta("receiver-late", &[("status", status.as_str().into()), ("seconds", seconds.into())]))
        }
        Some(status @ 200..=299) => ("good", "circle-check", status.to_string()),
        Some(status) => ("bad", "circle-x", status.to_string()),
    }
}

fn row(page: &Shell, page_url: &str, arrival: &Arrival, selected: Option<ArrivalId>) -> Row {
    let (tone, icon, answered) = answered(page, arrival);
    Row {
        id: arrival.id.0,
        url: format!("{page_url}?request={}", arrival.id),
        title: payload::event(arrival).unwrap_or_else(|| arrival.method.clone()),
        tone,
        icon,
        answered,
        at: arrival.created_at.and_utc().timestamp(),
        size: arrival.body_size,
        is_selected: selected == Some(arrival.id),
    }
}

async fn view(page: &Shell, arrival: Arrival, origin: Option<Origin>) -> Result<View> {
    let sender = origin.as_ref().map(|origin| Sender {
        title: origin.title(),
        url: origin.page().map(|path| settings(page, &path)),
        delivery_url: origin.delivery_page().map(|path| settings(page, &path)),
    });
    let verdict = match origin {
        Some(origin) => Some(webhooks::examine(page, origin).await?),
        None => None,
    };
    let (_, _, answered) = answered(page, &arrival);
    Ok(View {
        answered,
        at: arrival.created_at.and_utc().timestamp(),
        size: arrival.body_size,
        body: arrival.text().map(pretty),
        kept: arrival.is_cut().then_some(arrival.body.len() as i64),
        method: arrival.method,
        path: arrival.path,
        headers: arrival.headers.0,
        sender,
        verdict,
    })
}

pub(super) async fn update(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), input, by) = (path.into_inner(), fields.input(), administrator.clone());
    match db.write(move |tx: &mut Tx| commands::update(tx, &by, id, input)).await {
        Ok(_) => Ok(see_other(&url_of(&page, id), Some(Flash::notice("flash-receiver-updated")))),
        Err(e) => {
            let errors = FormErrors::new(page.lang).refuse(e)?;
            let found = found(&db, &config, &administrator, id, Wanted::default()).await?;
            refused(&draw(page, found, fields, errors).await?)
        }
    }
}

pub(super) async fn clear(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx: &mut Tx| commands::clear(tx, &administrator, id)).await?;
    Ok(see_other(&url_of(&page, id), Some(Flash::notice("flash-receiver-cleared"))))
}
