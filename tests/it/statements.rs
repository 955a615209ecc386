//! How many statements an endpoint asks the database: as many for a full page as for a few rows.
use crate::{
    help_centre::{article, category, portal},
    support::{Caller, Receiver, Server, until},
};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use hookdesk::{cli::Seed, config::Database, seed};
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

/// How many statements each database was asked so far, by its URL: other tests ask theirs meanwhile.
static ASKED: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Counting {
    url: String,
}

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.url = without_parameters(url),
            InstrumentationEvent::StartQuery { .. } => *ASKED.lock().unwrap().entry(self.url.clone()).or_default() += 1,
            _ => {}
        }
    }
}

const ENDPOINTS: [&str; 15] = [
    "/conversations?status=all",
    "/conversations?status=all&assignee_type=assigned",
    "/conversations?status=all&sort_by=unread",
    "/conversations?status=all&sort_by=priority_desc",
    "/conversations?q=order",
    "/conversations/meta?status=all",
    "/conversations/search?q=order",
    "/conversations/{longest}/messages",
    "/contacts",
    "/contacts/search?q=example",
    "/search?q=example",
    "/search/messages?q=order",
    "/search/conversations?q=example",
    "/inboxes",
    "/agents",
];

/// Of the second version of the API.
const REPORTS: [&str; 6] = [
    "/reports?metric=reply_time&since=1700000000&group_by=week",
    "/reports/summary?since=1700000000",
    "/reports/agents?since=1700000000",
    "/reports/conversations?type=agent",
    "/summary_reports/label?since=1700000000",
    "/live_reports/conversation_metrics",
];

/// A few rows may lack a kind of thing that others have, and with it the one statement for all of that kind. One for each row would be
/// at least twice as many more.
const KINDS: u64 = 2;

/// The least of some requests: the server's own loops ask now and then as well.
async fn asked(caller: &Caller, url: &str, endpoint: &str) -> u64 {
    asked_by(url, async || drop(caller.get(endpoint).await.ok())).await
}

async fn asked_by(url: &str, mut act: impl AsyncFnMut()) -> u64 {
    let so_far = || ASKED.lock().unwrap().get(url).copied().unwrap_or_default();
    let mut least = u64::MAX;
    for _ in 0..5 {
        let before = so_far();
        act().await;
        least = least.min(so_far() - before);
    }
    least
}

fn url_of(server: &Server) -> String {
    match &server.config.database {
        Database::Sqlite(path) => path.to_string_lossy().into_owned(),
        Database::Postgres(url) => without_parameters(url),
    }
}

/// What names the database: the server adds parameters of its own.
fn without_parameters(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}

/// What those at sockets are told is drawn for many events as for one of each kind.
#[actix_rt::test]
async fn many_frames_take_as_many_as_a_few() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, url) = (office.api_inbox().await, url_of(&server));
    let busy = async |name: &str| {
        let before = server.newest_event().await;
        let lea = office.visitor(&inbox, json!({"name": name})).await;
        let number = lea.begin().await;
        lea.says(number, "Hello").await;
        let at = |more: &str| format!("/conversations/{number}/{more}");
        office.administrator.post(&at("assignments"), json!({"assignee_id": office.agent.id})).await.ok();
        let note = format!("[@Ben](mention://user/{}/Ben) look", office.agent.id);
        office.administrator.post(&at("messages"), json!({"content": note, "private": true})).await.ok();
        office.agent.says(number, "Hi").await;
        lea.says(number, "Thanks").await;
        lea.post(&at("update_last_seen"), json!({})).await.ok_and_empty();
        lea.post(&at("toggle_typing"), json!({"typing_status": "on"})).await.ok_and_empty();
        office.agent.post(&at("toggle_status"), json!({"status": "resolved"})).await.ok();
        before
    };
    let first = busy("Lea").await;
    let few = asked_by(&url, async || drop(server.frames_after(first).await)).await;
    assert!((10..60).contains(&few), "{few}");
    for name in ["Max", "Nora", "Otto", "Pia", "Quinn"] {
        busy(name).await;
    }
    let frames = server.frames_after(first).await.len();
    assert!(frames > 100, "{frames}");
    let many = asked_by(&url, async || drop(server.frames_after(first).await)).await;
    assert!(many <= few + KINDS, "{many}, and of a few events {few}");
    server.finish().await;
}

