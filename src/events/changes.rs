//! What a change changed, in the form that receivers know as `changed_attributes`.
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser::SerializeMap, ser::SerializeSeq};
use serde_json::Value;

/// The changed attributes in the order in which they were compared: `[{"status":{"previous_value":…,"current_value":…}}]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(Vec<(&'static str, Value, Value)>);

impl Changes {
    /// Compares one attribute, and notes it if it differs. Values are noted as they are drawn: enums by name, times as
    /// ISO text.
    pub fn compare<T: PartialEq + Serialize>(&mut self, name: &'static str, previous: T, current: T) {
        if previous != current {
            let drawn = |value: &T| serde_json::to_value(value).unwrap_or(Value::Null);
            self.0.push((name, drawn(&previous), drawn(&current)));
        }
    }

    /// What these attributes were and are, of those that changed.
    pub fn only(&self, names: &[&str]) -> Changes {
        Changes(self.0.iter().filter(|(name, ..)| names.contains(name)).cloned().collect())
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of these attributes changed.
    pub fn touch(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(name, ..)| names.contains(name))
    }
}

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Change<'a> {
            previous_value: &'a Value,
            current_value: &'a Value,
        }
        struct Named<'a>(&'a str, Change<'a>);
        impl Serialize for Named<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(self.0, &self.1)?;
                map.end()
            }
        }
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for (name, previous_value, current_value) in &self.0 {
            seq.serialize_element(&Named(name, Change { previous_value, current_value }))?;
        }
        seq.end()
    }
}

impl JsonSchema for Changes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Changes".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What changed, one attribute each.",
            "type": "array",
            "items": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": {
                    "type": "object",
                    "properties": {"previous_value": true, "current_value": true},
                    "required": ["previous_value", "current_value"]
                }
            }
        })
    }
}
