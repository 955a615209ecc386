//! What a message may hold, by its content type (as on Chatwoot's wire): pure rules, no database.
use super::model::ContentType;
use crate::{
    db::types::UserId,
    error::{Error, Result},
};
use serde_json::{Map, Value, json};

/// The longest text of a message, in characters.
pub const LONGEST: usize = 150_000;

/// The longest name that another system may give a message, in characters.
const LONGEST_SOURCE: usize = 20_000;

/// How many users a note may name; those after them are not heard of.
const MOST_MENTIONS: usize = 100;

const SELECT_KEYS: &[&str] = &["title", "value"];
const CARD_KEYS: &[&str] = &["media_url", "title", "description", "actions"];
const ACTION_KEYS: &[&str] = &["text", "type", "payload", "uri"];
const FORM_KEYS: &[&str] = &["type", "placeholder", "label", "name", "options", "default", "required", "pattern", "title", "pattern_error"];
const ARTICLE_KEYS: &[&str] = &["title", "description", "link"];

/// Checks a message's text.
///
/// # Errors
/// [`Error::Refused`] when it is too long.
pub fn check_text(content: Option<&str>) -> Result<()> {
    match content {
        Some(text) if text.chars().count() > LONGEST => Err(refused("Content is too long (maximum is 150000 characters)")),
        _ => Ok(()),
    }
}

/// Checks what another system calls a message.
///
/// # Errors
/// [`Error::Refused`] when it is too long.
pub fn check_source(source_id: Option<&str>) -> Result<()> {
    match source_id {
        Some(name) if name.chars().count() > LONGEST_SOURCE => Err(refused("Source id is too long (maximum is 20000 characters)")),
        _ => Ok(()),
    }
}

/// Checks what else a message holds.
///
/// # Errors
/// [`Error::Refused`] that says which item has which key too many or too few.
pub fn check_attributes(content_type: ContentType, attributes: &Map<String, Value>) -> Result<()> {
    match content_type {
        ContentType::InputSelect => items(attributes)?.iter().try_for_each(|item| only(item, SELECT_KEYS)),
        ContentType::Form => items(attributes)?.iter().try_for_each(|item| only(item, FORM_KEYS)),
        ContentType::Article => items(attributes)?.iter().try_for_each(|item| only(item, ARTICLE_KEYS)),
        ContentType::Cards => items(attributes)?.iter().try_for_each(|item| {
            only(item, CARD_KEYS)?;
            let actions = item.get("actions").and_then(Value::as_array).filter(|actions| !actions.is_empty());
            let actions = actions.ok_or_else(|| refused("Content attributes: a card needs actions"))?;
            actions.iter().try_for_each(|action| only(object(action)?, ACTION_KEYS))
        }),
        _ => Ok(()),
    }
}

/// The same as parts of a JSON Schema, each about one content type: whoever reads a message can rely on what was checked.
pub fn rules() -> Vec<Value> {
    let item = |keys: &[&str]| {
        let properties: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), json!(true))).collect();
        json!({"type": "object", "properties": properties, "additionalProperties": false})
    };
    let mut card = item(CARD_KEYS);
    card["properties"]["actions"] = json!({"type": "array", "minItems": 1, "items": item(ACTION_KEYS)});
    card["required"] = json!(["actions"]);
    let items = [
        (ContentType::InputSelect, item(SELECT_KEYS)),
        (ContentType::Form, item(FORM_KEYS)),
        (ContentType::Article, item(ARTICLE_KEYS)),
        (ContentType::Cards, card),
    ];
    let rule = |(content_type, item): (ContentType, Value)| {
        let items = json!({"type": "array", "minItems": 1, "items": item});
        let attributes = json!({"type": "object", "properties": {"items": items}, "required": ["items"]});
        json!({"if": {"properties": {"content_type": {"const": content_type}}}, "then": {"properties": {"content_attributes": attributes}}})
    };
    items.into_iter().map(rule).collect()
}

fn items(attributes: &Map<String, Value>) -> Result<Vec<&Map<String, Value>>> {
    let items = attributes.get("items").and_then(Value::as_array).filter(|items| !items.is_empty());
    items.ok_or_else(|| refused("Content attributes: items are required"))?.iter().map(object).collect()
}

