//! Rows and rules of definitions.
use crate::{
    audited,
    checks::{LINE, at_most, required},
    db::{
        schema::custom_attribute_definitions,
        types::{AccountId, DefinitionId, Json},
    },
    error::{Error, Result},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use regex_lite::{Regex, RegexBuilder};
use serde::Serialize;

text_enum! {
    /// What has the attribute.
    pub enum Model { Conversation = 0 "conversation_attribute", Contact = 1 "contact_attribute" }
}

text_enum! {
    /// What its values are.
    pub enum DisplayType {
        Text = 0 "text",
        Number = 1 "number",
        Currency = 2 "currency",
        Percent = 3 "percent",
        Link = 4 "link",
        Date = 5 "date",
        List = 6 "list",
        Checkbox = 7 "checkbox",
    }
}

/// How many definitions an account may have.
pub(super) const MOST: i64 = 500;
/// How many values a list may offer.
const MOST_VALUES: usize = 200;
/// The longest description, in characters.
const LONGEST_TEXT: usize = 20_000;
/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 1000;
/// How much memory a compiled pattern may take, in bytes; how long it takes to match is bounded by it, too.
const LARGEST_PATTERN: usize = 64 * 1024;

/// A row of `custom_attribute_definitions`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = custom_attribute_definitions, treat_none_as_null = true)]
pub struct Definition {
    /// Its id.
    pub id: DefinitionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What has the attribute.
    pub attribute_model: Model,
    /// Under which it is stored; unique in the account and model, and never changed.
    pub attribute_key: String,
    /// What people call it.
    pub attribute_display_name: String,
    /// What its values are.
    pub attribute_display_type: DisplayType,
    /// What it is for.
    pub attribute_description: Option<String>,
    /// What a list offers.
    pub attribute_values: Json<Vec<String>>,
    /// What a text must match.
    pub regex_pattern: Option<String>,
    /// What people are told who write something else.
    pub regex_cue: Option<String>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Definition = "CustomAttributeDefinition" by attribute_key);

/// What conversations and contacts have by themselves, under names that filters and tables know.
const STANDARD: [&[&str]; 2] = [
    &[
        "status",
        "priority",
        "assignee_id",
        "inbox_id",
        "team_id",
        "campaign_id",
        "contact_id",
        "display_id",
        "labels",
        "browser_language",
        "conversation_language",
        "country_code",
        "referer",
        "mail_subject",
        "created_at",
        "last_activity_at",
    ],
    &[
        "id",
        "name",
        "email",
        "phone_number",
        "identifier",
        "contact_type",
        "city",
        "company_name",
        "country",
        "country_code",
        "blocked",
        "labels",
        "created_at",
        "last_activity_at",
    ],
];

impl Definition {
    /// Puts right what follows from the type, and checks the rest.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub(super) fn settle(&mut self) -> Result<()> {
        self.attribute_display_name = required("attribute_display_name", &self.attribute_display_name, LINE)?;
        self.attribute_key = required("attribute_key", &self.attribute_key, LINE)?;
        if !self.attribute_key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')) {
            return Err(Error::invalid("attribute_key", "Attribute key may have letters, digits, _ . and - only"));
        }
        if STANDARD[self.attribute_model as usize].contains(&self.attribute_key.as_str()) {
            return Err(Error::invalid("attribute_key", format!("{} is a standard attribute, choose another key", self.attribute_key)));
        }
        self.attribute_description = at_most("attribute_description", self.attribute_description.take(), LONGEST_TEXT)?;
        self.regex_cue = at_most("regex_cue", self.regex_cue.take(), LINE)?;
        if self.attribute_display_type != DisplayType::Text {
            self.regex_pattern = None;
        }
        self.regex_pattern = at_most("regex_pattern", self.regex_pattern.take(), LONGEST_PATTERN)?;
        if let Some(pattern) = &self.regex_pattern {
            compile(pattern).map_err(|e| Error::invalid("regex_pattern", format!("Regex pattern cannot be used: {e}")))?;
        }
        self.settle_values()
    }

    fn settle_values(&mut self) -> Result<()> {
        let values = &mut self.attribute_values.0;
        if self.attribute_display_type != DisplayType::List {
            values.clear();
            return Ok(());
        }
        let mut seen = std::collections::HashSet::new();
        *values = std::mem::take(values).into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
        values.retain(|value| seen.insert(value.clone()));
        match values.iter().find(|value| value.chars().count() > LINE) {
            Some(_) => Err(Error::too_long("attribute_values", LINE)),
            None if values.is_empty() => Err(Error::blank("attribute_values")),
            None if values.len() > MOST_VALUES => Err(Error::invalid("attribute_values", format!("A list has at most {MOST_VALUES} values"))),
            None => Ok(()),
        }
    }
}

/// The pattern, also where it is written between slashes, as dashboards keep it. Its time is linear in the text.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex_lite::Error> {
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).unwrap_or(pattern);
    RegexBuilder::new(inner).size_limit(LARGEST_PATTERN).build()
}