/// Rules cost nothing where there are none, nor where there are none for what happens.
#[actix_rt::test]
async fn a_message_takes_as_many_as_before_where_no_rule_is_for_it() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    visitor.says(number, "First").await;
    let url = url_of(&server);
    let of_a_message = async || {
        asked_by(&url, async || {
            visitor.says(number, "Hello").await;
        })
        .await
    };
    let without = of_a_message().await;
    let rule = |event: &str| json!({"name": "R", "event_name": event, "actions": [{"action_name": "change_priority", "action_params": ["high"]}]});
    office.administrator.post("/automation_rules", rule("conversation_resolved")).await.ok();
    assert_eq!(of_a_message().await, without);
    office.administrator.post("/automation_rules", rule("message_created")).await.ok();
    crate::automation_rules::acted(&server.db).await;
    assert!(of_a_message().await > without, "it is noted");
    server.finish().await;
}

#[actix_rt::test]
async fn a_full_page_takes_as_many_as_a_few_rows() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let server = Server::start().await;
    let office = server.office().await;
    let url = url_of(&server);
    let mut seed = Seed { conversations: 8, messages: 40, inboxes: 2, agents: 2, account: Some(office.account), email: String::new(), seed: 5 };
    seed::run(&server.config, seed.clone()).await.unwrap();
    let few = asked_of_all(&server, &office.administrator, &url).await;
    assert!(few.values().all(|asked| (2..40).contains(asked)), "{few:?}");
    (seed.conversations, seed.messages, seed.inboxes, seed.agents) = (120, 2400, 6, 6);
    seed::run(&server.config, seed).await.unwrap();
    for (endpoint, many) in asked_of_all(&server, &office.administrator, &url).await {
        assert!(many <= few[endpoint] + KINDS, "{endpoint}: {many}, and of a few rows {}", few[endpoint]);
    }
    server.finish().await;
}

/// A bot that is to answer comes with those who have written, and counts ask for bots together with people.
#[actix_rt::test]
async fn a_list_of_what_bots_answer_asks_one_statement_more() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let (people, bots) = (office.api_inbox().await, office.api_inbox().await);
    let bot = json!({"name": "Botty", "outgoing_url": receiver.url()});
    let bot = office.administrator.post("/agent_bots", bot).await.ok()["id"].clone();
    office.administrator.post(&format!("/inboxes/{}/set_agent_bot", bots.id), json!({"agent_bot": bot})).await.ok_and_empty();
    let url = url_of(&server);
    let mut asked = Vec::new();
    for inbox in [&people, &bots] {
        let (lea, number) = office.conversation(inbox).await;
        office.agent.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "pending"})).await.ok();
        lea.says(number, "Hello").await;
        server.settled().await;
        let list = format!("/conversations?status=pending&inbox_id={}", inbox.id);
        let listed = office.administrator.get(&list).await.ok();
        assert_eq!(listed["data"]["payload"][0]["id"], number);
        asked.push(asked_by(&url, async || drop(office.administrator.get(&list).await.ok())).await);
    }
    assert!(asked[1] <= asked[0] + 1, "{asked:?}");
    server.finish().await;
}

/// What a message costs besides is told by what reports measure: nothing, when nobody waits.
#[actix_rt::test]
async fn an_answer_that_nobody_waits_for_measures_nothing() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, url) = (office.api_inbox().await, url_of(&server));
    let (lea, number) = office.conversation(&inbox).await;
    office.agent.says(number, "Hi").await;
    let idle = asked_by(&url, async || {
        office.agent.says(number, "Are you there?").await;
    });
    let idle = idle.await;
    let waited = asked_by(&url, async || {
        lea.says(number, "Yes").await;
        office.agent.says(number, "Good").await;
    });
    let waited = waited.await;
    let written = asked_by(&url, async || {
        lea.says(number, "And now?").await;
    });
    let written = written.await;
    // the event, and the row that goes with the conversation: on SQLite, which has no round trips, apart from it
    assert!(waited <= written + idle + 8, "{waited}, where nobody waits {idle}, and for the question {written}");
    assert_eq!(server.count("SELECT count(*) AS number FROM reporting_events WHERE name = 1").await, 5);
    server.finish().await;
}

