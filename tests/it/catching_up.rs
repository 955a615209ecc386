//! Clients of sockets that come again, over TCP: what they are told of what they have missed, and how often.
use crate::support::{
    Office, Server, Visitor,
    cable::{Cable, of_member, of_visitor},
    database::is_postgres,
};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A socket of somebody, and the place from which it holds.
async fn socket(server: &Server, identifier: &Value, since: Option<i64>) -> (Cable, i64) {
    let since = since.map_or_else(String::new, |since| format!("?since={since}"));
    let mut cable = Cable::open_at(&server.address.to_string(), &format!("/cable{since}")).await;
    let place = cable.subscribe(identifier).await;
    (cable, place)
}

/// Where somebody is who goes away now.
async fn place(server: &Server, identifier: &Value) -> i64 {
    socket(server, identifier, None).await.1
}

/// The next so many messages: what is told of them, or that everything is to be read anew.
async fn told(cable: &mut Cable, number: usize) -> Vec<String> {
    let mut told = Vec::new();
    while told.len() < number {
        let message = cable.message().await;
        match message["event"].as_str().unwrap() {
            "message.created" => told.push(message["data"]["content"].as_str().unwrap().to_owned()),
            plain @ ("reload" | "conversation.read") => told.push(plain.to_owned()),
            _ => {}
        }
    }
    told
}

/// The last event happens so often again.
async fn again(server: &Server, number: i64) {
    let fill = format!(
        "INSERT INTO events (account_id, name, inbox_id, conversation_id, message_id, actor_type, actor_id, payload, created_at) \
         WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {number}) \
         SELECT account_id, name, inbox_id, conversation_id, message_id, actor_type, actor_id, payload, created_at \
         FROM numbers, events WHERE id = (SELECT max(id) FROM events)"
    );
    let done = server.write(move |tx| Ok(sql_query(fill).execute(tx.conn)?)).await;
    assert_eq!(done as i64, number);
}

async fn notes(office: &Office, number: i64, text: &str) {
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": text, "private": true})).await.ok();
}

/// Lea and Max, who have a conversation each, and what they subscribe with.
async fn two_visitors(office: &Office) -> [(Visitor, i64, Value); 2] {
    let inbox = office.api_inbox().await;
    let (lea, of_lea) = office.conversation(&inbox).await;
    let max = office.visitor(&inbox, json!({"name": "Max"})).await;
    let of_max = max.begin().await;
    let (leas, maxs) = (of_visitor(&lea).await, of_visitor(&max).await);
    [(lea, of_lea, leas), (max, of_max, maxs)]
}

#[actix_rt::test]
async fn a_visitor_hears_what_they_have_missed_however_much_others_have_done() {
    let server = Server::start().await;
    let office = server.office().await;
    let [(_, number, lea), (_, of_max, max)] = two_visitors(&office).await;
    let ben = of_member(&office.agent, office.account).await;
    let (since, since_of_ben) = (place(&server, &lea).await, place(&server, &ben).await);
    office.agent.says(number, "one").await;
    office.agent.says(of_max, "for Max").await;
    again(&server, 10_000).await;
    notes(&office, number, "nothing for Lea").await;
    office.agent.says(number, "two").await;
    let (mut cable, _) = socket(&server, &lea, Some(since)).await;
    assert_eq!(told(&mut cable, 2).await, ["one", "two"]);
    office.agent.says(number, "three").await;
    assert_eq!(told(&mut cable, 1).await, ["three"], "and nothing else");
    // what concerns others is too much for them
    for (identifier, since) in [(&max, since), (&ben, since_of_ben)] {
        let (mut cable, _) = socket(&server, identifier, Some(since)).await;
        assert_eq!(told(&mut cable, 1).await, ["reload"]);
    }
    // somebody who has no conversation has missed nothing
    let inbox = office.api_inbox().await;
    let nora = of_visitor(&office.visitor(&inbox, json!({"name": "Nora"})).await).await;
    let (mut cable, _) = socket(&server, &nora, Some(since)).await;
    cable.presence().await;
    // nor does what agents alone are told take any room
    let since = place(&server, &lea).await;
    office.agent.says(number, "before").await;
    let assign = format!("/conversations/{number}/assignments");
    office.agent.post(&assign, json!({"assignee_id": office.agent.id})).await.ok();
    let notices = "SELECT count(*) AS number FROM events WHERE name = 14 AND id = (SELECT max(id) FROM events)";
    assert_eq!(server.count(notices).await, 1, "a notice comes last");
    again(&server, 1500).await;
    office.agent.says(number, "after").await;
    let (mut cable, _) = socket(&server, &lea, Some(since)).await;
    assert_eq!(told(&mut cable, 2).await, ["before", "after"]);
    server.finish().await;
}

#[actix_rt::test]
async fn that_they_were_read_meanwhile_is_told_as_well() {
    let server = Server::start().await;
    let office = server.office().await;
    let [(visitor, number, lea), _] = two_visitors(&office).await;
    let since = place(&server, &lea).await;
    visitor.post(&format!("/conversations/{number}/messages"), json!({"content": "Is anybody there?"})).await.ok();
    office.agent.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok();
    let (mut cable, _) = socket(&server, &lea, Some(since)).await;
    assert_eq!(told(&mut cable, 2).await, ["Is anybody there?", "conversation.read"]);
    server.finish().await;
}

