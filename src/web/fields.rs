//! Fields as clients really send them: numbers as text, truth as "true", absent apart from null.
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Value, json};
use std::borrow::Cow;

/// How deep a value may nest: what is drawn around it must still be readable to parsers that stop at 128 levels.
pub(super) const DEEPEST_VALUE: usize = 64;

/// Makes a value one that can be stored: U+0000, which PostgreSQL has no place for and nobody means to send, is dropped.
/// False when the value nests deeper than `levels`.
pub(super) fn tidy(value: &mut Value, levels: usize) -> bool {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(items) => return levels > 0 && items.iter_mut().all(|item| tidy(item, levels - 1)),
        Value::Object(map) => {
            if map.keys().any(|key| key.contains('\0')) {
                *map = std::mem::take(map).into_iter().map(|(key, value)| (key.replace('\0', ""), value)).collect();
            }
            return levels > 0 && map.values_mut().all(|value| tidy(value, levels - 1));
        }
        _ => {}
    }
    true
}

/// A field of an update: left out, set to null, or set to a value. An empty text counts as null.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Patch<T> {
    /// Not in the request: stays as it is.
    #[default]
    Absent,
    /// Emptied.
    Null,
    /// Set.
    Set(T),
}

impl<T> Patch<T> {
    /// The value, if one is set.
    pub fn set(self) -> Option<T> {
        match self {
            Patch::Set(value) => Some(value),
            _ => None,
        }
    }

    /// The value after the update of a field that may be empty.
    pub fn or(self, present: Option<T>) -> Option<T> {
        match self {
            Patch::Absent => present,
            Patch::Null => None,
            Patch::Set(value) => Some(value),
        }
    }

    /// Another value in the same state.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Set(value) => Patch::Set(f(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Patch::Null),
            Value::String(text) if text.is_empty() => Ok(Patch::Null),
            value => T::deserialize(value).map(Patch::Set).map_err(D::Error::custom),
        }
    }
}

/// As it can be read again; what was left out comes back as null.
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Set(value) => value.serialize(serializer),
            Patch::Absent | Patch::Null => serializer.serialize_none(),
        }
    }
}

/// Truth: `true`, `"true"`, `"on"`, `1`, `"1"`, and their opposites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Bool(truth) => Ok(Flag(truth)),
            Value::Null => Ok(Flag(false)),
            Value::Number(number) => Ok(Flag(number.as_f64() != Some(0.0))),
            Value::String(text) => match text.as_str() {
                "true" | "t" | "1" | "on" | "yes" => Ok(Flag(true)),
                "false" | "f" | "0" | "off" | "no" | "" => Ok(Flag(false)),
                other => Err(D::Error::custom(format!("\"{other}\" is neither true nor false"))),
            },
            other => Err(D::Error::custom(format!("{other} is neither true nor false"))),
        }
    }
}

/// Text, also where a client sends a number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Text(pub String);

impl Text {
    /// What the field of a form says; an empty one empties what it is about.
    pub fn said(&self) -> Patch<Text> {
        if self.0.trim().is_empty() { Patch::Null } else { Patch::Set(self.clone()) }
    }

    /// What is chosen in a form by its number. What is no number is nobody's.
    pub fn chosen<T>(&self, id: impl Fn(i64) -> T) -> Patch<T> {
        self.said().map(|text| id(text.0.trim().parse().unwrap_or(-1)))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Text(text)),
            Value::Number(number) => Ok(Text(number.to_string())),
            Value::Bool(truth) => Ok(Text(truth.to_string())),
            Value::Null => Ok(Text(String::new())),
            _ => Err(D::Error::custom("a text is expected here")),
        }
    }
}

