//! Changing dashboard apps.
use super::{
    model::{DashboardApp, Frame, MOST, checked_content},
    queries,
};
use crate::{
    accounts,
    audit::Change,
    auth::Administrator,
    checks::{LINE, required},
    db::{
        Tx,
        dialect::Columns,
        schema::dashboard_apps,
        types::{DashboardAppId, Json, now},
    },
    error::{Error, Result},
    web::{
        Input,
        fields::{List, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// What may be said about a dashboard app; a new one needs both.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct DashboardAppInput {
    /// Up to 255 characters.
    pub title: Patch<Text>,
    /// One to ten pages, each shown in a frame.
    pub content: Patch<List<Frame>>,
}

impl Input for DashboardAppInput {
    const ROOT: &'static str = "dashboard_app";
}

impl DashboardAppInput {
    /// Title and content, as they are to be.
    fn checked(self, title: Option<String>, content: Option<Vec<Frame>>) -> Result<(String, Json<Vec<Frame>>)> {
        let title = self.title.map(|text| text.0).or(title).unwrap_or_default();
        let content = self.content.map(|list| list.0).or(content).unwrap_or_default();
        Ok((required("title", &title, LINE)?, Json(checked_content(content)?)))
    }
}

/// Makes a dashboard app.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub(super) fn create(tx: &mut Tx, by: &Administrator, input: DashboardAppInput) -> Result<DashboardApp> {
    let ((title, content), now) = (input.checked(None, None)?, now());
    // nobody makes another one while they are counted
    accounts::find_to_change(tx, by.account_id())?;
    if queries::count(tx.conn, by.account_id())? >= MOST {
        return Err(Error::Refused(format!("An account may have at most {MOST} dashboard apps")));
    }
    let insert = diesel::insert_into(dashboard_apps::table)
        .values((
            dashboard_apps::account_id.eq(by.account_id()),
            dashboard_apps::title.eq(title),
            dashboard_apps::content.eq(content),
            dashboard_apps::created_at.eq(now),
            dashboard_apps::updated_at.eq(now),
        ))
        .returning(DashboardApp::columns());
    let made: DashboardApp = insert.get_result(tx.conn)?;
    by.record(tx, Change::Created(&made))?;
    Ok(made)
}

/// Changes a dashboard app.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub(super) fn update(tx: &mut Tx, by: &Administrator, id: DashboardAppId, input: DashboardAppInput) -> Result<DashboardApp> {
    let present = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let (title, content) = input.checked(Some(present.title.clone()), Some(present.content.0.clone()))?;
    let update = diesel::update(dashboard_apps::table.find(id))
        .set((dashboard_apps::title.eq(title), dashboard_apps::content.eq(content), dashboard_apps::updated_at.eq(now())))
        .returning(DashboardApp::columns());
    let changed: DashboardApp = update.get_result(tx.conn)?;
    by.record(tx, Change::Updated(&present, &changed))?;
    Ok(changed)
}

/// Deletes a dashboard app.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn delete(tx: &mut Tx, by: &Administrator, id: DashboardAppId) -> Result<()> {
    let own = dashboard_apps::table.filter(dashboard_apps::id.eq(id).and(dashboard_apps::account_id.eq(by.account_id())));
    let gone: DashboardApp = diesel::delete(own).returning(DashboardApp::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Destroyed(&gone))
}
