//! The client API: what a visitor's own program may do and see.
use crate::{
    snapshot,
    support::{ApiInbox, Office, Server, Visitor},
};
use actix_web::http::Method;
use futures_util::future::join4;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

fn hash(inbox: &ApiInbox, identifier: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(inbox.hmac_token.as_bytes()).unwrap();
    mac.update(identifier.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn door(inbox: &ApiInbox) -> String {
    format!("/public/api/v1/inboxes/{}", inbox.identifier)
}

async fn visible(visitor: &Visitor) -> Vec<i64> {
    let list = visitor.get("/conversations").await.ok();
    list.as_array().unwrap().iter().map(|found| found["id"].as_i64().unwrap()).collect()
}

#[actix_rt::test]
async fn an_inbox_and_a_visitor_look_as_documented() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let anonymous = server.anonymous();
    snapshot!("public_inbox", anonymous.get(&door(&inbox)).await.ok());
    let said = json!({"name": "Lea", "email": "Lea@Example.org", "phone_number": "+33611223344", "identifier": "crm-88", "custom_attributes": {"plan": "pro"}});
    let made = anonymous.post(&format!("{}/contacts", door(&inbox)), said).await.ok();
    snapshot!("public_contact", made);
    let path = format!("{}/contacts/{}", door(&inbox), made["source_id"].as_str().unwrap());
    assert_eq!(anonymous.get(&path).await.ok(), made);
    let seen = office.agent.get(&format!("/contacts/{}", made["id"])).await.ok();
    assert_eq!((&seen["payload"]["identifier"], &seen["payload"]["custom_attributes"]), (&json!("crm-88"), &json!({"plan": "pro"})));
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_looks_as_documented() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let visitor = office.visitor(&inbox, json!({"name": "Lea"})).await;
    let made = visitor.post("/conversations", json!({"custom_attributes": {"order": 7}})).await.ok();
    snapshot!("public_conversation_created", made);
    let sent = visitor.post("/conversations/1/messages", json!({"content": "Hello", "echo_id": "e-1"})).await.ok();
    snapshot!("public_message", sent);
    office.agent.says(1, "Hi Lea").await;
    let note = json!({"content": "Note", "private": true});
    office.agent.post("/conversations/1/messages", note).await.ok();
    office.agent.post("/conversations/1/toggle_status", json!({})).await.ok();
    let shown = visitor.get("/conversations/1").await.ok();
    snapshot!("public_conversation", shown);
    assert_eq!(visitor.get("/conversations").await.ok(), json!([shown]));
    let messages = visitor.get("/conversations/1/messages").await.ok();
    assert_eq!(messages, shown["messages"]);
    let before = format!("/conversations/1/messages?before={}", messages[1]["id"]);
    assert_eq!(visitor.get(&before).await.ok(), json!([messages[0]]));
    server.finish().await;
}

#[actix_rt::test]
async fn visitors_are_recognised_by_session_identifier_address_then_number() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let said = json!({"source_id": "s", "name": "Lea", "identifier": "crm-88", "email": "lea@example.org", "phone_number": "+33611223344"});
    let lea = office.visitor(&inbox, said).await;
    let max = office.visitor(&inbox, json!({"name": "Max", "email": "max@example.org"})).await;
    for (said, who) in [
        (json!({"source_id": "s", "name": "Not Lea", "email": "max@example.org"}), lea.id),
        (json!({"identifier": "crm-88", "email": "max@example.org"}), lea.id),
        (json!({"email": "LEA@example.org"}), lea.id),
        (json!({"phone_number": "+33611223344"}), lea.id),
        (json!({"email": "max@example.org", "phone_number": "+33611223344"}), max.id),
    ] {
        let again = office.visitor(&inbox, said.clone()).await;
        assert_eq!(again.id, who, "{said}");
    }
    let named = office.agent.get(&format!("/contacts/{}", lea.id)).await.ok();
    assert_eq!(named["payload"]["name"], "Lea");
    assert_eq!(server.count("SELECT count(*) AS number FROM contacts").await, 2);
    // another session of Lea's does not show her first one
    let other = office.visitor(&inbox, json!({"identifier": "crm-88"})).await;
    lea.begin().await;
    assert_eq!((visible(&lea).await, visible(&other).await), (vec![1], vec![]));
    server.finish().await;
}

