//! Setting up apps.
use super::{
    model::{App, ENDPOINT_URL, Hook, HookStatus, checked_settings},
    queries,
};
use crate::{
    audit::Change,
    auth::Administrator,
    db::{
        Tx,
        dialect::Columns,
        schema::integration_hooks,
        types::{IntegrationHookId, Json, now},
    },
    error::{Error, Result},
    web::{
        Input,
        fields::{Object, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What is said of a new hook.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct NewHook {
    /// Of which app: one that `GET integrations/apps` shows with a `settings_json_schema`.
    pub app_id: Text,
    /// Whether it is at work; it is unless said otherwise.
    pub status: Patch<HookStatus>,
    /// What the app needs, as its `settings_json_schema` says.
    pub settings: Object,
}

impl Input for NewHook {
    const ROOT: &'static str = "hook";
}

/// What may be changed of a hook.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct HookChanges {
    /// Whether it is at work.
    pub status: Patch<HookStatus>,
    /// All of what the app needs. What is never shown, and is not named, stays.
    pub settings: Patch<Object>,
}

impl Input for HookChanges {
    const ROOT: &'static str = "hook";
}

/// What is to be called by these settings, if anything.
pub(super) fn said_url(settings: &Object) -> Option<&str> {
    settings.0.get(ENDPOINT_URL)?.as_str()
}

/// Sets up an app.
///
/// # Errors
/// [`Error::Invalid`] about `app_id`, for what is none or has no hooks, and for one that is set up already; about `settings`.
pub(super) fn create(tx: &mut Tx, by: &Administrator, input: NewHook) -> Result<Hook> {
    let NewHook { app_id: Text(name), status, settings: Object(settings) } = input;
    let wrong = || Error::invalid("app_id", "App is none that is set up with a hook here");
    let app = App::from_name(name.trim()).filter(|app| app.settings().is_some()).ok_or_else(wrong)?;
    let (settings, now) = (checked_settings(app, settings, &Map::new())?, now());
    let insert = diesel::insert_into(integration_hooks::table)
        .values((
            integration_hooks::account_id.eq(by.account_id()),
            integration_hooks::app_id.eq(app),
            integration_hooks::status.eq(status.set().unwrap_or(HookStatus::Enabled)),
            integration_hooks::settings.eq(Json(settings)),
            integration_hooks::created_at.eq(now),
            integration_hooks::updated_at.eq(now),
        ))
        .returning(Hook::columns());
    let made: Hook = insert.get_result(tx.conn).map_err(|e| Error::or_taken(e, "app_id"))?;
    by.record(tx, Change::Created(&made))?;
    Ok(made)
}

/// Changes what is set of an app.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] about `settings`.
pub(super) fn update(tx: &mut Tx, by: &Administrator, id: IntegrationHookId, changes: HookChanges) -> Result<Hook> {
    let present = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let HookChanges { status, settings } = changes;
    let settings: Map<String, Value> = match settings {
        Patch::Set(Object(said)) => checked_settings(present.app_id, said, &present.settings.0)?,
        Patch::Absent | Patch::Null => present.settings.0.clone(),
    };
    let update = diesel::update(integration_hooks::table.find(id))
        .set((
            integration_hooks::status.eq(status.set().unwrap_or(present.status)),
            integration_hooks::settings.eq(Json(settings)),
            integration_hooks::updated_at.eq(now()),
        ))
        .returning(Hook::columns());
    let changed: Hook = update.get_result(tx.conn)?;
    by.record(tx, Change::Updated(&present, &changed))?;
    Ok(changed)
}

/// Ends the use of an app, and forgets what was set.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn delete(tx: &mut Tx, by: &Administrator, id: IntegrationHookId) -> Result<()> {
    let own = integration_hooks::table.filter(integration_hooks::id.eq(id).and(integration_hooks::account_id.eq(by.account_id())));
    let gone: Hook = diesel::delete(own).returning(Hook::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Destroyed(&gone))
}
