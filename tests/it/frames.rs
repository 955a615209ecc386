//! What those at sockets are told: every event, to exactly those who may hear it.
use crate::{
    snapshot,
    support::{ApiInbox, Office, Server, Visitor, shown},
};
use hmac::{Hmac, KeyInit, Mac};
use hookdesk::events::live::Frame;
use serde_json::{Value, json};
use std::collections::BTreeMap;

mod sequences;
mod sockets;

/// Two accounts. In the first one Ada arranges things, Ben answers in the inbox, and Carl is an agent who is not in it; Lea and Max write there.
struct Stage {
    server: Server,
    office: Office,
    other: Office,
    inbox: ApiInbox,
    carl: crate::support::Agent,
    lea: Visitor,
    max: Visitor,
    /// Of Lea's conversation.
    number: i64,
    /// Who is who at a socket.
    users: BTreeMap<i64, &'static str>,
    sessions: BTreeMap<i64, &'static str>,
}

impl Stage {
    async fn set() -> Stage {
        let server = Server::start().await;
        let (office, other) = (server.office().await, server.another_office("other").await);
        let carl = office.another_agent("Carl", "carl@acme.example").await;
        let inbox = office.api_inbox().await;
        let lea = office.visitor(&inbox, json!({"name": "Lea", "email": "lea@example.org"})).await;
        let max = office.visitor(&inbox, json!({"name": "Max"})).await;
        let number = lea.begin().await;
        max.begin().await;
        let users = [(office.administrator.id, "ada"), (office.agent.id, "ben"), (carl.id, "carl")];
        let strangers = [(other.administrator.id, "a stranger"), (other.agent.id, "a stranger")];
        let mut stage = Stage { server, office, other, inbox, carl, lea, max, number, users: users.into(), sessions: BTreeMap::new() };
        stage.users.extend(strangers);
        let (lea, max) = (stage.session_of(&stage.lea).await, stage.session_of(&stage.max).await);
        stage.sessions.extend([(lea, "lea"), (max, "max")]);
        stage
    }

    async fn session_of(&self, visitor: &Visitor) -> i64 {
        self.server.count(&format!("SELECT id AS number FROM contact_inboxes WHERE source_id = '{}'", visitor.source_id)).await
    }

    /// Each frame as its name and those who hear it.
    fn lines(&self, frames: &[Frame]) -> Vec<String> {
        let line = |frame: &Frame| {
            let users = frame.audience.users.iter().map(|id| self.users[&id.0]);
            let mut heard: Vec<&str> = users.chain(frame.audience.sessions.iter().map(|id| self.sessions[&id.0])).collect();
            heard.sort_unstable();
            format!("{}: {}", frame.name, heard.join(" "))
        };
        frames.iter().map(line).collect()
    }

    async fn told<T>(&self, act: impl AsyncFnOnce() -> T) -> Vec<String> {
        self.lines(&self.server.framing(act).await)
    }
}

/// The frames of one name.
fn named<'a>(frames: &'a [Frame], name: &str) -> Vec<&'a Frame> {
    frames.iter().filter(|frame| frame.name == name).collect()
}

