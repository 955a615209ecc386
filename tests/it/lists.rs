//! The list of conversations, page by page to its end: all of them, each once, in the order that was asked for.
use crate::support::{Caller, Furnished, Server, furnished::FIRST};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use hookdesk::{cli::Seed, seed};
use serde_json::{Value, json};

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

/// Lists that are on one page as a whole, and where each is in the answer.
const OF_ADMINISTRATORS: [(&str, &str); 26] = [
    ("/agents", ""),
    ("/agent_bots", ""),
    ("/campaigns", ""),
    ("/canned_responses", ""),
    ("/contact_jobs", "/payload"),
    ("/contacts/{id}/contactable_inboxes", "/payload"),
    ("/contacts/{id}/conversations", "/payload"),
    ("/contacts/{id}/notes", ""),
    ("/conversations/{id}/participants", ""),
    ("/conversations/{id}/reporting_events", ""),
    ("/custom_attribute_definitions", ""),
    ("/dashboard_apps", ""),
    ("/inboxes", "/payload"),
    ("/inboxes/{id}/assignable_agents", "/payload"),
    ("/inboxes/{site}/campaigns", ""),
    ("/inbox_members/{inbox_id}", "/payload"),
    ("/integrations/apps", "/payload"),
    ("/labels", "/payload"),
    ("/portals", "/payload"),
    ("/portals/{id}/categories", "/payload"),
    ("/service_keys", ""),
    ("/teams", ""),
    ("/teams/{id}/team_members", ""),
    ("/test_receivers", "/payload/test_receivers"),
    ("/webhooks", "/payload/webhooks"),
    ("/webhooks/{id}/replays", "/payload/replays"),
];

/// Those of an agent's own, or for any of them.
const OF_AGENTS: [(&str, &str); 3] = [("/custom_filters?filter_type=contact", ""), ("/macros", "/payload"), ("/webhook_event_types", "/payload")];

/// A path with what the account has in place of its parameter.
fn filled(path: &str, ours: &Furnished) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        let part = match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some("site") => ours.site.id.to_string(),
            Some(name) => ours.parameter(&parts[parts.len() - 1], name),
            None => part.to_owned(),
        };
        parts.push(part);
    }
    parts.join("/")
}

async fn is_all_on_the_first_page(caller: &Caller, path: &str, place: &str) {
    let listed = async |asked: &str| {
        let list = caller.get(&format!("{path}{asked}")).await.ok();
        list.pointer(place).and_then(Value::as_array).unwrap_or_else(|| panic!("{path} has no list at {place:?}: {list}")).clone()
    };
    let and = if path.contains('?') { '&' } else { '?' };
    let all = listed("").await;
    assert!(!all.is_empty(), "{path}");
    for (page, has) in [("1", &all), ("x", &all), ("2", &Vec::new()), ("99999999999999999999", &Vec::new())] {
        assert_eq!(listed(&format!("{and}page={page}")).await, *has, "{path}, {page}");
    }
}

#[actix_rt::test]
async fn whoever_pages_through_a_list_without_pages_comes_to_its_end() {
    let server = Server::start().await;
    let ours = Furnished::new(&server, FIRST, 1).await;
    let office = &ours.office;
    let takes_part = json!({"user_ids": [office.agent.id]});
    office.administrator.post(&filled("/conversations/{id}/participants", &ours), takes_part).await.ok();
    server.settled().await;
    for (path, place) in OF_ADMINISTRATORS {
        is_all_on_the_first_page(&office.administrator, &filled(path, &ours), place).await;
    }
    let of_inbox = format!("/assignable_agents?inbox_ids[]={}", ours.inbox.id);
    is_all_on_the_first_page(&office.agent, &of_inbox, "/payload").await;
    for (path, place) in OF_AGENTS {
        is_all_on_the_first_page(&office.agent, path, place).await;
    }
    let outsider = server.anonymous().with("api_access_token", &ours.outsider.token);
    is_all_on_the_first_page(&outsider, "/api/v1/profile/sessions", "").await;
    let past = office.agent.get("/portals?page=2").await.ok();
    assert_eq!(past, json!({"meta": {"current_page": "2", "portals_count": 1}, "payload": []}));
    let past = office.agent.get(&filled("/portals/{id}/categories?page=2", &ours)).await.ok();
    assert_eq!(past, json!({"meta": {"current_page": "2", "categories_count": 1}, "payload": []}));
    // who asks for one that there is not is told so on any page
    office.agent.get("/teams/999/team_members?page=2").await.error(404);
    server.finish().await;
}
