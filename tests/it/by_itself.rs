//! What an inbox does by itself: conversations go to people by turns, contacts are answered before anybody does, are asked how it was, and
//! what is quiet ends.
use crate::{
    labels::notices,
    support::{ApiInbox, Caller, Office, Server, Told, client::Agent, until},
};
use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use futures_util::future::join;
use hookdesk::{
    accounts,
    conversations::{self, MessageType, NewMessage, Reached, Sender},
    db::{
        schema::{conversations as conversation_rows, messages},
        types::{AccountId, DisplayId, now},
    },
};
use serde_json::{Value, json};

fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name).collect()
}

/// The attributes that an event names as changed, and what they are now.
fn changed(told: &Told) -> Value {
    let all = told.payload["changed_attributes"].as_array().unwrap().iter().flat_map(|change| change.as_object().unwrap());
    all.filter(|(name, _)| *name != "updated_at")
        .map(|(name, change)| (name.clone(), change["current_value"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// An inbox of the API with more said about it.
async fn inbox_that(office: &Office, said: Value) -> ApiInbox {
    let inbox = office.api_inbox().await;
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), said).await.ok();
    inbox
}

/// One in which conversations are given to people by turns.
async fn by_turns(office: &Office) -> ApiInbox {
    inbox_that(office, json!({"enable_auto_assignment": true})).await
}

/// Somebody stays online until they say otherwise.
async fn stays(office: &Office, id: i64, availability: &str) {
    office.administrator.patch(&format!("/agents/{id}"), json!({"auto_offline": false, "availability": availability})).await.ok();
}

/// One more member of the inbox.
async fn cleo(office: &Office, inbox: &ApiInbox) -> Agent {
    let cleo = office.another_agent("Cleo", "cleo@acme.example").await;
    office.administrator.post("/inbox_members", json!({"inbox_id": inbox.id, "user_ids": [cleo.id]})).await.ok();
    cleo
}

async fn assignee(office: &Office, number: i64) -> Option<i64> {
    office.administrator.sees(number).await["meta"]["assignee"]["id"].as_i64()
}

async fn set(caller: &Caller, number: i64, status: &str) {
    caller.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
}

/// What was said automatically: each text with its content type.
async fn automatic(office: &Office, number: i64) -> Vec<(String, String)> {
    let list = office.administrator.get(&format!("/conversations/{number}/messages?after=0")).await.ok();
    let text = |message: &Value, key: &str| message[key].as_str().unwrap().to_owned();
    let said = list["payload"].as_array().unwrap().iter().filter(|message| message["message_type"] == 3);
    said.map(|message| (text(message, "content_type"), text(message, "content"))).collect()
}

/// Puts all that was written in a conversation, and its last activity, back in time.
async fn age(server: &Server, office: &Office, number: i64, by: TimeDelta) {
    let (account, then) = (AccountId(office.account), now() - by);
    let back = move |tx: &mut hookdesk::db::Tx| {
        let conversation = conversations::of_number(tx.conn, account, DisplayId(number))?;
        diesel::update(messages::table.filter(messages::conversation_id.eq(conversation.id))).set(messages::created_at.eq(then)).execute(tx.conn)?;
        diesel::update(conversation_rows::table.find(conversation.id)).set(conversation_rows::last_activity_at.eq(then)).execute(tx.conn)?;
        Ok(())
    };
    server.write(back).await;
}

/// A whole round through what is quiet; how many were resolved.
async fn resolved_in_a_round(server: &Server) -> usize {
    let (mut at, mut resolved) = (Some(Reached::BEGINNING), 0);
    while let Some(reached) = at {
        let (done, next) = conversations::resolve_quiet(&server.db, reached).await.unwrap();
        (resolved, at) = (resolved + done, next);
    }
    resolved
}

#[actix_rt::test]
async fn conversations_go_round_among_those_who_are_online() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = by_turns(&office).await;
    let cleo = cleo(&office, &inbox).await;
    for id in [office.agent.id, cleo.id] {
        stays(&office, id, "online").await;
    }
    let mut got = Vec::new();
    for _ in 0..4 {
        let (_, number) = office.conversation(&inbox).await;
        got.push(assignee(&office, number).await.unwrap());
        assert!(notices(&office.administrator, number).await.is_empty(), "nobody has acted");
        let participants = office.administrator.get(&format!("/conversations/{number}/participants")).await.ok();
        assert_eq!(participants[0]["id"].as_i64(), got.last().copied());
    }
    assert_eq!(got, [office.agent.id, cleo.id, office.agent.id, cleo.id]);
    stays(&office, office.agent.id, "busy").await;
    let (_, number) = office.conversation(&inbox).await;
    assert_eq!(assignee(&office, number).await, Some(cleo.id));
    // whoever a conversation begins with has it, and whoever is no member of the inbox has it until a member is there
    let said = |assignee: i64| json!({"inbox_id": inbox.id, "contact_id": 1, "assignee_id": assignee});
    let begun = office.administrator.post("/conversations", said(office.agent.id)).await.ok();
    assert_eq!(begun["meta"]["assignee"]["id"], office.agent.id);
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), json!({"enable_auto_assignment": false})).await.ok();
    let (_, number) = office.conversation(&inbox).await;
    assert_eq!(assignee(&office, number).await, None);
    server.finish().await;
}

