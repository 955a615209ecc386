//! Sockets as clients have them: over TCP, on one node and on several.
use crate::support::{
    Caller, Office, Process, Receiver, Server, Visitor,
    cable::{Cable, Ended, of_member, of_visitor},
    database::{Place, is_postgres},
    process::database,
    raw, until, until_within,
};
use futures_util::future::join_all;
use hookdesk::{
    db::{nodes::Nodes, types::AccountId},
    events::{Actor, Event, EventName, publish},
};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A socket of Ben's.
async fn ben(office: &Office, address: &str) -> Cable {
    let mut cable = Cable::open(address).await;
    cable.subscribe(&of_member(&office.agent, office.account).await).await;
    cable
}

/// A socket of a visitor's.
async fn of(visitor: &Visitor, address: &str) -> Cable {
    let mut cable = Cable::open(address).await;
    cable.subscribe(&of_visitor(visitor).await).await;
    cable
}

/// What the next so many new messages say.
async fn texts(cable: &mut Cable, number: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < number {
        let message = cable.hears("message.created").await;
        texts.push(message["data"]["content"].as_str().unwrap_or_default().to_owned());
    }
    texts
}

const TOKEN: &str = "token-of-a-monitor";

/// One number of what a server counts.
async fn figure(monitor: &Caller, name: &str) -> f64 {
    let text = monitor.get("/metrics").await.text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} is not told"));
    line.trim().parse().unwrap()
}

#[actix_rt::test]
async fn a_socket_is_welcomed_from_anywhere_and_hears_that_the_server_is_there() {
    let server = Server::start().await;
    let address = server.address.to_string();
    let mut cable = Cable::open(&address).await;
    let head = cable.head.to_lowercase();
    assert!(head.contains("sec-websocket-protocol: actioncable-v1-json\r\n"), "{head}");
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    let begun = Instant::now();
    let first = cable.any().await.unwrap();
    let second = cable.any().await.unwrap();
    assert!(begun.elapsed() > Duration::from_secs(5) && begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    for ping in [first, second] {
        assert_eq!(ping["type"], "ping");
        assert!((ping["message"].as_i64().unwrap() - chrono::Utc::now().timestamp()).abs() < 20, "{ping}");
    }
    let no_upgrade = raw::send(&address, b"GET /cable HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert_eq!(no_upgrade.status, 404);
    let half = b"GET /cable HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12\r\n\r\n";
    assert_eq!(raw::send(&address, half).await.status, 404);
    server.finish().await;
}

#[actix_rt::test]
async fn agents_and_visitors_hear_who_is_there() {
    let server = Server::start().await;
    let address = server.address.to_string();
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let lea = office.visitor(&inbox, json!({"name": "Lea"})).await;
    let mut visitor = of(&lea, &address).await;
    assert_eq!(visitor.presence().await, json!({"account_id": office.account, "users": {}}));
    let contact = format!("/contacts/{}", lea.id);
    until("the visitor to be online", async || {
        let seen = office.agent.get(&contact).await.ok();
        (seen["payload"]["availability_status"] == "online").then_some(())
    })
    .await;
    let active = office.agent.get("/contacts/active").await.ok();
    assert_eq!(active["payload"][0]["id"], lea.id);
    let mut agent = ben(&office, &address).await;
    let (ben_id, lea_id) = (office.agent.id.to_string(), lea.id.to_string());
    let there = json!({"account_id": office.account, "users": {&ben_id: "online"}, "contacts": {&lea_id: "online"}});
    assert_eq!(agent.presence().await, there);
    assert_eq!(visitor.presence().await, json!({"account_id": office.account, "users": {&ben_id: "online"}}));
    let listed = async || {
        let agents = office.administrator.get("/agents").await.ok();
        let of_ben = agents.as_array().unwrap().iter().find(|agent| agent["id"] == office.agent.id).unwrap();
        of_ben["availability_status"].as_str().unwrap().to_owned()
    };
    until("the agent to be online", async || (listed().await == "online").then_some(())).await;
    // what was chosen is seen, by whoever says so next
    let profile = office.agent.caller.below("");
    profile.post("/api/v1/profile/availability", json!({"profile": {"account_id": office.account, "availability": "busy"}})).await.ok();
    assert_eq!(visitor.presence().await["users"], json!({&ben_id: "busy"}));
    server.finish().await;
}

#[actix_rt::test]
async fn a_visitor_who_turns_out_to_be_a_known_contact_is_seen_as_that_one() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (known, lea) = (office.contact(json!({"name": "Lea"})).await, office.visitor(&inbox, json!({"name": "quiet-river-1"})).await);
    let mut visitor = of(&lea, &server.address.to_string()).await;
    let merge = json!({"base_contact_id": known, "mergee_contact_id": lea.id});
    office.administrator.post("/actions/contact_merge", merge).await.ok();
    let availability = async || office.agent.get(&format!("/contacts/{known}")).await.ok()["payload"]["availability_status"].clone();
    assert_eq!(availability().await, "offline", "nobody has said anything since");
    visitor.presence().await;
    until("the contact to be online", async || (availability().await == "online").then_some(())).await;
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_written_is_heard_on_both_sides() {
    let server = Server::start().await;
    let address = server.address.to_string();
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (lea, number) = office.conversation(&inbox).await;
    let stranger = office.visitor(&inbox, json!({"name": "Mia"})).await;
    let (mut agent, mut visitor, mut other) = (ben(&office, &address).await, of(&lea, &address).await, of(&stranger, &address).await);
    lea.says(number, "hello").await;
    office.agent.says(number, "good day").await;
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "a note", "private": true})).await.ok();
    office.agent.says(number, "how can I help?").await;
    assert_eq!(texts(&mut agent, 4).await, ["hello", "good day", "a note", "how can I help?"]);
    assert_eq!(texts(&mut visitor, 3).await, ["hello", "good day", "how can I help?"]);
    let own = stranger.begin().await;
    stranger.says(own, "mine").await;
    assert_eq!(texts(&mut other, 1).await, ["mine"], "and nothing of somebody else's");
    server.finish().await;
}

