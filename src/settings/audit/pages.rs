//! Settings → Audit log.
use super::{Asked, PAGE};
use crate::{
    audit::{self, Action, AuditLog, AuthorType},
    auth::AdministratorPage,
    db::{Db, DbConn},
    error::Result,
    users::{self, Member},
    web::{
        Input, Params,
        fields::{PageNumber, Patch, Text},
        forms::Choice,
        html,
        json::Iso,
        period,
        shell::Shell,
        spreadsheet,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Data, ServiceConfig, get, resource},
};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

/// How many entries a table has at most: the newest. The page says so where there are more.
const TABLE: i64 = audit::MOST_COUNTED;

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/audit_logs").route(get().to(show))).service(resource("/audit_logs/download").route(get().to(download)));
}

/// A field, with what it was and what it is.
struct Field {
    name: String,
    before: String,
    after: String,
}

struct Row {
    icon: &'static str,
    sentence: String,
    address: String,
    at: i64,
    fields: Vec<Field>,
    count: i64,
}

#[derive(Template)]
#[template(path = "audit/show.html")]
struct LogPage {
    page: Shell,
    list_url: String,
    table_url: String,
    people: Vec<Choice>,
    types: Vec<Choice>,
    actions: Vec<Choice>,
    since: String,
    until: String,
    active: bool,
    rows: Vec<Row>,
    total: i64,
    /// How many of them the table has, if those are not all.
    table_most: Option<i64>,
    newer_url: Option<String>,
    older_url: Option<String>,
}

/// What is chosen on the page. What is no choice is left out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    page: PageNumber,
    since: Text,
    until: Text,
    user_id: Text,
    auditable_type: Text,
    auditable_id: Text,
    action: Text,
}

impl Input for Chosen {}

impl Chosen {
    fn asked(self) -> Asked {
        let Chosen { page, since, until, user_id, auditable_type, auditable_id, action } = self;
        let time = |text: Text| if period::parse(&text.0).is_some() { text } else { Text::default() };
        Asked {
            page,
            since: time(since),
            until: time(until),
            user_id: user_id.0.trim().parse().map_or(Patch::Absent, Patch::Set),
            auditable_type,
            auditable_id: auditable_id.0.trim().parse().map_or(Patch::Absent, Patch::Set),
            action: Action::from_name(&action.0).map_or(Patch::Absent, Patch::Set),
        }
    }
}

