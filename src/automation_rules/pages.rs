//! Settings → Automation.
mod trying;

use super::{
    commands::{self, RuleInput},
    editor::{self, Asking, ConditionField, ConditionRow},
    model::{AutomationRule, MOST},
    queries, told,
};
use crate::{
    actions::{self, ActionField, ActionRow, ActionRun, Outcome},
    auth::AdministratorPage,
    conversations,
    db::{
        Db, DbConn,
        types::{AccountId, AutomationRuleId, ConversationId, DisplayId},
    },
    error::{Error, Result, Rule},
    events::EventName,
    web::{
        Form, Input, Language, NoFields,
        fields::{Flag, List, Patch, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// How many of its last runs a page shows.
const SHOWN_RUNS: i64 = 20;

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/automation").route(get().to(list)).route(post().to(create)))
        .service(resource("/automation/new").route(get().to(new)))
        .service(resource("/automation/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/automation/{id}/try").route(get().to(trying::show)))
        .service(resource("/automation/{id}/clone").route(post().to(copy)))
        .service(resource("/automation/{id}/turn").route(post().to(turn)))
        .service(resource("/automation/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a rule.
type At = Path<(String, AutomationRuleId)>;

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("automation")).unwrap_or_default()
}

fn event_label(language: Language, event: EventName) -> String {
    language.t(&format!("rule-event-{}", event.name().replace('_', "-")))
}

fn badge(page: &Shell, rule: &AutomationRule) -> Badge {
    match (rule.active, &rule.turned_off_because) {
        (true, _) => Badge { tone: "good", icon: "circle-check", label: page.t("rule-on") },
        (false, Some(_)) => Badge { tone: "bad", icon: "triangle-alert", label: page.t("rule-broken") },
        (false, None) => Badge { tone: "off", icon: "circle-pause", label: page.t("rule-off") },
    }
}

struct Row {
    url: String,
    name: String,
    event: String,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "automation_rules/list.html")]
struct ListPage {
    page: Shell,
    new_url: String,
    rows: Vec<Row>,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let found = db.read(move |conn| queries::list(conn, administrator.account_id(), 0, MOST)).await?;
    let list_url = list_url(&page);
    let row = |rule: &AutomationRule| Row {
        url: format!("{list_url}/{}", rule.id),
        name: rule.name.clone(),
        event: event_label(page.lang, rule.event_name),
        badge: badge(&page, rule),
    };
    let rows = found.iter().map(row).collect();
    html(&ListPage { new_url: format!("{list_url}/new"), rows, page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    description: Text,
    event_name: Text,
    conditions: List<ConditionField>,
    actions: List<ActionField>,
    execution_delay: Text,
    active: Flag,
    /// Only more rows are wanted.
    more: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(rule: &AutomationRule) -> Fields {
        Fields {
            name: Text(rule.name.clone()),
            description: Text(rule.description.clone().unwrap_or_default()),
            event_name: Text(rule.event_name.name().to_owned()),
            conditions: List(editor::fields_of(rule)),
            actions: List(actions::fields_of(&rule.actions.0)),
            execution_delay: Text(rule.execution_delay.map(|delay| delay.to_string()).unwrap_or_default()),
            active: Flag(rule.active),
            more: Text::default(),
        }
    }

    fn input(&self) -> RuleInput {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) };
        RuleInput {
            name: set(&self.name),
            description: set(&self.description),
            event_name: set(&self.event_name),
            conditions: Some(List(editor::input_of(&self.conditions.0))),
            actions: Some(actions::input_of(&self.actions.0)),
            active: Some(self.active),
            execution_delay: set(&self.execution_delay),
        }
    }
}

/// A run that is shown.
struct RunRow {
    at: i64,
    badge: Badge,
    conversation: String,
    reason: String,
}

/// A rule that is there, as its page shows it besides the form.
struct Present {
    badge: Badge,
    broken: Option<String>,
    active: bool,
    runs: Vec<RunRow>,
    url: String,
}

#[derive(Template)]
#[template(path = "automation_rules/show.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    events: Vec<Choice>,
    conditions: Vec<ConditionRow>,
    actions: Vec<ActionRow>,
    fields: Fields,
    errors: FormErrors,
    present: Option<Present>,
}

/// What a page of a rule needs besides the rule.
struct Loaded {
    asking: Asking,
    rule: Option<(AutomationRule, Vec<ActionRun>, HashMap<ConversationId, DisplayId>)>,
}

fn load(conn: &mut DbConn, account: AccountId, id: Option<AutomationRuleId>) -> Result<Loaded> {
    let asking = editor::asking(conn, account)?;
    let Some(id) = id else { return Ok(Loaded { asking, rule: None }) };
    let rule = queries::find(conn, account, id)?;
    let runs = actions::log(conn, id, SHOWN_RUNS)?;
    let ids: Vec<ConversationId> = runs.iter().map(|run| run.conversation_id).collect();
    let numbers = conversations::numbers(conn, account, &ids)?;
    Ok(Loaded { asking, rule: Some((rule, runs, numbers)) })
}

fn form_page(page: Shell, loaded: Loaded, fields: Fields, errors: FormErrors) -> OnePage {
    let (list_url, language) = (list_url(&page), page.lang);
    let events = EventName::FOR_RULES.map(|event| Choice::new(event.name(), event_label(language, event), &fields.event_name.0));
    let (title, present) = match loaded.rule {
        None => (page.t("rules-add"), None),
        Some((rule, runs, numbers)) => {
            let present = Present {
                badge: badge(&page, &rule),
                broken: rule.turned_off_because.as_ref().map(|flaw| told::why_off(&flaw.0, language)),
                active: rule.active,
                runs: runs.iter().map(|run| run_row(&page, run, &numbers)).collect(),
                url: format!("{list_url}/{}", rule.id),
            };
            (rule.name, Some(present))
        }
    };
    OnePage {
        title,
        action: present.as_ref().map_or_else(|| list_url.clone(), |present| present.url.clone()),
        submit: page.t(if present.is_some() { "save-changes" } else { "rule-create" }),
        events: events.to_vec(),
        conditions: editor::rows(&fields.conditions.0, &loaded.asking, language),
        actions: actions::rows(&fields.actions.0, &loaded.asking.named, language, false),
        list_url,
        fields,
        errors,
        present,
        page,
    }
}

fn run_row(page: &Shell, run: &ActionRun, numbers: &HashMap<ConversationId, DisplayId>) -> RunRow {
    let outcome = run.outcome.as_ref().map(|outcome| &outcome.0);
    let (tone, icon, key) = match outcome {
        Some(Outcome::Done) => ("good", "circle-check", "run-done"),
        Some(Outcome::Flawed(_) | Outcome::Refused(_)) => ("bad", "circle-x", "run-failed"),
        Some(Outcome::NoLonger | Outcome::TooOften) => ("off", "circle-pause", "run-passed"),
        None => ("wait", "hourglass", "run-waiting"),
    };
    let reason = match outcome {
        Some(Outcome::Flawed(flaw)) => told::in_words(flaw, page.lang),
        Some(Outcome::Refused(why)) => why.clone(),
        Some(Outcome::NoLonger) => page.t("run-no-longer"),
        Some(Outcome::TooOften) => page.t("run-too-often"),
        Some(Outcome::Done) | None => String::new(),
    };
    RunRow {
        at: run.finished_at.unwrap_or(run.due_at).and_utc().timestamp(),
        badge: Badge { tone, icon, label: page.t(key) },
        conversation: numbers.get(&run.conversation_id).map(|number| format!("#{number}")).unwrap_or_default(),
        reason,
    }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Refused(_) => errors.add_with("", "error-rules-most", &[("count", MOST.into())]),
        Error::Invalid { message, attributes, rule: Rule::Other } => {
            for attribute in attributes {
                match attribute {
                    "event_name" => errors.add(attribute, "error-blank"),
                    "execution_delay" => errors.add(attribute, "error-rule-delay"),
                    attribute => errors.add_with(attribute, "error-rule-part", &[("why", message.as_str().into())]),
                }
            }
        }
        error => return errors.refuse(error),
    }
    Ok(errors)
}

