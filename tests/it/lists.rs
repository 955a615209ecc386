//! The list of conversations, page by page to its end: all of them, each once, in the order that was asked for.
use crate::support::{Caller, Server};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use hookdesk::{cli::Seed, seed};
use serde_json::Value;

/// What each order is in SQL.
const ORDERS: [(&str, &str); 10] = [
    ("last_activity_at_asc", "last_activity_at, id"),
    ("last_activity_at_desc", "last_activity_at DESC, id DESC"),
    ("created_at_asc", "created_at, id"),
    ("created_at_desc", "created_at DESC, id DESC"),
    ("priority_asc", "priority IS NULL, priority, last_activity_at DESC, id DESC"),
    ("priority_desc", "priority IS NULL, priority DESC, last_activity_at DESC, id DESC"),
    ("priority_desc_created_at_asc", "priority IS NULL, priority DESC, created_at, id"),
    ("waiting_since_asc", "waiting_since IS NULL, waiting_since, last_activity_at DESC, id DESC"),
    ("waiting_since_desc", "waiting_since IS NULL, waiting_since DESC, last_activity_at DESC, id DESC"),
    (
        "unread",
        "NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.message_type = 0 \
            AND (c.agent_last_seen_at IS NULL OR m.created_at > c.agent_last_seen_at)), last_activity_at DESC, id DESC",
    ),
];

/// And each filter.
const FILTERS: [(&str, &str); 4] = [
    ("status=all", "1 = 1"),
    ("status=open", "status = 0"),
    ("status=all&assignee_type=unassigned", "assignee_id IS NULL"),
    ("status=all&conversation_type=unattended", "(first_reply_created_at IS NULL OR waiting_since IS NOT NULL)"),
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    display_id: i64,
}

async fn pages(caller: &Caller, query: &str) -> Vec<i64> {
    let mut numbers = Vec::new();
    for page in 1.. {
        let list: Value = caller.get(&format!("/conversations?{query}&page={page}")).await.ok();
        let shown = list["data"]["payload"].as_array().unwrap();
        if shown.is_empty() {
            break;
        }
        numbers.extend(shown.iter().map(|shown| shown["id"].as_i64().unwrap()));
    }
    numbers
}

#[actix_rt::test]
async fn every_order_has_all_conversations_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let seed = Seed { conversations: 250, messages: 1500, inboxes: 3, agents: 4, account: Some(office.account), email: String::new(), seed: 9 };
    seed::run(&server.config, seed).await.unwrap();
    // as many of both parts as make more than a page
    for part in ["priority IS NOT NULL", "priority IS NULL"] {
        assert!(server.count(&format!("SELECT count(*) AS number FROM conversations WHERE {part}")).await > 25);
    }
    for (order, sorted) in ORDERS {
        for (filter, condition) in FILTERS {
            let expected = format!("SELECT display_id FROM conversations c WHERE {condition} ORDER BY {sorted}");
            let expected: Vec<Row> = server.read(move |conn| Ok(sql_query(expected).load(conn)?)).await;
            let expected: Vec<i64> = expected.into_iter().map(|row| row.display_id).collect();
            assert!(!expected.is_empty(), "{filter}");
            assert_eq!(pages(&office.administrator, &format!("{filter}&sort_by={order}")).await, expected, "{filter}, {order}");
        }
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_status_that_there_is_not_is_no_list_of_the_open_ones() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    office.conversation(&inbox).await;
    for path in ["/conversations", "/conversations/meta"] {
        for wrong in ["closed", "Open", "7"] {
            office.agent.get(&format!("{path}?status={wrong}")).await.error(422);
        }
        for none in ["", "?status="] {
            let counts = office.agent.get(&format!("{path}{none}")).await.ok();
            let counts = if path == "/conversations" { &counts["data"]["meta"] } else { &counts["meta"] };
            assert_eq!(counts["all_count"], 1, "{path}{none}");
        }
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_page_past_the_end_is_empty_however_far() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    office.conversation(&inbox).await;
    for (page, rows) in [("1", 1), ("0", 1), ("x", 1), ("2", 0), ("1000001", 0), ("99999999999999999999", 0)] {
        let list = office.agent.get(&format!("/conversations?page={page}")).await.ok();
        assert_eq!(list["data"]["payload"].as_array().unwrap().len(), rows, "{page}");
    }
    server.finish().await;
}
