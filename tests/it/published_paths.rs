//! Whatever Chatwoot's published description offers is answered here: every path and method of its version 1.1.0, as of Chatwoot 4.10.
use crate::support::{Answer, Furnished, Server, furnished::FIRST};
use serde_json::{Value, json};

/// A method and a path, one in each line.
const PUBLISHED: &str = include_str!("support/published_paths.txt");

/// What is not answered, and why. What is answered one day is to be struck out.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "GET /accounts/{account_id}/conversations/{conversation_id}/messages",
    "a slip of the description, which has the same below /api/v1: no server has it",
)];

/// What stands for a parameter: by the beginning of the path and the part before the parameter, what has it in the furnished account.
const PARAMETERS: [(&str, &str, (&str, &str)); 24] = [
    ("/public", "inboxes", ("inboxes", "identifier")),
    ("/public", "contacts", ("contacts", "source_id")),
    ("/public", "conversations", ("conversations", "id")),
    ("/public", "messages", ("messages", "message_id")),
    ("/survey", "responses", ("csat_survey", "uuid")),
    ("/api", "accounts", ("accounts", "account_id")),
    ("/api", "agent_bots", ("agent_bots", "id")),
    ("/api", "agents", ("agents", "id")),
    ("/api", "automation_rules", ("automation_rules", "id")),
    ("/api", "canned_responses", ("canned_responses", "id")),
    ("/api", "contacts", ("contacts", "id")),
    ("/api", "conversations", ("conversations", "id")),
    ("/api", "custom_attribute_definitions", ("custom_attribute_definitions", "id")),
    ("/api", "custom_filters", ("custom_filters", "id")),
    ("/api", "hooks", ("hooks", "id")),
    ("/api", "inbox_members", ("inbox_members", "inbox_id")),
    ("/api", "inboxes", ("inboxes", "id")),
    ("/api", "messages", ("messages", "message_id")),
    ("/api", "portals", ("portals", "id")),
    ("/api", "teams", ("teams", "id")),
    ("/api", "webhooks", ("webhooks", "id")),
    // whether there is such a thing is asked after who may know
    ("/platform", "accounts", ("accounts", "account_id")),
    ("/platform", "agent_bots", ("agent_bots", "id")),
    ("/platform", "users", ("agents", "id")),
];

/// The path with something of the account in place of each parameter; what nobody has furnished is 1.
fn filled(path: &'static str, ours: &Furnished) -> String {
    let mut before = "";
    let part = |part: &'static str| {
        if !part.starts_with('{') {
            before = part;
            return part.to_owned();
        }
        let known = PARAMETERS.iter().find(|(root, name, _)| path.starts_with(root) && *name == before);
        known.map_or_else(|| "1".to_owned(), |(.., (before, name))| ours.parameter(before, name))
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Whether nobody listens there. A record that is missing is said in other words: without the status in the body.
fn is_nowhere(answer: &Answer) -> bool {
    let body = || serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    answer.status == 405 || answer.status == 404 && (body()["status"] == 404 || !body().is_object())
}

#[actix_rt::test]
async fn every_published_path_is_answered() {
    let server = Server::start().await;
    let ours = Furnished::new(&server, FIRST, 3).await;
    let mut published: Vec<(&str, &str)> = PUBLISHED.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert!(published.len() > 120, "the list has lost most of it");
    // what hangs on something goes before that
    published.sort_by_key(|(method, path)| if *method == "DELETE" { usize::MAX - path.len() } else { 0 });
    let (administrator, nobody) = (server.anonymous().with("api_access_token", &ours.office.administrator.token), server.anonymous().0);
    let mut wrong = Vec::new();
    for (method, path) in published {
        let line = format!("{method} {path}");
        // others show other credentials, or none
        let caller = if path.starts_with("/api") { &administrator } else { &nobody };
        let path = filled(path, &ours);
        let answer = match method {
            "GET" => caller.get(&path).await,
            method => caller.json(method.parse().unwrap(), &path, json!({})).await,
        };
        let missing = is_nowhere(&answer);
        match EXCEPTIONS.iter().find(|(known, _)| *known == line) {
            Some((_, why)) if !missing => wrong.push(format!("{line} is answered, although it is {why}")),
            None if missing => wrong.push(format!("{line} ({}): {} {:.200}", answer.what(), answer.status, answer.text())),
            None if answer.status >= 500 => wrong.push(format!("{line}: {} {:.200}", answer.status, answer.text())),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
    server.finish().await;
}

#[actix_rt::test]
async fn a_path_that_nobody_has_is_told_from_a_record_that_is_missing() {
    let server = Server::start().await;
    let office = server.office().await;
    for (path, nowhere) in [("/labels", false), ("/labels/999", false), ("/lables", true), ("/labels/1/2/3", true)] {
        assert_eq!(is_nowhere(&office.administrator.get(path).await), nowhere, "{path}");
    }
    assert!(is_nowhere(&office.administrator.delete("/labels").await));
    assert!(is_nowhere(&server.anonymous().get("/platform/api/v9/accounts").await));
    server.finish().await;
}
