//! How values look in JSON, where clients expect a particular spelling. Three spellings of a time live side by side on
//! this wire: whole seconds, seconds with a fraction, and ISO text.
use chrono::{Datelike, NaiveDateTime, Timelike};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;

/// `2026-05-01T10:20:30.123Z`, written without chrono's formatter, which costs more than the rest of the row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iso(pub NaiveDateTime);

impl std::fmt::Display for Iso {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let t = self.0;
        let ms = t.and_utc().timestamp_subsec_millis();
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{ms:03}Z", t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second())
    }
}

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl JsonSchema for Iso {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"})
    }
}

/// Whole seconds since 1970.
pub fn seconds(t: NaiveDateTime) -> i64 {
    t.and_utc().timestamp()
}

/// Whole seconds since 1970, 0 for never.
pub fn seconds_or_zero(t: Option<NaiveDateTime>) -> i64 {
    t.map_or(0, seconds)
}

/// Seconds since 1970 with their fraction.
pub fn fraction(t: NaiveDateTime) -> f64 {
    t.and_utc().timestamp_micros() as f64 / 1e6
}

/// An object of two keys that many payloads hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Named<'a, Id> {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: &'a str,
}

/// JSON with line breaks; what is not JSON, as it is.
pub fn pretty(text: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    parsed.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| text.to_owned())
}