#[actix_rt::test]
async fn a_visitor_without_a_name_gets_one() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let path = format!("{}/contacts", door(&inbox));
    let made = server.anonymous().send(Method::POST, &path, None, Vec::new()).await.ok();
    let name = made["name"].as_str().unwrap();
    let parts: Vec<&str> = name.split('-').collect();
    assert!(parts.len() == 3 && parts[2].parse::<u16>().is_ok(), "{name}");
    for (said, attribute) in
        [(json!({"email": "x"}), "email"), (json!({"phone_number": "12"}), "phone_number"), (json!({"source_id": "x".repeat(256)}), "source_id")]
    {
        assert_eq!(server.anonymous().post(&path, said).await.invalid(), [attribute]);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn an_update_merges_and_takes_in_whom_it_turns_out_to_be() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let known = office.visitor(&inbox, json!({"name": "Known", "email": "lea@example.org", "source_id": "known"})).await;
    let number = known.begin().await;
    known.says(number, "Before").await;
    let lea = office.visitor(&inbox, json!({"custom_attributes": {"plan": "pro"}, "source_id": "new"})).await;
    let said = json!({"name": "Lea", "custom_attributes": {"seats": 3}, "identifier": "mine", "blocked": true});
    let changed = lea.patch("", said).await.ok();
    assert_eq!((&changed["name"], &changed["id"]), (&json!("Lea"), &json!(lea.id)));
    let seen = office.agent.get(&format!("/contacts/{}", lea.id)).await.ok()["payload"].clone();
    assert_eq!(seen["custom_attributes"], json!({"plan": "pro", "seats": 3}));
    // who they are, and whether they are blocked, is not theirs to say
    assert_eq!((&seen["identifier"], &seen["blocked"]), (&Value::Null, &json!(false)));
    // whom the business knew already stays who they were; what they are called there is not told to whoever knows their address
    let merged = lea.patch("", json!({"email": "LEA@example.org"})).await.ok();
    assert_eq!((&merged["id"], &merged["email"], &merged["name"]), (&json!(known.id), &json!("lea@example.org"), &json!("Lea")));
    office.agent.get(&format!("/contacts/{}", lea.id)).await.error(404);
    assert_eq!((lea.get("").await.ok()["id"].clone(), known.get("").await.ok()["id"].clone()), (json!(known.id), json!(known.id)));
    let both = office.agent.get(&format!("/contacts/{}", known.id)).await.ok()["payload"].clone();
    assert_eq!((&both["custom_attributes"], &both["name"]), (&json!({"plan": "pro", "seats": 3}), &json!("Known")));
    let conversation = office.agent.sees(number).await;
    assert_eq!(conversation["meta"]["sender"]["id"], known.id);
    assert_eq!(conversation["messages"][0]["sender"]["id"], known.id);
    server.finish().await;
}

#[actix_rt::test]
async fn identity_is_proved_by_the_inboxs_key_alone() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let path = format!("{}/contacts", door(&inbox));
    let right = hash(&inbox, "crm-88");
    let said = |hash: &str| json!({"identifier": "crm-88", "identifier_hash": hash});
    let altered = format!("{}{}", if right.starts_with('0') { '1' } else { '0' }, &right[1..]);
    for wrong in [&hash(&inbox, "crm-89"), &right[..63], "", "zz", &altered] {
        if wrong.is_empty() {
            continue; // an empty text is no hash
        }
        server.anonymous().post(&path, said(wrong)).await.error_of_the_client_api(401);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM contacts").await, 0);
    let lea = office.visitor(&inbox, said(&right)).await;
    let number = lea.begin().await;
    let verified = async || office.agent.sees(number).await["meta"]["hmac_verified"].clone();
    // introducing oneself proves nothing yet; showing or changing oneself does
    assert_eq!(verified().await, false);
    lea.get(&format!("?identifier=crm-88&identifier_hash={}", hash(&inbox, "other"))).await.error_of_the_client_api(401);
    assert_eq!(verified().await, false);
    lea.get(&format!("?identifier=crm-88&identifier_hash={right}")).await.ok();
    assert_eq!(verified().await, true);
    lea.patch("", json!({"identifier": "crm-88", "identifier_hash": "00"})).await.error_of_the_client_api(401);
    assert_eq!(verified().await, true);
    server.finish().await;
}

