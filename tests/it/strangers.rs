//! What a visitor learns of a contact: nothing that was not said in their own session, as long as nothing is proved.
use crate::support::{Answer, ApiInbox, Office, Server, Visitor, Website, WidgetVisitor, cable::Cable, post_office::PostOffice};
use hookdesk::events::live::Frame;
use serde_json::{Value, json};

/// What the business knows of Lea, but for her address and her number.
const SECRETS: [&str; 8] =
    ["Secretname", "secret-plan", "Secretville", "secret.png", "secret-note", "secret-label", "secret-before", "secret-identifier"];
const ADDRESS: &str = "lea@example.org";
const NUMBER: &str = "+33611223344";

/// A contact of whom the business knows much, among other things what was said in another inbox.
async fn lea(office: &Office, inbox: &ApiInbox, identifier: Option<&str>) -> i64 {
    let said = json!({
        "name": "Lea Secretname", "email": ADDRESS, "phone_number": NUMBER, "identifier": identifier,
        "avatar_url": "https://img.example/secret.png", "custom_attributes": {"plan": "secret-plan"},
        "additional_attributes": {"city": "Secretville", "country_code": "Secretville"},
    });
    let id = office.contact(said).await;
    office.agent.post(&format!("/contacts/{id}/labels"), json!({"labels": ["secret-label"]})).await.ok();
    office.agent.post(&format!("/contacts/{id}/notes"), json!({"content": "secret-note"})).await.ok();
    let begun = office.agent.post("/conversations", json!({"inbox_id": inbox.id, "contact_id": id, "message": {"content": "secret-before"}})).await;
    begun.ok();
    id
}

#[track_caller]
fn assert_nothing_of(secrets: &[&str], text: &str, what: &str) {
    let found: Vec<_> = secrets.iter().filter(|secret| text.contains(*secret)).collect();
    assert!(found.is_empty(), "{what} tells {found:?}: {text}");
}

/// Everything that a visitor of a website can ask for, as one text for each answer.
async fn all_of_widget(visitor: &WidgetVisitor, question: i64) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    let mut hear = |path: &str, answer: Answer| {
        // there may be no address to send a transcript to, and no question
        assert!(answer.status < 300 || path.ends_with("/transcript") || path.ends_with("/0"), "{path} answers {}: {}", answer.status, answer.text());
        heard.push((path.to_owned(), answer.text()));
    };
    for path in ["/contact", "/conversations", "/messages", "/inbox_members", "/campaigns"] {
        hear(path, visitor.get(path).await);
    }
    let message = json!({"message": {"content": "Hello"}});
    for (path, body) in [
        ("/config", json!({})),
        ("/messages", message.clone()),
        ("/contact/destroy_custom_attributes", json!({"custom_attributes": ["nothing"]})),
        ("/conversations/destroy_custom_attributes", json!({"custom_attribute": ["nothing"]})),
        ("/conversations/update_last_seen", json!({})),
        ("/conversations/transcript", json!({})),
        ("/events", json!({"name": "webwidget.triggered"})),
        ("/conversations", message),
    ] {
        hear(path, visitor.post(path, body).await);
    }
    for (path, body) in [
        ("/contact".to_owned(), json!({"custom_attributes": {"seats": 3}})),
        ("/contact/set_user".to_owned(), json!({"custom_attributes": {"seats": 4}})),
        (format!("/messages/{question}"), json!({"submitted_values": [{"name": "a", "value": "b"}]})),
    ] {
        hear(&path, visitor.patch(&path, body).await);
    }
    heard
}

/// The same of a client of the public API.
async fn all_of_public(visitor: &Visitor, number: i64) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    let at = |more: &str| format!("/conversations/{number}{more}");
    for path in [String::new(), "/conversations".to_owned(), at(""), at("/messages")] {
        heard.push((path.clone(), visitor.get(&path).await.ok().to_string()));
    }
    for (path, body) in [("/conversations".to_owned(), json!({})), (at("/messages"), json!({"content": "Hello"})), (at("/toggle_status"), json!({}))]
    {
        heard.push((path.clone(), visitor.post(&path, body).await.ok().to_string()));
    }
    heard.push(("PATCH".to_owned(), visitor.patch("", json!({"custom_attributes": {"seats": 3}})).await.ok().to_string()));
    heard
}

