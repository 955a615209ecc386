//! How apps and hooks look in the API. What is set is for administrators, and what is secret of it for nobody.
use super::{
    model::{App, Hook, HookStatus, Setting},
    queries,
};
use crate::{
    auth::Agent,
    dashboard_apps,
    db::{
        DbConn,
        types::{AccountId, IntegrationHookId},
    },
    error::Result,
    web::Language,
    webhooks,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An app that an account uses.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "IntegrationHook")]
pub(super) struct HookJson {
    id: IntegrationHookId,
    app_id: App,
    /// Whether it is at work.
    status: bool,
    account_id: AccountId,
    /// Always `account`.
    hook_type: &'static str,
    /// What is set, without what is secret; for administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Map<String, Value>>,
    /// Always null: nothing here is known by a name that another service gave it. For administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<Option<&'static str>>,
}

/// An app.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "IntegrationApp")]
pub(super) struct AppJson {
    id: App,
    name: String,
    description: String,
    short_description: String,
    /// Whether the account has set it up.
    enabled: bool,
    #[serde(flatten)]
    definition: Option<Definition>,
    hooks: Vec<HookJson>,
}

/// What forms are made of; for administrators alone.
#[derive(Debug, Serialize, JsonSchema)]
struct Definition {
    /// The name of a picture that clients may have.
    logo: String,
    /// Under which name clients keep their words for it.
    i18n_key: &'static str,
    /// Where in a client it is set up, where it has a page of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    /// Always `account`.
    hook_type: &'static str,
    allow_multiple_hooks: bool,
    /// What the settings of its hooks must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings_json_schema: Option<Value>,
    /// The fields of a form for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings_form_schema: Option<Value>,
    /// The names of the settings that are shown again.
    visible_properties: Vec<&'static str>,
}

/// All is set up for the whole account.
const HOOK_TYPE: &str = "account";

/// Draws a hook.
pub(super) fn draw(hook: &Hook, seen_by: &Agent) -> HookJson {
    HookJson {
        id: hook.id,
        app_id: hook.app_id,
        status: hook.status == HookStatus::Enabled,
        account_id: hook.account_id,
        hook_type: HOOK_TYPE,
        settings: seen_by.is_administrator().then(|| hook.shown_settings()),
        reference_id: seen_by.is_administrator().then_some(None),
    }
}

/// Draws these apps with what the agent's account has of them, in a fixed number of statements.
///
/// # Errors
/// The database's.
pub(super) fn apps(conn: &mut DbConn, seen_by: &Agent, of: &[App]) -> Result<Vec<AppJson>> {
    let account = seen_by.account_id();
    let hooks = queries::list(conn, account)?;
    let (has_webhooks, has_apps) = (webhooks::are_there(conn, account)?, dashboard_apps::count(conn, account)? > 0);
    let draw_one = |app: &App| {
        let hooks: Vec<HookJson> = hooks.iter().filter(|hook| hook.app_id == *app).map(|hook| draw(hook, seen_by)).collect();
        let enabled = match app {
            App::Webhook => has_webhooks,
            App::DashboardApps => has_apps,
            App::LibreTranslate => !hooks.is_empty(),
        };
        app_json(*app, enabled, hooks, seen_by)
    };
    Ok(of.iter().map(draw_one).collect())
}

fn app_json(app: App, enabled: bool, hooks: Vec<HookJson>, seen_by: &Agent) -> AppJson {
    let language = seen_by.account.language();
    let said = |what: &str| said_of(language, app, what);
    AppJson {
        id: app,
        name: said("name"),
        description: said("description"),
        short_description: said("short"),
        enabled,
        definition: seen_by.is_administrator().then(|| definition(app)),
        hooks,
    }
}

fn said_of(language: Language, app: App, what: &str) -> String {
    language.t(&format!("integration-{}-{what}", app.name().replace('_', "-")))
}

fn definition(app: App) -> Definition {
    let i18n_key = if app == App::Webhook { "webhooks" } else { app.name() };
    Definition {
        logo: format!("{i18n_key}.png"),
        i18n_key,
        action: (app == App::Webhook).then_some("/webhook"),
        hook_type: HOOK_TYPE,
        allow_multiple_hooks: app.allows_many(),
        settings_json_schema: app.settings().map(schema),
        settings_form_schema: app.settings().map(form),
        visible_properties: app.shown().collect(),
    }
}

fn schema(of: &[Setting]) -> Value {
    let properties: Map<String, Value> = of.iter().map(|setting| (setting.name.to_owned(), json!({"type": "string"}))).collect();
    let required: Vec<&str> = of.iter().filter(|setting| setting.required).map(|setting| setting.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn form(of: &[Setting]) -> Value {
    let field = |Setting { name, label, required, .. }: &Setting| json!({"label": label, "type": "text", "name": name, "validation": if *required { "required" } else { "" }});
    of.iter().map(field).collect()
}
