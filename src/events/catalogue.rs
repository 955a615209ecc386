//! What each room says about the events that it tells: the JSON Schema of their bodies, and samples. Both come from the types
//! that draw the bodies, so that neither can say anything else than what is sent.
use super::EventName;
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Value, json};

/// A body as an example.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Which of several it is: `text`, `form`, …
    pub kind: &'static str,
    /// The body as it would be stored.
    pub payload: String,
}

impl Sample {
    /// The only one of its event, or the plainest.
    pub fn plain(payload: String) -> Vec<Sample> {
        vec![Sample { kind: "plain", payload }]
    }
}

/// The time of samples, a number of seconds after the first thing that happens in them: always the same.
pub fn moment(seconds: i64) -> NaiveDateTime {
    // 2026-05-01T10:20:30.123Z
    DateTime::from_timestamp(1_777_630_830, 123_000_000).unwrap_or_default().naive_utc() + TimeDelta::seconds(seconds)
}

/// How types that draw JSON say what they draw.
pub fn drawn() -> SchemaSettings {
    SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(tidy as fn(&mut Schema)))
}

/// The schema of what `T` draws as the body of this event.
pub fn schema<T: JsonSchema>(name: EventName) -> Value {
    let mut schema = drawn().into_generator().into_root_schema_for::<T>().to_value();
    schema["title"] = json!(name.name());
    schema["properties"]["event"] = json!({"const": name.name()});
    if name.tells_changes() {
        require(&mut schema, "changed_attributes");
        // it is an option only because other events share the type
        if let Some(list) = schema["properties"]["changed_attributes"].get_mut("anyOf").and_then(Value::as_array_mut) {
            let first = list.swap_remove(0);
            schema["properties"]["changed_attributes"] = first;
        }
    } else if let Some(properties) = schema["properties"].as_object_mut() {
        properties.shift_remove("changed_attributes");
        if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
            definitions.shift_remove("Changes");
        }
    }
    schema
}

/// Puts a key on the list of those that must be there.
pub fn require(schema: &mut Value, key: &str) {
    match schema.get_mut("required").and_then(Value::as_array_mut) {
        Some(required) if !required.iter().any(|other| other == key) => required.push(json!(key)),
        Some(_) => {}
        None => schema["required"] = json!([key]),
    }
}

/// A struct draws its keys and no others. How wide a number is in our memory is nobody's business.
fn tidy(schema: &mut Schema) {
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema.insert("additionalProperties".into(), json!(false));
    }
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("int") || format == "double") {
        schema.remove("format");
    }
}
