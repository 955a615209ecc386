//! Searching a webhook's log.
use crate::{
    pages::Visit,
    support::{Receiver, Reply, Server},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use hookdesk::db::{Tx, schema::deliveries};
use serde_json::json;

const HOOK: &str = "/app/accounts/1/settings/integrations/webhooks/1";

async fn signed_in(server: &Server, receiver: &Receiver) -> Visit {
    let mut visit = Visit::new(server).await;
    assert_eq!(visit.sign_in().await.status, 303);
    let said = json!({"url": receiver.url(), "all_events": true});
    visit.account.post("/webhooks", said).await.ok();
    visit
}

/// The ids of the deliveries on a page, in their order.
async fn listed(visit: &mut Visit, query: &[(&str, &str)]) -> Vec<i64> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let page = visit.get(&format!("{HOOK}?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text());
    ids(&page.text())
}

fn ids(page: &str) -> Vec<i64> {
    let link = format!("<a href=\"{HOOK}/deliveries/");
    page.split(&link).skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

/// The address behind the link that says this.
fn link(page: &str, text: &str) -> Option<String> {
    let (before, _) = page.split_once(text)?;
    let (_, href) = before.rsplit_once("href=\"")?;
    Some(href.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
}

#[actix_rt::test]
async fn deliveries_are_found_by_what_is_known_of_them() {
    let server = Server::start_with(|config| config.webhook.retry_schedule.clear()).await;
    let receiver = Receiver::open();
    let mut visit = signed_in(&server, &receiver).await;
    receiver.next(Reply::status(500));
    for name in ["Lea", "50% \"quoted\" \\_", "สมชาย ใจดี"] {
        visit.account.post("/contacts", json!({"name": name})).await.ok();
        server.settled().await;
    }
    let made = visit.account.post("/inboxes", json!({"name": "Support", "enable_auto_assignment": false, "channel": {"type": "api"}})).await.ok();
    let said = json!({"inbox_id": made["id"], "contact_id": 1, "source_id": "s"});
    let number = visit.account.post("/conversations", said).await.ok()["id"].to_string();
    visit.account.post(&format!("/conversations/{number}/messages"), json!({"content": "ÄPFEL im Lager"})).await.ok();
    server.settled().await;
    let all = listed(&mut visit, &[]).await;
    assert!(all.len() >= 6, "{all:?}");
    assert_eq!(listed(&mut visit, &[("state", "failed")]).await, [1]);
    assert_eq!(listed(&mut visit, &[("event", "contact_created")]).await, [3, 2, 1]);
    assert_eq!(listed(&mut visit, &[("event", "contact_created"), ("state", "delivered")]).await, [3, 2]);
    assert_eq!(listed(&mut visit, &[("q", "50% \"quo")]).await, [2]);
    assert_eq!(listed(&mut visit, &[("q", "\\_"), ("event", "contact_created")]).await, [2]);
    assert_eq!(listed(&mut visit, &[("q", "ใจดี"), ("event", "contact_created")]).await, [3]);
    assert_eq!(listed(&mut visit, &[("q", "äpfel IM"), ("event", "message_created")]).await.len(), 1);
    for nothing in ["_", "%", "%%", "zzz", "' OR 1=1 --", "\\", "le_", "l%a"] {
        let found = listed(&mut visit, &[("q", nothing), ("event", "contact_created")]).await;
        let expected: &[i64] = if ["_", "%", "\\"].contains(&nothing) { &[2] } else { &[] };
        // what is in every payload as such is found in it: some have an underscore in their keys
        assert!(found == expected || nothing == "_", "{nothing}: {found:?}");
    }
    let public_id: String = server.read(|conn| Ok(deliveries::table.find(2_i64).select(deliveries::public_id).get_result(conn)?)).await;
    assert_eq!(listed(&mut visit, &[("q", &public_id)]).await, [2]);
    assert_eq!(listed(&mut visit, &[("q", &public_id.to_uppercase())]).await, [2]);
    assert!(listed(&mut visit, &[("q", &public_id[..8])]).await.contains(&2));
    // as the list shows it
    let (_, short_id) = public_id.rsplit_once('-').unwrap();
    assert!(visit.get(HOOK).await.text().contains(&format!(">{short_id}<")));
    assert_eq!(listed(&mut visit, &[("q", short_id)]).await, [2]);
    let of_conversation = listed(&mut visit, &[("conversation", &format!("#{number}"))]).await;
    assert!(!of_conversation.is_empty() && of_conversation.iter().all(|id| *id > 3), "{of_conversation:?}");
    assert!(listed(&mut visit, &[("conversation", "4711")]).await.is_empty());
    assert_eq!(listed(&mut visit, &[("from", "2020-01-01"), ("to", "9999-12-31T00:00")]).await, all);
    assert!(listed(&mut visit, &[("to", "2020-01-01")]).await.is_empty());
    let hours = visit.get(HOOK).await.text();
    assert_eq!((hours.matches("class=\"hour-all\"").count(), hours.matches("class=\"bar-failed\" x").count() >= 1), (24, true));
    server.finish().await;
}

#[actix_rt::test]
async fn a_log_is_read_backwards_page_by_page_and_only_so_far_at_once() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = signed_in(&server, &receiver).await;
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    // one event with many deliveries stands for many events; the oldest of them alone has failed
    let many = 4200_i64;
    let work = move |tx: &mut Tx| {
        let at = chrono::Utc::now().naive_utc();
        for some in (0..many).collect::<Vec<_>>().chunks(700) {
            for n in some {
                let row = (
                    (deliveries::public_id.eq(format!("made-{n}")), deliveries::account_id.eq(1_i64), deliveries::webhook_id.eq(1_i64)),
                    (deliveries::event_id.eq(1_i64), deliveries::state.eq(1_i16), deliveries::due_at.eq(at), deliveries::created_at.eq(at)),
                );
                diesel::insert_into(deliveries::table).values(row).execute(tx.conn)?;
            }
        }
        diesel::update(deliveries::table.find(1_i64)).set(deliveries::state.eq(2_i16)).execute(tx.conn)?;
        let rename = r#"UPDATE events SET payload = replace(payload, '"name":"', '"name":"needle ')"#;
        Ok(diesel::sql_query(rename).execute(tx.conn)?)
    };
    server.write(work).await;
    let (mut seen, mut path) = (Vec::new(), HOOK.to_owned());
    for _ in 0..3 {
        let page = visit.get(&path).await.text();
        seen.extend(ids(&page));
        path = link(&page, "Older").unwrap();
    }
    assert_eq!(seen, (0..150).map(|n| many + 1 - n).collect::<Vec<_>>());
    // a filter that fits the oldest one is found, as is a text after one more step
    assert_eq!(listed(&mut visit, &[("state", "failed")]).await, [1]);
    let page = visit.get(&format!("{HOOK}?q=needle&state=failed")).await.text();
    assert!(ids(&page).is_empty() && page.contains("Looked back to"), "{page}");
    let next = visit.get(&link(&page, "Search on").unwrap()).await.text();
    assert_eq!((ids(&next), next.contains("Looked back to")), (vec![1], false));
    server.finish().await;
}

#[actix_rt::test]
async fn of_a_long_log_the_newest_are_counted() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = signed_in(&server, &receiver).await;
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    let page = visit.get(HOOK).await.text();
    assert!(!page.contains("deliveries are counted"), "{page}");
    // the only success stands before more failures than are looked at
    let fill = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100100) \
                INSERT INTO deliveries (public_id, account_id, webhook_id, event_id, state, attempts, manual, due_at, created_at, finished_at, error_class) \
                SELECT 'made-' || n, account_id, webhook_id, event_id, 2, 1, manual, due_at, created_at, finished_at, 1 FROM deliveries, number WHERE id = 1";
    server.write(move |tx: &mut Tx| Ok(diesel::sql_query(fill).execute(tx.conn)?)).await;
    let page = visit.get(HOOK).await.text();
    assert!(page.contains("No more than 100,000 deliveries are counted") && page.contains("<dd class=\"bad-text\">100,000</dd>"), "{page}");
    assert!(page.contains("<dd>never</dd>"), "{page}");
    server.finish().await;
}

#[actix_rt::test]
async fn hostile_searches_find_nothing_or_are_refused() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = signed_in(&server, &receiver).await;
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    let long = "x".repeat(5000);
    for (name, value) in [
        ("from", "yesterday"),
        ("to", "2026-02-30"),
        ("from", "99999999999999999999"),
        ("conversation", "x"),
        ("conversation", "99999999999999999999"),
        ("q", &long),
        ("before", "x"),
        ("before", "1e9"),
        ("before", "99999999999999999999"),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        let status = visit.get(&format!("{HOOK}?{query}")).await.status;
        assert!((400..500).contains(&status), "{query}: {status}");
    }
    for query in [
        "before=-9223372036854775808",
        "before=9223372036854775807",
        "before=0",
        "conversation=-9223372036854775808",
        "conversation=%23%23%231",
        "from=9999-12-31T23:59:59Z",
        "from=0&to=0",
        "from=2026-01-02&to=2026-01-01",
        "state=%00&event=%F0%28&q=%FF%FE",
        "q=%25%25%25%5C%5C%5F&off_since=99999999999999999999",
        "off_since=-1",
    ] {
        let page = visit.get(&format!("{HOOK}?{query}")).await;
        assert!(page.status == 200 || (400..500).contains(&page.status), "{query}: {}", page.status);
    }
    assert_eq!(visit.get("/app/accounts/2/settings/integrations/webhooks/1").await.status, 404);
    server.finish().await;
}