/// A JSON object, also one that a multipart form carries as text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(pub serde_json::Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(map) => Ok(Object(map)),
            Value::Null => Ok(Object::default()),
            Value::String(text) if text.trim().is_empty() => Ok(Object::default()),
            Value::String(text) => match serde_json::from_str(&text).map(|mut value| (tidy(&mut value, DEEPEST_VALUE), value)) {
                Ok((true, Value::Object(map))) => Ok(Object(map)),
                _ => Err(D::Error::custom("an object is expected here")),
            },
            _ => Err(D::Error::custom("an object is expected here")),
        }
    }
}

/// A list, also a single value, and the object of numbered keys that some form encoders make of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = match Value::deserialize(deserializer)? {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            Value::Object(map) => map.into_iter().map(|(_, item)| item).collect(),
            // a form sends an empty first item so that an empty list can be told from an absent one
            Value::String(text) if text.is_empty() => Vec::new(),
            item => vec![item],
        };
        let empty = |item: &Value| item.as_str().is_some_and(str::is_empty);
        items.into_iter().filter(|item| !empty(item)).map(|item| T::deserialize(item).map_err(D::Error::custom)).collect::<Result<_, _>>().map(List)
    }
}

/// Which page of a list is wanted; drawn again as the client sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageNumber(Value);

impl Default for PageNumber {
    fn default() -> Self {
        PageNumber(Value::from(1))
    }
}

impl PageNumber {
    /// How many rows of `size` come before this page.
    pub fn offset(&self, size: i64) -> i64 {
        (self.number() - 1) * size
    }

    /// What this page has of a list that is on one page as a whole: all of it on the first, and nothing on any other.
    pub fn share_of<T>(&self, all: Vec<T>) -> Vec<T> {
        if self.number() == 1 { all } else { Vec::new() }
    }

    /// Its number. What is no positive number counts as the first page; one that is too large to count to is past the end like any other.
    pub fn number(&self) -> i64 {
        let written = match &self.0 {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        let number = match written.parse::<i64>() {
            Err(e) if *e.kind() == std::num::IntErrorKind::PosOverflow => i64::MAX,
            number => number.unwrap_or(1),
        };
        number.clamp(1, 1_000_000)
    }
}

/// What a client is told to send: of all that is understood, the plainest.
macro_rules! said_as {
    ($($field:ident $(<$of:ident>)? => $schema:expr;)*) => {
        $(impl$(<$of: JsonSchema>)? JsonSchema for $field$(<$of>)? {
            fn schema_name() -> Cow<'static, str> {
                stringify!($field).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
                let schema: fn(&mut SchemaGenerator) -> Schema = $schema;
                schema(schemas)
            }
        })*
    };
}
said_as! {
    Patch<T> => |schemas| or_null(T::json_schema(schemas));
    List<T> => |schemas| json_schema!({"type": "array", "items": T::json_schema(schemas)});
    Flag => |_| json_schema!({"type": "boolean"});
    Text => |_| json_schema!({"type": "string"});
    Object => |_| json_schema!({"type": "object"});
    // where it is drawn again, it is whatever was sent
    PageNumber => |schemas| if schemas.contract().is_serialize() { json_schema!(true) } else { json_schema!({"type": "integer", "minimum": 1}) };
}

/// The same, or nothing at all.
fn or_null(mut schema: Schema) -> Schema {
    match schema.get("type") {
        Some(Value::String(kind)) => {
            let kinds = json!([kind, "null"]);
            schema.insert("type".into(), kinds);
            schema
        }
        _ => json_schema!({"anyOf": [schema, {"type": "null"}]}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nul_is_dropped_everywhere() {
        let mut value = json!({"a\u{0}b": ["x\u{0}", {"c": "\u{0}"}]});
        assert!(tidy(&mut value, 3));
        assert_eq!(value, json!({"ab": ["x", {"c": ""}]}));
        let object: Object = serde_json::from_value(json!(r#"{"city": "a\u0000b"}"#)).unwrap();
        assert_eq!(Value::Object(object.0), json!({"city": "ab"}));
    }

    #[test]
    fn what_nests_too_deep_is_told() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(tidy(&mut nested(4), 4));
        assert!(!tidy(&mut nested(5), 4));
    }
}
