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