async fn asked_of_all(server: &Server, caller: &Caller, url: &str) -> HashMap<&'static str, u64> {
    server.index().await;
    let second = caller.below("/api/v2/accounts/1");
    let longest = "SELECT display_id AS number FROM conversations c WHERE assignee_id IS NOT NULL \
        ORDER BY (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) DESC, id LIMIT 1";
    let longest = server.count(longest).await.to_string();
    let mut numbers = HashMap::new();
    for endpoint in ENDPOINTS {
        numbers.insert(endpoint, asked(caller, url, &endpoint.replace("{longest}", &longest)).await);
    }
    for report in REPORTS {
        numbers.insert(report, asked_by(url, async || assert_eq!(second.get(report).await.status, 200)).await);
    }
    numbers
}

#[actix_rt::test]
async fn a_help_centre_takes_as_many_as_its_first_article() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let server = Server::start().await;
    let office = server.office().await;
    let (url, nobody) = (url_of(&server), server.anonymous());
    let keep = async |number: i64| {
        let slug = format!("book-{number}");
        portal(&office, &slug, json!({"inbox_id": office.website().await})).await;
        for at in 0..number {
            let within = category(&office, "book-1", json!({"name": "Some", "slug": format!("c-{number}-{at}")})).await;
            article(&office, "book-1", "Words", json!({"category_id": within})).await;
        }
    };
    let own =
        ["/portals", "/portals/book-1/articles", "/portals/book-1/articles?query=words", "/portals/book-1/categories", "/search/articles?q=words"];
    let open = ["/hc/book-1/en", "/hc/book-1/en/articles.json", "/hc/book-1/en/search?query=words", "/hc/book-1/sitemap.xml"];
    let all = async || {
        server.index().await;
        let mut numbers = Vec::new();
        for endpoint in own {
            numbers.push((endpoint, asked(&office.administrator, &url, endpoint).await));
        }
        for path in open {
            numbers.push((path, asked_by(&url, async || assert_eq!(nobody.get(path).await.status, 200)).await));
        }
        numbers
    };
    keep(1).await;
    let few = all().await;
    keep(12).await;
    for ((endpoint, many), (_, few)) in all().await.into_iter().zip(few) {
        assert!(many <= few + KINDS && many < 20, "{endpoint}: {many}, and of a few rows {few}");
    }
    server.finish().await;
}

/// How many a row of a table may take that is brought: looking for whom it means, for who has the same, writing, telling, and a savepoint.
const FOR_A_ROW: u64 = 24;

#[actix_rt::test]
async fn each_row_of_a_table_takes_a_few() {
    set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap();
    let server = Server::start().await;
    let (office, url) = (server.office().await, url_of(&server));
    let so_far = || ASKED.lock().unwrap().get(&url).copied().unwrap_or_default();
    let rows: String = (0..1000).map(|nth| format!("Number {nth},{nth}@example.com,+336{nth:05},crm-{nth},pro\n")).collect();
    let before = so_far();
    office.begins_to_bring(format!("name,email,phone_number,identifier,plan\n{rows}").as_bytes()).await;
    // each look is a statement as well
    let mut looks = 0;
    let ended = async || {
        looks += 1;
        (server.count("SELECT count(*) AS number FROM contact_jobs WHERE state = 2 AND created = 1000").await == 1).then_some(())
    };
    until("the end of the import", ended).await;
    let asked = so_far() - before - looks;
    assert!(asked < 1000 * FOR_A_ROW, "1000 rows took {asked} statements");
    server.finish().await;
}
