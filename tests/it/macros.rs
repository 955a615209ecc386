//! Macros: who keeps and runs which, what each action does, and that what was asked for is done, once, whatever happens meanwhile.
use crate::{
    automation_rules::{acted, gone, said_in},
    labels::notices,
    snapshot,
    support::{File, Office, PostOffice, Process, Receiver, Server, database::Place, process::database, server::count, until},
};
use serde_json::{Value, json};

fn action(name: &str, params: Value) -> Value {
    json!({"action_name": name, "action_params": params})
}

/// Makes a macro; gives its id.
async fn macro_of(office: &Office, actions: Value) -> i64 {
    let said = json!({"name": "Close", "visibility": "global", "actions": actions});
    office.administrator.post("/macros", said).await.ok()["payload"]["id"].as_i64().unwrap()
}

/// Has the agent run these actions on a conversation, and waits until they are done.
async fn run(server: &Server, office: &Office, number: i64, actions: Value) {
    let id = macro_of(office, actions).await;
    office.agent.post(&format!("/macros/{id}/execute"), json!({"conversation_ids": [number]})).await.ok_and_empty();
    acted(&server.db).await;
}

#[actix_rt::test]
async fn everybody_keeps_their_own_and_administrators_those_of_all() {
    let server = Server::start().await;
    let office = server.office().await;
    let cleo = office.another_agent("Cleo", "cleo@acme.example").await;
    let note = json!([action("add_private_note", json!(["Seen"]))]);
    let made = office.administrator.post("/macros", json!({"name": "All", "visibility": "global", "actions": note})).await.ok();
    snapshot!("macro", made);
    let of_all = format!("/macros/{}", made["payload"]["id"]);
    // an agent's is their own, whatever they say
    let own = office.agent.post("/macros", json!({"macro": {"name": "Mine", "visibility": "global", "actions": note}})).await.ok();
    assert_eq!((&own["payload"]["visibility"], &own["payload"]["created_by"]["id"]), (&json!("personal"), &json!(office.agent.id)));
    let own_path = format!("/macros/{}", own["payload"]["id"]);
    let names = async |who: &crate::support::Caller| {
        let list = who.get("/macros").await.ok();
        list["payload"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names(&office.agent).await, names(&cleo).await), (vec!["All".to_owned(), "Mine".to_owned()], vec!["All".to_owned()]));
    assert_eq!(names(&office.administrator).await, ["All"]);
    for caller in [&cleo.caller, &office.administrator.caller] {
        caller.get(&own_path).await.error(401);
        caller.patch(&own_path, json!({"name": "x"})).await.error(401);
        caller.delete(&own_path).await.error(401);
        caller.post(&format!("{own_path}/execute"), json!({"conversation_ids": [1]})).await.error(401);
    }
    assert_eq!(office.agent.get(&of_all).await.ok(), made);
    office.agent.patch(&of_all, json!({"name": "x"})).await.error(401);
    office.agent.delete(&of_all).await.error(401);
    let changed = office.agent.put(&own_path, json!({"name": "Ours", "visibility": "global"})).await.ok();
    assert_eq!((&changed["payload"]["name"], &changed["payload"]["visibility"]), (&json!("Ours"), &json!("personal")));
    assert_eq!(changed["payload"]["actions"], own["payload"]["actions"], "what is not said stays");
    let changed = office.administrator.patch(&of_all, json!({"actions": [action("mute_conversation", json!([]))]})).await.ok();
    assert_eq!(changed["payload"]["actions"], json!([{"action_name": "mute_conversation", "action_params": []}]));
    office.agent.delete(&own_path).await.ok_and_empty();
    office.agent.get(&own_path).await.error(404);
    let stranger = server.another_office("b.").await;
    stranger.administrator.get(&of_all).await.error(404);
    stranger.administrator.post(&format!("{of_all}/execute"), json!({"conversation_ids": [1]})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_wrong_is_said_by_attribute() {
    let server = Server::start().await;
    let office = server.office().await;
    let foreign = server.another_office("b.").await.administrator.post("/teams", json!({"name": "theirs"})).await.ok()["id"].clone();
    let wrong = async |said: Value, attribute: &str| {
        let error = office.administrator.post("/macros", said.clone()).await.is(422);
        assert!(error["error"][attribute][0].is_string(), "{said:.200}: {error}");
    };
    let note = json!([action("add_private_note", json!(["Seen"]))]);
    wrong(json!({"name": " ", "actions": note}), "name").await;
    wrong(json!({"name": "x".repeat(256), "actions": note}), "name").await;
    for actions in [
        json!([]),
        json!([action("fly", json!([]))]),
        json!([action("send_message", json!([]))]),
        json!([action("send_message", json!([" "]))]),
        json!([action("send_message", json!(["x".repeat(20_001)]))]),
        json!([action("add_label", json!([]))]),
        json!([action("add_label", json!([["a"]]))]),
        json!([action("add_label", json!(["a,b"]))]),
        json!([action("assign_team", json!([foreign]))]),
        json!([action("assign_team", json!(["x"]))]),
        json!([action("assign_agent", json!([987_654]))]),
        json!([action("assign_agent", json!([{"id": 1}]))]),
        json!([action("change_status", json!(["closed"]))]),
        json!([action("change_priority", json!(["huge"]))]),
        json!([action("send_webhook_event", json!(["ftp://one.example"]))]),
        json!([action("send_attachment", json!(["nothing"]))]),
        json!([action("send_email_transcript", json!(["nobody"]))]),
        json!([action("send_email_to_team", json!([{"team_ids": [], "message": "x"}]))]),
        json!([action("send_email_to_team", json!(["x"]))]),
        Value::Array(vec![action("mute_conversation", json!([])); 51]),
        json!(["x"]),
    ] {
        let error = office.administrator.post("/macros", json!({"name": "x", "actions": actions})).await.is(422);
        assert!(error["error"]["actions"][0].is_string() || error["error"].is_string(), "{actions:.200}: {error}");
    }
    assert_eq!(office.administrator.get("/macros").await.ok()["payload"], json!([]));
    let id = macro_of(&office, note).await;
    let many: Vec<i64> = (1..=101).collect();
    office.agent.post(&format!("/macros/{id}/execute"), json!({"conversation_ids": many})).await.error(422);
    office.agent.post(&format!("/macros/{id}/execute"), json!({"conversation_ids": ["x"]})).await.error(422);
    office.agent.post("/macros/987654/execute", json!({"conversation_ids": [1]})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn each_action_is_done_in_the_name_of_whoever_runs_it() {
    let (post, receiver) = (PostOffice::open(), Receiver::open());
    let mail = post.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let (_, number) = office.conversation(&office.api_inbox().await).await;
    let team = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].as_i64().unwrap();
    office.administrator.post(&format!("/teams/{team}/team_members"), json!({"user_ids": [office.agent.id]})).await.ok();
    let see = async || office.administrator.sees(number).await;
    let told = server.telling(async || run(&server, &office, number, json!([action("send_message", json!(["Hello"]))])).await).await;
    assert_eq!(
        (told[0].name, &told[0].payload["content"], &told[0].payload["sender"]["id"]),
        ("message_created", &json!("Hello"), &json!(office.agent.id))
    );
    run(&server, &office, number, json!([action("add_private_note", json!(["A note"]))])).await;
    let last = said_in(&office, number).await.pop().unwrap();
    assert_eq!((&last["content"], &last["private"]), (&json!("A note"), &json!(true)));
    run(&server, &office, number, json!([action("add_label", json!(["VIP", "late"])), action("remove_label", json!(["late"]))])).await;
    assert_eq!(see().await["labels"], json!(["vip"]));
    run(&server, &office, number, json!([action("assign_team", json!([team]))])).await;
    assert_eq!(see().await["meta"]["team"]["id"], team);
    run(&server, &office, number, json!([action("remove_assigned_team", json!([]))])).await;
    assert_eq!(see().await["meta"]["team"], Value::Null);
    run(&server, &office, number, json!([action("assign_agent", json!(["self"]))])).await;
    assert_eq!(see().await["meta"]["assignee"]["id"], office.agent.id);
    run(&server, &office, number, json!([action("remove_assigned_agent", json!([]))])).await;
    assert_eq!(see().await["meta"]["assignee"], Value::Null);
    run(&server, &office, number, json!([action("assign_agent", json!([office.administrator.id.to_string()]))])).await;
    assert_eq!(see().await["meta"]["assignee"]["id"], office.administrator.id);
    run(&server, &office, number, json!([action("assign_agent", json!(["nil"])), action("change_priority", json!(["urgent"]))])).await;
    assert_eq!((&see().await["meta"]["assignee"], &see().await["priority"]), (&Value::Null, &json!("urgent")));
    run(&server, &office, number, json!([action("change_priority", json!(["nil"]))])).await;
    assert_eq!(see().await["priority"], Value::Null);
    for (name, params, status) in [
        ("resolve_conversation", json!([]), "resolved"),
        ("pending_conversation", json!([]), "pending"),
        ("snooze_conversation", json!(null), "snoozed"),
        ("open_conversation", json!([]), "open"),
        ("change_status", json!("resolved"), "resolved"),
        ("change_status", json!(["open"]), "open"),
    ] {
        run(&server, &office, number, json!([action(name, params)])).await;
        assert_eq!(see().await["status"], status, "{name}");
    }
    let file = File::new("attachment", "terms.txt", "text/plain", b"be kind");
    let uploaded = office.agent.upload("/upload", &[], &[file]).await.ok();
    run(&server, &office, number, json!([action("send_attachment", json!([uploaded["blob_id"]]))])).await;
    let last = said_in(&office, number).await.pop().unwrap();
    assert_eq!((&last["attachments"][0]["file_size"], &last["message_type"]), (&json!(7), &json!(1)), "{last}");
    let mails = json!([action("send_email_transcript", json!(["lea@example.org, max@example.org"]))]);
    run(&server, &office, number, mails).await;
    for to in ["lea@example.org", "max@example.org"] {
        until("the transcript", async || post.letters().into_iter().find(|letter| letter.to == to)).await;
    }
    run(&server, &office, number, json!([action("send_email_to_team", json!([{"team_ids": [team], "message": "Please look"}]))])).await;
    until("the mail", async || post.letters().into_iter().find(|letter| letter.parts()[0].contains("Please look"))).await;
    run(&server, &office, number, json!([action("send_webhook_event", json!([receiver.url_of("/macro")]))])).await;
    let received = receiver.wait_for(1).await;
    let body = received[0].json();
    assert_eq!((received[0].path.as_str(), &body["event"], &body["id"]), ("/macro", &json!("macro.executed"), &json!(number)));
    assert!(received[0].has("x-chatwoot-signature"), "signed like any other");
    run(&server, &office, number, json!([action("mute_conversation", json!([]))])).await;
    assert_eq!((&see().await["muted"], &see().await["status"]), (&json!(true), &json!("resolved")));
    let noted = notices(&office.agent, number).await;
    assert!(noted.contains(&"Assigned to Ada Admin by Ben Agent".to_owned()), "{noted:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn it_is_done_to_those_that_are_seen_and_as_it_was_asked_for() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, closed) = (office.api_inbox().await, office.api_inbox().await);
    let ((_, first), (_, second)) = (office.conversation(&inbox).await, office.conversation(&inbox).await);
    let (_, hidden) = office.conversation(&closed).await;
    office.administrator.patch("/inbox_members", json!({"inbox_id": closed.id, "user_ids": []})).await.ok();
    let id = macro_of(&office, json!([action("add_label", json!(["done"]))])).await;
    let said = json!({"conversation_ids": [first, second.to_string(), first, hidden, 987_654]});
    office.agent.post(&format!("/macros/{id}/execute"), said).await.ok_and_empty();
    // whatever becomes of the macro itself
    office.administrator.delete(&format!("/macros/{id}")).await.ok_and_empty();
    acted(&server.db).await;
    for (number, labels) in [(first, json!(["done"])), (second, json!(["done"])), (hidden, json!([]))] {
        assert_eq!(office.administrator.sees(number).await["labels"], labels, "{number}");
    }
    assert_eq!(gone(&server.db).await, 0, "what is done is not kept");
    // all of it or nothing: what is not there any more is said where people look
    let team = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].as_i64().unwrap();
    let id = macro_of(&office, json!([action("add_label", json!(["half"])), action("assign_team", json!([team]))])).await;
    office.administrator.delete(&format!("/teams/{team}")).await.ok_and_empty();
    office.agent.post(&format!("/macros/{id}/execute"), json!({"conversation_ids": [first]})).await.ok_and_empty();
    acted(&server.db).await;
    assert_eq!(office.administrator.sees(first).await["labels"], json!(["done"]));
    let noted = notices(&office.agent, first).await.pop().unwrap();
    assert_eq!(noted, format!("A macro that Ben Agent wanted to run was not run: there is no team {team}"));
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_asked_for_survives_kill_9_and_is_done_once() {
    let place = Place::new();
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let (visitor, first) = office.conversation(&office.api_inbox().await).await;
    let mut numbers = vec![first];
    for _ in 0..40 {
        numbers.push(visitor.begin().await);
    }
    let id = macro_of(&office, json!([action("send_message", json!(["Bye"])), action("resolve_conversation", json!([]))])).await;
    for some in numbers.chunks(7) {
        let caller = office.agent.caller.moved_to(&server.address);
        caller.post(&format!("/macros/{id}/execute"), json!({"conversation_ids": some})).await.ok_and_empty();
        server.kill();
        server = Process::start(&place, &[]).await;
    }
    acted(&db).await;
    let said = "SELECT count(*) AS number FROM messages WHERE content = 'Bye'";
    assert_eq!(count(&db, said).await, numbers.len() as i64, "each once");
    assert_eq!(count(&db, "SELECT count(*) AS number FROM conversations WHERE status = 1").await, numbers.len() as i64);
    until("nothing to do", async || (gone(&db).await == 0).then_some(())).await;
}