/// What agents do that is told to visitors, too. Gives the message that asks something.
async fn agents_work(office: &Office, number: i64, contact: i64) -> i64 {
    let at = |more: &str| format!("/conversations/{number}{more}");
    office.agent.says(number, "Hi").await;
    let question = office.agent.post(&at("/messages"), json!({"content": "?", "content_type": "input_text"})).await.ok()["id"].as_i64().unwrap();
    office.agent.patch(&format!("/contacts/{contact}"), json!({"custom_attributes": {"more": "secret-plan"}})).await.ok();
    office.agent.post(&at("/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    for status in ["pending", "open"] {
        office.agent.post(&at("/toggle_status"), json!({"status": status})).await.ok();
    }
    office.agent.post(&at("/toggle_typing_status"), json!({"typing_status": "on"})).await.ok_and_empty();
    office.agent.post(&at("/update_last_seen"), json!({})).await.ok();
    question
}

/// Frames for sessions tell nothing; those for agents have what they always have.
#[track_caller]
fn assert_frames_tell_nothing(frames: &[Frame], secrets: &[&str]) {
    let (to_sessions, to_agents): (Vec<_>, Vec<_>) = frames.iter().partition(|frame| !frame.audience.sessions.is_empty());
    for frame in &to_sessions {
        assert_nothing_of(secrets, &frame.data.to_string(), frame.name);
    }
    let names: Vec<&str> = to_sessions.iter().map(|frame| frame.name).collect();
    for name in
        ["message.created", "conversation.updated", "conversation.status_changed", "conversation.typing_on", "message.updated", "conversation.read"]
    {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    assert!(to_agents.iter().filter(|frame| frame.data.to_string().contains("Secretname")).count() > 5);
}

/// How a stranger becomes part of a contact.
const WAYS: [&str; 4] = ["contact", "conversation", "answer", "identifier"];

async fn joins(visitor: &WidgetVisitor, way: &str, asked: i64) {
    let said = json!({"email": ADDRESS});
    match way {
        "contact" => visitor.patch("/contact", said).await.ok(),
        "conversation" => visitor.post("/conversations", json!({"contact": said, "message": {"content": "Hello"}})).await.ok(),
        "answer" => visitor.patch(&format!("/messages/{asked}"), json!({"contact": said})).await.ok(),
        _ => visitor.patch("/contact/set_user", json!({"identifier": "secret-identifier"})).await.ok(),
    };
}

#[actix_rt::test]
async fn on_a_website_an_address_tells_nothing() {
    let mailed = PostOffice::open();
    for way in WAYS {
        let mail = mailed.mail();
        let server = Server::start_with(|config| config.mail = mail).await;
        let office = server.office().await;
        let (inbox, site) = (office.api_inbox().await, office.website_with(json!({"enable_email_collect": true})).await);
        let by_identifier = way == "identifier";
        let known = lea(&office, &inbox, by_identifier.then_some("secret-identifier")).await;
        let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| !by_identifier || *secret != "secret-identifier").chain([NUMBER]).collect();
        let visitor = office.comes(&site).await;
        let name = visitor.config["contact"]["name"].as_str().unwrap().to_owned();
        visitor.says("First").await;
        let asked = server.count("SELECT id AS number FROM messages WHERE content_type = 3").await;
        joins(&visitor, way, asked).await;
        let number = visitor.number().await;
        // the agents see one contact, and all of them
        assert_eq!(office.agent.sees(number).await["meta"]["sender"]["name"], "Lea Secretname", "{way}");
        let mut question = 0;
        let mut heard = Vec::new();
        let frames = server
            .framing(async || {
                question = agents_work(&office, number, known).await;
                heard = all_of_widget(&visitor, question).await;
            })
            .await;
        for (what, text) in &heard {
            assert_nothing_of(&secrets, text, &format!("{way}: {what}"));
        }
        assert_frames_tell_nothing(&frames, &secrets);
        // they are still who they were to themselves
        let config = visitor.post("/config", json!({})).await.ok();
        let said = if by_identifier { (Value::Null, json!("secret-identifier")) } else { (json!(ADDRESS), Value::Null) };
        assert_eq!(config["contact"]["name"], json!(name), "{way}");
        assert_eq!((config["contact"]["email"].clone(), config["contact"]["identifier"].clone()), said, "{way}");
        let row = visitor.post("/contact/destroy_custom_attributes", json!({"custom_attributes": ["seats", "plan", "more"]})).await.ok();
        assert_eq!(row["custom_attributes"], json!({}), "{way}");
        // and what the business knows is not theirs to take away
        let kept = office.agent.get(&format!("/contacts/{known}")).await.ok()["payload"]["custom_attributes"].clone();
        assert_eq!(kept, json!({"plan": "secret-plan", "more": "secret-plan"}), "{way}");
        server.finish().await;
    }
    let letters = mailed.wait_for(WAYS.len() - 1).await;
    for letter in letters {
        assert_eq!(letter.to, ADDRESS);
        assert_nothing_of(&SECRETS, &letter.parts().join("\n"), "a transcript");
    }
}

#[actix_rt::test]
async fn a_number_does_not_tell_an_address() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, site) = (office.api_inbox().await, office.website_with(json!({})).await);
    let known = lea(&office, &inbox, None).await;
    let visitor = office.comes(&site).await;
    visitor.says("Hello").await;
    let said = visitor.patch("/contact", json!({"phone_number": NUMBER})).await.ok();
    assert_eq!(said, json!({"id": known, "has_email": false, "has_name": true, "has_phone_number": true}));
    assert_nothing_of(&[ADDRESS], &visitor.post("/config", json!({})).await.text(), "config");
    // nor does it send mail there
    assert_eq!(visitor.post("/conversations/transcript", json!({})).await.invalid(), ["email"]);
    server.finish().await;
}