fn object(item: &Value) -> Result<&Map<String, Value>> {
    item.as_object().ok_or_else(|| refused("Content attributes: each item must be an object"))
}

fn only(item: &Map<String, Value>, keys: &[&str]) -> Result<()> {
    match item.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(refused(&format!("Content attributes: an item has the unknown key {key}"))),
        None => Ok(()),
    }
}

/// The users whom a text names as `[@Ada](mention://user/7/Ada)`, each once, as many as a note can sensibly name.
pub fn mentioned(text: &str) -> Vec<UserId> {
    let mut named = Vec::new();
    for part in text.split("(mention://user/").skip(1).take(MOST_MENTIONS) {
        let id = part.split_once('/').filter(|(_, name)| name.find(')').is_some_and(|end| end > 0)).and_then(|(id, _)| id.parse().ok());
        if let Some(id) = id.map(UserId).filter(|id| !named.contains(id)) {
            named.push(id);
        }
    }
    named
}

/// A text with the names alone where it names users.
pub fn without_links(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("](mention://") {
        let (Some(from), Some(end)) = (rest[..at].rfind('['), rest[at..].find(')')) else { break };
        plain.push_str(&rest[..from]);
        plain.push_str(&rest[from + 1..at]);
        rest = &rest[at + end + 1..];
    }
    plain.push_str(rest);
    plain
}

fn refused(text: &str) -> Error {
    Error::Refused(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(content_type: ContentType, attributes: Value) -> bool {
        check_attributes(content_type, attributes.as_object().unwrap()).is_ok()
    }

    #[test]
    fn items_are_checked_by_content_type() {
        assert!(check(ContentType::Text, json!({"anything": 1})));
        assert!(check(ContentType::InputSelect, json!({"items": [{"title": "Blue", "value": "blue"}]})));
        assert!(!check(ContentType::InputSelect, json!({"items": [{"title": "Blue", "colour": "blue"}]})));
        assert!(!check(ContentType::InputSelect, json!({"items": []})));
        assert!(!check(ContentType::InputSelect, json!({})));
        assert!(!check(ContentType::Form, json!({"items": ["x"]})));
        assert!(check(ContentType::Form, json!({"items": [{"name": "mail", "label": "Email", "type": "email"}]})));
        assert!(check(
            ContentType::Cards,
            json!({"items": [{"title": "T", "actions": [{"type": "link", "text": "Open", "uri": "https://x.example"}]}]})
        ));
        assert!(!check(ContentType::Cards, json!({"items": [{"title": "T"}]})));
        assert!(!check(ContentType::Cards, json!({"items": [{"title": "T", "actions": [{"url": "u"}]}]})));
        assert!(check(ContentType::Article, json!({"items": [{"title": "T", "description": "D", "link": "l"}]})));
    }

    #[test]
    fn mentions_are_read() {
        for (text, ids) in [
            ("", vec![]),
            ("[@Ada](mention://user/7/Ada) and [@Ben B](mention://user/12/Ben%20B), [@Ada](mention://user/7/Ada)", vec![7, 12]),
            ("(mention://user/7/)", vec![]),
            ("(mention://user/7", vec![]),
            ("(mention://user/x/Ada) (mention://team/3/Billing) mention://user/8/Eve", vec![]),
            ("(mention://user/99999999999999999999/Ada)(mention://user/3/C)", vec![3]),
        ] {
            assert_eq!(mentioned(text), ids.into_iter().map(UserId).collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn of_mentions_the_names_are_shown() {
        for (text, plain) in [
            ("plain [x](https://x.example)", "plain [x](https://x.example)"),
            ("[@Ada](mention://user/7/Ada), [@Ben B](mention://user/12/Ben%20B)?", "@Ada, @Ben B?"),
            ("(see [a]) [@Ada](mention://user/7/Ada)", "(see [a]) @Ada"),
            ("](mention://user/7/Ada) [@Ada](mention://", "](mention://user/7/Ada) [@Ada](mention://"),
        ] {
            assert_eq!(without_links(text), plain);
        }
    }
}