#[actix_rt::test]
async fn what_opens_without_anybody_is_given_to_somebody() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = by_turns(&office).await;
    let (visitor, number) = office.conversation(&inbox).await;
    set(&office.administrator, number, "resolved").await;
    stays(&office, office.agent.id, "online").await;
    assert_eq!(assignee(&office, number).await, None);
    visitor.says(number, "Again").await;
    assert_eq!(assignee(&office, number).await, Some(office.agent.id));
    let unassign = json!({"assignee_id": null});
    office.administrator.post(&format!("/conversations/{number}/assignments"), unassign).await.ok();
    // whoever takes it from somebody has decided
    assert_eq!(conversations::hand_out_waiting(&server.db, 0).await.unwrap().0, 0);
    assert_eq!(assignee(&office, number).await, None);
    set(&office.administrator, number, "resolved").await;
    let told = server.telling(async || set(&office.administrator, number, "open").await).await;
    assert_eq!(names(&told), ["conversation_status_changed", "conversation_updated", "conversation_updated"]);
    assert_eq!((changed(&told[1]), changed(&told[2])), (json!({"status": "open"}), json!({"assignee_id": office.agent.id})));
    assert!(told[2].actor.is_none());
    // pending ones are a bot's
    set(&office.administrator, number, "pending").await;
    office.administrator.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": null})).await.ok();
    assert_eq!(assignee(&office, number).await, None);
    server.finish().await;
}

