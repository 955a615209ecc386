//! Contacts: making, finding and changing them.
use crate::{snapshot, support::Server};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["payload"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[actix_rt::test]
async fn a_contact_made_with_an_inbox_gets_a_session_there() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let said = json!({
        "name": "Lea", "email": " Lea@Example.ORG ", "phone_number": "+33611223344", "identifier": "crm-88", "inbox_id": inbox.id.to_string(),
        "avatar_url": "https://acme.example/lea.png", "additional_attributes": {"city": "Lyon"}, "custom_attributes": {"plan": "pro", "seats": 3},
    });
    let made = office.agent.post("/contacts", said).await.ok();
    snapshot!("contact_created", made);
    let id = &made["payload"]["contact"]["id"];
    let shown = office.agent.get(&format!("/contacts/{id}")).await.ok();
    assert_eq!(shown["payload"], made["payload"]["contact"]);
    server.finish().await;
}

#[actix_rt::test]
async fn a_contact_needs_nothing_and_may_be_nested_in_the_body() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = office.agent.post("/contacts", json!({"contact": {"name": "Nested"}})).await.ok();
    assert_eq!(made["payload"]["contact"]["name"], "Nested");
    assert_eq!(made["payload"]["contact_inbox"], json!({"inbox": null, "source_id": null}));
    let empty = office.agent.post("/contacts", json!({"inbox_id": "", "email": ""})).await.ok();
    let contact = &empty["payload"]["contact"];
    assert_eq!((&contact["name"], &contact["email"], &contact["custom_attributes"]), (&json!(""), &Value::Null, &json!({})));
    let session = office.api_inbox().await;
    let named = json!({"name": "Named", "inbox_id": session.id, "source_id": "crm:7/ä"});
    let made = office.agent.post("/contacts", named).await.ok();
    assert_eq!(made["payload"]["contact_inbox"]["source_id"], "crm:7/ä");
    server.finish().await;
}

#[actix_rt::test]
async fn duplicates_name_the_attributes_that_are_taken() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"name": "Lea", "email": "lea@example.org", "phone_number": "+33611223344", "identifier": "crm-88"});
    let lea = office.contact(said.clone()).await;
    let max = office.contact(json!({"name": "Max"})).await;
    for (again, taken) in [
        (json!({"email": "LEA@example.org"}), vec!["email"]),
        (json!({"phone_number": "+33611223344"}), vec!["phone_number"]),
        (json!({"identifier": "crm-88"}), vec!["identifier"]),
        (said.clone(), vec!["email", "phone_number", "identifier"]),
    ] {
        assert_eq!(office.agent.post("/contacts", again.clone()).await.invalid(), taken, "{again}");
        assert_eq!(office.agent.put(&format!("/contacts/{max}"), again).await.invalid(), taken);
    }
    // one's own are not taken, and another account has its own contacts
    office.agent.put(&format!("/contacts/{lea}"), said.clone()).await.ok();
    server.another_office("b.").await.agent.post("/contacts", said).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let long = "x".repeat(256);
    for (said, attribute) in [
        (json!({"email": "lea"}), "email"),
        (json!({"phone_number": "0611223344"}), "phone_number"),
        (json!({"phone_number": "+0611223344"}), "phone_number"),
        (json!({"name": long}), "name"),
        (json!({"identifier": long}), "identifier"),
        (json!({"avatar_url": "javascript:alert(1)"}), "avatar_url"),
        (json!({"avatar_url": "//acme.example/lea.png"}), "avatar_url"),
        (json!({"name": "A", "inbox_id": inbox.id, "source_id": long}), "source_id"),
    ] {
        assert_eq!(office.agent.post("/contacts", said.clone()).await.invalid(), [attribute], "{said}");
    }
    for said in [json!({"name": {}}), json!({"custom_attributes": "x"}), json!({"blocked": "perhaps"}), json!({"inbox_id": "x"})] {
        office.agent.post("/contacts", said).await.error(422);
    }
    office.agent.post("/contacts", json!({"name": "A", "inbox_id": 999})).await.error(404);
    let by_themselves = format!("/public/api/v1/inboxes/{}/contacts", inbox.identifier);
    assert_eq!(server.anonymous().post(&by_themselves, json!({"avatar_url": "javascript:alert(1)"})).await.invalid(), ["avatar_url"]);
    // a session has one owner
    office.contact(json!({"name": "Owner", "inbox_id": inbox.id, "source_id": "s"})).await;
    let thief = json!({"name": "Thief", "inbox_id": inbox.id, "source_id": "s"});
    office.agent.post("/contacts", thief).await.error(422);
    assert_eq!(server.count("SELECT count(*) AS number FROM contacts").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn an_update_merges_attributes_and_keeps_what_it_does_not_name() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({
        "name": "Lea", "email": "lea@example.org", "additional_attributes": {"city": "Lyon", "country": "France"}, "custom_attributes": {"plan": "pro"},
    });
    let path = format!("/contacts/{}", office.contact(said).await);
    let change = json!({"additional_attributes": {"city": "Paris"}, "custom_attributes": {"seats": 3}, "name": "Léa", "blocked": "true"});
    let changed = office.agent.patch(&path, change).await.ok()["payload"].clone();
    assert_eq!(changed["name"], "Léa");
    assert_eq!(changed["email"], "lea@example.org");
    assert_eq!(changed["additional_attributes"], json!({"city": "Paris", "country": "France"}));
    assert_eq!(changed["custom_attributes"], json!({"plan": "pro", "seats": 3}));
    assert_eq!(changed["blocked"], true);
    let emptied = office.agent.put(&path, json!({"email": null, "custom_attributes": {"plan": null}})).await.ok();
    assert_eq!(emptied["payload"]["email"], Value::Null);
    assert_eq!(emptied["payload"]["custom_attributes"], json!({"plan": null, "seats": 3}));
    assert_eq!(office.agent.get(&path).await.ok(), emptied);
    server.finish().await;
}

