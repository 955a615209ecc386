//! The JSON Schema of each event's body in each format. The `chatwoot` one comes from the types that draw the body. The
//! `documented` one is made from it as `format` makes the body from the stored one: whoever changes the one changes the other,
//! and every test that delivers something checks that they agree.
use crate::{
    accounts::PayloadFormat,
    contacts, conversations,
    events::{EventName, catalogue::require},
    inboxes,
};
use serde_json::{Map, Value, json};
use std::{collections::HashMap, sync::LazyLock};

static SCHEMAS: LazyLock<HashMap<(EventName, PayloadFormat), Value>> = LazyLock::new(|| {
    let formats = |event: &EventName| PayloadFormat::ALL.iter().map(|format| (*event, *format)).collect::<Vec<_>>();
    EventName::DELIVERED.iter().flat_map(formats).map(|(event, format)| ((event, format), make(event, format))).collect()
});

/// The schema of an event's body in a format.
pub fn schema(event: EventName, format: PayloadFormat) -> &'static Value {
    SCHEMAS.get(&(event, format)).unwrap_or(&Value::Null)
}

fn make(event: EventName, format: PayloadFormat) -> Value {
    let rooms = [contacts::event_schema, inboxes::event_schema, conversations::event_schema];
    let stored = rooms.iter().find_map(|room| room(event)).unwrap_or_default();
    match (format, event) {
        (PayloadFormat::Documented, EventName::MessageCreated | EventName::MessageUpdated) => documented(stored),
        // the order of keys is nothing that a schema tells
        (PayloadFormat::Documented | PayloadFormat::Chatwoot, _) => stored,
    }
}

/// The documented keys in the order in which they are sent.
const ORDER: [&str; 16] = [
    "event",
    "id",
    "content",
    "created_at",
    "message_type",
    "content_type",
    "content_attributes",
    "source_id",
    "sender",
    "contact",
    "conversation",
    "account",
    "inbox",
    "private",
    "additional_attributes",
    "attachments",
];

fn documented(mut schema: Value) -> Value {
    let digits = || json!({"type": "string", "pattern": "^-?[0-9]+$"});
    let properties = &mut schema["properties"];
    properties["id"] = digits();
    properties["created_at"] = json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC$"});
    properties["source_id"] = json!({"type": "string"});
    properties["account"]["properties"]["id"] = digits();
    properties["contact"] = json!({
        "description": "The contact of the conversation.",
        "type": "object",
        "properties": {"id": digits(), "name": {"type": "string"}},
        "required": ["id", "name"],
        "additionalProperties": false
    });
    let mut ordered = Map::new();
    if let Value::Object(properties) = properties {
        ordered.extend(ORDER.iter().filter_map(|key| properties.shift_remove_entry(*key)));
        ordered.append(properties);
    }
    schema["properties"] = Value::Object(ordered);
    require(&mut schema, "contact");
    // these two are in the body once each, as the author and as the conversation; what is nested in them has types of its own
    for author in ["Contact", "User", "BotAuthor"] {
        schema["$defs"][author]["properties"]["id"] = digits();
    }
    // a bot has no address, and the key is there all the same
    schema["$defs"]["BotAuthor"]["properties"]["email"] = json!({"type": "null"});
    let conversation = &mut schema["$defs"]["Conversation"];
    conversation["properties"]["display_id"] = digits();
    require(conversation, "display_id");
    schema
}