#[actix_rt::test]
async fn what_waits_goes_to_whoever_comes() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = by_turns(&office).await;
    let (_, first) = office.conversation(&inbox).await;
    let (_, second) = office.conversation(&inbox).await;
    let (_, closed) = office.conversation(&inbox).await;
    set(&office.administrator, closed, "resolved").await;
    assert_eq!(conversations::hand_out_waiting(&server.db, 0).await.unwrap().0, 0);
    assert_eq!(assignee(&office, first).await, None);
    // a page that somebody opens shows that they are there; a program with their token does not
    office.agent.sees(first).await;
    let status = async || {
        let agents = office.administrator.get("/agents").await.ok();
        let ben = agents.as_array().unwrap().iter().find(|one| one["id"] == office.agent.id).unwrap().clone();
        ben["availability_status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status().await, "offline");
    let told = server
        .telling(async || {
            server.browser_of(office.agent.id).await.get(&format!("/app/accounts/{}/settings/canned_responses", office.account)).await;
            until("somebody to get both", async || {
                let both = [assignee(&office, first).await, assignee(&office, second).await];
                (both == [Some(office.agent.id); 2]).then_some(())
            })
            .await;
        })
        .await;
    assert_eq!(status().await, "online");
    assert_eq!(names(&told), ["conversation_updated", "conversation_updated"]);
    assert_eq!(assignee(&office, closed).await, None);
    let waiting = "SELECT count(*) AS number FROM conversations_to_assign";
    until("nothing to wait", async || (server.count(waiting).await == 0).then_some(())).await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_team_answers_by_turns_if_it_wants() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let cleo = cleo(&office, &inbox).await;
    for id in [office.agent.id, cleo.id] {
        stays(&office, id, "online").await;
    }
    let team = async |name: &str, wants: bool| {
        let id = office.administrator.post("/teams", json!({"name": name, "allow_auto_assign": wants})).await.ok()["id"].as_i64().unwrap();
        office.administrator.post(&format!("/teams/{id}/team_members"), json!({"user_ids": [cleo.id]})).await.ok();
        id
    };
    let (billing, quiet) = (team("billing", true).await, team("quiet", false).await);
    let (_, number) = office.conversation(&inbox).await;
    let give = async |team: i64| {
        let said = json!({"team_id": team});
        server.telling(async || drop(office.administrator.post(&format!("/conversations/{number}/assignments"), said).await.ok())).await
    };
    let told = give(billing).await;
    assert_eq!(names(&told), ["conversation_updated"]);
    assert_eq!(changed(&told[0]), json!({"assignee_id": cleo.id, "team_id": billing}));
    assert_eq!(notices(&office.administrator, number).await, ["Assigned to Cleo via billing by Ada Admin"]);
    office.administrator.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    give(quiet).await;
    assert_eq!(assignee(&office, number).await, None);
    let said = json!({"inbox_id": inbox.id, "contact_id": 1, "team_id": billing});
    assert_eq!(office.administrator.post("/conversations", said).await.ok()["meta"]["assignee"]["id"], cleo.id);
    server.finish().await;
}

fn closed_all_week() -> Value {
    (0..7).map(|day| json!({"day_of_week": day, "closed_all_day": true})).collect()
}

#[actix_rt::test]
async fn whoever_writes_when_nobody_is_there_is_told_once_a_day() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"working_hours_enabled": true, "out_of_office_message": "Back on Monday", "working_hours": closed_all_week(),
        "greeting_enabled": true, "greeting_message": "Welcome!"});
    let inbox = inbox_that(&office, said).await;
    let (visitor, number) = office.conversation(&inbox).await;
    // what agents write is answered by nothing
    assert!(automatic(&office, number).await.is_empty());
    visitor.says(number, "Hello?").await;
    visitor.says(number, "Nobody?").await;
    let once = vec![("text".to_owned(), "Back on Monday".to_owned())];
    // and no greeting besides
    assert_eq!(automatic(&office, number).await, once);
    age(&server, &office, number, TimeDelta::days(1)).await;
    office.agent.says(number, "I am, by chance").await;
    visitor.says(number, "Lucky me").await;
    assert_eq!(automatic(&office, number).await.len(), 1);
    age(&server, &office, number, TimeDelta::days(1)).await;
    let told = server
        .telling(async || {
            visitor.says(number, "The next day").await;
        })
        .await;
    assert_eq!(automatic(&office, number).await, [once.clone(), once].concat());
    let template = &told.last().unwrap().payload;
    assert_eq!((&template["message_type"], &template["sender"], &template["content"]), (&json!("template"), &Value::Null, &json!("Back on Monday")));
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), json!({"working_hours_enabled": false})).await.ok();
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Open now?").await;
    assert_eq!(automatic(&office, number).await, [("text".to_owned(), "Welcome!".to_owned())]);
    server.finish().await;
}

