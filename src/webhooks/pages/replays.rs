//! Sending a part of the past again: what has been replayed, the form, and the number before it begins.
use super::{
    At,
    deliveries::{WebhookHead, head},
    list_url, url_of,
};
use crate::{
    auth::AdministratorPage,
    config::Config,
    db::{
        Db, DbConn,
        types::{ReplayId, WebhookId, now},
    },
    error::{Error, Result},
    events::EventName,
    web::{
        Form, NoFields, Params,
        fields::{List, Text},
        forms::{Choice, FormErrors},
        html, period, refused, see_other,
        shell::{Badge, Flash, Shell},
    },
    webhooks::{
        commands::{self, ReplayInput},
        model::{FASTEST, Replay, ReplayKind, USUAL_RATE, Webhook, seconds},
        queries::{self, Tally},
        replayer,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use chrono::TimeDelta;

struct KindChoice {
    choice: Choice,
    hint: String,
}

struct ReplayForm {
    kinds: Vec<KindChoice>,
    from: String,
    until: String,
    rate: String,
    fastest: i32,
    events: Vec<Choice>,
    some_events: bool,
}

struct ReplayRow {
    what: String,
    from: i64,
    until: i64,
    sent: i64,
    total: i64,
    percent: i64,
    rate: i64,
    left: String,
    badge: Badge,
    running: bool,
    created_at: i64,
    cancel: String,
}

#[derive(Template)]
#[template(path = "webhooks/replays.html")]
struct ReplaysPage {
    page: Shell,
    list_url: String,
    webhook: WebhookHead,
    form: ReplayForm,
    errors: FormErrors,
    confirm_url: String,
    running: Option<ReplayRow>,
    past: Vec<ReplayRow>,
}

#[derive(Template)]
#[template(path = "webhooks/replay.html")]
struct ConfirmPage {
    page: Shell,
    back_url: String,
    title: String,
    number: i64,
    what: String,
    from: i64,
    until: i64,
    events: String,
    rate: i64,
    takes: String,
    fields: Vec<(&'static str, String)>,
}

/// How long something takes that takes so many seconds.
fn about(page: &Shell, seconds: i64) -> String {
    let (key, count) = match seconds {
        ..120 => ("replay-seconds", seconds),
        120..7200 => ("replay-minutes", seconds / 60),
        _ => ("replay-hours", seconds / 3600),
    };
    page.ta(key, &[("count", count.into())])
}

fn kind_label(page: &Shell, kind: ReplayKind) -> String {
    page.t(&format!("replay-what-{}", kind.name()))
}

fn row(page: &Shell, webhook: &Webhook, replay: &Replay) -> ReplayRow {
    let standing = replay.standing(webhook);
    let (tone, icon) = match standing {
        "running" => ("busy", "send"),
        "paused" => ("off", "circle-pause"),
        "done" => ("good", "circle-check"),
        _ => ("off", "ban"),
    };
    ReplayRow {
        what: kind_label(page, replay.kind),
        from: replay.from_at.and_utc().timestamp(),
        until: replay.until_at.and_utc().timestamp(),
        sent: replay.sent,
        total: replay.total,
        percent: (replay.sent * 100 / replay.total.max(1)).min(100),
        rate: replay.rate.into(),
        left: about(page, seconds(replay.left(), replay.rate)),
        badge: Badge { tone, icon, label: page.t(&format!("replay-state-{standing}")) },
        running: replay.finished_at.is_none(),
        created_at: replay.created_at.and_utc().timestamp(),
        cancel: format!("{}/replays/{}/cancel", url_of(page, webhook.id), replay.id),
    }
}

fn form(page: &Shell, webhook: &Webhook, input: &ReplayInput) -> ReplayForm {
    let or = |said: &Text, usual: String| if said.0.is_empty() { usual } else { said.0.clone() };
    let time = |said: &Text, usual| period::for_field(period::parse(&said.0).unwrap_or(usual));
    let what = or(&input.what, ReplayKind::Failed.name().into());
    let kind = |kind: &ReplayKind| KindChoice {
        choice: Choice::new(kind.name(), kind_label(page, *kind), &what),
        hint: page.t(&format!("replay-what-{}-hint", kind.name())),
    };
    let List(chosen) = &input.events;
    let selected = |event: &EventName| {
        if chosen.is_empty() { webhook.heard().contains(event) } else { chosen.iter().any(|Text(name)| name == event.name()) }
    };
    let event =
        |event: &EventName| Choice { value: event.name().into(), label: page.t(&format!("event-{}", event.name())), selected: selected(event) };
    ReplayForm {
        kinds: ReplayKind::ALL.iter().map(kind).collect(),
        from: time(&input.from, now() - TimeDelta::hours(24)),
        until: time(&input.to, now()),
        rate: or(&input.rate, USUAL_RATE.to_string()),
        fastest: FASTEST,
        events: EventName::SUBSCRIBABLE.iter().map(event).collect(),
        some_events: !chosen.is_empty() && EventName::SUBSCRIBABLE.iter().any(|event| selected(event) != webhook.heard().contains(event)),
    }
}

/// What the page needs of the database.
type Loaded = (Webhook, Tally, Vec<Replay>);

fn load(conn: &mut DbConn, account: crate::db::types::AccountId, id: WebhookId) -> Result<Loaded> {
    let webhook = queries::find(conn, account, id)?;
    let tally = queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok((webhook, tally, queries::replays(conn, id)?))
}

fn replays_page(page: Shell, (webhook, tally, replays): Loaded, input: &ReplayInput, errors: FormErrors) -> ReplaysPage {
    let (running, past): (Vec<ReplayRow>, Vec<ReplayRow>) = replays.iter().map(|replay| row(&page, &webhook, replay)).partition(|row| row.running);
    ReplaysPage {
        list_url: list_url(&page),
        webhook: head(&page, &webhook, &tally),
        form: form(&page, &webhook, input),
        errors,
        confirm_url: format!("{}/replays/confirm", url_of(&page, webhook.id)),
        running: running.into_iter().next(),
        past,
        page,
    }
}

pub(super) async fn replays(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    params: Params<ReplayInput>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let loaded = db.read(move |conn| load(conn, administrator.account_id(), id)).await?;
    let errors = FormErrors::new(page.lang);
    html(&replays_page(page, loaded, &params.0, errors))
}

/// What was wrong with the form, in the language of the page.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Invalid { attributes, .. } => {
            for attribute in attributes {
                errors.add(attribute, &format!("replay-error-{attribute}"));
            }
        }
        Error::Refused(_) => errors.add("", "replay-error-refused"),
        other => return Err(other),
    }
    Ok(errors)
}

