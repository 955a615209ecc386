//! The two payloads. What is stored is today's Chatwoot payload; the documented one is made from it when it is sent, and
//! always comes out the same, so that a retry sends and signs the same bytes.
use crate::accounts::PayloadFormat;
use chrono::DateTime;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, json, value::RawValue};
use std::borrow::Cow;

/// The body of a delivery, from the stored payload. A payload that cannot be read is sent as it is.
pub fn render(format: PayloadFormat, stored: &str) -> Cow<'_, str> {
    match format {
        PayloadFormat::Chatwoot => Cow::Borrowed(stored),
        PayloadFormat::Documented => {
            let made = Object::read(stored).and_then(|payload| serde_json::to_string(&documented(payload)).ok());
            made.map_or(Cow::Borrowed(stored), Cow::Owned)
        }
    }
}

/// A JSON object whose values are not read: most of a payload goes from the one form to the other as it is.
#[derive(Default)]
struct Object<'a>(Vec<(Cow<'a, str>, Part<'a>)>);

/// A value of an [`Object`].
#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Raw(&'a RawValue),
    Made(Value),
    Object(Object<'a>),
}

impl<'a> Object<'a> {
    fn read(text: &'a str) -> Option<Object<'a>> {
        serde_json::from_str(text).ok()
    }

    /// Takes a value out; `null` when there is none.
    fn take(&mut self, key: &str) -> Part<'a> {
        let found = self.0.iter().position(|(other, _)| other == key);
        found.map_or(Part::Made(Value::Null), |at| self.0.remove(at).1)
    }

    /// The text of a value, if it was read.
    fn part(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| other == key).and_then(|(_, value)| value.raw())
    }

    fn put(&mut self, key: &'static str, value: Part<'a>) {
        self.0.push((key.into(), value));
    }
}

