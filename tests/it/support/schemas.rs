//! What is told and what arrives, held against the schemas of the catalogue: at the end of every test, whatever it is about.
use hookdesk::{accounts::PayloadFormat, events::EventName, webhooks::catalogue};
use jsonschema::Validator;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

type Known = HashMap<(EventName, PayloadFormat), &'static Validator>;
static VALIDATORS: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

fn validator(event: EventName, format: PayloadFormat) -> &'static Validator {
    let make = || {
        let schema = catalogue::schema(event, format);
        let made = jsonschema::draft202012::new(schema).unwrap_or_else(|e| panic!("the schema of {} is none: {e}", event.name()));
        &*Box::leak(Box::new(made))
    };
    VALIDATORS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).entry((event, format)).or_insert_with(make)
}

/// What is wrong with a body, one line for each thing; nothing when it is as the catalogue says.
pub fn mistakes(event: EventName, format: PayloadFormat, body: &Value) -> Vec<String> {
    let found = validator(event, format).iter_errors(body);
    found.map(|e| format!("{} ({}): {}: {e}", event.name(), format.name(), e.instance_path())).collect()
}

/// Panics when a body is not as the catalogue says.
#[track_caller]
pub fn assert_valid(format: PayloadFormat, body: &Value) {
    let name = body["event"].as_str().unwrap_or_else(|| panic!("a body without an event: {body}"));
    // what rules and macros tell an address is the conversation, under a name of its own
    let is_call = name.starts_with("automation_event.") || name == "macro.executed";
    let (event, body) = match EventName::from_name(name) {
        Some(event) => (event, body.clone()),
        None if is_call => (EventName::ConversationOpened, with_event(body, EventName::ConversationOpened.name())),
        None => panic!("an event that the catalogue does not know: {body}"),
    };
    let found = mistakes(event, format, &body);
    assert!(found.is_empty(), "not as the catalogue says:\n{}\n{body:#}", found.join("\n"));
}

fn with_event(body: &Value, name: &str) -> Value {
    let mut body = body.clone();
    body["event"] = name.into();
    body
}

/// The same for a stored payload, as it is and in each format that is made from it.
pub fn assert_stored(payload: &str) {
    for format in PayloadFormat::ALL {
        assert_valid(*format, &serde_json::from_str(&catalogue::render(*format, payload)).unwrap());
    }
}

/// The same for a body as it arrived. Which format it has is seen at the id, which is text in the documented one.
pub fn assert_delivered(body: &[u8]) {
    let body: Value = serde_json::from_slice(body).unwrap_or_else(|e| panic!("a body that is no JSON ({e})"));
    assert_valid(if body["id"].is_string() { PayloadFormat::Documented } else { PayloadFormat::Chatwoot }, &body);
}
