//! Which values an attribute may have.
use super::model::{Definition, DisplayType, compile};
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Number, Value};

/// The largest number of either sign: each whole one up to here is exact wherever it goes.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// Checks values against their definitions, and writes numbers and truths as such that came as text. Nothing (`null`, an empty
/// text) is always allowed: it is how clients take a value away.
///
/// # Errors
/// [`Error::Invalid`] about `custom_attributes`, in a sentence that names the key.
pub fn check(definitions: &[Definition], values: &mut Map<String, Value>) -> Result<()> {
    for definition in definitions {
        let Some(value) = values.get_mut(&definition.attribute_key) else { continue };
        if value.is_null() || value.as_str() == Some("") {
            continue;
        }
        settle(definition, value).map_err(|why| Error::invalid("custom_attributes", format!("{} {why}", definition.attribute_key)))?;
    }
    Ok(())
}

fn settle(definition: &Definition, value: &mut Value) -> Result<(), String> {
    match definition.attribute_display_type {
        DisplayType::Text => text(definition, value),
        DisplayType::Number | DisplayType::Currency | DisplayType::Percent => number(value),
        DisplayType::Link => match value.as_str() {
            Some(link) if is_link(link) => Ok(()),
            _ => Err("must be a link that begins with http:// or https://".into()),
        },
        DisplayType::Date => match value.as_str() {
            Some(date) if is_date(date) => Ok(()),
            _ => Err("must be a date as in 2026-05-01".into()),
        },
        DisplayType::List => match value.as_str() {
            Some(choice) if definition.attribute_values.0.iter().any(|offered| offered == choice) => Ok(()),
            _ => Err(format!("must be one of {}", definition.attribute_values.0.join(", "))),
        },
        DisplayType::Checkbox => checkbox(value),
    }
}

fn text(definition: &Definition, value: &Value) -> Result<(), String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err("must be a text".into()),
    };
    // a pattern that was stored compiles: it has done so then
    match definition.regex_pattern.as_deref().and_then(|pattern| compile(pattern).ok()) {
        Some(pattern) if !pattern.is_match(&text) => Err(definition.regex_cue.clone().unwrap_or_else(|| "does not match its pattern".into())),
        _ => Ok(()),
    }
}

fn number(value: &mut Value) -> Result<(), String> {
    let read = match &*value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => serde_json::from_str::<Number>(text.trim()).ok(),
        _ => None,
    };
    match read.filter(|number| number.as_f64().is_some_and(|number| number.abs() <= LARGEST)) {
        Some(number) => *value = Value::Number(number),
        None => return Err("must be a number".into()),
    }
    Ok(())
}

fn checkbox(value: &mut Value) -> Result<(), String> {
    match value.as_str() {
        Some("true") => *value = Value::Bool(true),
        Some("false") => *value = Value::Bool(false),
        _ => {}
    }
    if value.is_boolean() { Ok(()) } else { Err("must be true or false".into()) }
}

fn is_link(text: &str) -> bool {
    url::Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// A day, also with a time. Years have four digits, so that the texts sort as the days do.
fn is_date(text: &str) -> bool {
    let day = text.get(..10).and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()).is_some_and(|_| text.as_bytes()[4] == b'-');
    day && (text.len() == 10 || DateTime::parse_from_rfc3339(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        custom_attributes::model::Model,
        db::types::{AccountId, DefinitionId, Json, now},
    };
    use serde_json::json;

    fn definition(kind: DisplayType) -> Definition {
        Definition {
            id: DefinitionId(1),
            account_id: AccountId(1),
            attribute_model: Model::Contact,
            attribute_key: "k".into(),
            attribute_display_name: "K".into(),
            attribute_display_type: kind,
            attribute_description: None,
            attribute_values: Json(vec!["a".into(), "b".into()]),
            regex_pattern: (kind == DisplayType::Text).then(|| "/^[a-z]+[0-9]$/".into()),
            regex_cue: Some("is letters and a digit".into()),
            created_at: now(),
            updated_at: now(),
        }
    }

    #[test]
    fn values_fit_their_definitions() {
        for (kind, good, bad) in [
            (DisplayType::Text, vec![json!("abc1"), json!(""), json!(null)], vec![json!("abc"), json!(1), json!({}), json!(["abc1"])]),
            (DisplayType::Number, vec![json!(3), json!(-0.5), json!("3.5"), json!(null)], vec![json!("x"), json!(true), json!(1e300), json!("NaN")]),
            (DisplayType::Percent, vec![json!("10")], vec![json!("10%")]),
            (DisplayType::Link, vec![json!("https://a.example/x")], vec![json!("javascript:alert(1)"), json!("a.example"), json!(1)]),
            (
                DisplayType::Date,
                vec![json!("2026-05-01"), json!("2026-05-01T10:00:00.000Z")],
                vec![json!("1.5.2026"), json!("2026-02-30"), json!("2026-05-01x")],
            ),
            (DisplayType::List, vec![json!("a")], vec![json!("c"), json!("A"), json!(["a"])]),
            (DisplayType::Checkbox, vec![json!(true), json!("false")], vec![json!("yes"), json!(1)]),
        ] {
            let mut definition = definition(kind);
            definition.settle().unwrap();
            let put = |value: &Value| check(std::slice::from_ref(&definition), &mut Map::from_iter([("k".to_owned(), value.clone())]));
            good.iter().for_each(|value| assert!(put(value).is_ok(), "{kind:?} {value}"));
            bad.iter().for_each(|value| assert!(put(value).unwrap_err().to_string().starts_with("k "), "{kind:?} {value}"));
        }
    }

    #[test]
    fn texts_become_what_they_mean() {
        let mut number = Map::from_iter([("k".to_owned(), json!("3")), ("other".to_owned(), json!("3"))]);
        check(&[definition(DisplayType::Number)], &mut number).unwrap();
        assert_eq!(Value::Object(number), json!({"k": 3, "other": "3"}));
    }
}
