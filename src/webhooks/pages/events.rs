//! The catalogue: what a webhook can hear, and what arrives.
use super::{fields::GROUPS, list_url};
use crate::{
    accounts::PayloadFormat,
    auth::AdministratorPage,
    error::{Error, Result},
    events::EventName,
    files::Links,
    web::{Input, Params, fields::Text, html, json::pretty, shell::Shell},
    webhooks::catalogue::{self, Scene},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

struct EventRow {
    name: String,
    label: String,
    fires: String,
    url: String,
}

struct Group {
    title: String,
    events: Vec<EventRow>,
}

#[derive(Template)]
#[template(path = "webhooks/events.html")]
struct EventsPage {
    page: Shell,
    list_url: String,
    groups: Vec<Group>,
    types_path: String,
    pull_path: String,
}

fn url_of(page: &Shell, event: EventName) -> String {
    format!("{}/events/{}", list_url(page), event.name())
}

fn row(page: &Shell, event: EventName) -> EventRow {
    EventRow {
        name: event.name().into(),
        label: page.t(&format!("event-{}", event.name())),
        fires: page.t(&format!("event-fires-{}", event.name())),
        url: url_of(page, event),
    }
}

pub(super) async fn events(AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let group = |(title, events): &(&str, &[EventName])| Group { title: page.t(title), events: events.iter().map(|one| row(&page, *one)).collect() };
    let api = format!("/api/v1/accounts/{}", administrator.account_id());
    html(&EventsPage {
        list_url: list_url(&page),
        groups: GROUPS.iter().map(group).collect(),
        types_path: format!("GET {api}/webhook_event_types"),
        pull_path: format!("GET {api}/webhook_events?after=0&limit=100"),
        page,
    })
}

struct FormatTab {
    label: String,
    hint: String,
    url: String,
    selected: bool,
}

struct SampleView {
    id: String,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "webhooks/event.html")]
struct EventPage {
    page: Shell,
    events_url: String,
    event: EventRow,
    formats: Vec<FormatTab>,
    samples: Vec<SampleView>,
    schema: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    format: Text,
}

impl Input for Shown {}

pub(super) async fn event(
    links: Data<Links>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, String)>,
    params: Params<Shown>,
) -> Result<HttpResponse> {
    let account = &administrator.account;
    let event = EventName::subscribable(&path.into_inner().1).ok_or(Error::NotFound)?;
    let format = PayloadFormat::from_name(&params.0.format.0).unwrap_or(account.webhook_payload_format);
    let url = url_of(&page, event);
    let tab = |one: &PayloadFormat| FormatTab {
        label: page.t(&format!("payload-format-{}", one.name())),
        hint: page.t(&format!("payload-format-{}-hint", one.name())),
        url: format!("{url}?format={}", one.name()),
        selected: *one == format,
    };
    let samples = catalogue::samples(event, &Scene { account, inbox: None, links: &links })?;
    let view = |sample: &crate::events::catalogue::Sample| SampleView {
        id: format!("sample-{}", sample.kind),
        title: page.t(&format!("sample-{}", sample.kind)),
        text: pretty(&catalogue::render(format, &sample.payload)),
    };
    html(&EventPage {
        events_url: format!("{}/events", list_url(&page)),
        event: row(&page, event),
        formats: PayloadFormat::ALL.iter().map(tab).collect(),
        samples: samples.iter().map(view).collect(),
        schema: serde_json::to_string_pretty(catalogue::schema(event, format)).map_err(Error::internal)?,
        page,
    })
}
