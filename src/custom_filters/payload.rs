//! How custom filters look in JSON.
use super::model::{CustomFilter, FilterType};
use crate::{db::types::CustomFilterId, web::json::Iso};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A custom filter.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CustomFilter")]
pub struct CustomFilterJson<'a> {
    id: CustomFilterId,
    name: &'a str,
    filter_type: FilterType,
    /// What was sent for it.
    query: &'a Map<String, Value>,
    created_at: Iso,
    updated_at: Iso,
}

/// Draws a custom filter.
pub fn draw(filter: &CustomFilter) -> CustomFilterJson<'_> {
    CustomFilterJson {
        id: filter.id,
        name: &filter.name,
        filter_type: filter.filter_type,
        query: &filter.query.0,
        created_at: Iso(filter.created_at),
        updated_at: Iso(filter.updated_at),
    }
}
