//! The answers that are no success: when each may come, and how it looks. Their look is decided in [`crate::error`].
use crate::web::routes::{Caller, Operation, Taken};
use actix_web::http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

/// One of them.
pub struct Refusal {
    /// Its status.
    pub status: u16,
    /// Its name in the document.
    pub name: &'static str,
    text: &'static str,
    /// None: it is plain text.
    pub shape: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// Whether it may come of an operation.
    pub may_come: fn(&Operation, &Taken) -> bool,
}

impl Refusal {
    /// As the document has it.
    pub fn described(&self, drawn: &mut SchemaGenerator) -> Value {
        let content = match self.shape {
            Some(shape) => json!({"application/json": {"schema": shape(drawn)}}),
            None => json!({"text/plain": {"schema": {"type": "string"}}}),
        };
        json!({"description": self.text, "content": content})
    }
}

/// All of them.
pub const REFUSALS: [Refusal; 9] = [
    Refusal {
        status: 400,
        name: "BadRequest",
        text: "The request cannot be read",
        shape: Some(SchemaGenerator::subschema_for::<Told>),
        may_come: |_, taken| taken.input.is_some(),
    },
    Refusal {
        status: 401,
        name: "Unauthorized",
        text: "Nobody is signed in, or whoever is may not do this",
        shape: Some(SchemaGenerator::subschema_for::<Unauthorized>),
        may_come: |_, taken| taken.caller > Caller::Anyone,
    },
    Refusal {
        status: 403,
        name: "Forbidden",
        text: "The state of the thing forbids it",
        shape: Some(SchemaGenerator::subschema_for::<Told>),
        may_come: |operation, _| operation.forbids,
    },
    Refusal {
        status: 404,
        name: "NotFound",
        text: "There is no such thing, or not for whoever asks",
        shape: Some(SchemaGenerator::subschema_for::<Missing>),
        // what is missing is named by the path or by the input
        may_come: |operation, taken| operation.path_names().next().is_some() || taken.input.is_some() || taken.caller == Caller::Visitor,
    },
    Refusal {
        status: 413,
        name: "TooLarge",
        text: "The body is over the limit",
        shape: Some(SchemaGenerator::subschema_for::<Told>),
        may_come: |_, taken| taken.input.is_some(),
    },
    Refusal {
        status: 422,
        name: "Unprocessable",
        text: "The request is understood and breaks a rule",
        shape: Some(SchemaGenerator::subschema_for::<Unprocessable>),
        may_come: |operation, taken| taken.input.is_some() || writes(operation),
    },
    Refusal { status: 429, name: "TooMany", text: "Asked too often: wait as many seconds as Retry-After says", shape: None, may_come: |_, _| true },
    Refusal {
        status: 503,
        name: "Overloaded",
        text: "More work is waiting than the server can queue, or its storage of files does not answer: wait as many seconds as Retry-After says",
        shape: Some(SchemaGenerator::subschema_for::<Told>),
        may_come: |_, _| true,
    },
    Refusal {
        status: 507,
        name: "DiskFull",
        text: "The disk of the server takes nothing more; nothing was stored",
        shape: Some(SchemaGenerator::subschema_for::<Told>),
        may_come: |operation, _| writes(operation),
    },
];

fn writes(operation: &Operation) -> bool {
    operation.method != Method::GET
}

/// Most refusals.
#[derive(JsonSchema)]
#[schemars(rename = "Error")]
#[expect(dead_code, reason = "only its schema is used")]
struct Told {
    error: String,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Unauthorized {
    Nobody { errors: Vec<String> },
    NotAllowed { error: String },
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Missing {
    Record { error: String },
    Path { status: u16, error: String },
    Session { success: bool, errors: Vec<String> },
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Unprocessable {
    Attributes { message: String, attributes: Vec<String> },
    Refused { error: String },
}
