//! What the API says about itself.
use crate::support::{Server, described::DOCUMENT};
use actix_web::http::Method;
use serde_json::Value;
use std::collections::HashSet;

#[actix_rt::test]
async fn the_document_is_served_and_its_references_lead_somewhere() {
    let server = Server::start().await;
    let document = server.anonymous().get("/api/openapi.json").await.ok();
    assert_eq!(document, *DOCUMENT);
    assert_eq!(document["openapi"], "3.1.0");
    let (mut ids, mut open, mut references) = (HashSet::new(), vec![&document], 0);
    while let Some(value) = open.pop() {
        if let Some(place) = value["$ref"].as_str() {
            references += 1;
            assert!(document.pointer(place.trim_start_matches('#')).is_some(), "{place} leads nowhere");
        }
        if let Some(id) = value["operationId"].as_str() {
            assert!(ids.insert(id), "two operations are called {id}");
            assert!(value["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{id} has no summary");
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => open.extend(map.values()),
            _ => {}
        }
    }
    assert!(references > 0 && !ids.is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn a_method_that_is_not_there_is_told_which_are() {
    let server = Server::start().await;
    let office = server.office().await;
    let answer = office.administrator.send(Method::DELETE, "/agent_bots", None, Vec::new()).await;
    answer.is(405);
    assert_eq!(answer.header("allow"), Some("GET, POST"));
    server.finish().await;
}

#[actix_rt::test]
async fn people_read_the_same_on_pages() {
    let server = Server::start().await;
    let list = server.anonymous().get("/app/api").await;
    assert_eq!(list.status, 200);
    for operation in ["labels.create", "contacts.create", "surveys.download", "public.create_message", "profile.update"] {
        assert!(list.text().contains(&format!("\"/app/api/{operation}\"")), "{operation}");
        assert_eq!(server.anonymous().get(&format!("/app/api/{operation}")).await.status, 200);
    }
    let contact = server.anonymous().get("/app/api/contacts.create").await.text();
    for said in ["POST /api/v1/accounts/{account_id}/contacts", "phone_number", "A file, in a multipart form.", "source_id"] {
        assert!(contact.contains(said), "{said}");
    }
    // the schema leads nowhere else, so that it can be used as it is copied
    assert!(contact.contains("#/$defs/Contact") && !contact.contains("#/components/"), "{contact}");
    assert_eq!(server.anonymous().get("/app/api/labels.paint").await.status, 404);
    server.finish().await;
}

#[test]
fn whoever_reads_it_learns_what_each_field_means() {
    let operations = DOCUMENT["paths"].as_object().unwrap().values().flat_map(|methods| methods.as_object().unwrap().values());
    for operation in operations {
        let id = &operation["operationId"];
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
        let fields = body.as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema));
        let parameters = operation["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "query");
        for (name, schema) in fields.chain(parameters.map(|parameter| (parameter["name"].as_str().unwrap(), &parameter["schema"]))) {
            let text = schema["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty() && !text.contains("[`"), "{id}: {name} says {text:?} to those who do not see the code");
        }
    }
}
