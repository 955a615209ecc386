//! What is done with contacts: deleting, merging, notes, sessions, pictures, and who is there now.
use crate::support::{File, Office, Server};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::files;
use serde_json::{Value, json};

/// A picture, as far as its head says.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x06\0\0\0";

async fn run(server: &Server, statement: &'static str) {
    server.write(move |tx| Ok(sql_query(statement).execute(tx.conn)?)).await;
}

/// All who are there have last been heard of long ago.
async fn grow_quiet(server: &Server) {
    run(server, "UPDATE contacts SET last_activity_at = '2026-01-01 00:00:00' WHERE last_activity_at IS NOT NULL").await;
}

fn ids(list: &Value) -> Vec<i64> {
    list["payload"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

#[actix_rt::test]
async fn an_administrator_deletes_whoever_is_not_online_with_all_that_hangs_on_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let path = format!("/contacts/{}", visitor.id);
    office.agent.post(&format!("{path}/notes"), json!({"content": "Likes tea"})).await.ok();
    assert_eq!(office.agent.get(&path).await.ok()["payload"]["availability_status"], "online");
    assert_eq!(ids(&office.agent.get("/contacts/active").await.ok()), [visitor.id]);
    assert_eq!(office.administrator.delete(&path).await.invalid(), ["base"]);
    // more than one step
    crate::actions::many_more(&server, "Hello").await;
    grow_quiet(&server).await;
    assert_eq!(office.agent.get("/contacts/active").await.ok(), json!({"meta": {"count": 0, "current_page": 1}, "payload": []}));
    office.agent.delete(&path).await.error(401);
    server.another_office("b.").await.administrator.delete(&path).await.error(404);
    office.administrator.delete(&path).await.ok_and_empty();
    office.administrator.delete(&path).await.error(404);
    for table in ["contacts", "contact_inboxes", "conversations", "messages", "notes"] {
        assert_eq!(server.count(&format!("SELECT count(*) AS number FROM {table}")).await, 0, "{table}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn notes_are_written_changed_and_deleted() {
    let server = Server::start().await;
    let office = server.office().await;
    let contact = office.contact(json!({"name": "Lea"})).await;
    let other = office.contact(json!({"name": "Max"})).await;
    let notes = format!("/contacts/{contact}/notes");
    let made = office.agent.post(&notes, json!({"note": {"content": " Likes tea "}})).await.ok();
    crate::snapshot!("note", made);
    let second = office.administrator.post(&notes, json!({"content": "Called"})).await.ok();
    assert_eq!(office.agent.get(&notes).await.ok(), json!([second, made]));
    let one = format!("{notes}/{}", made["id"]);
    assert_eq!(office.agent.get(&one).await.ok(), made);
    assert_eq!(office.administrator.patch(&one, json!({"content": "Likes coffee"})).await.ok()["content"], "Likes coffee");
    for bad in [json!({}), json!({"content": " "}), json!({"content": "x".repeat(20_001)})] {
        assert_eq!(office.agent.post(&notes, bad.clone()).await.invalid(), ["content"]);
        assert_eq!(office.agent.put(&one, bad).await.invalid(), ["content"]);
    }
    office.agent.get(&format!("/contacts/{other}/notes/{}", made["id"])).await.error(404);
    office.agent.post("/contacts/999/notes", json!({"content": "x"})).await.error(404);
    let stranger = server.another_office("b.").await;
    for answer in [stranger.agent.get(&notes).await, stranger.agent.get(&one).await, stranger.agent.delete(&one).await] {
        answer.error(404);
    }
    office.agent.delete(&one).await.ok_and_empty();
    office.agent.delete(&one).await.error(404);
    assert_eq!(office.agent.get(&notes).await.ok(), json!([second]));
    server.finish().await;
}

#[actix_rt::test]
async fn merging_moves_everything_and_the_base_wins() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let other = visitor.id;
    let said =
        json!({"identifier": "crm-1", "phone_number": "+33611223344", "custom_attributes": {"plan": "free", "seats": 3, "deep": {"a": 1, "b": 2}}});
    office.agent.put(&format!("/contacts/{other}"), said).await.ok();
    office.agent.post(&format!("/contacts/{other}/notes"), json!({"content": "Likes tea"})).await.ok();
    let said = json!({"name": "Base", "email": "base@example.org", "custom_attributes": {"plan": "pro", "deep": {"a": 9}}});
    let base = office.contact(said).await;
    office.agent.post(&format!("/contacts/{base}/labels"), json!({"labels": ["vip"]})).await.ok();
    office.agent.post(&format!("/contacts/{other}/labels"), json!({"labels": ["late", "vip"]})).await.ok();
    let pair = json!({"base_contact_id": base, "mergee_contact_id": other.to_string()});
    let mut merged = Value::Null;
    let told = server.telling(async || merged = office.agent.post("/actions/contact_merge", pair.clone()).await.ok()).await;
    assert_eq!(told.iter().map(|told| told.name).collect::<Vec<_>>(), ["contact_updated"]);
    let labels = told[0].payload["changed_attributes"].as_array().unwrap().iter().find_map(|change| change.get("label_list"));
    assert_eq!(labels, Some(&json!({"previous_value": ["vip"], "current_value": ["vip", "late"]})));
    assert_eq!((&merged["id"], &merged["name"], &merged["email"]), (&json!(base), &json!("Base"), &json!("base@example.org")));
    assert_eq!((&merged["identifier"], &merged["phone_number"]), (&json!("crm-1"), &json!("+33611223344")));
    assert_eq!(merged["custom_attributes"], json!({"plan": "pro", "deep": {"a": 9, "b": 2}, "seats": 3}));
    assert_eq!(merged["contact_inboxes"][0]["source_id"], visitor.source_id.as_str());
    assert_eq!(office.agent.sees(number).await["meta"]["sender"]["id"], base);
    assert_eq!(office.agent.get(&format!("/contacts/{base}/notes")).await.ok()[0]["content"], "Likes tea");
    office.agent.get(&format!("/contacts/{other}")).await.error(404);
    assert_eq!(server.count(&format!("SELECT count(*) AS number FROM messages WHERE sender_type = 1 AND sender_id = {base}")).await, 1);
    // the visitor goes on as the contact they are now
    visitor.says(number, "Still me").await;
    // nobody is lost when it cannot be done
    office.agent.post("/actions/contact_merge", pair).await.error(404);
    office.agent.post("/actions/contact_merge", json!({"base_contact_id": base, "mergee_contact_id": base})).await.error(422);
    assert_eq!(office.agent.post("/actions/contact_merge", json!({"base_contact_id": base})).await.invalid(), ["mergee_contact_id"]);
    let stranger = server.another_office("b.").await;
    let theirs = stranger.contact(json!({"name": "Theirs"})).await;
    office.agent.post("/actions/contact_merge", json!({"base_contact_id": base, "mergee_contact_id": theirs})).await.error(404);
    stranger.agent.get(&format!("/contacts/{theirs}")).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn sessions_are_offered_made_and_found() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, site) = (office.api_inbox().await, office.website().await);
    let contact = office.contact(json!({"name": "Lea"})).await;
    let offered = format!("/contacts/{contact}/contactable_inboxes");
    let list = office.agent.get(&offered).await.ok()["payload"].clone();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["inbox"]["id"]), (1, &json!(inbox.id)), "{list}");
    assert_eq!(list[0]["source_id"].as_str().unwrap().len(), 36);
    let sessions = format!("/contacts/{contact}/contact_inboxes");
    let made = office.agent.post(&sessions, json!({"inbox_id": inbox.id, "source_id": "crm-7"})).await.ok();
    assert_eq!(
        (&made["source_id"], &made["inbox"]["id"], &made["inbox"]["channel_type"]),
        (&json!("crm-7"), &json!(inbox.id), &json!("Channel::Api"))
    );
    office.agent.post(&sessions, json!({"inbox_id": site})).await.ok();
    let list = office.agent.get(&offered).await.ok()["payload"].clone();
    assert_eq!((list.as_array().unwrap().len(), list.to_string().contains("crm-7")), (2, true), "{list}");
    let asked = json!({"inbox_id": inbox.id, "source_id": "crm-7"});
    let found = office.agent.post("/contact_inboxes/filter", asked.clone()).await.ok();
    assert_eq!((&found["id"], found["contact_inboxes"].as_array().unwrap().len()), (&json!(contact), 2));
    let nobody = office.agent.post("/contact_inboxes/filter", json!({"inbox_id": inbox.id, "source_id": "x"})).await;
    assert_eq!((nobody.status, nobody.text().as_str()), (404, ""));
    // a session has one owner, and an inbox its members
    let thief = office.contact(json!({"name": "Max"})).await;
    office.agent.post(&format!("/contacts/{thief}/contact_inboxes"), asked.clone()).await.error(422);
    assert_eq!(office.agent.post(&sessions, json!({})).await.invalid(), ["inbox_id"]);
    office.agent.post(&sessions, json!({"inbox_id": 999})).await.error(404);
    let outside = office.another_agent("Cem", "cem@acme.example").await;
    assert_eq!(outside.get(&offered).await.ok(), json!({"payload": []}));
    outside.post(&sessions, asked.clone()).await.error(401);
    outside.post("/contact_inboxes/filter", asked.clone()).await.error(401);
    server.another_office("b.").await.agent.post("/contact_inboxes/filter", asked).await.error(404);
    let plain = office.agent.get(&format!("/contacts/{contact}?include_contact_inboxes=false")).await.ok();
    assert!(plain["payload"].get("contact_inboxes").is_none());
    server.finish().await;
}