pub(super) async fn confirm(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    params: Params<ReplayInput>,
) -> Result<HttpResponse> {
    let ((_, id), input) = (path.into_inner(), params.0);
    let loaded = db.read(move |conn| load(conn, administrator.account_id(), id)).await?;
    let counted = match commands::checked(&loaded.0, &input, replayer::kept_since(config.retention)) {
        Ok(order) => replayer::count(&db, &order).await.map(|counted| (order, counted)),
        Err(e) => Err(e),
    };
    let (order, counted) = match counted {
        Ok(counted) => counted,
        Err(e) => {
            let errors = refusal(&page, e)?;
            return refused(&replays_page(page, loaded, &input, errors));
        }
    };
    let (webhook, scope) = (loaded.0, order.scope);
    // with its end written out: what is begun is what was counted
    let fields = [("from", period::exactly(scope.from)), ("to", period::exactly(scope.until)), ("what", scope.kind.name().into())];
    let events = input.events.0.iter().map(|Text(name)| ("events[]", name.clone()));
    let named = |event: &EventName| page.t(&format!("event-{}", event.name()));
    html(&ConfirmPage {
        back_url: format!("{}/replays", url_of(&page, id)),
        title: webhook.title().to_owned(),
        number: counted.total,
        what: kind_label(&page, scope.kind),
        from: scope.from.and_utc().timestamp(),
        until: scope.until.and_utc().timestamp(),
        events: scope.events.iter().map(named).collect::<Vec<_>>().join(", "),
        rate: order.rate.into(),
        takes: about(&page, seconds(counted.total, order.rate)),
        fields: fields.into_iter().chain([("rate", order.rate.to_string())]).chain(events).collect(),
        page,
    })
}

pub(super) async fn start(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(input): Form<ReplayInput>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), administrator.account_id());
    let webhook = db.read(move |conn| queries::find(conn, account, id)).await?;
    let started = match commands::checked(&webhook, &input, replayer::kept_since(config.retention)) {
        Ok(order) => match replayer::count(&db, &order).await {
            Ok(counted) => db.write(move |tx| commands::start_replay(tx, &administrator, order, counted.span, counted.total)).await.map(drop),
            Err(e) => Err(e),
        },
        Err(e) => Err(e),
    };
    match started {
        Ok(()) => Ok(see_other(&format!("{}/replays", url_of(&page, id)), Some(Flash::notice("flash-replay-started")))),
        Err(e) => {
            let errors = refusal(&page, e)?;
            let loaded = db.read(move |conn| load(conn, account, id)).await?;
            refused(&replays_page(page, loaded, &input, errors))
        }
    }
}

pub(super) async fn cancel(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, WebhookId, ReplayId)>,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, webhook, id) = path.into_inner();
    db.write(move |tx| commands::cancel_replay(tx, &administrator, webhook, id)).await?;
    Ok(see_other(&format!("{}/replays", url_of(&page, webhook)), Some(Flash::notice("flash-replay-cancelled"))))
}

/// Turns a webhook on; the page that follows offers what was missed.
pub(super) async fn turn_on(db: Data<Db>, page: AdministratorPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (AdministratorPage { shell: page, administrator }, (_, id)) = (page, path.into_inner());
    let work = move |tx: &mut crate::db::Tx| {
        let off_since = queries::find(tx.conn, administrator.account_id(), id)?.turned_off_at;
        commands::turn_on(tx, &administrator, id).map(|()| off_since)
    };
    let since = db.write(work).await?.map(|at| format!("?off_since={}", at.and_utc().timestamp())).unwrap_or_default();
    Ok(see_other(&format!("{}{since}", url_of(&page, id)), Some(Flash::notice("flash-webhook-on"))))
}
