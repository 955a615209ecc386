//! A disk that is full, or takes nothing more for another reason: requests are refused, nothing acknowledged is lost, and work goes on
//! as soon as there is room.
use crate::support::{
    Office, Process, Receiver, Reply, Traffic,
    client::File,
    cluster::Cluster,
    database::{Place, is_postgres},
    disk::Disk,
    process::database,
    server::count,
    traffic::assert_delivered,
    until,
};
use futures_util::future::join;
use hookdesk::db::Db;
use serde_json::json;
use std::{collections::HashSet, path::Path, time::Duration};

const PENDING: &str = "SELECT count(*) AS number FROM deliveries WHERE state = 0";

/// How the disk is made to take nothing more, and how it is mended.
struct Trouble<'a> {
    begin: &'a dyn Fn(),
    end: &'a dyn Fn(),
    /// The statuses that requests may be refused with.
    refusals: &'static [u16],
    /// Whether files that people send lie on the same disk.
    files: bool,
}

#[actix_rt::test]
async fn a_full_disk_refuses_what_is_new_and_keeps_what_was_acknowledged() {
    let disk = Disk::open();
    let (begin, end) = (|| disk.fill(0), || disk.empty());
    if is_postgres() {
        let cluster = std::cell::RefCell::new(Cluster::start(disk.folder()));
        let place = cluster.borrow().place();
        let server = Process::start(&place, &[]).await;
        // without room for its log PostgreSQL ends itself, and somebody has to start it again
        let end = || {
            disk.empty();
            cluster.borrow_mut().revive();
        };
        withstand(&place, &server, Trouble { begin: &begin, end: &end, refusals: &[507, 503], files: false }).await;
        drop((server, place));
    } else {
        let place = Place::within(disk.folder());
        let server = Process::start(&place, &[]).await;
        withstand(&place, &server, Trouble { begin: &begin, end: &end, refusals: &[507], files: true }).await;
        drop((server, place));
    }
}

/// Some file systems fail otherwise than by being full, as where there is a quota.
#[actix_rt::test]
async fn a_disk_that_fails_does_so_too() {
    if is_postgres() {
        return; // whose files are not the server's
    }
    let place = Place::new();
    let server = Process::start_limited(&place).await;
    let (begin, end) = (|| server.limit_files("0"), || server.limit_files("unlimited"));
    withstand(&place, &server, Trouble { begin: &begin, end: &end, refusals: &[507], files: true }).await;
}

async fn withstand(place: &Place, server: &Process, trouble: Trouble<'_>) {
    let (receiver, db) = (Receiver::open(), database(place).await);
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"})).await;
    let inbox = office.api_inbox().await;
    let traffic = Traffic::open(&office, &inbox, 4).await;
    receiver.next(Reply::status(500)).next(Reply::hang_up());
    let filling = async {
        until("some messages", async || (traffic.acknowledged.borrow().len() >= 40).then_some(())).await;
        // on their way while the disk fills: their outcomes cannot be stored
        for _ in 0..4 {
            receiver.next(Reply::ok().when_released());
        }
        (trouble.begin)();
        until("refusals", async || (traffic.refused.borrow().len() >= 60).then_some(())).await;
        traffic.stop();
    };
    join(traffic.flow(trouble.refusals), filling).await;
    assert!(traffic.longest.get() < Duration::from_secs(12), "somebody waited for {:?}", traffic.longest.get());
    assert!(trouble.refusals == [507, 503] || office.agent.get("/conversations/1").await.status == 200, "what is stored can be read");
    if trouble.files {
        refuses_files(&office, &place.folder.path().join("files")).await;
    }
    is_calm(server, &receiver).await;
    receiver.release();
    is_calm(server, &receiver).await;
    (trouble.end)();
    until("a message to be acknowledged again", async || traffic.one(trouble.refusals).await.then_some(())).await;
    until("an answer of the database", async || db.answers().await.then_some(())).await;
    until("an empty queue", async || (pending(&db).await == Some(0)).then_some(())).await;
    is_whole(&db, &traffic).await;
    assert_delivered(&traffic.acknowledged.borrow(), &receiver.received());
    assert!(!server.log().iter().any(|line| line.contains("panicked")), "{:#?}", server.log());
}

/// A file that does not fit is refused, and nothing of it stays.
async fn refuses_files(office: &Office, folder: &Path) {
    let content = vec![b'x'; 2 << 20];
    let file = File::new("attachments[]", "large.bin", "application/octet-stream", &content);
    let answer = office.agent.upload("/conversations/1/messages", &[("content", "Look")], &[file]).await;
    answer.error(507);
    let shelves = std::fs::read_dir(folder).map(|shelves| shelves.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let files: usize = shelves.iter().map(|shelf| std::fs::read_dir(shelf.path()).unwrap().count()).sum();
    assert_eq!(files, 0, "a part of the file is left");
}

/// While nothing can be stored the server neither works itself hot, nor sends things over and over, nor fills its log.
async fn is_calm(server: &Process, receiver: &Receiver) {
    let (sent, lines) = (receiver.received().len(), server.log().len());
    let busy = server.busy_within(Duration::from_secs(2)).await;
    let (sent, lines) = (receiver.received().len() - sent, server.log().len() - lines);
    assert!(busy < Duration::from_millis(1200), "it computes for {busy:?} in two seconds");
    assert!(sent <= 8, "{sent} requests");
    assert!(lines <= 20, "{lines} lines: {:#?}", server.log().iter().rev().take(lines).collect::<Vec<_>>());
}

async fn pending(db: &Db) -> Option<i64> {
    if db.answers().await { Some(count(db, PENDING).await) } else { None }
}

/// What was acknowledged is stored, once; what was refused is not; each message has its event, and each event its delivery.
async fn is_whole(db: &Db, traffic: &Traffic) {
    use diesel::{QueryDsl, RunQueryDsl};
    use hookdesk::db::schema::messages::dsl::{content, messages};
    let all: Vec<Option<String>> = db.read(|conn| Ok(messages.select(content).load(conn)?)).await.unwrap();
    let stored: HashSet<&str> = all.iter().flatten().map(String::as_str).collect();
    assert_eq!(stored.len(), all.len(), "a message is stored twice");
    for text in traffic.acknowledged.borrow().iter() {
        assert!(stored.contains(text.as_str()), "{text} is lost");
    }
    for (text, status) in traffic.refused.borrow().iter() {
        // of a connection that is lost during the commit nobody knows how it ended
        assert!(*status == 503 || !stored.contains(text.as_str()), "{text} was refused with {status}, and is stored");
    }
    let untold = "SELECT count(*) AS number FROM messages WHERE id NOT IN (SELECT message_id FROM events WHERE message_id IS NOT NULL)";
    assert_eq!(count(db, untold).await, 0);
    let unsent = "SELECT count(*) AS number FROM messages WHERE id NOT IN \
         (SELECT message_id FROM deliveries JOIN events ON events.id = event_id WHERE state = 1 AND message_id IS NOT NULL)";
    assert_eq!(count(db, unsent).await, 0);
}
