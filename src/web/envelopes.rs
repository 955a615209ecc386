//! What answers are wrapped in, as clients of this API expect it.
use schemars::JsonSchema;
use serde::Serialize;

/// `{"payload": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Payload<T> {
    /// The answer itself.
    pub payload: T,
}

/// `{"meta": …, "payload": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Listed<Meta, T> {
    /// About the list as a whole.
    pub meta: Meta,
    /// The page of it that was asked for.
    pub payload: T,
}

/// `{"data": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct InData<T> {
    /// The answer itself.
    pub data: T,
}

/// `{"meta": …}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct InMeta<T> {
    /// The answer itself.
    pub meta: T,
}

/// How many there are on all pages together.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Total {
    /// How many there are on all pages together.
    pub total_count: i64,
}

/// A sentence for whoever reads the answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Sentence {
    /// In English.
    pub message: &'static str,
}

/// `{}`
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Empty {}
