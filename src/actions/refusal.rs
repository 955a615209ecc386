//! How what is wrong with a rule or a macro is told: by attribute, under `error`.
use crate::error::{Error, Result};
use actix_web::{HttpResponse, http::StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is wrong.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Explained {
    error: Explanation,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Explanation {
    /// With the whole.
    Whole(String),
    /// With these attributes.
    ByAttribute(BTreeMap<&'static str, Vec<String>>),
}

/// Draws what is wrong with a rule or a macro; any other error is handed on.
///
/// # Errors
/// What has nothing to do with its attributes.
pub fn explained(error: Error) -> Result<HttpResponse> {
    let error = match error {
        Error::Invalid { message, attributes, .. } => {
            Explanation::ByAttribute(attributes.into_iter().map(|attribute| (attribute, vec![message.clone()])).collect())
        }
        Error::Refused(text) => Explanation::Whole(text),
        other => return Err(other),
    };
    Ok(HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY).json(Explained { error }))
}