fn prove(inbox: &ApiInbox, identifier: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(inbox.hmac_token.as_bytes()).unwrap();
    mac.update(identifier.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[actix_rt::test]
async fn a_message_looks_as_clients_know_it() {
    let stage = Stage::set().await;
    let path = format!("/conversations/{}/messages", stage.number);
    let frames = stage
        .server
        .framing(async || {
            stage.office.agent.post(&path, json!({"content": "Hi Lea", "echo_id": "tmp-1"})).await.ok();
        })
        .await;
    assert_eq!(
        stage.lines(&frames),
        ["message.created: ada ben lea", "first.reply.created: ada ben", "conversation.updated: ada ben", "conversation.updated: lea"]
    );
    snapshot!("frame_message_created", frames[0].data);
    snapshot!("frame_conversation_updated", frames[2].data);
    snapshot!("frame_conversation_updated_for_contact", frames[3].data);
    assert_eq!(frames[1].data["id"], frames[0].data["id"]);
    let next = stage
        .server
        .framing(async || {
            stage.lea.post(&path, json!({"content": "Hello", "echo_id": "tmp-2"})).await.ok();
        })
        .await;
    assert_eq!((&next[0].data["echo_id"], next[0].data.get("performer")), (&json!("tmp-2"), None));
    stage.server.finish().await;
}

#[actix_rt::test]
async fn an_echo_as_long_as_a_letter_comes_back_in_the_answer_alone() {
    let stage = Stage::set().await;
    let (path, long) = (format!("/conversations/{}/messages", stage.number), "x".repeat(256));
    let frames = stage
        .server
        .framing(async || {
            let answer = stage.office.agent.post(&path, json!({"content": "Hi", "echo_id": long})).await.ok();
            assert_eq!(answer["echo_id"], long.as_str());
        })
        .await;
    assert_eq!(frames[0].data.get("echo_id"), None);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn what_is_changed_in_a_message_is_told_with_what_it_was() {
    let stage = Stage::set().await;
    let id = stage.office.agent.says(stage.number, "Wrong").await;
    let path = format!("/conversations/{}/messages/{id}", stage.number);
    let delivered = stage
        .server
        .framing(async || {
            stage.office.agent.patch(&path, json!({"status": "delivered"})).await.ok();
            // the same once more is none
            stage.office.agent.patch(&path, json!({"status": "delivered"})).await.ok();
        })
        .await;
    assert_eq!(stage.lines(&delivered), ["message.updated: ada ben lea"]);
    let changes = &delivered[0].data["previous_changes"];
    assert_eq!((&changes["status"], changes["updated_at"].as_array().map(Vec::len)), (&json!(["sent", "delivered"]), Some(2)));
    assert_eq!(changes.as_object().unwrap().len(), 2, "{changes}");
    let deleted = stage
        .server
        .framing(async || {
            stage.office.agent.delete(&path).await.ok();
        })
        .await;
    assert_eq!(stage.lines(&deleted), ["message.updated: ada ben lea"]);
    snapshot!("frame_message_updated_deleted", deleted[0].data);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn a_note_and_a_notice_are_for_agents_alone() {
    let stage = Stage::set().await;
    let (number, ben) = (stage.number, stage.office.agent.id);
    let frames = stage
        .server
        .framing(async || {
            let note = json!({"content": format!("[@Ben](mention://user/{ben}/Ben) secret"), "private": true});
            stage.office.administrator.post(&format!("/conversations/{number}/messages"), note).await.ok();
            stage.office.administrator.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "pending"})).await.ok();
        })
        .await;
    let expected = [
        "message.created: ada ben",
        "conversation.mentioned: ben",
        "notification.created: ben",
        "conversation.status_changed: ada ben",
        "conversation.status_changed: lea",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "message.created: ada ben",
    ];
    assert_eq!(stage.lines(&frames), expected);
    for frame in frames.iter().filter(|frame| !frame.audience.sessions.is_empty()) {
        assert!(!frame.data.to_string().contains("secret"), "{:#}", frame.data);
    }
    snapshot!("frame_notice", frames[7].data);
    snapshot!("frame_notification_created", frames[2].data);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn a_contact_hears_nothing_that_the_business_keeps_for_itself() {
    let stage = Stage::set().await;
    let (number, agent) = (stage.number, &stage.office.agent);
    let team = stage.office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].clone();
    let frames = stage
        .server
        .framing(async || {
            let path = |more: &str| format!("/conversations/{number}/{more}");
            agent.post(&path("labels"), json!({"labels": ["fraud"]})).await.ok();
            agent.post(&path("custom_attributes"), json!({"custom_attributes": {"score": "hidden"}})).await.ok();
            agent.post(&path("toggle_priority"), json!({"priority": "urgent"})).await;
            agent.post(&path("assignments"), json!({"team_id": team})).await.ok();
        })
        .await;
    let (mut seen, mut kept) = (0, 0);
    for frame in &frames {
        let text = frame.data.to_string();
        if frame.audience.sessions.is_empty() {
            kept += ["fraud", "hidden", "urgent", "billing"].iter().filter(|word| text.contains(*word)).count();
        } else {
            seen += 1;
            assert!(!["fraud", "hidden", "urgent", "billing"].iter().any(|word| text.contains(word)), "{:#}", frame.data);
            assert!(frame.audience.users.is_empty());
        }
    }
    assert!(seen == 4 && kept > 10, "{seen} {kept}");
    assert!(stage.lines(&frames).contains(&"team.changed: ada ben".to_owned()));
    stage.server.finish().await;
}

#[actix_rt::test]
async fn a_proved_contact_hears_in_all_proved_sessions_and_no_session_is_told_of_another() {
    let mut stage = Stage::set().await;
    let (inbox, hash) = (&stage.inbox, prove(&stage.inbox, "crm-1"));
    let who = json!({"identifier": "crm-1", "identifier_hash": &hash, "name": "Nora"});
    let phone = stage.office.visitor(inbox, who.clone()).await;
    let laptop = stage.office.visitor(inbox, who).await;
    let unproved = stage.office.visitor(inbox, json!({"identifier": "crm-1"})).await;
    assert_eq!((phone.id, laptop.id), (unproved.id, unproved.id));
    for one in [&phone, &laptop] {
        one.get(&format!("?identifier=crm-1&identifier_hash={hash}")).await.ok();
    }
    let ids = [(stage.session_of(&phone).await, "phone"), (stage.session_of(&laptop).await, "laptop"), (stage.session_of(&unproved).await, "no")];
    stage.sessions.extend(ids);
    let number = phone.begin().await;
    let frames = stage
        .server
        .framing(async || {
            stage.office.agent.says(number, "Hi").await;
        })
        .await;
    let expected = [
        "message.created: ada ben phone",
        "message.created: laptop",
        "first.reply.created: ada ben",
        "conversation.updated: ada ben",
        "conversation.updated: phone",
        "conversation.updated: laptop",
    ];
    assert_eq!(stage.lines(&frames), expected);
    let token = frames[4].data["contact_inbox"]["pubsub_token"].as_str().unwrap().to_owned();
    for frame in [&frames[1], &frames[5]] {
        let text = frame.data.to_string();
        assert!(!text.contains(&token) && !text.contains(&phone.source_id), "{text}");
    }
    let unproved_number = unproved.begin().await;
    let own = stage.told(async || stage.office.agent.says(unproved_number, "Hi").await).await;
    assert!(own.contains(&"message.created: ada ben no".to_owned()) && !own.iter().any(|line| line.contains("phone")), "{own:?}");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn a_contact_with_very_many_proved_sessions_takes_no_room_from_another() {
    let stage = Stage::set().await;
    let proved = async |identifier: &str| {
        let hash = prove(&stage.inbox, identifier);
        let visitor = stage.office.visitor(&stage.inbox, json!({"identifier": identifier, "identifier_hash": &hash})).await;
        visitor.get(&format!("?identifier={identifier}&identifier_hash={hash}")).await.ok();
        visitor
    };
    let (phone, laptop, many) = (proved("crm-1").await, proved("crm-1").await, proved("crm-2").await);
    let (number, of_many) = (phone.begin().await, many.begin().await);
    let more = format!(
        "INSERT INTO contact_inboxes (contact_id, inbox_id, source_id, pubsub_token, hmac_verified, created_at, updated_at) \
         WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 250) \
         SELECT contact_id, inbox_id, source_id || i, pubsub_token || i, hmac_verified, created_at, updated_at \
         FROM numbers, contact_inboxes WHERE source_id = '{}'",
        many.source_id
    );
    stage.server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(more), tx.conn)?)).await;
    let frames = stage
        .server
        .framing(async || {
            stage.office.agent.says(of_many, "Hi").await;
            stage.office.agent.says(number, "Hi").await;
        })
        .await;
    let told = named(&frames, "message.created");
    let heard: Vec<i64> = told.iter().flat_map(|frame| &frame.audience.sessions).map(|session| session.0).collect();
    assert!(heard.contains(&stage.session_of(&laptop).await));
    assert_eq!(heard.len(), 2 + 1 + 100, "the newest, and the one in which it is said");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn a_notification_is_told_once_and_only_if_nothing_newer_has_taken_its_place() {
    let stage = Stage::set().await;
    let note = json!({"content": format!("[@Ben](mention://user/{}/Ben) look", stage.office.agent.id), "private": true});
    let frames = stage
        .server
        .framing(async || {
            for _ in 0..3 {
                stage.office.administrator.post(&format!("/conversations/{}/messages", stage.number), note.clone()).await.ok();
            }
        })
        .await;
    let ids = |name: &str| named(&frames, name).iter().map(|frame| frame.data["notification"]["id"].as_i64().unwrap()).collect::<Vec<_>>();
    let (created, gone) = (ids("notification.created"), ids("notification.deleted"));
    assert_eq!((created.len(), gone.len()), (1, 2), "{created:?} {gone:?}");
    assert!(gone.iter().all(|id| *id < created[0]), "{created:?} {gone:?}");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn whoever_has_left_the_inbox_hears_nothing_of_what_was_told_before() {
    let stage = Stage::set().await;
    let before = stage.server.newest_event().await;
    stage.lea.says(stage.number, "Hello").await;
    let gone = json!({"inbox_id": stage.inbox.id, "user_ids": [stage.office.agent.id]});
    stage.office.administrator.json(actix_web::http::Method::DELETE, "/inbox_members", gone).await.ok_and_empty();
    let frames = stage.server.frames_after(before).await;
    assert!(stage.lines(&frames).contains(&"message.created: ada lea".to_owned()), "{:?}", stage.lines(&frames));
    // and of what is gone nothing is told at all
    stage.office.administrator.delete(&format!("/conversations/{}", stage.number)).await.ok_and_empty();
    let left = stage.server.frames_after(before).await;
    let names: Vec<&str> = left.iter().map(|frame| frame.name).filter(|name| !name.starts_with("contact.")).collect();
    assert_eq!(names, ["account.cache_invalidated"]);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn another_account_hears_nothing() {
    let stage = Stage::set().await;
    let theirs = stage.other.api_inbox().await;
    let (mia, number) = stage.other.conversation(&theirs).await;
    let session = stage.session_of(&mia).await;
    let frames = stage
        .server
        .framing(async || {
            mia.says(number, "Hello").await;
            stage.other.agent.says(number, "Hi").await;
            stage.other.administrator.post("/labels", json!({"title": "vip"})).await.ok();
        })
        .await;
    assert!(frames.len() > 5);
    let strangers = [stage.other.administrator.id, stage.other.agent.id];
    for frame in &frames {
        assert!(frame.audience.users.iter().all(|user| strangers.contains(&user.0)), "{frame:?}");
        assert!(frame.audience.sessions.iter().all(|one| one.0 == session), "{frame:?}");
        assert_eq!(frame.data["account_id"], stage.other.account, "{}", frame.name);
    }
    stage.server.finish().await;
}