#[actix_rt::test]
async fn a_visitor_is_greeted_before_anything_else_is_said() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = inbox_that(&office, json!({"greeting_enabled": true, "greeting_message": "Welcome!"})).await;
    let (visitor, number) = office.conversation(&inbox).await;
    let told = server
        .telling(async || {
            visitor.says(number, "Hello").await;
            visitor.says(number, "Hello again").await;
        })
        .await;
    assert_eq!(names(&told), ["message_created", "contact_updated", "message_created", "message_created", "contact_updated"]);
    assert_eq!(told[2].payload["content"], "Welcome!");
    assert_eq!(told[2].payload["conversation"]["messages"][0]["content"], "Welcome!");
    assert_eq!(automatic(&office, number).await.len(), 1);
    let seen = visitor.get(&format!("/conversations/{number}/messages")).await.ok();
    assert_eq!(seen.as_array().unwrap().len(), 3);
    // where somebody has spoken, or noted something, nobody is greeted
    let (visitor, number) = office.conversation(&inbox).await;
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "Look out", "private": true})).await.ok();
    visitor.says(number, "Hello").await;
    let (visitor, blocked) = office.conversation(&inbox).await;
    office.agent.patch(&format!("/contacts/{}", visitor.id), json!({"blocked": true})).await.ok();
    visitor.says(blocked, "Hello").await;
    assert!(automatic(&office, number).await.is_empty() && automatic(&office, blocked).await.is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn a_visitor_of_a_website_is_asked_for_an_address_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website().await;
    for (contact, asked) in [(json!({"name": "Lea"}), 2), (json!({"name": "Max", "email": "max@example.org"}), 0)] {
        let contact = office.contact(contact).await;
        let begun = office.agent.post("/conversations", json!({"inbox_id": site, "contact_id": contact})).await.ok();
        let (account, number) = (AccountId(office.account), begun["id"].as_i64().unwrap());
        for _ in 0..2 {
            let write = move |tx: &mut hookdesk::db::Tx| {
                let account = accounts::find(tx.conn, account)?;
                let mut thread = conversations::open(tx.conn, &account, DisplayId(number))?;
                let sender = Sender::Contact(Box::new(thread.contact.clone()));
                conversations::post(tx, &mut thread, NewMessage::text(MessageType::Incoming, Some(sender), "Hello"))
            };
            server.write(write).await;
        }
        let questions = [("text", "Give the team a way to reach you."), ("input_email", "Get notified by email")];
        let expected: Vec<_> = questions.into_iter().take(asked).map(|(kind, text)| (kind.to_owned(), text.to_owned())).collect();
        assert_eq!(automatic(&office, number).await, expected);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_sees_the_end_is_asked_how_it_was_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let rules = json!({"operator": "does_not_contain", "values": ["spam"]});
    let config = json!({"display_type": "star", "message": "How was it?", "survey_rules": rules});
    let inbox = inbox_that(&office, json!({"csat_survey_enabled": true, "csat_config": config})).await;
    let (visitor, number) = office.conversation(&inbox).await;
    let told = server.telling(async || set(&office.administrator, number, "resolved").await).await;
    assert_eq!(names(&told), ["conversation_status_changed", "conversation_updated", "message_created"]);
    let asked = &told[2].payload;
    // a program can only pass on where the answer is given
    let uuid = office.administrator.sees(number).await["uuid"].as_str().unwrap().to_owned();
    let text = format!("How was it? http://{}/survey/responses/{uuid}", server.address);
    assert_eq!((&asked["content_type"], &asked["content"]), (&json!("input_csat"), &json!(text)));
    assert_eq!(asked["content_attributes"], json!({"display_type": "star"}));
    let answer = json!({"submitted_values": {"csat_survey_response": {"rating": 5, "feedback_message": "ok"}}});
    visitor.patch(&format!("/conversations/{number}/messages/{}", asked["id"]), answer).await.ok();
    visitor.says(number, "One more thing").await;
    set(&office.administrator, number, "resolved").await;
    assert_eq!(automatic(&office, number).await.len(), 1);
    let (_, spam) = office.conversation(&inbox).await;
    office.administrator.post(&format!("/conversations/{spam}/labels"), json!({"labels": ["spam"]})).await.ok();
    set(&office.administrator, spam, "resolved").await;
    assert!(automatic(&office, spam).await.is_empty());
    let only = json!({"csat_config": {"survey_rules": {"operator": "contains", "values": ["spam", "vip"]}}});
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), only).await.ok();
    set(&office.administrator, spam, "open").await;
    set(&office.administrator, spam, "resolved").await;
    assert_eq!(automatic(&office, spam).await, [("input_csat".to_owned(), "Please rate the conversation".to_owned())]);
    let (_, plain) = office.conversation(&inbox).await;
    set(&office.administrator, plain, "resolved").await;
    assert!(automatic(&office, plain).await.is_empty());
    let (_, muted) = office.conversation(&inbox).await;
    office.administrator.post(&format!("/conversations/{muted}/labels"), json!({"labels": ["vip"]})).await.ok();
    office.administrator.post(&format!("/conversations/{muted}/mute"), json!({})).await.ok_and_empty();
    assert!(automatic(&office, muted).await.is_empty(), "nobody who is not to be heard any more is asked");
    server.finish().await;
}