#[actix_rt::test]
async fn a_client_that_was_cut_off_hears_what_it_has_missed() {
    let server = Server::start().await;
    let address = server.address.to_string();
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (lea, number) = office.conversation(&inbox).await;
    let identifier = of_visitor(&lea).await;
    let mut visitor = of(&lea, &address).await;
    office.agent.says(number, "one").await;
    let heard = visitor.hears("message.created").await;
    let since = heard["sequence"].as_i64().unwrap();
    drop(visitor);
    office.agent.says(number, "two").await;
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "a note", "private": true})).await.ok();
    office.agent.says(number, "three").await;
    let mut again = Cable::open_at(&address, &format!("/cable?since={since}")).await;
    again.subscribe(&identifier).await;
    office.agent.says(number, "four").await;
    assert_eq!(texts(&mut again, 3).await, ["two", "three", "four"]);
    let mut with_since = identifier.clone();
    with_since["since"] = json!(since.to_string());
    let mut again = Cable::open(&address).await;
    again.subscribe(&with_since).await;
    assert_eq!(texts(&mut again, 3).await, ["two", "three", "four"]);
    let mut unknown = Cable::open_at(&address, "/cable?since=999999999999999").await;
    unknown.subscribe(&identifier).await;
    assert_eq!(unknown.message().await["event"], "reload");
    server.finish().await;
}

#[actix_rt::test]
async fn a_server_that_stops_says_so_and_does_not_wait_for_sockets() {
    let server = Server::start().await;
    let office = server.office().await;
    let address = server.address.to_string();
    let (mut agent, mut silent) = (ben(&office, &address).await, Cable::open(&address).await);
    // one that has sent half a frame, and one that has sent nothing at all
    silent.send_bytes(b"\x81\xff\x00").await;
    let begun = Instant::now();
    server.finish().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    for cable in [&mut agent, &mut silent] {
        loop {
            let said = cable.next().await.unwrap();
            if said["type"] == "disconnect" {
                assert_eq!(said, json!({"type": "disconnect", "reason": "server_restart", "reconnect": true}));
                break;
            }
        }
        assert_eq!(cable.end().await, Ended::Closed(1001));
    }
}

#[actix_rt::test]
async fn a_server_that_has_stopped_lets_go_of_its_database() {
    let server = Server::start().await;
    let (address, receiver) = (server.address.to_string(), Receiver::open());
    let carried = Arc::downgrade(&server.db.shared::<Nodes>().unwrap());
    let office = server.office().await;
    office.webhook(&receiver.url()).await;
    let _agent = ben(&office, &address).await;
    office.conversation(&office.api_inbox().await).await;
    drop(office);
    server.finish().await;
    assert!(!receiver.received().is_empty());
    until("everybody to let go of the database", async || carried.upgrade().is_none().then_some(())).await;
}

