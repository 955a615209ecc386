//! `/app/api`: what the API takes and answers, for people who write programs.
use super::Description;
use crate::{
    auth::AnyonePage,
    error::{Error, Result},
    web::{html, json::pretty, shell::Shell},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, resource},
};
use askama::Template;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where the list is.
const LIST: &str = "/app/api";
/// Where the document has its schemas.
const SCHEMAS: &str = "#/components/schemas/";

/// The pages, below `/app`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/api").route(get().to(list))).service(resource("/api/{operation}").route(get().to(show)));
}

/// An operation of the document.
struct Entry<'a> {
    method: String,
    path: &'a str,
    summary: &'a str,
    url: String,
}

struct Room<'a> {
    name: &'a str,
    entries: Vec<Entry<'a>>,
}

#[derive(Template)]
#[template(path = "description/list.html")]
struct ListPage<'a> {
    page: Shell,
    rooms: Vec<Room<'a>>,
}

/// A text of the document.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// All operations of the document, each with its path and its method.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let places = document["paths"].as_object().into_iter().flatten();
    places.flat_map(|(path, methods)| methods.as_object().into_iter().flatten().map(move |(method, found)| (path.as_str(), method.as_str(), found)))
}

async fn list(description: Data<&'static Description>, AnyonePage { shell: page, .. }: AnyonePage) -> Result<HttpResponse> {
    let mut rooms: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    let document = description.values()?;
    for (path, method, found) in operations(&document) {
        // PUT does the same
        let twice = !document["paths"][path]["put"].is_null();
        let method = match method {
            "put" if !document["paths"][path]["patch"].is_null() => continue,
            "patch" if twice => "PATCH, PUT".to_owned(),
            other => other.to_uppercase(),
        };
        let entry = Entry { method, path, summary: text(found, "summary"), url: format!("{LIST}/{}", text(found, "operationId")) };
        rooms.entry(found["tags"][0].as_str().unwrap_or_default()).or_default().push(entry);
    }
    let rooms = rooms.into_iter().map(|(name, entries)| Room { name, entries }).collect();
    html(&ListPage { page, rooms })
}

/// A piece of a text: between backticks it is code.
struct Piece<'a> {
    code: bool,
    text: &'a str,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    text.split('`').enumerate().map(|(at, text)| Piece { code: at % 2 == 1, text }).collect()
}

/// A parameter, or a field of a body.
struct Field<'a> {
    name: &'a str,
    place: &'a str,
    kind: String,
    text: Vec<Piece<'a>>,
    required: bool,
}

struct Answer<'a> {
    status: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "description/show.html")]
struct ShowPage<'a> {
    page: Shell,
    list_url: &'static str,
    /// As `GET /path`.
    line: String,
    summary: &'a str,
    caller: String,
    fields: Vec<Field<'a>>,
    answers: Vec<Answer<'a>>,
    schema: Option<String>,
}

async fn show(description: Data<&'static Description>, AnyonePage { shell: page, .. }: AnyonePage, id: Path<String>) -> Result<HttpResponse> {
    let document = &description.values()?;
    let (path, method, found) = operations(document).find(|(_, _, found)| text(found, "operationId") == *id).ok_or(Error::NotFound)?;
    let content = &found["requestBody"]["content"];
    // where files may come, the multipart form has all that JSON has, and them
    let body = &content.get("multipart/form-data").unwrap_or(&content["application/json"])["schema"];
    let answers = found["responses"].as_object().into_iter().flatten();
    let success = answers.clone().map(|(_, answer)| &answer["content"]["application/json"]["schema"]).find(|schema| !schema.is_null());
    html(&ShowPage {
        list_url: LIST,
        line: format!("{} {path}", method.to_uppercase()),
        summary: text(found, "summary"),
        caller: page.t(&format!("api-caller-{}", text(found, "x-caller").replace('_', "-"))),
        fields: found["parameters"].as_array().into_iter().flatten().map(parameter).chain(fields_of(body)).collect(),
        answers: answers.map(|(status, answer)| Answer { status, text: text(resolved(document, answer), "description") }).collect(),
        schema: success.map(|schema| pretty(&with_definitions(document, schema).to_string())),
        page,
    })
}

fn parameter(parameter: &Value) -> Field<'_> {
    field(text(parameter, "name"), text(parameter, "in"), &parameter["schema"], parameter["required"] == true)
}

fn fields_of(body: &Value) -> impl Iterator<Item = Field<'_>> {
    let required = move |name: &str| body["required"].as_array().is_some_and(|list| list.iter().any(|other| other == name));
    body["properties"].as_object().into_iter().flatten().map(move |(name, schema)| field(name, "body", schema, required(name)))
}

fn field<'a>(name: &'a str, place: &'a str, schema: &'a Value, required: bool) -> Field<'a> {
    Field { name, place, kind: kind(schema), text: pieces(text(schema, "description")), required }
}

/// A word or two for what a value is.
fn kind(schema: &Value) -> String {
    match (&schema["enum"], &schema["type"]) {
        (Value::Array(names), _) => {
            names.iter().map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned)).collect::<Vec<_>>().join(" | ")
        }
        (_, Value::String(kind)) if kind == "array" => format!("{}[]", self::kind(&schema["items"])),
        (_, Value::String(kind)) => kind.clone(),
        (_, Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".into(),
    }
}

/// What a reference leads to, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().and_then(|place| document.pointer(place.trim_start_matches('#'))).unwrap_or(value)
}

/// A schema together with those that it names: it can be used as it stands.
fn with_definitions(document: &Value, schema: &Value) -> Value {
    let mut named = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => {
                if let Some(name) = value["$ref"].as_str().and_then(|place| place.rsplit('/').next()).filter(|name| !named.contains_key(*name)) {
                    let definition = resolved(document, value);
                    named.insert(name.to_owned(), definition.clone());
                    open.push(definition);
                }
                open.extend(map.values());
            }
            _ => {}
        }
    }
    let mut whole = resolved(document, schema).clone();
    if !named.is_empty() {
        whole["$defs"] = Value::Object(named);
    }
    lead_inward(&mut whole);
    whole
}

/// Makes references to the document's schemas lead to those that stand beside.
fn lead_inward(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with(SCHEMAS) => *text = text.replacen(SCHEMAS, "#/$defs/", 1),
        Value::Array(items) => items.iter_mut().for_each(lead_inward),
        Value::Object(map) => map.values_mut().for_each(lead_inward),
        _ => {}
    }
}