#[actix_rt::test]
async fn search_finds_parts_of_names_addresses_and_numbers_in_any_case_and_script() {
    let server = Server::start().await;
    let office = server.office().await;
    for (name, email, identifier) in [
        ("ÄPFEL und Öl", "fruit@example.org", "F-1"),
        ("สมชาย ใจดี", "somchai@example.org", "T-1"),
        ("100% Wool", "wool_shop@example.org", "w-1"),
        ("100 Percent", "percent@example.org", "W-2"),
        (r"Back\slash", "back@example.org", "b-1"),
        ("İstanbul", "ist@example.org", "i-1"),
    ] {
        office.contact(json!({"name": name, "email": email, "identifier": identifier})).await;
    }
    office.contact(json!({"name": "Nameless", "phone_number": "+66812345678"})).await;
    for (q, found) in [
        ("äpfel", vec!["ÄPFEL und Öl"]),
        ("ÖL", vec!["ÄPFEL und Öl"]),
        ("ใจดี", vec!["สมชาย ใจดี"]),
        ("FRUIT@", vec!["ÄPFEL und Öl"]),
        ("%", vec!["100% Wool"]),
        ("100%", vec!["100% Wool"]),
        ("_", vec!["100% Wool"]),
        ("\\", vec![r"Back\slash"]),
        ("81234", vec!["Nameless"]),
        ("W-2", vec!["100 Percent"]),
        ("w-2", vec![]),
        ("' OR 1=1 --", vec![]),
        ("nobody", vec![]),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
        let answer = office.agent.get(&format!("/contacts/search?{query}")).await.ok();
        assert_eq!(names(&answer), found, "{q}");
        assert_eq!(answer["meta"], json!({"count": found.len(), "current_page": 1, "has_more": false}), "{q}");
    }
    let blank = office.agent.get("/contacts/search?q=%20").await.ok();
    assert_eq!(blank, json!({"meta": {"count": null, "current_page": 1}, "payload": []}));
    server.finish().await;
}

#[actix_rt::test]
async fn names_are_sorted_whatever_the_case_and_as_they_are_now() {
    let server = Server::start().await;
    let office = server.office().await;
    let mut ids = Vec::new();
    for name in ["zoe", "yÄrla", "Bob", "anna", "yärla B"] {
        ids.push(office.contact(json!({"name": name, "identifier": name})).await);
    }
    let sorted = async |by: &str| names(&office.agent.get(&format!("/contacts?sort={by}")).await.ok()).join(" ");
    assert_eq!(sorted("name").await, "anna Bob yÄrla yärla B zoe");
    office.agent.put(&format!("/contacts/{}", ids[0]), json!({"name": "ADA"})).await.ok();
    assert_eq!(sorted("name").await, "ADA anna Bob yÄrla yärla B");
    assert_eq!(sorted("-name").await, "yärla B yÄrla Bob anna ADA");
    server.finish().await;
}