#[actix_rt::test]
async fn a_visitor_whose_own_conversations_had_too_much_reads_them_anew() {
    let server = Server::start().await;
    let office = server.office().await;
    let [(_, number, lea), _] = two_visitors(&office).await;
    let since = place(&server, &lea).await;
    office.agent.says(number, "much").await;
    again(&server, 1000).await;
    let (mut cable, _) = socket(&server, &lea, Some(since)).await;
    assert_eq!(told(&mut cable, 1).await, ["reload"]);
    server.finish().await;
}

#[actix_rt::test]
async fn behind_what_a_busy_server_has_told_visitors_read_everything_anew() {
    let server = Server::start().await;
    let office = server.office().await;
    let [(_, number, lea), _] = two_visitors(&office).await;
    let ben = of_member(&office.agent, office.account).await;
    let since = (place(&server, &lea).await, place(&server, &ben).await);
    // as many events of other accounts
    let pass = match is_postgres() {
        true => "SELECT setval('events_id_seq', (SELECT max(id) FROM events) + 200000)",
        false => "UPDATE sqlite_sequence SET seq = seq + 200000 WHERE name = 'events'",
    };
    server.write(move |tx| Ok(sql_query(pass).execute(tx.conn)?)).await;
    office.agent.says(number, "one").await;
    for (identifier, since, expected) in [(&lea, since.0, "reload"), (&ben, since.1, "one")] {
        let (mut cable, _) = socket(&server, identifier, Some(since)).await;
        assert_eq!(told(&mut cable, 1).await, [expected]);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_asks_again_and_again_is_told_to_read_everything_anew() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let [(_, number, lea), (_, of_max, max)] = two_visitors(&office).await;
    let since = place(&server, &lea).await;
    office.agent.says(number, "one").await;
    office.agent.says(of_max, "for Max").await;
    // the first ones at one socket, under ever other names; then each at a socket of its own
    let mut cable = Cable::open(&server.address.to_string()).await;
    for n in 0..8 {
        let mut named = lea.clone();
        (named["since"], named["n"]) = (json!(since), json!(n));
        cable.subscribe(&named).await;
        assert_eq!(told(&mut cable, 1).await, ["one"]);
        cable.hears("conversation.updated").await;
        let name = cable.identifier.clone();
        cable.command("unsubscribe", &name).await;
    }
    let mut so_far = vec!["one".to_owned()];
    for n in 0..5 {
        let (mut cable, _) = socket(&server, &lea, Some(since)).await;
        let new = n.to_string();
        office.agent.says(number, &new).await;
        so_far.push(new.clone());
        // what is new is heard all the same
        let expected = if n < 2 { so_far.clone() } else { vec!["reload".to_owned(), new] };
        assert_eq!(told(&mut cable, expected.len()).await, expected);
    }
    let (mut cable, _) = socket(&server, &max, Some(since)).await;
    assert_eq!(told(&mut cable, 1).await, ["for Max"], "others are not held to it");
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_taken_back_is_told_to_nobody_again() {
    const SECRETS: [&str; 3] = ["Tuesday", "indigo", "crimson"];
    let server = Server::start().await;
    let office = server.office().await;
    let [(visitor, number, lea), _] = two_visitors(&office).await;
    let ben = of_member(&office.agent, office.account).await;
    let since = (place(&server, &lea).await, place(&server, &ben).await);
    let before = server.newest_event().await;
    // a question with its answers, of which each is told as a change of it; and a note that names somebody
    let items = json!([{"title": "Indigo", "value": "indigo"}, {"title": "Crimson", "value": "crimson"}]);
    let question = json!({"content": "Tuesday?", "content_type": "input_select", "content_attributes": {"items": items}});
    let path = format!("/conversations/{number}/messages");
    let asked = office.agent.post(&path, question).await.ok()["id"].clone();
    for value in ["indigo", "crimson"] {
        visitor.patch(&format!("{path}/{asked}"), json!({"submitted_values": [{"title": value, "value": value}]})).await.ok();
    }
    let note = json!({"content": format!("[@Ben](mention://user/{}/Ben) Tuesday", office.agent.id), "private": true});
    let note = office.administrator.post(&path, note).await.ok()["id"].clone();
    let said = |frames: &[hookdesk::events::live::Frame]| {
        let found = SECRETS.iter().filter(|secret| frames.iter().any(|frame| frame.data.to_string().contains(**secret)));
        found.copied().collect::<BTreeSet<_>>()
    };
    assert_eq!(said(&server.frames_after(before).await), BTreeSet::from(SECRETS), "until it is taken back");
    for id in [asked, note] {
        office.agent.delete(&format!("{path}/{id}")).await.ok();
    }
    let frames = server.frames_after(before).await;
    assert_eq!(said(&frames), BTreeSet::new());
    let changes: Vec<&Value> = frames.iter().filter_map(|frame| frame.data.get("previous_changes")?.get("content_attributes")).collect();
    assert_eq!(changes, [&json!([null, {"deleted": true}]); 4], "of two answers, and of what was taken back");
    // and at the sockets of those who come again
    office.agent.says(number, "the end").await;
    for (identifier, since) in [(&lea, since.0), (&ben, since.1)] {
        let (mut cable, _) = socket(&server, identifier, Some(since)).await;
        let mut number = 0;
        loop {
            let message = cable.message().await;
            number += 1;
            assert!(!SECRETS.iter().any(|secret| message.to_string().contains(secret)), "{message:#}");
            if message["data"]["content"] == "the end" {
                break;
            }
        }
        assert!(number >= 5, "{number}");
    }
    server.finish().await;
}