async fn pictures(server: &Server) -> i64 {
    run(server, "UPDATE blobs SET created_at = '2026-01-01 00:00:00'").await;
    files::sweep(&server.db, &hookdesk::storage::Storage::new(&server.config).unwrap()).await.unwrap();
    server.count("SELECT count(*) AS number FROM blobs").await
}

#[actix_rt::test]
async fn a_picture_is_uploaded_kept_and_taken_away() {
    let server = Server::start().await;
    let office: Office = server.office().await;
    let file = |kind| File::new("contact[avatar]", "lea.png", kind, PICTURE);
    let made = office.agent.upload("/contacts", &[("contact[name]", "Lea")], &[file("image/png")]).await.ok();
    let (id, link) = (made["payload"]["contact"]["id"].clone(), made["payload"]["contact"]["thumbnail"].as_str().unwrap().to_owned());
    let path = link.strip_prefix(server.config.public_url.as_str().trim_end_matches('/')).unwrap();
    assert_eq!(server.anonymous().get(path).await.body, PICTURE);
    assert_eq!(pictures(&server).await, 1, "a picture in use stays");
    let contact = format!("/contacts/{id}");
    assert_eq!(office.agent.put(&contact, json!({"name": "Léa"})).await.ok()["payload"]["thumbnail"], link.as_str());
    for bad in ["image/svg+xml", "text/html"] {
        assert_eq!(office.agent.upload("/contacts", &[], &[file(bad)]).await.invalid(), ["avatar"]);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM contacts").await, 1);
    office.agent.delete("/contacts/999/avatar").await.error(404);
    assert_eq!(office.agent.delete(&format!("{contact}/avatar")).await.ok()["payload"]["thumbnail"], "");
    assert_eq!(pictures(&server).await, 0, "one that is not is swept away");
    server.finish().await;
}

#[actix_rt::test]
async fn the_files_of_a_contact_are_listed_to_those_who_see_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let files = [File::new("attachments[]", "a.txt", "text/plain", b"a"), File::new("attachments[]", "b.txt", "text/plain", b"b")];
    let sent = visitor.upload(&format!("/conversations/{number}/messages"), &[], &files).await.ok();
    let path = format!("/contacts/{}/attachments", visitor.id);
    let listed = office.agent.get(&path).await.ok();
    assert_eq!(listed["meta"], json!({"total_count": 2}));
    let mut newest = sent["attachments"][1].clone();
    newest["conversation_id"] = json!(number);
    assert_eq!(listed["payload"][0], newest);
    assert_eq!(office.agent.get(&format!("{path}?page=2")).await.ok()["payload"], json!([]));
    let outside = office.another_agent("Cem", "cem@acme.example").await;
    assert_eq!(outside.get(&path).await.ok(), json!({"meta": {"total_count": 0}, "payload": []}));
    office.administrator.get("/contacts/999/attachments").await.error(404);
    server.finish().await;
}
