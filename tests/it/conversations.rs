//! Conversations: beginning, listing, showing and changing them.
use crate::{
    snapshot,
    support::{ApiInbox, Caller, File, Office, Server},
};
use serde_json::{Value, json};

fn numbers(list: &Value) -> Vec<i64> {
    let list = list["data"]["payload"].as_array().or(list["payload"].as_array()).unwrap();
    list.iter().map(|found| found["id"].as_i64().unwrap()).collect()
}

async fn listed(caller: &Caller, query: &str) -> Vec<i64> {
    numbers(&caller.get(&format!("/conversations{query}")).await.ok())
}

#[actix_rt::test]
async fn one_begins_with_a_contact_and_an_inbox() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await.id;
    let lea = office.contact(json!({"name": "Lea", "email": "lea@example.org"})).await;
    let said = json!({"inbox_id": inbox.to_string(), "contact_id": lea, "source_id": "", "additional_attributes": {"referer": "https://acme.example"},
        "custom_attributes": {"order": 7}});
    let made = office.agent.post("/conversations", said).await.ok();
    snapshot!("conversation_created", made);
    assert_eq!(office.agent.sees(1).await, made);
    // the session made for it serves the next one too, unless another is named
    let again = json!({"inbox_id": inbox as f64, "contact_id": lea});
    assert_eq!(office.agent.post("/conversations", again).await.ok()["id"], 2);
    for wrong in [json!(inbox as f64 + 0.5), json!(1e300), json!([inbox])] {
        office.agent.post("/conversations", json!({"inbox_id": wrong, "contact_id": lea})).await.error(422);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_inboxes").await, 1);
    let named = json!({"inbox_id": inbox, "contact_id": lea, "source_id": "another"});
    assert_eq!(office.agent.post("/conversations", named).await.ok()["id"], 3);
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_inboxes").await, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn whether_who_wrote_is_there_is_seen_wherever_a_conversation_is_drawn() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    office.visitor(&inbox, json!({"name": "Lea", "source_id": "s-1"})).await;
    office.administrator.patch(&format!("/agents/{}", office.agent.id), json!({"auto_offline": false, "availability": "busy"})).await.ok();
    let made = office.agent.post("/conversations", json!({"source_id": "s-1", "message": {"content": "How can I help?"}})).await.ok();
    // nobody is to answer: so it is known of whoever wrote
    assert!(made["meta"].get("assignee").is_none(), "{made}");
    let (shown, listed) = (office.agent.sees(1).await, office.administrator.get("/conversations").await.ok());
    let found = office.administrator.get("/search/conversations?q=Lea").await.ok();
    let of_each = |drawn: Value| [drawn["messages"][0].clone(), drawn["last_non_activity_message"].clone()];
    let mut messages: Vec<Value> = [made, shown, listed["data"]["payload"][0].clone()].into_iter().flat_map(of_each).collect();
    messages.push(found["payload"]["conversations"][0]["message"].clone());
    for message in messages {
        assert_eq!(message["sender"]["availability_status"], "busy", "{message}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn one_begins_with_a_session_alone_and_a_first_message() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let visitor = office.visitor(&inbox, json!({"name": "Lea", "source_id": "s-1"})).await;
    let said = json!({"source_id": "s-1", "assignee_id": office.agent.id, "message": {"content": "How can I help?"}});
    let made = office.agent.post("/conversations", said).await.ok();
    snapshot!("conversation_with_message", made);
    assert_eq!(made["meta"]["sender"]["id"], visitor.id);
    let snoozed = json!({"source_id": "s-1", "status": "snoozed", "snoozed_until": 1_900_000_000});
    let snoozed = office.agent.post("/conversations", snoozed).await.ok();
    assert_eq!((&snoozed["status"], &snoozed["snoozed_until"]), (&json!("snoozed"), &json!("2030-03-17T17:46:40.000Z")));
    let nested = json!({"conversation": {"source_id": "s-1", "status": "pending"}});
    assert_eq!(office.agent.post("/conversations", nested).await.ok()["status"], "pending");
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_said_first_is_a_message_like_any_other() {
    let server = Server::start().await;
    let office = server.office().await;
    let visitor = office.visitor(&office.api_inbox().await, json!({"name": "Lea", "source_id": "s-1"})).await;
    let begin = async |message: Value| {
        let made = office.agent.post("/conversations", json!({"source_id": "s-1", "message": message})).await.ok();
        made["messages"][0].clone()
    };
    let template = json!({"name": "welcome", "language": "th"});
    let note = begin(json!({"content": "Called", "private": true, "source_id": "crm-7", "template_params": template})).await;
    assert_eq!((&note["private"], &note["source_id"]), (&json!(true), &json!("crm-7")));
    assert_eq!(note["additional_attributes"], json!({"template_params": template}));
    let asked = begin(json!({"content": "Hello?", "message_type": "incoming"})).await;
    assert_eq!((&asked["message_type"], &asked["sender"]["id"]), (&json!(0), &json!(visitor.id)));
    assert_eq!(begin(json!({"content": " "})).await, Value::Null);
    // files come in a form, with words or without
    let file = || [File::new("message[attachments][]", "sum.csv", "text/csv", b"a,b")];
    for fields in [&[("source_id", "s-1"), ("message[content]", "Look")][..], &[("source_id", "s-1")]] {
        let made = office.agent.upload("/conversations", fields, &file()).await.ok();
        assert_eq!(made["messages"][0]["attachments"].as_array().unwrap().len(), 1, "{fields:?}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_cannot_begin_leaves_nothing_behind() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, site) = (office.api_inbox().await.id, office.website().await);
    let lea = office.contact(json!({"name": "Lea"})).await;
    let max = office.contact(json!({"name": "Max", "inbox_id": inbox, "source_id": "max"})).await;
    let before = server.told().await.len();
    for (said, status) in [
        (json!({}), 404),
        (json!({"source_id": "nobody's"}), 404),
        (json!({"inbox_id": 999, "contact_id": lea}), 404),
        (json!({"inbox_id": inbox, "contact_id": 999}), 404),
        (json!({"inbox_id": inbox, "contact_id": lea, "assignee_id": 999}), 404),
        (json!({"inbox_id": inbox, "contact_id": lea, "source_id": "max"}), 422),
        (json!({"inbox_id": inbox, "contact_id": lea, "status": "closed"}), 422),
        (json!({"inbox_id": inbox, "contact_id": lea, "custom_attributes": [1]}), 422),
        (json!({"inbox_id": inbox, "contact_id": lea, "message": {"content": "Hi", "message_type": "template"}}), 422),
        (json!({"inbox_id": inbox, "contact_id": lea, "message": {"content": "Hi", "attachments": ["nobody's"]}}), 422),
        (json!({"inbox_id": site, "contact_id": lea, "message": {"content": "Hi", "message_type": "incoming"}}), 422),
    ] {
        office.agent.post("/conversations", said).await.error(status);
    }
    for attributes in [json!({"a": "x".repeat(1501)}), json!({"a": 10_000_000_000_i64})] {
        let said = json!({"inbox_id": inbox, "contact_id": max, "custom_attributes": attributes});
        assert_eq!(office.agent.post("/conversations", said).await.invalid(), ["custom_attributes"]);
    }
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    outsider.post("/conversations", json!({"inbox_id": inbox, "contact_id": max})).await.error(401);
    outsider.post("/conversations", json!({"source_id": "max"})).await.error(401);
    assert_eq!(server.count("SELECT count(*) AS number FROM conversations").await, 0);
    assert_eq!(server.told().await.len(), before);
    server.finish().await;
}

/// Six conversations in two inboxes: 1 open and Ben's, 2 open, 3 resolved, 4 pending, 5 snoozed, 6 open on the website and
/// Ada's.
async fn shelf(office: &Office) -> (ApiInbox, i64) {
    let (inbox, site) = (office.api_inbox().await, office.website().await);
    let visitor = office.visitor(&inbox, json!({"name": "Lea", "source_id": "lea"})).await;
    for (status, assignee) in [("open", Some(office.agent.id)), ("open", None), ("resolved", None), ("pending", None), ("snoozed", None)] {
        let said = json!({"source_id": "lea", "status": status, "assignee_id": assignee});
        office.administrator.post("/conversations", said).await.ok();
    }
    let said = json!({"inbox_id": site, "contact_id": visitor.id, "assignee_id": office.administrator.id});
    office.administrator.post("/conversations", said).await.ok();
    (inbox, site)
}

#[actix_rt::test]
async fn the_list_has_every_filter() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, site) = shelf(&office).await;
    for (number, labels) in [(1, json!(["vip"])), (3, json!(["vip", "new"])), (6, json!(["new", "ลูกค้า"]))] {
        office.administrator.post(&format!("/conversations/{number}/labels"), json!({"labels": labels})).await.ok();
    }
    let billing = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].clone();
    for number in [2, 4] {
        office.administrator.post(&format!("/conversations/{number}/assignments"), json!({"team_id": billing})).await.ok();
    }
    office.agent.says(3, "About the Äpfel order").await;
    office.agent.says(2, "100% sure").await;
    let of = |inbox: i64, rest: &str| format!("?inbox_id={inbox}{rest}");
    for (query, found) in [
        (String::new(), vec![2, 6, 1]),
        ("?status=open".into(), vec![2, 6, 1]),
        ("?status=resolved".into(), vec![3]),
        ("?status=pending".into(), vec![4]),
        ("?status=snoozed".into(), vec![5]),
        ("?status=all".into(), vec![2, 3, 4, 6, 1, 5]),
        ("?assignee_type=me".into(), vec![1]),
        ("?assignee_type=unassigned".into(), vec![2]),
        ("?assignee_type=assigned".into(), vec![6, 1]),
        ("?assignee_type=all".into(), vec![2, 6, 1]),
        (of(inbox.id, ""), vec![2, 1]),
        (of(site, "&status=all"), vec![6]),
        (of(999, "&status=all"), vec![]),
        ("?source_id=lea&status=all".into(), vec![2, 3, 4, 1, 5]),
        ("?source_id=nobody".into(), vec![]),
        // what was said is found whatever the status
        ("?q=%C3%84PFEL".into(), vec![3]),
        ("?q=100%25".into(), vec![2]),
        ("?q=%25".into(), vec![2]),
        ("?conversation_type=unattended".into(), vec![6, 1]),
        ("?conversation_type=mention".into(), vec![]),
        (format!("?team_id={billing}"), vec![2]),
        (format!("?team_id={billing}&status=all"), vec![2, 4]),
        (format!("?team_id={billing}&labels[]=vip&status=all"), vec![]),
        ("?team_id=999&status=all".into(), vec![]),
        ("?team_id=".into(), vec![2, 6, 1]),
        ("?labels[]=vip".into(), vec![1]),
        ("?labels[]=vip&status=all".into(), vec![3, 1]),
        ("?labels[]=vip&labels[]=New&status=all".into(), vec![3, 6, 1]),
        ("?labels=vip,new".into(), vec![6, 1]),
        ("?labels[]=%E0%B8%A5%E0%B8%B9%E0%B8%81%E0%B8%84%E0%B9%89%E0%B8%B2".into(), vec![6]),
        ("?labels[]=vi".into(), vec![]),
        ("?labels[]=".into(), vec![2, 6, 1]),
        (of(site, "&labels[]=new&labels[]=vip&status=all"), vec![6]),
        ("?labels[]=vip&q=%C3%84pfel".into(), vec![3]),
        ("?labels[]=vip&assignee_type=me".into(), vec![1]),
        ("?updated_within=3600&status=all&page=9".into(), vec![2, 3, 4, 6, 1, 5]),
        ("?updated_within=0&status=all".into(), vec![]),
        ("?updated_within=3600&assignee_type=me".into(), vec![1]),
        ("?updated_within=3600&source_id=lea&q=%C3%84pfel".into(), vec![3]),
        (of(site, "&updated_within=3600"), vec![6]),
        ("?inbox_id=&status=&assignee_type=&page=".into(), vec![2, 6, 1]),
    ] {
        assert_eq!(listed(&office.agent, &query).await, found, "{query}");
    }
    // a GET may carry its parameters in a JSON body
    let in_body = office.agent.json(actix_web::http::Method::GET, "/conversations", json!({"status": "resolved"})).await;
    assert_eq!(numbers(&in_body.ok()), [3]);
    server.finish().await;
}

#[actix_rt::test]
async fn counts_go_over_all_filters_but_that_of_the_assignee() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, _) = shelf(&office).await;
    for number in [1, 4] {
        office.administrator.post(&format!("/conversations/{number}/labels"), json!({"labels": ["vip"]})).await.ok();
    }
    let counts =
        |mine, assigned, unassigned, all| json!({"mine_count": mine, "assigned_count": assigned, "unassigned_count": unassigned, "all_count": all});
    for (query, expected) in [
        (String::new(), counts(1, 2, 1, 3)),
        ("?assignee_type=me".into(), counts(1, 2, 1, 3)),
        ("?status=all".into(), counts(1, 2, 4, 6)),
        (format!("?inbox_id={}", inbox.id), counts(1, 1, 1, 2)),
        ("?status=resolved".into(), counts(0, 0, 1, 1)),
        ("?status=all&labels[]=vip".into(), counts(1, 1, 1, 2)),
        ("?updated_within=3600".into(), counts(1, 2, 1, 3)),
    ] {
        let list = office.agent.get(&format!("/conversations{query}")).await.ok();
        assert_eq!(list["data"]["meta"], expected, "{query}");
        let meta = office.agent.get(&format!("/conversations/meta{query}")).await.ok();
        assert_eq!(meta, json!({"meta": expected}), "{query}");
    }
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    assert_eq!(outsider.get("/conversations/meta?status=all").await.ok()["meta"], counts(0, 0, 0, 0));
    assert!(listed(&outsider, "?status=all").await.is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn the_list_has_every_order() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let visitor = office.visitor(&inbox, json!({"name": "Lea"})).await;
    for _ in 0..3 {
        visitor.begin().await;
    }
    office.agent.says(1, "Answered: nobody waits").await;
    visitor.says(3, "Unread").await;
    office.agent.says(2, "Newest").await;
    for (order, found) in [
        ("last_activity_at_desc", [2, 3, 1]),
        ("last_activity_at_asc", [1, 3, 2]),
        ("latest", [2, 3, 1]),
        ("created_at_asc", [1, 2, 3]),
        ("created_at_desc", [3, 2, 1]),
        ("sort_on_created_at", [3, 2, 1]),
        ("priority_asc", [2, 3, 1]),
        ("priority_desc", [2, 3, 1]),
        ("priority_desc_created_at_asc", [1, 2, 3]),
        ("waiting_since_asc", [3, 2, 1]),
        ("waiting_since_desc", [3, 2, 1]),
        ("unread", [3, 2, 1]),
        ("no_such_order", [2, 3, 1]),
    ] {
        assert_eq!(listed(&office.agent, &format!("?sort_by={order}")).await, found, "{order}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_page_has_25_and_the_one_past_the_end_none() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let visitor = office.visitor(&inbox, json!({"name": "Lea"})).await;
    for _ in 0..27 {
        visitor.begin().await;
    }
    assert_eq!(listed(&office.agent, "").await, (3..=27).rev().collect::<Vec<_>>());
    assert_eq!(listed(&office.agent, "?page=2").await, [2, 1]);
    assert!(listed(&office.agent, "?page=3").await.is_empty());
    assert!(listed(&office.agent, "?page=1000000").await.is_empty());
    let of_contact = office.agent.get(&format!("/contacts/{}/conversations", visitor.id)).await.ok();
    assert_eq!(numbers(&of_contact).len(), 20);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_missing_and_what_is_closed_are_told_apart() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let stranger = server.another_office("b.").await.administrator;
    for (caller, status) in [(&outsider.caller, 401), (&stranger.caller, 404)] {
        let at = format!("/conversations/{number}");
        caller.get(&at).await.error(status);
        caller.get(&format!("{at}/messages")).await.error(status);
        for (action, said) in [
            ("toggle_status", json!({})),
            ("toggle_typing_status", json!({"typing_status": "on"})),
            ("update_last_seen", json!({})),
            ("assignments", json!({"assignee_id": 1})),
            ("messages", json!({"content": "Mine now"})),
        ] {
            caller.post(&format!("{at}/{action}"), said).await.error(status);
        }
    }
    for missing in ["2", "0", "-1", "x", "1.0", "99999999999999999999"] {
        office.administrator.get(&format!("/conversations/{missing}")).await.error(404);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn numbers_count_per_account() {
    let server = Server::start().await;
    let (one, two) = (server.office().await, server.another_office("b.").await);
    let (inbox, other) = (one.api_inbox().await, two.api_inbox().await);
    assert_eq!(one.conversation(&inbox).await.1, 1);
    assert_eq!(two.conversation(&other).await.1, 1);
    assert_eq!(one.conversation(&inbox).await.1, 2);
    assert_eq!(two.conversation(&other).await.1, 2);
    assert_eq!(one.administrator.sees(2).await["inbox_id"], inbox.id);
    assert_eq!(two.administrator.sees(2).await["inbox_id"], other.id);
    server.finish().await;
}