#[actix_rt::test]
async fn a_mandatory_proof_is_demanded_wherever_somebody_says_who_they_are() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox_with(json!({"hmac_mandatory": true})).await;
    let path = format!("{}/contacts", door(&inbox));
    assert_eq!(server.anonymous().get(&door(&inbox)).await.ok()["identity_validation_enabled"], true);
    server.anonymous().post(&path, json!({"identifier": "crm-88"})).await.error_of_the_client_api(401);
    server.anonymous().post(&path, json!({})).await.error_of_the_client_api(401);
    let proof = json!({"identifier": "crm-88", "identifier_hash": hash(&inbox, "crm-88")});
    let lea = office.visitor(&inbox, proof.clone()).await;
    lea.get("").await.error_of_the_client_api(401);
    lea.patch("", json!({"name": "Lea"})).await.error_of_the_client_api(401);
    lea.patch("", proof).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn who_is_proved_sees_the_conversations_of_all_their_proved_sessions() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let said = json!({"identifier": "crm-88", "identifier_hash": hash(&inbox, "crm-88")});
    let (phone, laptop) = (office.visitor(&inbox, said.clone()).await, office.visitor(&inbox, said.clone()).await);
    let (on_phone, on_laptop) = (phone.begin().await, laptop.begin().await);
    assert_eq!(visible(&laptop).await, [on_laptop]);
    laptop.get(&format!("/conversations/{on_phone}")).await.error_of_the_client_api(404);
    laptop.patch("", said.clone()).await.ok();
    // what was begun where nothing is proved may be a stranger's, who only knows the identifier
    assert_eq!(visible(&laptop).await, [on_laptop]);
    laptop.get(&format!("/conversations/{on_phone}")).await.error_of_the_client_api(404);
    assert_eq!(visible(&phone).await, [on_phone]);
    phone.patch("", said).await.ok();
    assert_eq!(visible(&laptop).await, [on_phone, on_laptop]);
    laptop.get(&format!("/conversations/{on_phone}")).await.ok();
    laptop.says(on_phone, "From my laptop").await;
    // other people have no part in it
    assert_eq!(visible(&phone).await, [on_phone, on_laptop]);
    let stranger: Visitor = office.visitor(&inbox, json!({"name": "Max"})).await;
    for path in [format!("/conversations/{on_phone}"), format!("/conversations/{on_phone}/messages"), "/conversations/99".into()] {
        stranger.get(&path).await.error_of_the_client_api(404);
    }
    assert!(visible(&stranger).await.is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn a_visitor_resolves_and_never_reopens() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/toggle_status");
    for _ in 0..2 {
        let answer = visitor.post(&path, json!({"status": "open"})).await.ok();
        assert_eq!(answer["status"], "resolved");
    }
    let notices = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
    let notices: Vec<_> = notices["payload"].as_array().unwrap().iter().map(|notice| notice["content"].clone()).collect();
    assert_eq!(notices, ["Conversation was resolved by Lea"]);
    server.finish().await;
}

#[actix_rt::test]
async fn looking_marks_what_was_sent_as_read_and_tells_each() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let answers = [office.agent.says(number, "Hi").await, office.agent.says(number, "How can I help?").await];
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "Note", "private": true})).await.ok();
    let look = async || visitor.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok_and_empty();
    let told = server.telling(look).await;
    assert!(told.iter().all(|told| told.name == "message_updated" && told.payload["event"] == "message_updated"));
    assert_eq!(told.iter().map(|told| told.message).collect::<Vec<_>>(), answers.map(Some));
    assert_eq!(told[1].payload["conversation"]["messages"][0]["status"], "read");
    let seen = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
    let states: Vec<_> = seen["payload"].as_array().unwrap().iter().map(|message| message["status"].clone()).collect();
    assert_eq!(states, ["sent", "read", "read", "sent"]);
    assert!(visitor.get(&format!("/conversations/{number}")).await.ok()["contact_last_seen_at"].as_i64().unwrap() > 0);
    assert_eq!(server.telling(look).await, []);
    server.finish().await;
}

#[actix_rt::test]
async fn a_locked_inbox_keeps_to_one_conversation() {
    let server = Server::start().await;
    let office: Office = server.office().await;
    let inbox = office.api_inbox().await;
    let lock = json!({"lock_to_single_conversation": true});
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), lock).await.ok();
    let visitor = office.visitor(&inbox, json!({"name": "Lea"})).await;
    let number = visitor.begin().await;
    visitor.post(&format!("/conversations/{number}/toggle_status"), json!({})).await.ok();
    assert_eq!(visitor.begin().await, number);
    let by_agent = office.agent.post("/conversations", json!({"source_id": visitor.source_id})).await.ok();
    assert_eq!((&by_agent["id"], &by_agent["status"]), (&json!(number), &json!("resolved")));
    // whoever comes at the same time as others
    for round in 0..5 {
        let visitor = office.visitor(&inbox, json!({"name": "Max"})).await;
        let begins = async || visitor.begin().await;
        let by_agent = office.agent.post("/conversations", json!({"source_id": visitor.source_id}));
        let (one, two, three, by_agent) = join4(begins(), begins(), begins(), by_agent).await;
        assert_eq!([one, two, three], [by_agent.ok()["id"].as_i64().unwrap(); 3], "round {round}");
    }
    server.finish().await;
}