/// A contact of whom it is proved who they are.
async fn proved(office: &Office, site: &Website, said: Value) -> WidgetVisitor {
    let visitor = office.comes(site).await;
    let mut all = json!({"identifier": "secret-identifier", "identifier_hash": site.proof("secret-identifier")});
    all.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
    visitor.patch("/contact/set_user", all).await.ok();
    visitor
}

#[actix_rt::test]
async fn who_has_proved_who_they_are_sees_what_is_known_of_them_and_of_nobody_else() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, site) = (office.api_inbox().await, office.website_with(json!({})).await);
    lea(&office, &inbox, Some("secret-identifier")).await;
    let visitor = proved(&office, &site, json!({})).await;
    let mine = visitor.post("/config", json!({})).await.ok()["contact"].clone();
    assert_eq!((&mine["name"], &mine["email"], &mine["phone_number"]), (&json!("Lea Secretname"), &json!(ADDRESS), &json!(NUMBER)));
    assert_eq!(visitor.get("/contact").await.ok()["has_email"], true);
    let row = visitor.post("/contact/destroy_custom_attributes", json!({"custom_attributes": ["nothing"]})).await.ok();
    assert_eq!((&row["custom_attributes"], &row["location"]), (&json!({"plan": "secret-plan"}), &json!("Secretville")));
    let frames = server.framing(async || visitor.says("Hello").await).await;
    let mut heard = frames.iter().filter(|frame| !frame.audience.sessions.is_empty());
    assert!(heard.any(|frame| frame.name == "message.created" && frame.data["sender"]["name"] == "Lea Secretname"));
    server.finish().await;
}

#[actix_rt::test]
async fn a_proof_is_none_of_an_address() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, site) = (office.api_inbox().await, office.website_with(json!({})).await);
    // Lea is known by her address alone; somebody signs in as themselves and says that the address is theirs
    let known = lea(&office, &inbox, None).await;
    let earlier = proved(&office, &site, json!({"name": "Mallory"})).await;
    earlier.says("Hello").await;
    let mallory = proved(&office, &site, json!({"name": "Mallory", "email": ADDRESS})).await;
    let contact = office.agent.get(&format!("/contacts/{}", mallory.get("/contact").await.ok()["id"])).await.ok()["payload"].clone();
    assert_eq!((&contact["phone_number"], &contact["identifier"]), (&json!(NUMBER), &json!("secret-identifier")));
    office.agent.get(&format!("/contacts/{known}")).await.error(404);
    let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| *secret != "secret-identifier").chain([NUMBER]).collect();
    let mut heard = Vec::new();
    let frames = server
        .framing(async || {
            for visitor in [&mallory, &earlier] {
                heard.extend(all_of_widget(visitor, 0).await);
            }
            let number = earlier.number().await;
            agents_work(&office, number, contact["id"].as_i64().unwrap()).await;
        })
        .await;
    for (what, text) in &heard {
        assert_nothing_of(&secrets, text, what);
    }
    for frame in frames.iter().filter(|frame| !frame.audience.sessions.is_empty()) {
        assert_nothing_of(&secrets, &frame.data.to_string(), frame.name);
    }
    // each session still knows what was said in it
    assert_eq!(mallory.get("/contact").await.ok()["has_email"], true);
    assert_eq!(earlier.get("/contact").await.ok()["has_email"], false);
    server.finish().await;
}

