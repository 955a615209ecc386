//! The OpenAPI document (version 3.1, whose schemas are those of JSON Schema 2020-12).
use super::refusals::REFUSALS;
use crate::{
    events::catalogue,
    web::routes::{Caller, Operation, Taken},
};
use actix_web::http::Method;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const ABOUT: &str = "The API of a Hookdesk server, which is that of Chatwoot. Parameters may come in the query, as JSON (also under the name of \
                     the resource), as a form, or as multipart.";

/// The headers in which clients send secrets.
const KEYS: [&str; 5] = ["api_access_token", "access-token", "client", "uid", "X-Auth-Token"];

/// Where the schema of an answer is, within it.
const SCHEMA: &str = "/content/application~1json/schema";

/// Describes operations.
pub fn document(operations: &[Operation]) -> Value {
    let settings = catalogue::drawn().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut drawn = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let place = paths.entry(&operation.path).or_insert_with(|| json!({}));
        place[operation.method.as_str().to_ascii_lowercase()] = described(operation, &mut drawn);
    }
    let refusals: Map<String, Value> = REFUSALS.iter().map(|refusal| (refusal.name.to_owned(), refusal.described(&mut drawn))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Hookdesk", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": drawn.take_definitions(true),
            "responses": refusals,
            "securitySchemes": KEYS.iter().map(|header| ((*header).to_owned(), key(header))).collect::<Map<_, _>>(),
        },
    })
}

/// A secret that is sent as a header.
fn key(header: &str) -> Value {
    json!({"type": "apiKey", "in": "header", "name": header})
}

fn described(operation: &Operation, drawn: &mut SchemaGenerator) -> Value {
    let taken = operation.taken();
    let mut described = json!({
        "operationId": operation.id(),
        "summary": operation.summary,
        "tags": [operation.room()],
        "parameters": parameters_of_path(operation, &taken),
        "responses": responses(operation, &taken, drawn),
    });
    if let Some(input) = taken.input {
        match operation.method {
            Method::GET | Method::DELETE => described["parameters"].as_array_mut().into_iter().for_each(|list| list.extend(in_query(&input))),
            _ => described["requestBody"] = body(&input, taken.files),
        }
    }
    match taken.caller {
        Caller::Anyone => {}
        Caller::Visitor => described["security"] = json!([{"X-Auth-Token": []}]),
        Caller::PlatformApp => described["security"] = json!([{"api_access_token": []}]),
        _ => described["security"] = json!([{"api_access_token": []}, {"access-token": [], "client": [], "uid": []}]),
    }
    described["x-caller"] = json!(taken.caller.name());
    if taken.admits_bots {
        described["x-bots"] = json!(true);
    }
    described
}

fn parameters_of_path(operation: &Operation, taken: &Taken) -> Vec<Value> {
    let parameter = |(at, name): (usize, &str)| {
        let named = taken.named.iter().find(|(other, _)| *other == name).map(|(_, schema)| schema);
        let schema = named.or(taken.path.get(at)).map_or_else(|| json!({"type": "string"}), |schema| schema.clone().to_value());
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    };
    operation.path_names().enumerate().map(parameter).collect()
}

/// The fields of an input as parameters of the query. Lists are written as `name[]`.
fn in_query(input: &Schema) -> Vec<Value> {
    let required = |name: &String| input.get("required").and_then(Value::as_array).is_some_and(|list| list.iter().any(|other| other == name));
    let fields = input.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields
        .map(|(name, schema)| {
            let list = schema["type"] == "array";
            let spelled = if list { format!("{name}[]") } else { name.clone() };
            json!({"name": spelled, "in": "query", "required": required(name), "schema": schema})
        })
        .collect()
}

fn body(input: &Schema, files: Option<&[&str]>) -> Value {
    let mut content = json!({"application/json": {"schema": input}});
    if let Some(names) = files {
        content["multipart/form-data"] = json!({"schema": input});
        for name in names {
            let file = json!({"type": "string", "format": "binary", "description": "A file, in a multipart form."});
            content["multipart/form-data"]["schema"]["properties"][name] = file;
        }
    }
    json!({"content": content})
}

/// An answer: nothing, unless it has a schema.
fn answer(text: &str, schema: Option<fn(&mut SchemaGenerator) -> Schema>, drawn: &mut SchemaGenerator) -> Value {
    match schema {
        Some(schema) => json!({"description": text, "content": {"application/json": {"schema": schema(drawn)}}}),
        None => json!({"description": text}),
    }
}

fn responses(operation: &Operation, taken: &Taken, drawn: &mut SchemaGenerator) -> Value {
    let mut success = answer("Done", operation.answers, drawn);
    if let Some(media) = operation.media {
        success["content"] = json!({media: {"schema": {"type": "string"}}});
    }
    let mut responses = BTreeMap::from([(operation.status, success)]);
    let refusals = REFUSALS.iter().filter(|refusal| (refusal.may_come)(operation, taken));
    responses.extend(refusals.map(|refusal| (refusal.status, json!({"$ref": format!("#/components/responses/{}", refusal.name)}))));
    for other in &operation.others {
        let mut described = answer(other.text, other.answers, drawn);
        // what an operation says of itself stands beside what holds for all
        let usual = REFUSALS.iter().find(|refusal| refusal.status == other.status && responses.contains_key(&other.status));
        if let (Some(shape), Some(schema)) = (usual.and_then(|refusal| refusal.shape), described.pointer_mut(SCHEMA)) {
            *schema = json!({"anyOf": [schema.take(), shape(drawn)]});
        }
        responses.insert(other.status, described);
    }
    responses.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect()
}
