//! What may be answered to what a message asks, by its content type: pure rules, no database. (What a survey is answered
//! with is for `surveys` to read.)
use super::model::ContentType;
use crate::{
    error::{Error, Result},
    users::email_address,
};
use regex_lite::{Regex, RegexBuilder};
use serde_json::{Map, Value, json};

/// The longest text that is taken for one field, in characters.
const LONGEST: usize = 20_000;
/// How many values one answer may have.
const MOST: usize = 200;
/// How much memory a compiled pattern may take, in bytes; how long it takes to match is bounded by it, too.
const LARGEST_PATTERN: usize = 64 * 1024;

/// What an answer leaves with its message, if it answers what the message asks: a list of objects with `name`, `title` and `value`.
///
/// # Errors
/// [`Error::Invalid`] about `submitted_values`, in a sentence that names the field; [`Error::Refused`] for what is no list of objects, and for a
/// message that asks nothing.
pub(super) fn checked(content_type: ContentType, asked: &Map<String, Value>, said: &Value) -> Result<Value> {
    let said = listed(said)?;
    match content_type {
        ContentType::InputSelect => chosen(items(asked), &said),
        ContentType::Form => filled(items(asked), &said),
        ContentType::InputText | ContentType::InputTextarea => said.into_iter().map(kept).collect::<Result<Vec<_>>>().map(Value::Array),
        _ => Err(Error::Refused("Nothing is asked in this message".into())),
    }
}

/// The one text that was submitted, under whatever name; or, as some clients have it, as `{"email": …}`.
pub(super) fn only_value(said: &Value) -> Option<String> {
    let [item] = listed(said).ok()?[..] else { return None };
    item.get("value").or_else(|| item.get("email")).and_then(Value::as_str).map(str::to_owned)
}

fn listed(said: &Value) -> Result<Vec<&Map<String, Value>>> {
    let wrong = || Error::Refused("submitted_values must be a list of objects".into());
    match said {
        Value::Array(list) if list.len() > MOST => Err(wrong()),
        Value::Array(list) => list.iter().map(|item| item.as_object().ok_or_else(wrong)).collect(),
        Value::Object(item) => Ok(vec![item]),
        _ => Err(wrong()),
    }
}

/// What remains of an item when nothing is known of what it answers: texts, numbers and truths.
fn kept(item: &Map<String, Value>) -> Result<Value> {
    let mut kept = Map::new();
    for (key, value) in item.iter().filter(|(key, _)| ["name", "title", "value"].contains(&key.as_str())) {
        match value {
            Value::Array(_) | Value::Object(_) => return Err(wrong(format!("{key} must be a text"))),
            Value::String(text) if text.chars().count() > LONGEST => {
                return Err(wrong(format!("{key} is too long (maximum is {LONGEST} characters)")));
            }
            value => drop(kept.insert(key.clone(), value.clone())),
        }
    }
    Ok(Value::Object(kept))
}

fn items(asked: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    asked.get("items").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// One of the options, as the message has it: nobody else gives it another title.
fn chosen<'a>(mut options: impl Iterator<Item = &'a Map<String, Value>>, said: &[&Map<String, Value>]) -> Result<Value> {
    let [said] = said else { return Err(wrong("one of the options is to be chosen".into())) };
    let is_it = |option: &&Map<String, Value>| match (option.get("value"), said.get("value")) {
        (Some(value), Some(said)) => same(value, said),
        // an option without a value is known by its title
        (None, _) => option.get("title").is_some_and(|title| said.get("title").is_some_and(|said| same(title, said))),
        (Some(_), None) => false,
    };
    let option = options.find(is_it).ok_or_else(|| wrong("this is none of the options".into()))?;
    let of = |key: &str| option.get(key).map(|value| (key.to_owned(), value.clone()));
    Ok(json!([of("title").into_iter().chain(of("value")).collect::<Map<_, _>>()]))
}

