//! How dashboard apps look in the API.
use super::model::{DashboardApp, Frame};
use crate::{db::types::DashboardAppId, web::json::Iso};
use schemars::JsonSchema;
use serde::Serialize;

/// A dashboard app in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DashboardApp")]
pub(super) struct DashboardAppJson<'a> {
    id: DashboardAppId,
    title: &'a str,
    content: &'a [Frame],
    created_at: Iso,
}

/// Draws a dashboard app.
pub(super) fn draw(app: &DashboardApp) -> DashboardAppJson<'_> {
    DashboardAppJson { id: app.id, title: &app.title, content: &app.content.0, created_at: Iso(app.created_at) }
}
