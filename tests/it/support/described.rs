//! Answers held against the API's description: each one that a client of the tests gets, whatever the test is about.
use super::Answer;
use actix_web::http::Method;
use hookdesk::app;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::sync::{LazyLock, OnceLock};

/// The description.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(app::document);

/// An answer that is described.
struct Described {
    status: u16,
    /// None: no JSON.
    schema: Option<Value>,
    validator: OnceLock<Validator>,
}

struct Operation {
    method: Method,
    path: Vec<&'static str>,
    answers: Vec<Described>,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |(method, found)| (path, method, found)));
    all.map(|(path, method, found)| Operation {
        method: method.to_uppercase().parse().unwrap(),
        path: path.split('/').collect(),
        answers: found["responses"].as_object().unwrap().iter().map(|(status, answer)| described(status, answer)).collect(),
    })
    .collect()
});

fn described(status: &str, answer: &Value) -> Described {
    let answer = answer["$ref"].as_str().map_or(answer, |place| DOCUMENT.pointer(place.trim_start_matches('#')).unwrap());
    let schema = answer["content"]["application/json"].get("schema").cloned();
    Described { status: status.parse().unwrap(), schema, validator: OnceLock::new() }
}

/// Whether a path is one of a template, and how many of its parts stand for themselves.
fn fit(template: &[&str], path: &[&str]) -> Option<usize> {
    let fits = template.len() == path.len() && template.iter().zip(path).all(|(part, given)| part.starts_with('{') || part == given);
    fits.then(|| template.iter().filter(|part| !part.starts_with('{')).count())
}

/// Panics when an answer is not as the description says. What is not described is not looked at.
#[track_caller]
pub fn assert_described(method: &Method, path: &str, answer: &Answer) {
    // a method that a path does not know is nowhere described
    if answer.status == 405 {
        return;
    }
    let path: Vec<&str> = path.split('?').next().unwrap_or_default().trim_end_matches('/').split('/').collect();
    let fitting = OPERATIONS.iter().filter(|operation| operation.method == *method);
    let Some((_, operation)) = fitting.filter_map(|operation| Some((fit(&operation.path, &path)?, operation))).max_by_key(|(parts, _)| *parts) else {
        return;
    };
    let Some(described) = operation.answers.iter().find(|described| described.status == answer.status) else {
        panic!("{} answers {}, which is not described: {}", answer.what(), answer.status, answer.text());
    };
    let Some(schema) = &described.schema else { return };
    let whole = || json!({"components": DOCUMENT["components"], "allOf": [schema]});
    let validator =
        described.validator.get_or_init(|| jsonschema::draft202012::new(&whole()).unwrap_or_else(|e| panic!("{schema} is no schema: {e}")));
    let body = answer.json();
    let mistakes: Vec<String> = validator.iter_errors(&body).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(mistakes.is_empty(), "{} answers not as described:\n{}\n{body:#}", answer.what(), mistakes.join("\n"));
}