impl<'a> Part<'a> {
    fn raw(&self) -> Option<&'a str> {
        match self {
            Part::Raw(raw) => Some(raw.get()),
            Part::Made(_) | Part::Object(_) => None,
        }
    }

    fn or(self, default: Value) -> Part<'a> {
        match self {
            Part::Made(Value::Null) => Part::Made(default),
            Part::Raw(raw) if raw.get() == "null" => Part::Made(default),
            other => other,
        }
    }

    /// As an object, to be changed; else as it is.
    fn object(self) -> Result<Object<'a>, Part<'a>> {
        self.raw().and_then(Object::read).ok_or(self)
    }

    fn value(&self) -> Value {
        self.raw().and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::with_capacity(24);
                while let Some((Key(key), value)) = map.next_entry()? {
                    entries.push((key, Part::Raw(value)));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

fn documented(mut payload: Object<'_>) -> Object<'_> {
    let mut out = Object(Vec::with_capacity(payload.0.len() + 4));
    let event = payload.take("event");
    let about_message = matches!(event.raw(), Some(r#""message_created""# | r#""message_updated""#));
    out.put("event", event);
    if about_message {
        message(&mut out, &mut payload);
    }
    out.0.append(&mut payload.0);
    out
}

/// Moves the documented keys over in their order; the last ones are today's, of which the documentation says nothing.
fn message<'a>(out: &mut Object<'a>, payload: &mut Object<'a>) {
    let (message_type, content_type) = (payload.take("message_type"), payload.take("content_type").or(json!("text")));
    let automatic = message_type.raw() == Some(r#""template""#);
    let interactive = matches!(content_type.raw(), Some(r#""input_select""# | r#""cards""# | r#""form""#));
    let conversation = payload.take("conversation").object();
    let meta = conversation.as_ref().ok().and_then(|conversation| Object::read(conversation.part("meta")?));
    let mut contact = meta.and_then(|meta| Object::read(meta.part("sender")?)).unwrap_or_default();
    let contact = Object(vec![("id".into(), digits(contact.take("id"))), ("name".into(), contact.take("name"))]);
    out.put("id", digits(payload.take("id")));
    out.put("content", payload.take("content"));
    out.put("created_at", spelled_out(payload.take("created_at")));
    out.put("message_type", if interactive { Part::Made(json!("template")) } else { message_type });
    out.put("content_type", content_type);
    out.put("content_attributes", payload.take("content_attributes").or(json!({})));
    out.put("source_id", payload.take("source_id").or(json!("")));
    out.put("sender", sender(payload.take("sender"), automatic));
    out.put("contact", Part::Object(contact));
    out.put("conversation", conversation.map_or_else(|other| other, |conversation| Part::Object(self::conversation(conversation))));
    out.put("account", identified(payload.take("account")));
    for key in ["inbox", "private", "additional_attributes", "attachments"] {
        if payload.part(key).is_some() {
            out.put(key, payload.take(key));
        }
    }
}

/// A number as text of its digits.
fn digits(id: Part) -> Part {
    match id.raw() {
        Some(number) if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Part::Made(Value::String(number.to_owned())),
        _ => id,
    }
}

/// `2020-03-03 13:05:57 UTC`.
fn spelled_out(time: Part) -> Part {
    let read = match time.value() {
        Value::String(text) => DateTime::parse_from_rfc3339(&text).ok().map(|time| time.to_utc()),
        Value::Number(seconds) => seconds.as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        _ => None,
    };
    read.map_or(time, |time| Part::Made(json!(time.format("%Y-%m-%d %H:%M:%S UTC").to_string())))
}

/// `id` as text, the other keys as they are.
fn identified(thing: Part) -> Part {
    let mut thing = match thing.object() {
        Ok(thing) => thing,
        Err(other) => return other,
    };
    if let Some((_, id)) = thing.0.iter_mut().find(|(key, _)| key == "id") {
        *id = digits(std::mem::replace(id, Part::Made(Value::Null)));
    }
    Part::Object(thing)
}

/// `id`, `name` and `email` first, the other keys of the author after them; nobody wrote an automatic message.
fn sender(author: Part, automatic: bool) -> Part {
    let Some(mut author) = author.object().ok().filter(|_| !automatic) else { return Part::Made(Value::Null) };
    let mut out = Object(Vec::with_capacity(author.0.len() + 1));
    out.put("id", digits(author.take("id")));
    out.put("name", author.take("name"));
    out.put("email", author.take("email"));
    out.0.append(&mut author.0);
    Part::Object(out)
}

/// `display_id` and `additional_attributes` first, today's other keys after them with today's types.
fn conversation(mut conversation: Object<'_>) -> Object<'_> {
    let display_id = conversation.part("id").and_then(|id| serde_json::from_str(id).ok()).map_or(Part::Made(Value::Null), |id| digits(Part::Raw(id)));
    let mut attributes = conversation.take("additional_attributes").or(json!({}));
    // browsers' texts are stored under a key of their own
    if attributes.raw().is_some_and(|raw| raw.contains("initiated_at")) {
        let mut read = attributes.value();
        if let Some(initiated_at) = read.get_mut("initiated_at")
            && let Some(text) = initiated_at.get_mut("timestamp").map(Value::take)
        {
            *initiated_at = text;
        }
        attributes = Part::Made(read);
    }
    let mut out = Object(Vec::with_capacity(conversation.0.len() + 2));
    out.put("display_id", display_id);
    out.put("additional_attributes", attributes);
    out.0.append(&mut conversation.0);
    out
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

    #[test]
    fn what_has_no_documented_form_is_sent_as_it_is_stored() {
        let kept = r#"{"inbox_id":3,"custom_attributes":{"a":1.50,"b":-0.0,"c":"\u0041\n"},"labels":[]}"#;
        let stored = format!(r#"{{"id":-7,"conversation":{kept},"sender":"nobody","account":null,"event":"message_updated"}}"#);
        let out = render(PayloadFormat::Documented, &stored).into_owned();
        assert!(out.starts_with(r#"{"event":"message_updated","id":"-7","content":null,"#), "{out}");
        let conversation = format!(r#""conversation":{{"display_id":null,"additional_attributes":{{}},{}"#, &kept[1..]);
        assert!(out.contains(&conversation), "{out}");
        assert!(out.ends_with(r#","account":null}"#) && out.contains(r#""sender":null,"contact":{"id":null,"name":null}"#), "{out}");
    }
}