#[actix_rt::test]
async fn nobody_is_asked_when_the_time_to_answer_is_over() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox_with(json!({"additional_attributes": {"agent_reply_time_window": 1}})).await;
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), json!({"csat_survey_enabled": true})).await.ok();
    // the contact has not written at all
    let (_, number) = office.conversation(&inbox).await;
    set(&office.agent, number, "resolved").await;
    assert!(automatic(&office, number).await.is_empty());
    let not_sent = "The satisfaction survey was not sent: the time to answer is over";
    assert_eq!(notices(&office.administrator, number).await, ["Conversation was marked resolved by Ben Agent", not_sent]);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_quiet_is_resolved() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = inbox_that(&office, json!({"csat_survey_enabled": true})).await;
    let (_, quiet) = office.conversation(&inbox).await;
    let (_, busy) = office.conversation(&inbox).await;
    let (_, pending) = office.conversation(&inbox).await;
    set(&office.administrator, pending, "pending").await;
    for number in [quiet, pending] {
        age(&server, &office, number, TimeDelta::hours(3)).await;
    }
    age(&server, &office, busy, TimeDelta::minutes(110)).await;
    assert_eq!(resolved_in_a_round(&server).await, 0, "nobody wants it");
    let wanted = json!({"auto_resolve_after": 120, "auto_resolve_message": "Good bye", "auto_resolve_label": "Quiet"});
    let before = server.told().await.len();
    office.administrator.patch("", wanted).await.ok();
    // two nodes at once, and the server's own loop
    join(resolved_in_a_round(&server), resolved_in_a_round(&server)).await;
    until("the end", async || (office.administrator.sees(quiet).await["status"] == "resolved").then_some(())).await;
    let told = server.told().await.split_off(before);
    assert_eq!(names(&told), ["message_created", "conversation_status_changed", "conversation_updated", "message_created"]);
    assert_eq!(changed(&told[2]), json!({"status": "resolved", "waiting_since": null, "label_list": ["quiet"]}));
    assert_eq!((&told[0].payload["content"], &told[3].payload["content_type"]), (&json!("Good bye"), &json!("input_csat")));
    assert_eq!(notices(&office.administrator, quiet).await, ["Conversation was marked resolved by system due to 2 hours of inactivity"]);
    assert_eq!(
        (&office.administrator.sees(busy).await["status"], &office.administrator.sees(pending).await["status"]),
        (&json!("open"), &json!("pending"))
    );
    server.finish().await;
}

