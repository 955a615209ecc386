//! How labels look in the API.
use super::model::Label;
use crate::db::types::LabelId;
use schemars::JsonSchema;
use serde::Serialize;

/// A label in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Label")]
pub struct LabelJson<'a> {
    id: LabelId,
    title: &'a str,
    description: Option<&'a str>,
    /// As `#rrggbb`.
    color: &'a str,
    show_on_sidebar: bool,
}

/// Draws a label.
pub fn draw(label: &Label) -> LabelJson<'_> {
    LabelJson {
        id: label.id,
        title: &label.title,
        description: label.description.as_deref(),
        color: &label.color,
        show_on_sidebar: label.show_on_sidebar,
    }
}
