//! `hookdesk seed`: as much as was asked for, plausible, and told to nobody.
use crate::support::{Caller, Receiver, Server, config, database::Place, server::count};
use hookdesk::{
    cli::Seed,
    db::{Db, Shared},
    seed,
};
use serde_json::Value;

fn asked(account: Option<i64>) -> Seed {
    let email = "seed@example.com".into();
    Seed { conversations: 120, messages: 900, inboxes: 4, agents: 5, account, email, seed: 3 }
}

#[actix_rt::test]
async fn an_empty_database_gets_an_account_to_sign_in_to() {
    let place = Place::new();
    let config = config(&place);
    let said = seed::run(&config, asked(None)).await.unwrap();
    assert!(said.starts_with("Account 1 has 120 conversations more, with 900 messages, in 4 inboxes with 5 agents."), "{said}");
    let db = Db::open(&config, Shared::default()).unwrap();
    for (query, number) in [
        ("SELECT count(*) AS number FROM conversations", 120),
        ("SELECT count(*) AS number FROM messages", 900),
        ("SELECT count(*) AS number FROM inboxes", 4),
        ("SELECT count(*) AS number FROM account_users", 6),
        ("SELECT max(display_id) AS number FROM conversations", 120),
        ("SELECT count(DISTINCT status) AS number FROM conversations", 4),
        ("SELECT count(*) AS number FROM deliveries", 0),
        // what belongs together is together
        ("SELECT count(*) AS number FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.inbox_id = m.inbox_id", 900),
        ("SELECT count(*) AS number FROM conversations c JOIN contact_inboxes s ON s.id = c.contact_inbox_id WHERE s.contact_id = c.contact_id", 120),
    ] {
        assert_eq!(count(&db, query).await, number, "{query}");
    }
    let strangers = "SELECT count(*) AS number FROM conversations c WHERE assignee_id IS NOT NULL AND NOT EXISTS \
        (SELECT 1 FROM inbox_members m WHERE m.inbox_id = c.inbox_id AND m.user_id = c.assignee_id)";
    assert_eq!(count(&db, strangers).await, 0);
    let outdated = "SELECT count(*) AS number FROM conversations c WHERE last_activity_at <> (SELECT max(created_at) FROM messages m WHERE m.conversation_id = c.id)";
    assert_eq!(count(&db, outdated).await, 0);
    // somebody has the address already
    let again = seed::run(&config, asked(None)).await.unwrap_err().to_string();
    assert!(again.contains("Email has already been taken"), "{again}");
}

#[actix_rt::test]
async fn an_account_at_work_gets_more_and_its_webhooks_hear_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, first) = office.conversation(&inbox).await;
    let receiver = Receiver::open();
    office.webhook(&receiver.url()).await;
    for round in 1..=2 {
        seed::run(&server.config, asked(Some(office.account))).await.unwrap();
        assert_eq!(server.count("SELECT max(display_id) AS number FROM conversations").await, first + 120 * round);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries").await, 0);
    assert_listed(&office.administrator).await;
    // and goes on where the seed ended
    let (_, next) = office.conversation(&inbox).await;
    assert_eq!(next, first + 241);
    let nowhere = seed::run(&server.config, asked(Some(99))).await.unwrap_err().to_string();
    assert_eq!(nowhere, "There is no account 99 with an administrator.");
    server.finish().await;
}

async fn assert_listed(caller: &Caller) {
    let list: Value = caller.get("/conversations?status=all").await.ok();
    assert_eq!(list["data"]["meta"]["all_count"], 241);
    let shown = list["data"]["payload"].as_array().unwrap();
    assert_eq!(shown.len(), 25);
    assert!(shown.iter().any(|shown| shown["messages"][0]["content"].is_string() && shown["meta"]["assignee"]["name"].is_string()));
    let open: Value = caller.get("/conversations").await.ok();
    assert!(open["data"]["payload"].as_array().unwrap().iter().any(|shown| shown["unread_count"].as_i64().unwrap() > 0));
}
