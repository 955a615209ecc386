//! The two payloads. What is stored is today's Chatwoot payload; the documented one is made from it when it is sent, and
//! always comes out the same, so that a retry sends and signs the same bytes.
use crate::accounts::PayloadFormat;
use chrono::DateTime;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The body of a delivery, from the stored payload. A payload that cannot be read is sent as it is.
pub fn render(format: PayloadFormat, stored: &str) -> Cow<'_, str> {
    match format {
        PayloadFormat::Chatwoot => Cow::Borrowed(stored),
        PayloadFormat::Documented => match serde_json::from_str(stored) {
            Ok(payload) => Cow::Owned(Value::Object(documented(payload)).to_string()),
            Err(_) => Cow::Borrowed(stored),
        },
    }
}

fn documented(mut payload: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    let event = payload.shift_remove("event").unwrap_or_default();
    let about_message = matches!(event.as_str(), Some("message_created" | "message_updated"));
    out.insert("event".into(), event);
    if about_message {
        message(&mut out, &mut payload);
    }
    out.extend(payload);
    out
}

/// Moves the documented keys over in their order; the last ones are today's, of which the documentation says nothing.
fn message(out: &mut Map<String, Value>, payload: &mut Map<String, Value>) {
    let mut take = |key: &str| payload.shift_remove(key).unwrap_or_default();
    let (message_type, content_type) = (take("message_type"), or(take("content_type"), json!("text")));
    let automatic = message_type == "template";
    let interactive = matches!(content_type.as_str(), Some("input_select" | "cards" | "form"));
    let conversation = take("conversation");
    let contact = conversation.pointer("/meta/sender").cloned().unwrap_or_default();
    let documented = [
        ("id", digits(take("id"))),
        ("content", take("content")),
        ("created_at", spelled_out(take("created_at"))),
        ("message_type", if interactive { json!("template") } else { message_type }),
        ("content_type", content_type),
        ("content_attributes", or(take("content_attributes"), json!({}))),
        ("source_id", or(take("source_id"), json!(""))),
        ("sender", sender(take("sender"), automatic)),
        ("contact", json!({"id": digits(contact["id"].clone()), "name": contact["name"]})),
        ("conversation", self::conversation(conversation)),
        ("account", identified(take("account"))),
    ];
    out.extend(documented.map(|(key, value)| (key.to_owned(), value)));
    for key in ["inbox", "private", "additional_attributes", "attachments"] {
        if let Some(value) = payload.shift_remove(key) {
            out.insert(key.to_owned(), value);
        }
    }
}

fn or(value: Value, default: Value) -> Value {
    if value.is_null() { default } else { value }
}

/// A number as text of its digits.
fn digits(id: Value) -> Value {
    match id {
        Value::Number(number) => Value::String(number.to_string()),
        other => other,
    }
}

/// `2020-03-03 13:05:57 UTC`.
fn spelled_out(time: Value) -> Value {
    let read = match &time {
        Value::String(text) => DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()),
        Value::Number(seconds) => seconds.as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        _ => None,
    };
    read.map_or(time, |time| json!(time.format("%Y-%m-%d %H:%M:%S UTC").to_string()))
}

/// `id` as text, the other keys as they are.
fn identified(mut thing: Value) -> Value {
    if let Some(id) = thing.get_mut("id") {
        *id = digits(id.take());
    }
    thing
}

/// `id`, `name` and `email` first, the other keys of the author after them; nobody wrote an automatic message.
fn sender(author: Value, automatic: bool) -> Value {
    let Value::Object(mut author) = author else { return Value::Null };
    if automatic {
        return Value::Null;
    }
    let mut take = |key: &str| author.shift_remove(key).unwrap_or_default();
    let mut out = Map::new();
    out.insert("id".into(), digits(take("id")));
    out.insert("name".into(), take("name"));
    out.insert("email".into(), take("email"));
    out.extend(author);
    Value::Object(out)
}