/// Whether two values are the same to a client that writes numbers as text.
fn same(one: &Value, other: &Value) -> bool {
    one == other || text(one).is_some_and(|one| text(other).is_some_and(|other| one == other))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The fields of a form, in its order. What the form does not ask for is left out.
fn filled<'a>(fields: impl Iterator<Item = &'a Map<String, Value>>, said: &[&Map<String, Value>]) -> Result<Value> {
    let mut answers = Vec::new();
    for field in fields {
        let Some(name) = field.get("name").and_then(Value::as_str) else { continue };
        let said = said.iter().find(|said| said.get("name").and_then(Value::as_str) == Some(name)).and_then(|said| said.get("value"));
        let given = match said {
            None | Some(Value::Null) => String::new(),
            Some(value) => text(value).ok_or_else(|| about(field, name, "must be a text"))?,
        };
        check(field, name, &given)?;
        if said.is_some() {
            answers.push(json!({"name": name, "value": given}));
        }
    }
    Ok(Value::Array(answers))
}

/// Checks what was filled into a field by what is said of it.
fn check(field: &Map<String, Value>, name: &str, given: &str) -> Result<()> {
    let said = |key: &str| field.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if given.trim().is_empty() {
        let required = matches!(field.get("required"), Some(Value::Bool(true))) || matches!(said("required"), Some("true" | "required"));
        return if required { Err(about(field, name, "can't be blank")) } else { Ok(()) };
    }
    if given.chars().count() > LONGEST {
        return Err(about(field, name, &format!("is too long (maximum is {LONGEST} characters)")));
    }
    match said("type") {
        Some("email") if email_address(given).is_err() => return Err(about(field, name, "is no e-mail address")),
        Some("select") => {
            let mut options = field.get("options").and_then(Value::as_array).into_iter().flatten();
            if !options.any(|option| option.get("value").is_some_and(|value| text(value).as_deref() == Some(given))) {
                return Err(about(field, name, "is none of the options"));
            }
        }
        _ => {}
    }
    // what only browsers understand is theirs to check
    let fits = |written: &str| pattern(written).is_none_or(|pattern| pattern.is_match(given));
    match said("pattern") {
        Some(pattern) if !fits(pattern) => Err(about(field, name, said("pattern_error").unwrap_or("has not the form that is asked for"))),
        _ => Ok(()),
    }
}

/// A pattern as the widget reads it: all of a text must fit, unless it is written between slashes, as in JavaScript.
fn pattern(written: &str) -> Option<Regex> {
    let literal = written.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    let literal = literal.filter(|(_, flags)| flags.bytes().all(|flag| flag.is_ascii_lowercase()));
    let (pattern, flags) = literal.map_or_else(|| (format!("^(?:{written})$"), ""), |(pattern, flags)| (pattern.to_owned(), flags));
    RegexBuilder::new(&pattern).case_insensitive(flags.contains('i')).size_limit(LARGEST_PATTERN).build().ok()
}

fn about(field: &Map<String, Value>, name: &str, what: &str) -> Error {
    let label = field.get("label").and_then(Value::as_str).filter(|label| !label.trim().is_empty()).unwrap_or(name);
    wrong(format!("{label} {what}"))
}

