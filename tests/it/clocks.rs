//! The clock of the machine is put ahead and back while the server works: nothing is lost, nothing that did not fail is sent twice, and
//! nothing waits for a time that was named by the wrong clock.
use crate::support::{
    Office, Process, Receiver, Reply, Visitor,
    clock::Clock,
    database::{Place, is_postgres},
    process::database,
    receiver::Received,
    server::count,
    traffic::content,
    until,
};
use hookdesk::db::Db;
use serde_json::json;
use std::time::{Duration, Instant};

const PENDING: &str = "SELECT count(*) AS number FROM deliveries WHERE state = 0";
const TRIED: &str = "SELECT count(*) AS number FROM attempts";
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A server that goes by a clock of its own, and a visitor there.
struct Scene {
    clock: Clock,
    place: Place,
    server: Process,
    receiver: Receiver,
    db: Db,
    office: Office,
    visitor: Visitor,
    number: i64,
}

/// It looks often for what is due, and waits for three seconds before it tries again.
const HASTY: [(&str, &str); 3] =
    [("HOOKDESK_WEBHOOK_POLL", "100ms"), ("HOOKDESK_WEBHOOK_RETRY_SCHEDULE", "3s,3s"), ("HOOKDESK_WEBHOOK_TIMEOUT", "20s")];

async fn start(place: &Place, clock: &Clock) -> Process {
    let clock = clock.settings();
    let more: Vec<(&str, &str)> = clock.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(HASTY).collect();
    Process::start(place, &more).await
}

impl Scene {
    async fn set() -> Scene {
        let (clock, place, receiver) = (Clock::new(), Place::new(), Receiver::open());
        let db = database(&place).await;
        let server = start(&place, &clock).await;
        let office = Office::open(db.clone(), server.anonymous(), "").await;
        let inbox = office.api_inbox().await;
        let (visitor, number) = office.conversation(&inbox).await;
        Scene { clock, place, server, receiver, db, office, visitor, number }
    }

