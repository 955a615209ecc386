//! Everything that programs can do here, as the description has it: what is not described is not served to programs.
use super::described::DOCUMENT;
use actix_web::http::Method;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Something that may be done.
pub struct Operation {
    pub method: Method,
    pub template: &'static str,
    /// Who may: `anyone`, `signed_in`, `agent` or `administrator`.
    pub caller: &'static str,
    /// What it takes, each with its schema.
    pub fields: Vec<(String, &'static Value)>,
}

/// All operations, those that delete at the end.
pub fn all() -> Vec<Operation> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |(method, found)| (path, method, found)));
    let mut all: Vec<Operation> = all.map(|(path, method, found)| Operation::read(path, method, found)).collect();
    all.sort_by_key(|operation| operation.method == Method::DELETE);
    assert!(all.len() > 100, "the description has lost most of it");
    all
}

/// All operations in an order in which each can be done: what hangs on something is deleted before that, and last of all that on which most hangs.
pub fn all_in_turn() -> Vec<Operation> {
    let last = [
        "/notifications/destroy_all",
        "/conversations/{id}",
        "/contacts/{id}",
        "/inboxes/{id}",
        "/agents/{id}",
        "/users/{user}",
        "/accounts/{account}",
    ];
    let order = |operation: &Operation| (last.iter().position(|end| operation.template.ends_with(end)), usize::MAX - operation.template.len());
    let deletes = |operation: &Operation| operation.method == Method::DELETE || operation.template.ends_with("/destroy_all");
    let mut all = all();
    all.sort_by_key(|operation| deletes(operation).then(|| order(operation)));
    all
}

impl Operation {
    fn read(template: &'static str, method: &str, found: &'static Value) -> Operation {
        let text = |key: &str| found[key].as_str().unwrap();
        Operation { method: method.to_uppercase().parse().unwrap(), template, caller: text("x-caller"), fields: fields(found) }
    }

    /// How it is called in a failure.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The path with each parameter replaced, given the part of the path before it and its name.
    pub fn path(&self, fill: impl Fn(&str, &str) -> String) -> String {
        let mut before = "";
        let part = |part: &'static str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => fill(before, name),
            None => {
                before = part;
                part.to_owned()
            }
        };
        self.template.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// The parameters of the path: the part before each, and its name.
    pub fn parameters(&self) -> Vec<(&'static str, &'static str)> {
        let (mut before, mut found) = ("", Vec::new());
        for part in self.template.split('/') {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => found.push((before, name)),
                None => before = part,
            }
        }
        found
    }

    /// Whether it belongs to an account.
    pub fn is_of_account(&self) -> bool {
        self.template.starts_with("/api/v1/accounts/{account_id}")
    }

    /// Whether it reads its input from the query.
    pub fn reads_query(&self) -> bool {
        matches!(self.method, Method::GET | Method::DELETE)
    }

    /// An input with a value in each field: that of `known`, by the field's name, where need be with the last part of the path before it, or one
    /// that its schema allows. What is known to be null is left out.
    pub fn input(&self, known: &impl Fn(&str) -> Option<Value>) -> Map<String, Value> {
        let part = self.template.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
        let value = |name: &str, schema: &'static Value| known(&format!("{part}.{name}")).unwrap_or_else(|| value(name, schema, known));
        self.fields.iter().map(|(name, schema)| (name.clone(), value(name, schema))).filter(|(_, value)| !value.is_null()).collect()
    }
}

fn fields(operation: &'static Value) -> Vec<(String, &'static Value)> {
    let queried = operation["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "query");
    let queried = queried.map(|parameter| (parameter["name"].as_str().unwrap().trim_end_matches("[]").to_owned(), &parameter["schema"]));
    let body = resolved(&operation["requestBody"]["content"]["application/json"]["schema"]);
    queried.chain(body["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.clone(), schema))).collect()
}

/// What a reference leads to, or the schema itself.
fn resolved(schema: &'static Value) -> &'static Value {
    schema["$ref"].as_str().and_then(|place| DOCUMENT.pointer(place.trim_start_matches('#'))).unwrap_or(schema)
}

/// A value for a field.
pub fn value(name: &str, schema: &'static Value, known: &impl Fn(&str) -> Option<Value>) -> Value {
    if let Some(value) = known(name) {
        return value;
    }
    let schema = resolved(schema);
    if let Some(first) = schema["enum"].as_array().and_then(|names| names.first()) {
        return first.clone();
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|choices| choices.first()) {
            return value("", first, known);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    match kind {
        Some("array") => json!([value("", &schema["items"], known)]),
        Some("object") => {
            let inner = schema["properties"].as_object().into_iter().flatten();
            Value::Object(inner.map(|(name, schema)| (name.clone(), value(name, schema, known))).collect())
        }
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        _ => schema.get("const").cloned().unwrap_or_else(|| json!(word())),
    }
}

/// Another word each time: some may be there once only.
fn word() -> String {
    format!("word{}", number())
}

/// Another number each time.
pub fn number() -> usize {
    static NUMBER: AtomicUsize = AtomicUsize::new(1000);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}
