//! How many open conversations are unread, where an account wants its clients to show it.
use crate::support::{ApiInbox, Office, Server};
use actix_web::http::Method;
use serde_json::{Value, json};

const PATH: &str = "/conversations/unread_counts";

async fn switch(office: &Office, on: bool) {
    office.administrator.patch("", json!({"conversation_unread_counts": on})).await.ok();
}

async fn id_of(office: &Office, path: &str, said: Value) -> i64 {
    office.administrator.post(path, said).await.ok()["id"].as_i64().unwrap()
}

#[actix_rt::test]
async fn an_account_has_them_if_it_wants_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let features = async || office.agent.get("").await.ok()["features"]["conversation_unread_counts"].clone();
    assert_eq!(features().await, false);
    office.agent.get(PATH).await.error(403);
    office.administrator.get(PATH).await.error(403);
    office.agent.patch("", json!({"conversation_unread_counts": true})).await.error(401);
    switch(&office, true).await;
    assert_eq!(features().await, true);
    let none = json!({"payload": {"all_count": 0, "inboxes": {}, "labels": {}, "teams": {}}});
    assert_eq!((office.agent.get(PATH).await.ok(), office.administrator.get(PATH).await.ok()), (none.clone(), none));
    server.another_office("b.").await.administrator.get(PATH).await.error(403);
    server.anonymous().below("/api/v1/accounts/1").get(PATH).await.is(401);
    switch(&office, false).await;
    office.agent.get(PATH).await.error(403);
    server.finish().await;
}

#[actix_rt::test]
async fn they_count_what_everybody_sees() {
    let server = Server::start().await;
    let office = server.office().await;
    switch(&office, true).await;
    let (ours, theirs) = (office.api_inbox().await, office.api_inbox().await);
    let ben = json!({"inbox_id": theirs.id, "user_ids": [office.agent.id]});
    office.administrator.json(Method::DELETE, "/inbox_members", ben).await.ok_and_empty();
    let vip = id_of(&office, "/labels", json!({"title": "vip", "show_on_sidebar": true})).await;
    id_of(&office, "/labels", json!({"title": "internal", "show_on_sidebar": false})).await;
    let [billing, sales] = [
        id_of(&office, "/teams", json!({"name": "billing", "allow_auto_assign": false})).await,
        id_of(&office, "/teams", json!({"name": "sales", "allow_auto_assign": false})).await,
    ];
    office.administrator.post(&format!("/teams/{billing}/team_members"), json!({"user_ids": [office.agent.id]})).await.ok();
    let begin = async |inbox: &ApiInbox, words: &str| {
        let (visitor, number) = office.conversation(inbox).await;
        if !words.is_empty() {
            visitor.says(number, words).await;
        }
        number
    };
    let (first, second, ended) = (begin(&ours, "Hello").await, begin(&ours, "Hello").await, begin(&ours, "Bye").await);
    let elsewhere = begin(&theirs, "Hello").await;
    begin(&ours, "").await;
    let act =
        async |number: i64, what: &str, said: Value| drop(office.administrator.post(&format!("/conversations/{number}/{what}"), said).await.ok());
    act(ended, "toggle_status", json!({"status": "resolved"})).await;
    for number in [first, elsewhere] {
        act(number, "labels", json!({"labels": ["vip", "internal"]})).await;
    }
    act(first, "assignments", json!({"team_id": billing})).await;
    act(second, "assignments", json!({"team_id": sales})).await;
    let expected = json!({"all_count": 3, "inboxes": {ours.id.to_string(): 2, theirs.id.to_string(): 1}, "labels": {vip.to_string(): 2},
        "teams": {billing.to_string(): 1, sales.to_string(): 1}});
    assert_eq!(office.administrator.get(PATH).await.ok()["payload"], expected);
    let seen = || json!({"all_count": 2, "inboxes": {ours.id.to_string(): 2}, "labels": {vip.to_string(): 1}, "teams": {billing.to_string(): 1}});
    assert_eq!(office.agent.get(PATH).await.ok()["payload"], seen(), "of their own inboxes and teams");
    act(first, "update_last_seen", json!({})).await;
    let less = json!({"all_count": 1, "inboxes": {ours.id.to_string(): 1}, "labels": {}, "teams": {}});
    assert_eq!(office.agent.get(PATH).await.ok()["payload"], less);
    office.agent.says(first, "What can I do for you?").await;
    assert_eq!(office.agent.get(PATH).await.ok()["payload"], less, "what agents write is not unread");
    act(first, "unread", json!({})).await;
    assert_eq!(office.agent.get(PATH).await.ok()["payload"], seen());
    let listed = office.agent.get("/conversations?sort_by=unread").await.ok();
    let unread = listed["data"]["payload"].as_array().unwrap().iter().filter(|one| one["unread_count"] != 0).count();
    assert_eq!(unread, 2, "as the list has it");
    server.finish().await;
}

#[actix_rt::test]
async fn sockets_are_told_to_ask_again() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    let counting = |frames: Vec<hookdesk::events::live::Frame>| {
        let found: Vec<_> = frames.into_iter().filter(|frame| frame.name == "conversation.unread_count_changed").collect();
        found.into_iter().map(|frame| (frame.data, frame.audience.users.len(), frame.audience.sessions.len())).collect::<Vec<_>>()
    };
    let incoming = async || counting(server.framing(async || visitor.says(number, "Hello").await).await);
    assert!(incoming().await.is_empty(), "nobody counts");
    switch(&office, true).await;
    let told = (json!({"account_id": office.account}), 2, 0);
    let is_told = |found: Vec<_>| !found.is_empty() && found.iter().all(|one| *one == told);
    assert!(is_told(incoming().await), "the people of the inbox, and no contact");
    let seen = format!("/conversations/{number}/update_last_seen");
    assert!(is_told(counting(server.framing(async || office.agent.post(&seen, json!({})).await.ok()).await)));
    let unread = format!("/conversations/{number}/unread");
    let marked = async || server.framing(async || office.agent.post(&unread, json!({})).await.ok()).await;
    let first = marked().await;
    assert!(first.iter().all(|frame| frame.name == "conversation.unread_count_changed"), "{first:?}");
    assert!(is_told(counting(first)));
    assert!(counting(marked().await).is_empty(), "it is unread already");
    let ended = async || office.agent.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "resolved"})).await.ok();
    assert!(is_told(counting(server.framing(ended).await)));
    let typing = async || {
        office.agent.post(&format!("/conversations/{number}/toggle_typing_status"), json!({"typing_status": "on"})).await.ok_and_empty();
    };
    assert!(counting(server.framing(typing).await).is_empty());
    server.finish().await;
}