    /// A webhook that hears messages alone.
    async fn hook(&self, more: serde_json::Value) {
        let mut said = json!({"url": self.receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.office.webhook_with(said).await;
    }

    async fn says(&self, texts: &[&str]) {
        for text in texts {
            self.visitor.says(self.number, text).await;
        }
    }

    /// Waits until the server has found out about a jump.
    async fn noticed(&self, word: &str, times: usize) {
        let log = async || (self.server.log().iter().filter(|line| line.contains(word)).count() >= times).then_some(());
        until("the server to see the jump", log).await;
    }

    async fn settled(&self) {
        until("an empty queue", async || (count(&self.db, PENDING).await == 0).then_some(())).await;
    }

    fn contents(&self) -> Vec<String> {
        self.receiver.received().iter().map(content).collect()
    }

    /// It does not work itself hot because of the times that it finds.
    async fn is_calm(&self) {
        let busy = self.server.busy_within(Duration::from_secs(1)).await;
        assert!(busy < Duration::from_millis(600), "it computes for {busy:?} in a second");
    }
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

#[actix_rt::test]
async fn a_clock_put_ahead_sends_nothing_twice_that_is_on_its_way() {
    let scene = Scene::set().await;
    scene.hook(json!({"max_in_flight": 2})).await;
    for _ in 0..2 {
        scene.receiver.next(Reply::ok().when_released());
    }
    // two are out, and three wait for their turn, when every lease seems to have ended long ago
    scene.says(&["a", "b", "c", "d", "e"]).await;
    scene.receiver.wait_for(2).await;
    scene.clock.set(2 * DAY);
    scene.noticed("put ahead", 1).await;
    scene.is_calm().await;
    assert_eq!(scene.receiver.received().len(), 2, "{:?}", scene.contents());
    scene.receiver.release();
    scene.settled().await;
    assert_eq!(sorted(scene.contents()), ["a", "b", "c", "d", "e"]);
    // what happens from now on goes by the new time, and works as ever
    scene.receiver.next(Reply::status(500));
    scene.says(&["f"]).await;
    scene.settled().await;
    assert_eq!(scene.receiver.received().len(), 7);
}

#[actix_rt::test]
async fn a_clock_put_back_delays_nothing() {
    let scene = Scene::set().await;
    scene.hook(json!({})).await;
    scene.receiver.next(Reply::status(500)).next(Reply::ok().when_released());
    scene.says(&["fails"]).await;
    scene.receiver.wait_for(1).await;
    scene.says(&["is out"]).await;
    scene.receiver.wait_for(2).await;
    until("the failure to be stored", async || (count(&scene.db, TRIED).await == 1).then_some(())).await;
    let jumped = Instant::now();
    scene.clock.set(-2 * DAY - HOUR);
    scene.noticed("put back", 1).await;
    scene.says(&["later"]).await;
    scene.receiver.release();
    let again = |request: &Received| content(request) == "fails";
    let tries = scene.receiver.wait_for_those(2, again).await;
    let (waited, after) = (tries[1].at - tries[0].at, tries[1].at - jumped);
    assert!(waited > Duration::from_millis(2500), "it waits as long as it was to, not {waited:?}");
    assert!(after < Duration::from_secs(10), "{after:?}");
    scene.settled().await;
    scene.is_calm().await;
    assert_eq!(sorted(scene.contents()), ["fails", "fails", "is out", "later"]);
    // and forth again, to the right time
    scene.clock.set(0);
    scene.noticed("put ahead", 1).await;
    scene.says(&["last"]).await;
    scene.settled().await;
    assert_eq!(scene.receiver.received().len(), 5);
}

#[actix_rt::test]
async fn a_clock_put_back_does_not_hold_up_a_conversation_in_order() {
    let scene = Scene::set().await;
    scene.hook(json!({"in_order": true, "retry_schedule": "1h,1h"})).await;
    scene.clock.set(HOUR);
    scene.receiver.next(Reply::status(500));
    scene.says(&["fails"]).await;
    until("the failure to be stored", async || (count(&scene.db, TRIED).await == 1).then_some(())).await;
    // these wait for the first, which was made in the future when they are looked at
    scene.says(&["second", "third"]).await;
    scene.clock.set(-DAY);
    scene.noticed("put back", 1).await;
    scene.receiver.wait_for(3).await;
    assert_eq!(scene.contents(), ["fails", "second", "third"]);
    // the hour has passed
    scene.clock.set(0);
    scene.settled().await;
    assert_eq!(scene.contents(), ["fails", "second", "third", "fails"]);
}

#[actix_rt::test]
async fn a_clock_put_back_while_the_server_is_down_delays_nothing() {
    let mut scene = Scene::set().await;
    scene.hook(json!({})).await;
    scene.clock.set(2 * DAY);
    scene.receiver.next(Reply::status(500));
    scene.says(&["fails"]).await;
    until("the failure to be stored", async || (count(&scene.db, TRIED).await == 1).then_some(())).await;
    // it ends before the clock is put back, so that nobody sees that happen
    scene.server.terminate();
    scene.server.ended().await;
    scene.clock.set(0);
    let started = Instant::now();
    scene.server = start(&scene.place, &scene.clock).await;
    scene.receiver.wait_for(2).await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    scene.settled().await;
    assert_eq!(scene.contents(), ["fails", "fails"]);
}

#[actix_rt::test]
async fn a_node_whose_clock_is_ahead_takes_nothing_from_the_others() {
    if !is_postgres() {
        return; // one node, one clock
    }
    let scene = Scene::set().await;
    scene.hook(json!({"max_in_flight": 4})).await;
    for _ in 0..4 {
        scene.receiver.next(Reply::ok().when_released());
    }
    scene.says(&["a", "b", "c", "d"]).await;
    scene.receiver.wait_for(4).await;
    let ahead = Clock::new();
    ahead.set(2 * DAY);
    let other = start(&scene.place, &ahead).await;
    scene.is_calm().await;
    assert_eq!(scene.receiver.received().len(), 4, "{:?}", scene.contents());
    scene.receiver.release();
    scene.settled().await;
    assert_eq!(sorted(scene.contents()), ["a", "b", "c", "d"]);
    drop(other);
}
