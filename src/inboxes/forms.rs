//! What visitors fill in: the form before a conversation, and the survey after it. Of what is said of them, that is kept which has a meaning.
use crate::{
    checks::{LINE, not_too_large, within},
    error::{Error, Result},
};
use serde_json::{Map, Value, json};

/// How many fields a form may have, and how many values a rule or a field.
const MOST: usize = 100;

/// The longest text of a form, in characters.
const LONGEST: usize = 2000;

/// What may be said of a field of the form.
const FIELD: [&str; 11] =
    ["field_type", "label", "placeholder", "name", "enabled", "type", "required", "locale", "values", "regex_pattern", "regex_cue"];

/// What may be said of the survey.
const SURVEY: [&str; 6] = ["display_type", "message", "button_text", "language", "survey_rules", "template"];

/// The survey's settings.
///
/// # Errors
/// [`Error::Invalid`] about `csat_config`.
pub(super) fn checked_survey(mut config: Map<String, Value>) -> Result<Map<String, Value>> {
    config.retain(|key, _| SURVEY.contains(&key.as_str()));
    not_too_large("csat_config", &config)?;
    let wrong = |what: &str| Err(Error::invalid("csat_config", format!("Csat config: {what}")));
    if !matches!(config.get("display_type"), None | Some(Value::Null)) && !one_of(config.get("display_type"), &["emoji", "star"]) {
        return wrong("display_type is emoji or star");
    }
    for text in ["message", "button_text", "language"] {
        if !config.get(text).is_none_or(|value| value.is_null() || value.is_string()) {
            return wrong("message, button_text and language are texts");
        }
    }
    if let Some(rules) = config.get("survey_rules").filter(|rules| !rules.is_null()) {
        let none = rules.as_object().is_some_and(Map::is_empty);
        let whole = one_of(rules.get("operator"), &["contains", "does_not_contain"]) && texts(rules.get("values"));
        if !none && !whole {
            return wrong("survey_rules has an operator (contains or does_not_contain) and values");
        }
    }
    Ok(config)
}

fn one_of(value: Option<&Value>, known: &[&str]) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| known.contains(&text))
}

fn texts(value: Option<&Value>) -> bool {
    value.and_then(Value::as_array).is_some_and(|values| values.len() <= MOST && values.iter().all(Value::is_string))
}

/// The settings of the form before a conversation.
///
/// # Errors
/// [`Error::Invalid`] about `pre_chat_form_options`.
pub(super) fn checked_pre_chat(mut options: Map<String, Value>) -> Result<Map<String, Value>> {
    let wrong = |what: &str| Error::invalid("pre_chat_form_options", format!("Pre chat form options: {what}"));
    options.retain(|key, _| matches!(key.as_str(), "pre_chat_message" | "require_email" | "pre_chat_fields"));
    not_too_large("pre_chat_form_options", &options)?;
    match options.get("pre_chat_message") {
        Some(Value::String(text)) => within("pre_chat_message", text, LONGEST)?,
        None | Some(Value::Null) => {}
        Some(_) => return Err(wrong("pre_chat_message is a text")),
    }
    let fields = match options.get_mut("pre_chat_fields") {
        Some(Value::Array(fields)) => fields,
        None | Some(Value::Null) => return Ok(options),
        Some(_) => return Err(wrong("pre_chat_fields is a list")),
    };
    if fields.len() > MOST {
        return Err(wrong("there are too many pre_chat_fields"));
    }
    let mut names = Vec::new();
    for field in fields {
        let Value::Object(field) = field else { return Err(wrong("each of the pre_chat_fields is an object")) };
        field.retain(|key, _| FIELD.contains(&key.as_str()));
        let name = field.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| wrong("each of the pre_chat_fields has a name"))?.to_owned();
        within("pre_chat_form_options", &name, LINE)?;
        if names.contains(&name) {
            return Err(wrong("no two pre_chat_fields have the same name"));
        }
        names.push(name);
    }
    Ok(options)
}

/// Gives a form without fields the usual ones, all of them off.
pub(super) fn complete_pre_chat(options: &mut Map<String, Value>) {
    if options.get("pre_chat_fields").and_then(Value::as_array).is_some_and(|fields| !fields.is_empty()) {
        return;
    }
    let field = |label: &str, name: &str, kind: &str, required: bool| json!({"field_type": "standard", "label": label, "name": name, "type": kind, "required": required, "enabled": false});
    options.entry("pre_chat_message").or_insert_with(|| "Share your queries or comments here.".into());
    let usual = [
        field("Email Id", "emailAddress", "email", true),
        field("Full name", "fullName", "text", false),
        field("Phone number", "phoneNumber", "text", false),
    ];
    options.insert("pre_chat_fields".to_owned(), usual.into_iter().collect());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn surveys() {
        let good = json!({"display_type": "star", "message": "How was it?", "survey_rules": {"operator": "contains", "values": ["vip"]}});
        assert_eq!(checked_survey(map(good.clone())).unwrap(), map(good));
        assert_eq!(checked_survey(map(json!({"x": 1, "survey_rules": {}}))).unwrap(), map(json!({"survey_rules": {}})));
        for bad in [
            json!({"display_type": "thumbs"}),
            json!({"message": 1}),
            json!({"survey_rules": {"operator": "is", "values": []}}),
            json!({"survey_rules": {"operator": "contains"}}),
            json!({"message": "x".repeat(70_000)}),
        ] {
            assert!(checked_survey(map(bad.clone())).is_err(), "{bad}");
        }
    }

    #[test]
    fn forms_before_a_conversation() {
        let mut form = checked_pre_chat(map(json!({"pre_chat_message": "Hi", "x": 1}))).unwrap();
        complete_pre_chat(&mut form);
        assert_eq!((form["pre_chat_message"].as_str(), form["pre_chat_fields"].as_array().map(Vec::len), form.len()), (Some("Hi"), Some(3), 2));
        let own = json!({"pre_chat_fields": [{"name": "order", "type": "text", "enabled": true, "odd": 1}]});
        let mut own = checked_pre_chat(map(own)).unwrap();
        complete_pre_chat(&mut own);
        assert_eq!(Value::Object(own), json!({"pre_chat_fields": [{"name": "order", "type": "text", "enabled": true}]}));
        for bad in [
            json!({"pre_chat_message": 1}),
            json!({"pre_chat_fields": "x"}),
            json!({"pre_chat_fields": [1]}),
            json!({"pre_chat_fields": [{"name": " "}]}),
            json!({"pre_chat_fields": [{"name": "a"}, {"name": "a"}]}),
            json!({"pre_chat_fields": vec![json!({"name": "a"}); 101]}),
        ] {
            assert!(checked_pre_chat(map(bad.clone())).is_err(), "{bad}");
        }
    }
}