/// `display_id` and `additional_attributes` first, today's other keys after them with today's types.
fn conversation(conversation: Value) -> Value {
    let Value::Object(mut conversation) = conversation else {
        return conversation;
    };
    let display_id = conversation.get("id").cloned().unwrap_or_default();
    let mut attributes = or(conversation.shift_remove("additional_attributes").unwrap_or_default(), json!({}));
    // browsers' texts are stored under a key of their own
    if let Some(initiated_at) = attributes.get_mut("initiated_at")
        && let Some(text) = initiated_at.get_mut("timestamp").map(Value::take)
    {
        *initiated_at = text;
    }
    let mut out = Map::new();
    out.insert("display_id".into(), digits(display_id));
    out.insert("additional_attributes".into(), attributes);
    out.extend(conversation);
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stored payload, shortened where the documentation says nothing.
    fn stored() -> Value {
        json!({
            "account": {"id": 1, "name": "Acme"},
            "additional_attributes": {"campaign_id": 3},
            "content_attributes": {},
            "content_type": "text",
            "content": "Hi",
            "conversation": {
                "additional_attributes": {
                    "browser": {"device_name": "Macbook", "browser_name": "Chrome", "platform_name": "Macintosh",
                                "browser_version": "80.0.3987.122", "platform_version": "10.15.2"},
                    "referer": "https://shop.example",
                    "initiated_at": {"timestamp": "Tue Mar 03 2020 18:37:38 GMT-0700 (Mountain Standard Time)"}
                },
                "can_reply": true,
                "id": 12,
                "inbox_id": 3,
                "meta": {"sender": {"id": 41, "name": "contact-name", "type": "contact"}},
                "updated_at": 1777630830.123456
            },
            "created_at": "2020-03-03T13:05:57.123Z",
            "id": 9001,
            "inbox": {"id": 3, "name": "API"},
            "message_type": "outgoing",
            "private": false,
            "sender": {"type": "user", "id": 7, "name": "Agent", "email": "agent@example.com"},
            "source_id": null,
            "attachments": [{"id": 5}],
            "event": "message_created"
        })
    }

    fn rendered(payload: &Value) -> Value {
        serde_json::from_str(&render(PayloadFormat::Documented, &payload.to_string())).unwrap()
    }

    #[test]
    fn a_message_is_as_documented_to_the_letter() {
        let expected = concat!(
            r#"{"event":"message_created","id":"9001","content":"Hi","created_at":"2020-03-03 13:05:57 UTC","message_type":"outgoing","#,
            r#""content_type":"text","content_attributes":{},"source_id":"","#,
            r#""sender":{"id":"7","name":"Agent","email":"agent@example.com","type":"user"},"contact":{"id":"41","name":"contact-name"},"#,
            r#""conversation":{"display_id":"12","additional_attributes":{"browser":{"device_name":"Macbook","browser_name":"Chrome","#,
            r#""platform_name":"Macintosh","browser_version":"80.0.3987.122","platform_version":"10.15.2"},"referer":"https://shop.example","#,
            r#""initiated_at":"Tue Mar 03 2020 18:37:38 GMT-0700 (Mountain Standard Time)"},"can_reply":true,"id":12,"inbox_id":3,"#,
            r#""meta":{"sender":{"id":41,"name":"contact-name","type":"contact"}},"updated_at":1777630830.123456},"#,
            r#""account":{"id":"1","name":"Acme"},"#,
            r#""inbox":{"id":3,"name":"API"},"private":false,"additional_attributes":{"campaign_id":3},"attachments":[{"id":5}]}"#,
        );
        assert_eq!(render(PayloadFormat::Documented, &stored().to_string()), expected);
    }

    #[test]
    fn todays_payload_is_sent_byte_for_byte() {
        let odd = "{ \"event\" : \"message_created\",\n\"id\":1 }";
        assert_eq!(render(PayloadFormat::Chatwoot, odd), odd);
        assert_eq!(render(PayloadFormat::Documented, "not JSON"), "not JSON");
    }

    #[test]
    fn messages_with_choices_and_automatic_ones_are_templates() {
        for content_type in ["input_select", "cards", "form"] {
            let mut payload = stored();
            payload["content_type"] = json!(content_type);
            payload["content_attributes"] = json!({"items": [{"title": "Option 1", "value": "option_1"}]});
            let out = rendered(&payload);
            assert_eq!((&out["message_type"], &out["sender"]["id"]), (&json!("template"), &json!("7")), "{content_type}");
            assert_eq!(out["content_attributes"], payload["content_attributes"]);
        }
        let mut automatic = stored();
        automatic["message_type"] = json!("template");
        assert_eq!(rendered(&automatic)["sender"], Value::Null);
        let mut article = stored();
        article["content_type"] = json!("article");
        assert_eq!(rendered(&article)["message_type"], "outgoing");
    }

    #[test]
    fn what_is_missing_has_its_documented_form() {
        let mut payload = stored();
        payload["content_type"] = Value::Null;
        payload["content_attributes"] = Value::Null;
        payload["content"] = Value::Null;
        payload["source_id"] = json!("ext-1");
        payload["sender"] = json!({"account": {"id": 1}, "id": 41, "name": "Lea"});
        payload["conversation"]["additional_attributes"] = json!({"initiated_at": "as it was sent"});
        let out = rendered(&payload);
        assert_eq!((&out["content_type"], &out["content_attributes"]), (&json!("text"), &json!({})));
        assert_eq!((&out["content"], &out["source_id"]), (&Value::Null, &json!("ext-1")));
        assert_eq!(out["sender"].to_string(), r#"{"id":"41","name":"Lea","email":null,"account":{"id":1}}"#);
        assert_eq!(out["conversation"]["additional_attributes"], json!({"initiated_at": "as it was sent"}));
        assert_eq!(out["contact"], json!({"id": "41", "name": "contact-name"}));
    }

    #[test]
    fn other_events_only_begin_with_their_name() {
        let stored = r#"{"id":12,"created_at":1777600000,"updated_at":1777630830.123456,"event":"conversation_updated","changed_attributes":[{"status":{"previous_value":"open","current_value":"resolved"}}]}"#;
        let expected = r#"{"event":"conversation_updated","id":12,"created_at":1777600000,"updated_at":1777630830.123456,"changed_attributes":[{"status":{"previous_value":"open","current_value":"resolved"}}]}"#;
        assert_eq!(render(PayloadFormat::Documented, stored), expected);
    }
}
