//! Changing definitions. Values that are stored already stay as they are, also when their definition goes.
use super::{
    model::{Definition, DisplayType, MOST, Model},
    queries,
};
use crate::{
    audit::Change,
    auth::Administrator,
    db::{
        Tx,
        dialect::Columns,
        schema::custom_attribute_definitions::{self, dsl},
        types::{DefinitionId, Json, now},
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

/// What may be said about a definition. Its key, model and type are said once, when it is made: stored values go by them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DefinitionInput {
    /// Up to 255 characters; a new one needs it.
    pub attribute_display_name: Patch<Text>,
    /// Up to 20,000 characters.
    pub attribute_description: Patch<Text>,
    /// A name or a number; text unless said otherwise.
    pub attribute_display_type: Patch<DisplayType>,
    /// Letters, digits, `_ . -`; a new one needs it.
    pub attribute_key: Patch<Text>,
    /// A name or a number; of conversations unless said otherwise.
    pub attribute_model: Patch<Model>,
    /// What a list offers.
    pub attribute_values: Option<List<Text>>,
    /// What a text must match, up to 1000 characters.
    pub regex_pattern: Patch<Text>,
    /// What people are told who write something else.
    pub regex_cue: Patch<Text>,
}

impl Input for DefinitionInput {
    const ROOT: &'static str = "custom_attribute_definition";
}

impl DefinitionInput {
    fn apply(self, definition: &mut Definition) -> Result<()> {
        let DefinitionInput { attribute_display_name: name, attribute_description, attribute_values, regex_pattern, regex_cue, .. } = self;
        let text = |said: Patch<Text>, present: Option<String>| said.map(|text| text.0).or(present).filter(|text| !text.trim().is_empty());
        definition.attribute_display_name = text(name, Some(std::mem::take(&mut definition.attribute_display_name))).unwrap_or_default();
        definition.attribute_description = text(attribute_description, definition.attribute_description.take());
        definition.regex_pattern = text(regex_pattern, definition.regex_pattern.take());
        definition.regex_cue = text(regex_cue, definition.regex_cue.take());
        if let Some(List(values)) = attribute_values {
            definition.attribute_values = Json(values.into_iter().map(|value| value.0).collect());
        }
        definition.settle()
    }
}

/// Makes a definition.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute, also for a key that is taken, or that of a standard attribute; [`Error::Refused`] for
/// one more than an account may have.
pub fn create(tx: &mut Tx, by: &Administrator, input: DefinitionInput) -> Result<Definition> {
    if queries::count(tx.conn, by.account_id())? >= MOST {
        return Err(Error::Refused(format!("An account has at most {MOST} custom attributes")));
    }
    let now = now();
    let mut new = Definition {
        id: DefinitionId(0),
        account_id: by.account_id(),
        attribute_model: input.attribute_model.clone().set().unwrap_or(Model::Conversation),
        attribute_key: input.attribute_key.clone().set().unwrap_or_default().0,
        attribute_display_name: String::new(),
        attribute_display_type: input.attribute_display_type.clone().set().unwrap_or(DisplayType::Text),
        attribute_description: None,
        attribute_values: Json::default(),
        regex_pattern: None,
        regex_cue: None,
        created_at: now,
        updated_at: now,
    };
    input.apply(&mut new)?;
    let insert = diesel::insert_into(custom_attribute_definitions::table).values((
        (dsl::account_id.eq(new.account_id), dsl::attribute_model.eq(new.attribute_model), dsl::attribute_key.eq(new.attribute_key)),
        (dsl::attribute_display_name.eq(new.attribute_display_name), dsl::attribute_display_type.eq(new.attribute_display_type)),
        (dsl::attribute_description.eq(new.attribute_description), dsl::attribute_values.eq(new.attribute_values)),
        (dsl::regex_pattern.eq(new.regex_pattern), dsl::regex_cue.eq(new.regex_cue)),
        (dsl::created_at.eq(now), dsl::updated_at.eq(now)),
    ));
    let definition = insert.returning(Definition::columns()).get_result(tx.conn).map_err(|e| Error::or_taken(e, "attribute_key"))?;
    by.record(tx, Change::Created(&definition))?;
    Ok(definition)
}

/// Changes a definition; what is said about its key, model and type is ignored.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &Administrator, id: DefinitionId, input: DefinitionInput) -> Result<Definition> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut definition = before.clone();
    input.apply(&mut definition)?;
    if definition != before {
        definition.updated_at = now();
        diesel::update(custom_attribute_definitions::table.find(id)).set(&definition).execute(tx.conn)?;
        by.record(tx, Change::Updated(&before, &definition))?;
    }
    Ok(definition)
}

/// Deletes a definition.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: DefinitionId) -> Result<()> {
    let definition = queries::find_to_change(tx.conn, by.account_id(), id)?;
    diesel::delete(custom_attribute_definitions::table.find(definition.id)).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&definition))
}
