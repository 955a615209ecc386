//! Settings → Reports: the account now, a time at a glance, one metric over it, and what agents, inboxes, labels and teams did.
mod plot;

use super::{
    model::{Dimension, Metric, Scope, Tally},
    payload::{StandingJson, standing},
    period::{DAY, GroupBy, Period, Steps, offset},
    queries::{self, Filter, Overview, Part},
    table,
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn,
        types::{AccountId, InboxId, LabelId, TeamId, UserId, now},
    },
    error::Result,
    web::{
        Input, Params, download,
        fields::{Flag, Patch, Text},
        forms::Choice,
        html,
        shell::Shell,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, resource},
};
use askama::Template;
use plot::{Bar, plot};
use serde::Deserialize;

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/reports").route(get().to(show))).service(resource("/reports/table.csv").route(get().to(table)));
}

/// Of how many days can be told, the usual first.
const PERIODS: [i64; 5] = [7, 30, 90, 180, 365];
/// How many days of hours are shown at most: each is a row of the table.
const MOST_DAYS_OF_HOURS: i64 = 31;
/// What is told at a glance.
const GLANCE: [Metric; 7] =
    [Metric::Conversations, Metric::Incoming, Metric::Outgoing, Metric::FirstResponse, Metric::ReplyTime, Metric::Resolution, Metric::Resolutions];
/// How far clocks are ahead of UTC somewhere, in hours.
const OFFSETS: [&str; 37] = [
    "-11", "-10", "-9.5", "-9", "-8", "-7", "-6", "-5", "-4", "-3.5", "-3", "-2", "-1", "0", "1", "2", "3", "3.5", "4", "4.5", "5", "5.5", "5.75",
    "6", "6.5", "7", "8", "8.75", "9", "9.5", "10", "10.5", "11", "12", "12.75", "13", "14",
];

/// What is looked at. What is no choice is the usual one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    days: Text,
    metric: Text,
    /// `agent-3`, `inbox-2` and the like; else all of the account.
    of: Text,
    group_by: Text,
    timezone_offset: Text,
    business_hours: Flag,
    /// Of what the table has its rows.
    by: Text,
}

impl Input for Asked {}

/// The same, understood.
#[derive(Clone, Copy)]
struct View {
    days: i64,
    period: Period,
    metric: Metric,
    scope: Scope,
    group_by: GroupBy,
    offset: i64,
    business_hours: bool,
    by: Dimension,
}

impl Asked {
    fn view(&self) -> View {
        let days = self.days.0.parse().ok().filter(|days| PERIODS.contains(days)).unwrap_or(PERIODS[0]);
        let offset = offset(Patch::Set(self.timezone_offset.clone())).unwrap_or_default();
        let group_by = GroupBy::from_name(&self.group_by.0).filter(|by| *by != GroupBy::Hour || days <= MOST_DAYS_OF_HOURS);
        View {
            days,
            period: Period::days_until(now(), days - 1, offset),
            metric: Metric::from_name(&self.metric.0).unwrap_or(Metric::Conversations),
            scope: self.scope(),
            group_by: group_by.unwrap_or(if days > 90 { GroupBy::Week } else { GroupBy::Day }),
            offset,
            business_hours: self.business_hours.0,
            by: Dimension::from_name(&self.by.0).unwrap_or(Dimension::Agent),
        }
    }

    fn scope(&self) -> Scope {
        let (kind, id) = self.of.0.split_once('-').unwrap_or_default();
        match (Dimension::from_name(kind), id.parse()) {
            (Some(Dimension::Agent), Ok(id)) => Scope::Agent(UserId(id)),
            (Some(Dimension::Inbox), Ok(id)) => Scope::Inbox(InboxId(id)),
            (Some(Dimension::Label), Ok(id)) => Scope::Label(LabelId(id)),
            (Some(Dimension::Team), Ok(id)) => Scope::Team(TeamId(id)),
            _ => Scope::Account,
        }
    }

