//! How definitions look in JSON: enums by their names, whatever was sent.
use super::model::{Definition, DisplayType, Model};
use crate::{db::types::DefinitionId, web::json::Iso};
use schemars::JsonSchema;
use serde::Serialize;

/// A definition.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CustomAttribute")]
pub struct DefinitionJson<'a> {
    id: DefinitionId,
    attribute_display_name: &'a str,
    attribute_display_type: DisplayType,
    attribute_description: Option<&'a str>,
    attribute_key: &'a str,
    /// What texts have to match.
    regex_pattern: Option<&'a str>,
    /// What whoever writes something else is told.
    regex_cue: Option<&'a str>,
    /// What may be chosen, if it is a list.
    attribute_values: &'a [String],
    attribute_model: Model,
    /// Always null.
    default_value: Option<&'static str>,
    created_at: Iso,
    updated_at: Iso,
}

/// Draws a definition.
pub fn draw(definition: &Definition) -> DefinitionJson<'_> {
    DefinitionJson {
        id: definition.id,
        attribute_display_name: &definition.attribute_display_name,
        attribute_display_type: definition.attribute_display_type,
        attribute_description: definition.attribute_description.as_deref(),
        attribute_key: &definition.attribute_key,
        regex_pattern: definition.regex_pattern.as_deref(),
        regex_cue: definition.regex_cue.as_deref(),
        attribute_values: &definition.attribute_values.0,
        attribute_model: definition.attribute_model,
        default_value: None,
        created_at: Iso(definition.created_at),
        updated_at: Iso(definition.updated_at),
    }
}