fn wrong(what: String) -> Error {
    Error::invalid("submitted_values", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submitted(content_type: ContentType, items: Value, said: Value) -> Result<Value, String> {
        let asked = json!({"items": items});
        checked(content_type, asked.as_object().unwrap(), &said).map_err(|e| e.to_string())
    }

    #[test]
    fn one_of_the_options_is_chosen() {
        let items = json!([{"title": "Blue", "value": "blue"}, {"title": "7", "value": 7}, {"title": "Other"}]);
        let choose = |said: Value| submitted(ContentType::InputSelect, items.clone(), said);
        for (said, kept) in [
            (json!([{"title": "Blue", "value": "blue", "evil": 1}]), json!([{"title": "Blue", "value": "blue"}])),
            (json!({"value": "blue", "title": "Not blue"}), json!([{"title": "Blue", "value": "blue"}])),
            (json!([{"value": "7"}]), json!([{"title": "7", "value": 7}])),
            (json!([{"title": "Other"}]), json!([{"title": "Other"}])),
        ] {
            assert_eq!(choose(said.clone()), Ok(kept), "{said}");
        }
        for said in [
            json!([]),
            json!([{"value": "red"}]),
            json!([{"title": "Blue"}]),
            json!([{"value": "blue"}, {"value": 7}]),
            json!([{"value": null}]),
            json!("blue"),
            json!(["blue"]),
            json!(null),
            json!(vec![json!({}); 201]),
        ] {
            assert!(choose(said.clone()).is_err(), "{said}");
        }
    }

    #[test]
    fn forms_are_filled_in_as_they_ask() {
        let items = json!([
            {"name": "mail", "label": "Email", "type": "email", "required": true},
            {"name": "size", "type": "select", "options": [{"label": "S", "value": "s"}, {"label": "1", "value": 1}]},
            {"name": "zip", "type": "text", "pattern": "[0-9]{5}", "pattern_error": "has five digits"},
            {"name": "odd", "type": "text", "pattern": "(?=x)y", "required": "false"},
            {"name": "code", "type": "text", "pattern": "/^[a-z]+$/i"},
            {"label": "without a name"},
        ]);
        let fill = |said: Value| submitted(ContentType::Form, items.clone(), said);
        let good = json!([{"name": "zip", "value": 12345}, {"name": "mail", "value": "lea@example.org", "title": "x"}, {"name": "x", "value": "y"}]);
        assert_eq!(fill(good), Ok(json!([{"name": "mail", "value": "lea@example.org"}, {"name": "zip", "value": "12345"}])));
        let mail = json!({"name": "mail", "value": "lea@example.org"});
        assert!(fill(json!([mail, {"name": "code", "value": "Xy"}])).is_ok());
        assert_eq!(
            fill(json!([mail, {"name": "size", "value": "1"}, {"name": "odd", "value": "z"}])).map(|kept| kept[1]["value"].clone()),
            Ok(json!("1"))
        );
        for (said, why) in [
            (json!([]), "Email can't be blank"),
            (json!([{"name": "mail", "value": " "}]), "Email can't be blank"),
            (json!([{"name": "mail", "value": "lea"}]), "Email is no e-mail address"),
            (json!([{"name": "mail", "value": ["lea@example.org"]}]), "Email must be a text"),
            (json!([mail, {"name": "size", "value": "m"}]), "size is none of the options"),
            (json!([mail, {"name": "zip", "value": "1234"}]), "zip has five digits"),
            (json!([mail, {"name": "zip", "value": "12345\n"}]), "zip has five digits"),
            (json!([mail, {"name": "code", "value": "x1"}]), "code has not the form that is asked for"),
            (json!([mail, {"name": "odd", "value": "x".repeat(20_001)}]), "odd is too long (maximum is 20000 characters)"),
        ] {
            assert_eq!(fill(said.clone()), Err(why.to_owned()), "{said}");
        }
    }

    #[test]
    fn what_asks_nothing_is_not_answered() {
        for content_type in [ContentType::Text, ContentType::Cards, ContentType::Article, ContentType::Sticker] {
            assert!(submitted(content_type, json!([]), json!([{"value": "x"}])).is_err(), "{content_type:?}");
        }
        let free = submitted(ContentType::InputText, json!([]), json!([{"name": "a", "value": "b", "admin": true}]));
        assert_eq!(free, Ok(json!([{"name": "a", "value": "b"}])));
        assert!(submitted(ContentType::InputTextarea, json!([]), json!([{"value": {"deep": 1}}])).is_err());
    }
}