#[actix_rt::test]
async fn what_waits_for_an_answer_may_stay() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, waiting) = office.conversation(&inbox).await;
    visitor.says(waiting, "Hello?").await;
    let (_, answered) = office.conversation(&inbox).await;
    office.agent.says(answered, "Anything else?").await;
    for number in [waiting, answered] {
        age(&server, &office, number, TimeDelta::days(2)).await;
    }
    let status = async |number: i64| office.administrator.sees(number).await["status"].clone();
    office.administrator.patch("", json!({"auto_resolve_after": 1440, "auto_resolve_ignore_waiting": true})).await.ok();
    resolved_in_a_round(&server).await;
    until("the end", async || (status(answered).await == "resolved").then_some(())).await;
    assert_eq!(status(waiting).await, "open");
    assert_eq!(notices(&office.administrator, answered).await, ["Conversation was marked resolved by system due to 1 day of inactivity"]);
    office.administrator.patch("", json!({"auto_resolve_ignore_waiting": false, "auto_resolve_after": 25})).await.ok();
    resolved_in_a_round(&server).await;
    until("the end", async || (status(waiting).await == "resolved").then_some(())).await;
    let why = notices(&office.administrator, waiting).await;
    assert_eq!(why, ["Conversation was marked resolved by system due to 25 minutes of inactivity"]);
    server.finish().await;
}

/// Everything is on: what each step is told as, in its order, with the keys that it has without all that.
#[actix_rt::test]
async fn whole_conversations_are_told_in_their_order() {
    let server = Server::start().await;
    let office = server.office().await;
    let plain = office.api_inbox().await;
    let said = json!({"enable_auto_assignment": true, "greeting_enabled": true, "greeting_message": "Welcome!", "csat_survey_enabled": true});
    let inbox = inbox_that(&office, said).await;
    stays(&office, office.agent.id, "online").await;
    let usual = walk(&server, &office, &plain).await;
    let all = walk(&server, &office, &inbox).await;
    let steps = |walked: &[Vec<Told>]| walked.iter().map(|told| names(told).into_iter().map(str::to_owned).collect()).collect::<Vec<Vec<_>>>();
    let back = ["message_created", "conversation_status_changed", "conversation_updated", "conversation_updated", "contact_updated"];
    assert_eq!(
        steps(&usual),
        [
            &["contact_created", "conversation_created"][..],
            &["message_created", "contact_updated"],
            &["message_created", "conversation_updated"],
            &["conversation_status_changed", "conversation_updated"],
            &back,
            &[],
        ]
    );
    assert_eq!(
        steps(&all),
        [
            &["contact_created", "conversation_created", "conversation_updated"][..],
            &["message_created", "contact_updated", "message_created"],
            &["message_created", "conversation_updated"],
            &["conversation_status_changed", "conversation_updated", "message_created"],
            &back,
            &[],
        ]
    );
    let keys = |told: &Told| told.payload.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for (one, other) in usual.iter().flatten().flat_map(|one| all.iter().flatten().map(move |other| (one, other))) {
        if one.name == other.name {
            assert_eq!(keys(one), keys(other), "{}", one.name);
        }
    }
    server.finish().await;
}

/// What a visitor and an agent say to each other from beginning to end, and what is told at each step.
async fn walk(server: &Server, office: &Office, inbox: &ApiInbox) -> Vec<Vec<Told>> {
    let mut begun = None;
    let mut told = vec![server.telling(async || begun = Some(office.conversation(inbox).await)).await];
    let (visitor, number) = begun.unwrap();
    let says = async || {
        visitor.says(number, "Hello").await;
    };
    told.push(server.telling(says).await);
    let says = async || {
        office.agent.says(number, "Hi Lea").await;
    };
    told.push(server.telling(says).await);
    told.push(server.telling(async || set(&office.administrator, number, "resolved").await).await);
    let says = async || {
        visitor.says(number, "One more thing").await;
    };
    told.push(server.telling(says).await);
    // what changes nothing is not told
    told.push(server.telling(async || set(&office.administrator, number, "open").await).await);
    told
}