impl Asked {
    /// The same for a link, but for the page.
    fn query(&self) -> String {
        let Asked { page: _, since, until, user_id, auditable_type, auditable_id, action } = self;
        let said = [
            ("since", since.0.clone()),
            ("until", until.0.clone()),
            ("user_id", text_of(user_id)),
            ("auditable_type", auditable_type.0.clone()),
            ("auditable_id", text_of(auditable_id)),
            ("action", action.clone().set().map(|action| action.name().to_owned()).unwrap_or_default()),
        ];
        let said = said.into_iter().filter(|(_, text)| !text.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish()
    }
}

fn text_of<T: Clone + ToString>(said: &Patch<T>) -> String {
    said.clone().set().map(|value| value.to_string()).unwrap_or_default()
}

async fn show(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Params(chosen): Params<Chosen>,
) -> Result<HttpResponse> {
    let asked = chosen.asked();
    let (wanted, offset, account) = (asked.wanted()?, asked.page.offset(PAGE), administrator.account_id());
    let work = move |conn: &mut DbConn| {
        let found = audit::page(conn, account, &wanted, offset, PAGE)?;
        Ok((found, audit::types(conn, account)?, users::members(conn, account, None)?))
    };
    let (found, types, people) = db.read(work).await?;
    let list_url = page.viewer.as_ref().map(|viewer| viewer.settings("audit_logs")).unwrap_or_default();
    let (query, number) = (asked.query(), asked.page.number());
    let at = |number: i64| format!("{list_url}?{query}&page={number}");
    let time = |text: &Text| period::parse(&text.0).map(period::for_field).unwrap_or_default();
    html(&LogPage {
        people: people_choices(&page, &people, &text_of(&asked.user_id)),
        types: type_choices(&page, &types, &asked.auditable_type.0),
        actions: action_choices(&page, asked.action.clone().set()),
        since: time(&asked.since),
        until: time(&asked.until),
        active: !query.is_empty(),
        rows: found.entries.iter().map(|log| row(&page, log, &people)).collect(),
        total: found.total,
        table_most: found.is_cut.then_some(TABLE),
        newer_url: (number > 1).then(|| at(number - 1)),
        older_url: found.goes_on.then(|| at(number + 1)),
        table_url: format!("{list_url}/download?{query}"),
        list_url,
        page,
    })
}

fn people_choices(page: &Shell, people: &[Member], chosen: &str) -> Vec<Choice> {
    let everybody = Choice::new("", page.t("audit-everybody"), chosen);
    let one = |member: &Member| Choice::new(member.user.id.to_string(), member.user.name.clone(), chosen);
    std::iter::once(everybody).chain(people.iter().map(one)).collect()
}

fn type_choices(page: &Shell, types: &[String], chosen: &str) -> Vec<Choice> {
    let everything = Choice::new("", page.t("audit-everything"), chosen);
    std::iter::once(everything).chain(types.iter().map(|name| Choice::new(name, type_name(page, name), chosen))).collect()
}

fn action_choices(page: &Shell, chosen: Option<Action>) -> Vec<Choice> {
    let chosen = chosen.map(Action::name).unwrap_or_default();
    let one = |action: &Action| Choice::new(action.name(), page.t(&format!("audit-action-{}", action.name())), chosen);
    std::iter::once(Choice::new("", page.t("audit-all-actions"), chosen)).chain(Action::ALL.iter().map(one)).collect()
}

/// What people call things of a type; one that has no name yet has that of the API.
fn type_name(page: &Shell, auditable_type: &str) -> String {
    let key = format!("audit-type-{auditable_type}");
    Some(page.t(&key)).filter(|name| *name != key).unwrap_or_else(|| auditable_type.to_owned())
}

fn row(page: &Shell, log: &AuditLog, people: &[Member]) -> Row {
    let (icon, sentence) = match log.action {
        Action::Create => ("plus", "audit-did-create"),
        Action::Update => ("pencil", "audit-did-update"),
        Action::Destroy => ("trash-2", "audit-did-destroy"),
        Action::SignIn => ("key-round", "audit-did-sign-in"),
        Action::SignOut => ("log-out", "audit-did-sign-out"),
    };
    let (who, kind, name) = (author_name(page, log), type_name(page, &log.auditable_type), name_of(log));
    let sentence = page.lang.ta(sentence, &[("who", who.as_str().into()), ("type", kind.as_str().into()), ("name", name.as_str().into())]);
    Row {
        icon,
        sentence,
        address: log.remote_address.clone().unwrap_or_default(),
        at: log.created_at.and_utc().timestamp(),
        count: log.audited_changes.0.len() as i64,
        fields: log.audited_changes.0.iter().map(|(name, value)| field(log.action, name, value, people)).collect(),
    }
}

/// What is no person and no program is called as people say it.
fn author_name(page: &Shell, log: &AuditLog) -> String {
    match log.author_type {
        Some(AuthorType::Server) => page.t("audit-by-server"),
        Some(AuthorType::CommandLine) => page.t("audit-by-command-line"),
        Some(AuthorType::User | AuthorType::PlatformApp | AuthorType::ServiceKey) | None => log.author_name.clone(),
    }
}

/// Things without a name have a number.
fn name_of(log: &AuditLog) -> String {
    if log.auditable_name.is_empty() { format!("#{}", log.auditable_id) } else { log.auditable_name.clone() }
}

fn field(action: Action, name: &str, value: &Value, people: &[Member]) -> Field {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(id) if name.ends_with("user_id") => named(people, id.as_i64()).unwrap_or_else(|| id.to_string()),
        other => other.to_string(),
    };
    let (before, after) = match (action, value) {
        (Action::Update, Value::Array(pair)) => (pair.first().map(text).unwrap_or_default(), pair.get(1).map(text).unwrap_or_default()),
        (Action::Destroy, value) => (text(value), String::new()),
        (_, value) => (String::new(), text(value)),
    };
    Field { name: name.to_owned(), before, after }
}

/// Members are shown by their addresses.
fn named(people: &[Member], id: Option<i64>) -> Option<String> {
    people.iter().find(|member| Some(member.user.id.0) == id).map(|member| member.user.email.clone())
}

/// The columns of the table.
const COLUMNS: [&str; 10] =
    ["id", "created_at", "username", "user_type", "action", "auditable_type", "auditable_id", "auditable_name", "audited_changes", "remote_address"];

async fn download(db: Data<Db>, AdministratorPage { administrator, .. }: AdministratorPage, Params(asked): Params<Asked>) -> Result<HttpResponse> {
    let wanted = asked.wanted()?;
    let work = move |conn: &mut DbConn| {
        let found = audit::some(conn, administrator.account_id(), &wanted, 0, TABLE)?;
        spreadsheet::table(&COLUMNS, found.into_iter().map(cells))
    };
    let table = db.read(work).await?;
    let name = (CONTENT_DISPOSITION, "attachment; filename=\"audit_logs.csv\"");
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header(name).body(table))
}

fn cells(log: AuditLog) -> Vec<String> {
    vec![
        log.id.to_string(),
        Iso(log.created_at).to_string(),
        log.author_name,
        log.author_type.map(|kind| kind.name().to_owned()).unwrap_or_default(),
        log.action.name().to_owned(),
        log.auditable_type,
        log.auditable_id.to_string(),
        log.auditable_name,
        Value::Object(log.audited_changes.0).to_string(),
        log.remote_address.unwrap_or_default(),
    ]
}