async fn new(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let loaded = db.read(move |conn| load(conn, administrator.account_id(), None)).await?;
    let (errors, fields) = (FormErrors::new(page.lang), Fields { active: Flag(true), ..Fields::default() });
    html(&form_page(page, loaded, fields, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (input, account) = (fields.input(), administrator.account_id());
    let load = move |conn: &mut DbConn| load(conn, account, None);
    if !fields.more.0.is_empty() {
        let (loaded, errors) = (db.read(load).await?, FormErrors::new(page.lang));
        return html(&form_page(page, loaded, fields, errors));
    }
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-rule-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            refused(&form_page(page, db.read(load).await?, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let loaded = db.read(move |conn| load(conn, administrator.account_id(), Some(id))).await?;
    let fields = loaded.rule.as_ref().map(|(rule, ..)| Fields::of(rule)).unwrap_or_default();
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, loaded, fields, errors))
}

async fn update(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (input, account) = (fields.input(), administrator.account_id());
    let load = move |conn: &mut DbConn| load(conn, account, Some(id));
    if !fields.more.0.is_empty() {
        let (loaded, errors) = (db.read(load).await?, FormErrors::new(page.lang));
        return html(&form_page(page, loaded, fields, errors));
    }
    match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
        Ok(_) => Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-rule-saved")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            refused(&form_page(page, db.read(load).await?, fields, errors))
        }
    }
}

async fn copy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    match db.write(move |tx| commands::copy(tx, &administrator, id)).await {
        Ok(made) => Ok(see_other(&format!("{}/{}", list_url(&page), made.id), Some(Flash::notice("flash-rule-copied")))),
        Err(Error::Refused(_)) => Ok(see_other(&list_url(&page), Some(Flash::alert("flash-rules-most")))),
        Err(error) => Err(error),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Turn {
    on: Flag,
}

impl Input for Turn {}

async fn turn(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(Turn { on }): Form<Turn>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let input = RuleInput { active: Some(on), ..RuleInput::default() };
    let url = format!("{}/{id}", list_url(&page));
    match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
        Ok(_) => Ok(see_other(&url, Some(Flash::notice(if on.0 { "flash-rule-on" } else { "flash-rule-off" })))),
        Err(Error::Invalid { .. }) => Ok(see_other(&url, Some(Flash::alert("flash-rule-broken")))),
        Err(error) => Err(error),
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let rule = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("rule-delete-question", &[("name", rule.name.as_str().into())]),
        text: page.t("rule-delete-text"),
        back: rule.name,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn destroy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-rule-deleted"))))
}
