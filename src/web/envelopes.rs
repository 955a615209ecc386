//! What answers are wrapped in, as clients of this API expect it.
use schemars::JsonSchema;
use serde::Serialize;

/// `{"payload": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Payload<T> {
    pub payload: T,
}

/// `{"meta": …, "payload": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Listed<Meta, T> {
    pub meta: Meta,
    pub payload: T,
}

/// `{"data": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct InData<T> {
    pub data: T,
}

/// `{"meta": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct InMeta<T> {
    pub meta: T,
}

/// How many there are on all pages together.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Total {
    pub total_count: i64,
}

/// A sentence for whoever reads the answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Sentence {
    pub message: &'static str,
}

/// `{}`
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Empty {}