#[actix_rt::test]
async fn the_server_counts_its_sockets_and_has_room_for_so_many() {
    let server = Server::start_with(|config| {
        config.metrics_token = Some(hookdesk::config::Secret(TOKEN.into()));
        config.sockets.most = 3;
    })
    .await;
    let address = server.address.to_string();
    let office = server.office().await;
    let monitor = server.anonymous().with("authorization", &format!("Bearer {TOKEN}"));
    let figure = async |name: &str| figure(&monitor, name).await;
    let mut cables = vec![ben(&office, &address).await, Cable::open(&address).await, Cable::open(&address).await];
    assert_eq!((figure("hookdesk_sockets_open").await, figure("hookdesk_socket_subscriptions").await), (3.0, 1.0));
    let refused = Cable::ask(&address, "/cable").await;
    assert!(refused.head.starts_with("HTTP/1.1 503 ") && refused.head.to_lowercase().contains("retry-after:"), "{}", refused.head);
    assert_eq!(figure("hookdesk_sockets_dropped_total{reason=\"refused\"}").await, 1.0);
    // whatever ends a socket, it counts no more
    cables[1].send_bytes(b"\x00\x00\x00").await;
    assert_eq!(cables[1].end().await, Ended::Closed(1002));
    drop(cables.pop());
    until("two sockets to be gone", async || (figure("hookdesk_sockets_open").await == 1.0).then_some(())).await;
    assert_eq!(figure("hookdesk_sockets_dropped_total{reason=\"unruly\"}").await, 1.0);
    drop(cables);
    until("the subscription to be gone", async || (figure("hookdesk_socket_subscriptions").await == 0.0).then_some(())).await;
    server.finish().await;
}

#[actix_rt::test]
async fn an_address_has_so_many_sockets_unless_it_is_exempt() {
    for (exempt, second) in [("192.0.2.0/24", "HTTP/1.1 429 "), ("127.0.0.0/8", "HTTP/1.1 101 ")] {
        let server = Server::start_with(|config| {
            (config.rate_limits, config.sockets.of_address) = (true, 1);
            config.request_limit_exempt = vec![exempt.parse().unwrap()];
        })
        .await;
        let address = server.address.to_string();
        let _first = Cable::open(&address).await;
        let head = Cable::ask(&address, "/cable").await.head;
        assert!(head.starts_with(second), "{exempt}: {head}");
        server.finish().await;
    }
}

#[actix_rt::test]
async fn whoever_stops_reading_is_let_go_and_neither_fills_memory_nor_holds_anybody_up() {
    const MB: u64 = 1 << 20;
    let place = Place::new();
    let server = Process::start(&place, &[("HOOKDESK_METRICS_TOKEN", TOKEN)]).await;
    let db = database(&place).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let monitor = server.anonymous().with("authorization", &format!("Bearer {TOKEN}"));
    let mut quick = ben(&office, &server.address).await;
    // some 300 kB, which frames hold more than once
    let large = "\u{e01}".repeat(100_000);
    // each is heard before the next one is written
    let mut tell = async |times: usize| {
        let mut heard = 0;
        for _ in 0..times {
            office.agent.says(number, &large).await;
            heard += quick.hears("message.created").await.to_string().len() as u64;
        }
        heard
    };
    tell(10).await;
    let usual = server.most_memory();
    let mut slow = Vec::new();
    for _ in 0..5 {
        slow.push(ben(&office, &server.address).await);
    }
    let heard = tell(100).await;
    assert!(heard > 50 * MB, "{heard}");
    let most = server.most_memory() - usual;
    assert!(most < 30 * MB, "{} MB more than before, of {} MB that were told", most / MB, heard / MB);
    // the kernel waits 30 seconds for somebody who takes nothing
    let gone = async || (figure(&monitor, "hookdesk_sockets_open").await == 1.0).then_some(());
    until_within(Duration::from_secs(60), "the slow ones to be gone", gone).await;
    assert_eq!(figure(&monitor, "hookdesk_sockets_dropped_total{reason=\"slow\"}").await, 5.0);
    for mut cable in slow {
        assert_eq!(cable.end().await, Ended::Cut);
    }
    office.agent.says(number, "still here").await;
    assert_eq!(texts(&mut quick, 1).await, ["still here"]);
    server.terminate();
    server.ended().await;
}

#[actix_rt::test]
async fn a_node_that_only_delivers_has_no_sockets() {
    if !is_postgres() {
        return;
    }
    let place = Place::new();
    let worker = Process::start(&place, &[("HOOKDESK_ROLE", "worker")]).await;
    let head = Cable::ask(&worker.address, "/cable").await.head;
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
}