#[actix_rt::test]
async fn in_the_public_api_nothing_is_told_that_was_not_said() {
    for said in [json!({"email": ADDRESS}), json!({"identifier": "secret-identifier"})] {
        let server = Server::start().await;
        let office = server.office().await;
        let inbox = office.api_inbox().await;
        let by_identifier = said["identifier"].is_string();
        let known = lea(&office, &inbox, by_identifier.then_some("secret-identifier")).await;
        let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| !by_identifier || *secret != "secret-identifier").chain([NUMBER]).collect();
        // one says it at once, the other later
        let first = office.visitor(&inbox, said.clone()).await;
        let second = office.visitor(&inbox, json!({"name": "Somebody"})).await;
        if !by_identifier {
            assert_eq!(second.patch("", said).await.ok()["name"], "Somebody");
        }
        for visitor in [&first, &second] {
            let number = visitor.begin().await;
            visitor.post(&format!("/conversations/{number}/messages"), json!({"content": "Hello"})).await.ok();
            assert_eq!(visitor.get("").await.ok()["id"] == json!(known), !by_identifier || visitor.source_id == first.source_id);
            let mut heard = Vec::new();
            let frames = server
                .framing(async || {
                    let question = agents_work(&office, number, known).await;
                    let answer = format!("/conversations/{number}/messages/{question}");
                    visitor.patch(&answer, json!({"submitted_values": [{"name": "a", "value": "b"}]})).await.ok();
                    heard = all_of_public(visitor, number).await;
                })
                .await;
            for (what, text) in &heard {
                assert_nothing_of(&secrets, text, what);
            }
            if visitor.source_id == first.source_id {
                assert_frames_tell_nothing(&frames, &secrets);
            }
        }
        server.finish().await;
    }
}

#[actix_rt::test]
async fn a_session_that_the_business_has_opened_knows_what_the_business_knows() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let id = office.contact(json!({"name": "Lea", "email": ADDRESS})).await;
    let made = office.agent.post(&format!("/contacts/{id}/contact_inboxes"), json!({"inbox_id": inbox.id})).await.ok();
    let path = format!("/public/api/v1/inboxes/{}/contacts/{}", inbox.identifier, made["source_id"].as_str().unwrap());
    let seen = server.anonymous().get(&path).await.ok();
    assert_eq!((&seen["id"], &seen["name"], &seen["email"]), (&json!(id), &json!("Lea"), &json!(ADDRESS)));
    // who comes by themselves learns nothing of what is said there
    let stranger = office.visitor(&inbox, json!({"email": ADDRESS, "name": "Stranger"})).await;
    server.anonymous().patch(&path, json!({"phone_number": NUMBER})).await.ok();
    let theirs = stranger.get("").await.ok();
    assert_eq!((&theirs["id"], &theirs["name"], &theirs["phone_number"]), (&json!(id), &json!("Stranger"), &Value::Null));
    server.finish().await;
}

#[actix_rt::test]
async fn at_a_socket_a_stranger_hears_their_own_words() {
    let server = Server::start().await;
    let address = server.address.to_string();
    let office = server.office().await;
    let (inbox, site) = (office.api_inbox().await, office.website_with(json!({})).await);
    let known = lea(&office, &inbox, None).await;
    let visitor = office.comes(&site).await;
    visitor.says("First").await;
    visitor.patch("/contact", json!({"email": ADDRESS})).await.ok();
    let number = visitor.number().await;
    let mut cable = Cable::open(&address).await;
    cable.subscribe(&json!({"channel": "RoomChannel", "pubsub_token": visitor.config["contact"]["pubsub_token"]})).await;
    visitor.says("Mine").await;
    office.agent.patch(&format!("/contacts/{known}"), json!({"name": "Lea Secretname-Two"})).await.ok();
    office.agent.says(number, "Yours").await;
    let secrets: Vec<&str> = SECRETS.into_iter().chain([NUMBER]).collect();
    let mut said = Vec::new();
    while said.len() < 2 {
        let message = cable.message().await;
        assert_nothing_of(&secrets, &message.to_string(), "a socket");
        assert_ne!(message["event"], "contact.updated");
        if message["event"] == "message.created" {
            said.push(message["data"]["content"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(said, ["Mine", "Yours"]);
    server.finish().await;
}