    /// The address of the same view with another choice.
    fn url(&self, base: &str, name: &str, value: &str) -> String {
        let own = [
            ("days", self.days.0.as_str()),
            ("metric", &self.metric.0),
            ("of", &self.of.0),
            ("group_by", &self.group_by.0),
            ("timezone_offset", &self.timezone_offset.0),
            ("business_hours", if self.business_hours.0 { "1" } else { "" }),
            ("by", &self.by.0),
        ];
        let pairs = own.into_iter().map(|(own, said)| if own == name { (own, value) } else { (own, said) }).filter(|(_, said)| !said.is_empty());
        format!("{base}?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }
}

/// What is read for a view.
struct Found {
    standing: StandingJson,
    overview: Overview,
    steps: Steps,
    scopes: Vec<(Dimension, Vec<(i64, String)>)>,
}

fn look(conn: &mut DbConn, account: AccountId, view: View) -> Result<Found> {
    let View { period, metric, scope, by, .. } = view;
    let filter = Filter::of(conn, account, scope)?;
    let steps = Steps::of(period, view.group_by, view.offset)?;
    let scopes = Dimension::ALL.iter().map(|one| Ok((*one, queries::named(conn, account, *one)?))).collect::<Result<_>>()?;
    Ok(Found {
        standing: standing(queries::standing(conn, account)?.iter()),
        overview: queries::overview(conn, account, &filter, period, (metric.kind(), &steps), by)?,
        steps,
        scopes,
    })
}

/// A metric of the time, and of the time before it.
struct Glance {
    label: String,
    now: String,
    then: String,
    url: String,
    shown: bool,
}

/// What can be chosen of a kind.
struct Group {
    label: String,
    choices: Vec<Choice>,
}

/// A tab above the table.
struct Tab {
    label: String,
    url: String,
    shown: bool,
}

/// What somebody, or something, did.
struct Row {
    name: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "reports/show.html")]
struct ReportsPage {
    page: Shell,
    standing: StandingJson,
    url: String,
    days: Vec<Choice>,
    scopes: Vec<Group>,
    group_by: Vec<Choice>,
    offsets: Vec<Choice>,
    business_hours: bool,
    metric: String,
    by: String,
    glance: Vec<Glance>,
    plot_title: String,
    highest: String,
    bars: Vec<Bar>,
    width: i64,
    tabs: Vec<Tab>,
    columns: Vec<String>,
    rows: Vec<Row>,
    csv_url: String,
}

fn label(page: &Shell, metric: Metric) -> String {
    page.t(&format!("reports-metric-{}", metric.name()))
}

/// A figure as people read it; a dash where there is none.
fn figure(page: &Shell, tally: &Tally, metric: Metric, business_hours: bool) -> String {
    if !metric.is_time() {
        return page.number(&tally.number(metric));
    }
    tally.average(metric, business_hours).map_or_else(|| "–".to_owned(), |seconds| duration(page, seconds.round() as i64))
}

/// In the two largest units.
fn duration(page: &Shell, seconds: i64) -> String {
    let (key, large, small) = match seconds {
        ..60 => ("reports-seconds", seconds, 0),
        60..3600 => ("reports-minutes", seconds / 60, seconds % 60),
        3600..DAY => ("reports-hours", seconds / 3600, seconds / 60 % 60),
        DAY.. => ("reports-days", seconds / DAY, seconds / 3600 % 24),
    };
    page.ta(key, &[("large", large.into()), ("small", small.into())])
}

fn choices<T: ToString>(of: impl IntoIterator<Item = T>, chosen: &str, label: impl Fn(&T) -> String) -> Vec<Choice> {
    of.into_iter().map(|one| Choice::new(one.to_string(), label(&one), chosen)).collect()
}

/// `UTC+05:45`.
fn zone(hours: &str) -> String {
    let minutes = hours.parse::<f64>().map_or(0, |hours| (hours * 60.0) as i64);
    let sign = if minutes < 0 { '−' } else { '+' };
    if minutes == 0 { "UTC".to_owned() } else { format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60) }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, params: Params<Asked>) -> Result<HttpResponse> {
    let asked = params.0;
    let view = asked.view();
    let found = db.read(move |conn| look(conn, administrator.account_id(), view)).await?;
    html(&drawn(page, &asked, view, found))
}

fn drawn(page: Shell, asked: &Asked, view: View, found: Found) -> ReportsPage {
    let url = page.viewer.as_ref().map(|viewer| viewer.settings("reports")).unwrap_or_default();
    let (hours, metric) = (view.business_hours, view.metric);
    let glance = GLANCE.map(|one| Glance {
        label: label(&page, one),
        now: figure(&page, &found.overview.glance.0, one, hours),
        then: page.ta("reports-before", &[("figure", figure(&page, &found.overview.glance.1, one, hours).into())]),
        url: format!("{}#plot", asked.url(&url, "metric", one.name())),
        shown: one == metric,
    });
    let group = |(dimension, named): &(Dimension, Vec<(i64, String)>)| Group {
        label: page.t(&format!("reports-by-{}", dimension.name())),
        choices: named.iter().map(|(id, name)| Choice::new(format!("{}-{id}", dimension.name()), name.clone(), &asked.of.0)).collect(),
    };
    let tab = |dimension: &Dimension| Tab {
        label: page.t(&format!("reports-by-{}", dimension.name())),
        url: format!("{}#rows", asked.url(&url, "by", dimension.name())),
        shown: *dimension == view.by,
    };
    let columns = [Metric::Conversations, Metric::FirstResponse, Metric::ReplyTime, Metric::Resolution, Metric::Resolutions];
    let row = |Part { name, tally, .. }: &Part| Row { name: name.clone(), cells: columns.map(|column| figure(&page, tally, column, hours)).to_vec() };
    let hour_steps = view.days <= MOST_DAYS_OF_HOURS;
    let steps = GroupBy::ALL.iter().filter(|by| **by != GroupBy::Hour || hour_steps).map(|by| by.name());
    let bars = plot(&page, view, &found.steps, &found.overview.tallies);
    ReportsPage {
        days: choices(PERIODS, &view.days.to_string(), |days| page.ta("reports-last-days", &[("days", (*days).into())])),
        scopes: found.scopes.iter().map(group).filter(|group| !group.choices.is_empty()).collect(),
        group_by: choices(steps, view.group_by.name(), |by| page.t(&format!("reports-step-{by}"))),
        offsets: choices(OFFSETS, &asked.timezone_offset.0, |hours| zone(hours)),
        business_hours: hours,
        metric: metric.name().to_owned(),
        by: view.by.name().to_owned(),
        glance: glance.into(),
        plot_title: label(&page, metric),
        highest: bars.highest,
        width: bars.width,
        bars: bars.bars,
        tabs: Dimension::ALL.iter().map(tab).collect(),
        columns: columns.map(|column| label(&page, column)).to_vec(),
        rows: found.overview.rows.iter().map(row).collect(),
        csv_url: asked.url(&format!("{url}/table.csv"), "by", view.by.name()),
        standing: found.standing,
        url,
        page,
    }
}

async fn table(db: Data<Db>, AdministratorPage { administrator, .. }: AdministratorPage, params: Params<Asked>) -> Result<HttpResponse> {
    let View { period, by, business_hours, .. } = params.0.view();
    let parts = db.read(move |conn| queries::by_dimension(conn, administrator.account_id(), by, period)).await?;
    Ok(download::table(by.table(), table::by_dimension(by, &parts, business_hours)?))
}
