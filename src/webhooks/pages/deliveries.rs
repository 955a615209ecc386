//! A webhook's page with its deliveries, and the page of one delivery.
use super::{
    At, bot_url,
    hours::{Bar, chart},
    list_url,
    status::{Health, delivery_badge},
    url_of,
};
use crate::{
    auth::AdministratorPage,
    checks::at_most,
    config::Config,
    db::{
        Db, DbConn,
        types::{AgentBotId, DeliveryId, now},
    },
    error::{Error, Result},
    events::EventName,
    web::{
        Input, Params,
        clock::Moment,
        fields::{Patch, Text},
        forms::Choice,
        html, period, see_other,
        shell::{Badge, Shell},
    },
    webhooks::{
        explain,
        model::{DeliveryState, ReplayKind, Webhook},
        queries::{self, Found, Listed, Sought, Tally},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use chrono::NaiveDateTime;
use serde::Deserialize;

/// The head that a webhook's pages share.
pub(super) struct WebhookHead {
    pub title: String,
    pub url: String,
    pub path: String,
    pub badge: Badge,
    pub active: bool,
    /// The page of the bot that hears by it.
    pub bot_url: Option<String>,
}

/// What stands above each tab of a webhook.
pub(super) fn head(page: &Shell, webhook: &Webhook, tally: &Tally) -> WebhookHead {
    WebhookHead {
        title: webhook.title(),
        url: webhook.masked_url(),
        path: url_of(page, webhook.id),
        badge: Health::of(webhook, tally, now()).badge(page),
        active: webhook.turned_off_at.is_none(),
        bot_url: webhook.agent_bot_id.map(|bot| bot_url(page, bot)),
    }
}

struct WebhookStatus {
    sentence: String,
    delivered_24h: i64,
    failed_24h: i64,
    waiting: i64,
    /// So many are counted at most, where that was reached.
    counted: Option<i64>,
    last_success: Option<i64>,
}

struct DeliveryFilter {
    states: Vec<Choice>,
    events: Vec<Choice>,
    from: String,
    until: String,
    conversation: String,
    text: String,
    /// Whether the less usual fields are in use.
    more: bool,
    active: bool,
    paged: bool,
}

struct DeliveryRow {
    url: String,
    short_id: String,
    event: String,
    test: bool,
    badge: Badge,
    outcome: String,
    outcome_bad: bool,
    duration_ms: Option<i64>,
    tries: i64,
    max_tries: i64,
    next_try: Option<i64>,
    created_at: i64,
}

/// The replay of what was missed while the webhook was off.
struct Offer {
    since: Moment,
    url: String,
}

fn offer(page: &Shell, path: &str, off_since: &str) -> Option<Offer> {
    let since: i64 = off_since.parse().ok().filter(|since| (0..=page.now).contains(since))?;
    let kind = ReplayKind::NeverAttempted.name();
    Some(Offer { since: page.time_full(&since), url: format!("{path}/replays?what={kind}&from={since}") })
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct WebhookPage {
    page: Shell,
    list_url: String,
    webhook: WebhookHead,
    status: WebhookStatus,
    test_action: String,
    test_events: Vec<Choice>,
    hours: Vec<Bar>,
    filter: DeliveryFilter,
    stopped_at: Option<i64>,
    deliveries: Vec<DeliveryRow>,
    older_url: Option<String>,
    offer: Option<Offer>,
    newest_url: String,
}

/// What a person seeks; a time without a zone is in UTC.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    state: Text,
    event: Text,
    from: Text,
    to: Text,
    conversation: Text,
    q: Text,
    before: Patch<DeliveryId>,
    /// Since when it was off, if it has just been turned on.
    off_since: Text,
}

impl Input for Filter {}

/// The longest text that is sought.
const LONGEST: usize = 200;

impl Filter {
    fn sought(&self) -> Result<Sought> {
        let Filter { state, event, from, to, conversation, q, before, off_since: _ } = self;
        let time = |text: &Text, attribute, label: &str| match text.0.trim() {
            "" => Ok(None),
            text => period::parse(text).map(Some).ok_or_else(|| Error::invalid(attribute, format!("{label} is not a time"))),
        };
        let conversation = match conversation.0.trim().trim_start_matches('#') {
            "" => None,
            number => Some(number.parse().map_err(|_| Error::invalid("conversation", "Conversation must be a number"))?),
        };
        let text = at_most("q", Some(q.0.trim().to_owned()).filter(|text| !text.is_empty()), LONGEST)?;
        Ok(Sought {
            state: DeliveryState::from_name(&state.0),
            event: EventName::from_name(&event.0),
            from: time(from, "from", "From")?,
            until: time(to, "to", "To")?,
            conversation,
            text,
            before: before.clone().set(),
        })
    }

    /// The same for a link, but for the place in the list.
    fn query(&self) -> String {
        let Filter { state, event, from, to, conversation, q, before: _, off_since: _ } = self;
        let fields = [("state", state), ("event", event), ("from", from), ("to", to), ("conversation", conversation), ("q", q)];
        let said = fields.into_iter().filter(|(_, text)| !text.0.is_empty()).map(|(name, text)| (name, &text.0));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish()
    }

    fn draw(&self, page: &Shell, webhook: &Webhook, sought: &Sought) -> DeliveryFilter {
        let label = |state: &DeliveryState| page.t(&format!("state-{}", state.name()));
        let states = DeliveryState::ALL.iter().map(|one| Choice::new(one.name(), label(one), &self.state.0));
        let events = webhook.may_hear().iter().map(|one| Choice::new(one.name(), one.name(), &self.event.0));
        let time = |at: Option<NaiveDateTime>| at.map(period::for_field).unwrap_or_default();
        DeliveryFilter {
            states: std::iter::once(Choice::new("", page.t("filter-all-states"), &self.state.0)).chain(states).collect(),
            events: std::iter::once(Choice::new("", page.t("filter-all-events"), &self.event.0)).chain(events).collect(),
            from: time(sought.from),
            until: time(sought.until),
            conversation: self.conversation.0.clone(),
            text: self.q.0.clone(),
            more: sought.from.is_some() || sought.until.is_some() || sought.conversation.is_some(),
            active: sought.is_narrow(),
            paged: sought.before.is_some(),
        }
    }
}

/// Leads to the log of a bot, which goes by another id.
pub(super) async fn of_bot(db: Data<Db>, page: AdministratorPage, path: Path<(String, AgentBotId)>) -> Result<HttpResponse> {
    let (AdministratorPage { shell: page, administrator }, (_, bot)) = (page, path.into_inner());
    let webhook = db.read(move |conn| queries::of_bot(conn, administrator.account_id(), bot)).await?;
    Ok(see_other(&url_of(&page, webhook.ok_or(Error::NotFound)?), None))
}

pub(super) async fn show(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    params: Params<Filter>,
) -> Result<HttpResponse> {
    let ((_, id), filter) = (path.into_inner(), params.0);
    let sought = filter.sought()?;
    let wanted = sought.clone();
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find_shown(conn, administrator.account_id(), id)?;
        let tally = queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default();
        let found = queries::search(conn, webhook.account_id, id, &wanted)?;
        let ids: Vec<DeliveryId> = found.listed.iter().map(|(delivery, _)| delivery.id).collect();
        let (durations, hours) = (queries::durations(conn, &ids)?, queries::hours(conn, id)?);
        Ok((webhook, tally, queries::last_attempt(conn, id)?, found, durations, hours))
    };
    let (webhook, tally, last_attempt, Found { listed, older, stopped_at }, durations, hours) = db.read(work).await?;
    let path = url_of(&page, id);
    let most = webhook.schedule(&config.webhook).len() as i64 + 1;
    let row = |listed: &Listed| {
        let duration = durations.get(&listed.0.id).map(|ms| i64::from(*ms));
        delivery_row(&page, &path, listed, duration, most)
    };
    let filters = filter.query();
    html(&WebhookPage {
        list_url: list_url(&page),
        webhook: head(&page, &webhook, &tally),
        status: WebhookStatus {
            sentence: Health::of(&webhook, &tally, now()).sentence(&page, &webhook, &tally, last_attempt.as_ref()),
            delivered_24h: tally.delivered,
            failed_24h: tally.failed,
            waiting: tally.waiting,
            counted: tally.is_cut().then_some(queries::MOST_COUNTED),
            last_success: tally.last_success.map(|at| at.and_utc().timestamp()),
        },
        test_action: format!("{path}/test"),
        test_events: super::trial::choices(&page, &webhook),
        hours: chart(&page, &hours),
        filter: filter.draw(&page, &webhook, &sought),
        deliveries: listed.iter().map(row).collect(),
        stopped_at: stopped_at.map(|at| at.and_utc().timestamp()),
        offer: offer(&page, &path, &filter.off_since.0),
        older_url: older.map(|before| format!("{path}?{filters}&before={before}")),
        newest_url: format!("{path}?{filters}"),
        page,
    })
}

fn delivery_row(page: &Shell, path: &str, (delivery, event): &Listed, duration_ms: Option<i64>, most: i64) -> DeliveryRow {
    let tries = i64::from(delivery.attempts);
    DeliveryRow {
        url: format!("{path}/deliveries/{}", delivery.id),
        // it begins with the time: only its end tells it from those beside it
        short_id: delivery.public_id.rsplit('-').next().unwrap_or_default().to_owned(),
        event: event.name().into(),
        test: delivery.test,
        badge: delivery_badge(page, delivery),
        outcome: explain::outcome(page.lang, delivery.response_status, delivery.error_class),
        outcome_bad: delivery.error_class.is_some(),
        duration_ms,
        tries,
        max_tries: if delivery.test { tries.max(1) } else { most.max(tries) },
        next_try: delivery.next_try(now()).map(|at| at.and_utc().timestamp()),
        created_at: delivery.created_at.and_utc().timestamp(),
    }
}