#[actix_rt::test]
async fn lists_have_pages_and_the_one_past_the_end_is_empty() {
    let server = Server::start().await;
    let office = server.office().await;
    for number in 0..17 {
        office.contact(json!({"name": format!("C{number:02}"), "email": format!("c{number}@example.org")})).await;
    }
    office.contact(json!({"name": "Nobody can be reached"})).await;
    let page = async |query: &str| office.agent.get(&format!("/contacts{query}")).await.ok();
    let first = page("?sort=name").await;
    assert_eq!(first["meta"], json!({"count": 17, "current_page": 1}));
    assert_eq!(names(&first).len(), 15);
    let second = page("?sort=name&page=2").await;
    assert_eq!((names(&second), &second["meta"]), (vec!["C15", "C16"], &json!({"count": 17, "current_page": "2"})));
    for beyond in ["3", "99999", "99999999999999999999"] {
        let past = page(&format!("?page={beyond}")).await;
        assert_eq!(past["meta"], json!({"count": 17, "current_page": beyond}));
        assert!(past["payload"].as_array().unwrap().is_empty() || beyond.len() > 9, "{beyond}");
    }
    assert_eq!(names(&page("?sort=name&page=0").await).len(), 15);
    assert_eq!(names(&page("?sort=name&page=x").await).len(), 15);
    let found = page("/search?q=C1&sort=name&page=1").await;
    assert_eq!(found["meta"], json!({"count": 8, "current_page": "1", "has_more": false}));
    let more = page("/search?q=C").await;
    assert_eq!((&more["meta"]["count"], &more["meta"]["has_more"]), (&json!(15), &json!(true)));
    assert!(names(&page("/search?q=C&page=9").await).is_empty());
    assert!(page("?page=1&include_contact_inboxes=false").await["payload"][0].get("contact_inboxes").is_none());
    assert_eq!(page("").await["payload"][0]["contact_inboxes"], json!([]));
    server.finish().await;
}

#[actix_rt::test]
async fn lists_are_sorted_in_both_directions_with_the_unknown_last() {
    let server = Server::start().await;
    let office = server.office().await;
    for (name, email, phone, city) in [
        ("anna", Some("c@example.org"), None, Some("Zug")),
        ("Bert", None, Some("+4412345"), Some("Aarau")),
        ("Émile", Some("a@example.org"), Some("+3312345"), None),
    ] {
        let attributes = city.map_or(json!({}), |city| json!({"city": city}));
        let said = json!({"name": name, "email": email, "phone_number": phone, "additional_attributes": attributes});
        office.contact(said).await;
    }
    for (sort, order) in [
        ("name", ["anna", "Bert", "Émile"]),
        ("-name", ["Émile", "Bert", "anna"]),
        ("email", ["Émile", "anna", "Bert"]),
        ("-email", ["anna", "Émile", "Bert"]),
        ("phone_number", ["Émile", "Bert", "anna"]),
        ("-phone_number", ["Bert", "Émile", "anna"]),
        ("city", ["Bert", "anna", "Émile"]),
        ("-city", ["anna", "Bert", "Émile"]),
        ("created_at", ["anna", "Bert", "Émile"]),
        ("-created_at", ["Émile", "Bert", "anna"]),
        ("no such order", ["Émile", "Bert", "anna"]),
    ] {
        let answer = office.agent.get(&format!("/contacts?sort={sort}").replace(' ', "%20")).await.ok();
        assert_eq!(names(&answer), order, "{sort}");
    }
    // whoever wrote last comes first
    let inbox = office.api_inbox().await;
    let bert = office.visitor(&inbox, json!({"phone_number": "+4412345"})).await;
    bert.says(bert.begin().await, "Hello").await;
    assert_eq!(names(&office.agent.get("/contacts").await.ok())[0], "Bert");
    assert_eq!(names(&office.agent.get("/contacts?sort=-last_activity_at").await.ok())[0], "Bert");
    server.finish().await;
}

#[actix_rt::test]
async fn other_accounts_contacts_are_not_found() {
    let server = Server::start().await;
    let office = server.office().await;
    let lea = office.contact(json!({"name": "Lea", "email": "lea@example.org"})).await;
    let stranger = server.another_office("b.").await.administrator;
    stranger.get(&format!("/contacts/{lea}")).await.error(404);
    stranger.patch(&format!("/contacts/{lea}"), json!({"name": "Mine"})).await.error(404);
    stranger.get(&format!("/contacts/{lea}/conversations")).await.error(404);
    assert!(names(&stranger.get("/contacts/search?q=Lea").await.ok()).is_empty());
    assert!(names(&stranger.get("/contacts").await.ok()).is_empty());
    office.agent.get("/contacts/0").await.error(404);
    office.agent.get("/contacts/99999999999999999999").await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn a_contacts_conversations_are_those_that_the_agent_may_see() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, first) = office.conversation(&inbox).await;
    let second = visitor.begin().await;
    visitor.says(first, "Newest").await;
    let path = format!("/contacts/{}/conversations", visitor.id);
    let numbers = |answer: Value| -> Vec<i64> {
        let list = answer["payload"].as_array().unwrap();
        list.iter().map(|found| found["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(numbers(office.agent.get(&path).await.ok()), [first, second]);
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    assert!(numbers(outsider.get(&path).await.ok()).is_empty());
    server.finish().await;
}
