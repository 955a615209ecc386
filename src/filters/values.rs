//! Reading the values of a condition.
use super::language::{Kind, Test};
use crate::{checks::LONGEST_SEARCH, db::types::now};
use chrono::{DateTime, Days, NaiveDate};
use serde_json::Value;

/// How many values a condition may have.
const MOST: usize = 100;

/// A list of values, however it was sent; of an object (as dashboards keep what was chosen) its id.
pub(super) fn list(said: &Value) -> Result<Vec<Value>, String> {
    let items = match said {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let plain = |item: Value| match item {
        Value::Object(mut map) => map.remove("id").unwrap_or_default(),
        Value::String(text) => Value::String(text.trim().to_owned()),
        other => other,
    };
    let items: Vec<Value> = items.into_iter().map(plain).collect();
    let blank = |item: &Value| item.is_null() || item.as_str() == Some("");
    match items.len() {
        0 => Err("values can't be blank".into()),
        _ if items.iter().any(blank) => Err("values can't be blank".into()),
        length if length > MOST => Err(format!("at most {MOST} values are compared")),
        _ if items.iter().any(Value::is_array) => Err("values are texts, numbers, true or false".into()),
        _ => Ok(items),
    }
}

/// The only one.
pub(super) fn single(values: &[Value]) -> Result<&Value, String> {
    match values {
        [value] => Ok(value),
        _ => Err("this is compared with one value".into()),
    }
}

/// That it is one of these.
pub(super) fn one_of(kind: Kind, values: &[Value]) -> Result<Test, String> {
    Ok(match kind {
        Kind::Id => Test::Ids(values.iter().map(whole).collect::<Result<_, _>>()?),
        Kind::Choice(names) => {
            let texts = texts(values)?;
            match texts.iter().find(|text| !names.contains(&text.as_str())) {
                Some(text) => return Err(format!("{text} is none of {}", names.join(", "))),
                None => Test::Texts(texts),
            }
        }
        Kind::Text => Test::Texts(texts(values)?),
        Kind::Flag => Test::Flags(values.iter().map(truth).collect::<Result<_, _>>()?),
        Kind::Number => Test::Numbers(values.iter().map(number).collect::<Result<_, _>>()?),
        Kind::Day => Test::Days(values.iter().map(day).collect::<Result<_, _>>()?),
    })
}

/// What a value was before a change, or is after it: one of the list under `side`. Any with an empty list.
pub(super) fn side(kind: Kind, said: &Value, side: &str) -> Result<Option<Box<Test>>, String> {
    let sides = said.as_object().ok_or("values are lists under from and to")?;
    match sides.get(side) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(none)) if none.is_empty() => Ok(None),
        Some(some) => one_of(kind, &list(some)?).map(|test| Some(Box::new(test))),
    }
}

impl Test {
    /// Whether it holds of a value that is at hand, or of one of a list. It has texts, ids and flags; days and numbers are compared by the database.
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Test::Present, Value::Array(items)) => !items.is_empty(),
            (_, Value::Array(items)) => items.iter().any(|item| self.holds(item)),
            (Test::Present, Value::String(text)) => !text.is_empty(),
            (Test::Present, value) => !value.is_null(),
            (Test::Ids(wanted), value) => value.as_i64().is_some_and(|id| wanted.contains(&id)),
            (Test::Flags(wanted), value) => value.as_bool().is_some_and(|flag| wanted.contains(&flag)),
            (Test::Texts(wanted), Value::String(text)) => wanted.contains(&text.to_lowercase()),
            (Test::Containing(parts), Value::String(text)) => {
                let text = text.to_lowercase();
                parts.iter().any(|part| text.contains(part.as_str()))
            }
            (Test::Starting(parts), Value::String(text)) => {
                let text = text.to_lowercase();
                parts.iter().any(|part| text.starts_with(part.as_str()))
            }
            _ => false,
        }
    }
}

/// In lower case, and no longer than what is searched for.
pub(super) fn texts(values: &[Value]) -> Result<Vec<String>, String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    };
    let texts: Vec<String> = values.iter().map(text).collect();
    match texts.iter().any(|text| text.chars().count() > LONGEST_SEARCH) {
        true => Err(format!("a value is longer than {LONGEST_SEARCH} characters")),
        false => Ok(texts),
    }
}

fn whole(value: &Value) -> Result<i64, String> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).ok_or_else(|| format!("{value} is no whole number"))
}

pub(super) fn number(value: &Value) -> Result<f64, String> {
    let read = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    read.filter(|number| number.is_finite()).ok_or_else(|| format!("{value} is no number"))
}

fn truth(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        other => Err(format!("{other} is neither true nor false")),
    }
}

/// A day, also of a time; years have four digits, also that of the day after.
pub(super) fn day(value: &Value) -> Result<NaiveDate, String> {
    let text = value.as_str().unwrap_or_default();
    let read = match text.len() {
        10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        _ => DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc().date_naive()),
    };
    read.filter(|day| (1000..=9998).contains(&chrono::Datelike::year(day))).ok_or_else(|| format!("{value} is no date as in 2026-05-01"))
}

/// The day so many days before today.
pub(super) fn days_ago(value: &Value) -> Result<NaiveDate, String> {
    let days = whole(value)?;
    let read = u64::try_from(days).ok().filter(|days| *days <= 36_500).and_then(|days| now().date().checked_sub_days(Days::new(days)));
    read.ok_or_else(|| format!("{days} is no number of days from 0 to 36500"))
}