#[actix_rt::test]
async fn what_a_node_has_told_that_died_before_it_called_is_told_by_the_others() {
    if !is_postgres() {
        return;
    }
    let place = Place::new();
    let node = Process::start(&place, &[]).await;
    let db = database(&place).await;
    let office = Office::open(db.clone(), node.anonymous(), "").await;
    let mut cable = ben(&office, &node.address).await;
    let account = AccountId(office.account);
    // written by nobody who would call
    let told = Event::for_sockets(EventName::AccountCacheInvalidated, account, Actor::System, &json!({})).unwrap();
    db.write(move |tx| publish(tx, told)).await.unwrap();
    let heard = cable.hears("account.cache_invalidated").await;
    assert_eq!(heard["data"]["account_id"], office.account);
}

#[actix_rt::test]
async fn every_node_tells_every_event_once_and_in_order() {
    if !is_postgres() {
        return;
    }
    let place = Place::new();
    let nodes = [Process::start(&place, &[]).await, Process::start(&place, &[]).await, Process::start(&place, &[("HOOKDESK_ROLE", "web")]).await];
    let db = database(&place).await;
    let office = Office::open(db.clone(), nodes[0].anonymous(), "").await;
    let inbox = office.api_inbox().await;
    let (lea, number) = office.conversation(&inbox).await;
    let mut cables = Vec::new();
    for node in &nodes {
        cables.push((ben(&office, &node.address).await, of(&lea, &node.address).await));
    }
    // written at all nodes at once
    let says = |n: usize| {
        let caller = office.agent.caller.moved_to(&nodes[n % 3].address);
        async move {
            let path = format!("/conversations/{number}/messages");
            caller.post(&path, json!({"content": n.to_string()})).await.ok()["id"].as_i64().unwrap()
        }
    };
    for first in (0..60).step_by(6) {
        join_all((first..first + 6).map(says)).await;
    }
    let heard = join_all(cables.iter_mut().map(|(agent, visitor)| async move { [sequences(agent, 60).await, sequences(visitor, 60).await] })).await;
    for one in heard.iter().flatten() {
        assert!(one.is_sorted_by(|(before, _), (after, _)| before < after), "{one:?}");
        assert_eq!(one, &heard[0][0], "all hear the same in the same order");
    }
    // a node that dies, and its client that goes on at another
    let [first, second, third] = nodes;
    let identifier = of_visitor(&lea).await;
    let place_of_last = heard[0][1].last().unwrap().0;
    second.kill();
    let caller = office.agent.caller.moved_to(&third.address);
    caller.post(&format!("/conversations/{number}/messages"), json!({"content": "meanwhile"})).await.ok();
    let mut again = Cable::open_at(&first.address, &format!("/cable?since={place_of_last}")).await;
    again.subscribe(&identifier).await;
    assert_eq!(texts(&mut again, 1).await, ["meanwhile"]);
    drop((cables, again));
    until("an empty queue", async || {
        (crate::support::server::count(&db, "SELECT count(*) AS number FROM deliveries WHERE state = 0").await == 0).then_some(())
    })
    .await;
}

async fn sequences(cable: &mut Cable, number: usize) -> Vec<(i64, Value)> {
    let mut heard = Vec::new();
    while heard.len() < number {
        let message = cable.hears("message.created").await;
        heard.push((message["sequence"].as_i64().unwrap(), message["data"]["content"].clone()));
    }
    heard
}

#[actix_rt::test]
async fn an_agent_who_has_closed_the_last_socket_is_gone_unless_another_node_has_one() {
    if !is_postgres() {
        return;
    }
    let place = Place::new();
    let (first, second) = (Process::start(&place, &[]).await, Process::start(&place, &[]).await);
    let db = database(&place).await;
    let office = Office::open(db.clone(), first.anonymous(), "").await;
    let (here, mut there) = (ben(&office, &first.address).await, ben(&office, &second.address).await);
    let left = "SELECT count(*) AS number FROM account_users WHERE left_at IS NOT NULL AND left_at >= active_at";
    let noted = "SELECT count(*) AS number FROM account_users WHERE active_at IS NOT NULL";
    let number = async |sql: &str| crate::support::server::count(&db, sql).await;
    until("it to be noted", async || (number(noted).await == 1).then_some(())).await;
    drop(here);
    let ever = "SELECT count(*) AS number FROM account_users WHERE left_at IS NOT NULL";
    until("the departure", async || (number(ever).await == 1).then_some(())).await;
    until("the other node to say that they are there", async || (number(left).await == 0).then_some(())).await;
    let ben_id = office.agent.id.to_string();
    assert_eq!(there.presence().await["users"], json!({&ben_id: "online"}));
    drop(there);
    until("nobody to be there", async || (number(left).await == 1).then_some(())).await;
    let agents = office.administrator.get("/agents").await.ok();
    let of_ben = agents.as_array().unwrap().iter().find(|agent| agent["id"] == office.agent.id).unwrap();
    assert_eq!(of_ben["availability_status"], "offline");
}
