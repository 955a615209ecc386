//! Sending a part of the past again: how many, how fast, and in whose way.
use crate::{
    pages::Visit,
    support::{
        Hook, Office, Process, Receiver, Reply, Server,
        database::{Place, is_postgres},
        process::database,
        receiver::Received,
        server::count,
        until,
    },
};
use diesel::{ExpressionMethods, RunQueryDsl};
use hookdesk::db::{Db, schema::webhooks};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

const LONG_AGO: &str = "2020-01-01";
const SENT: &str = "SELECT coalesce(sum(sent), 0) AS number FROM webhook_replays";

fn names(prefix: &str, number: usize) -> Vec<String> {
    (0..number).map(|n| format!("{prefix}{n}")).collect()
}

async fn contacts(office: &Office, prefix: &str, number: usize) {
    for name in names(prefix, number) {
        office.contact(json!({"name": name})).await;
    }
}

/// Contacts only: one change, one delivery.
async fn hook(office: &Office, receiver: &Receiver) -> Hook {
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["contact_created"], "payload_format": "chatwoot"})).await
}

/// Turns all webhooks on, or off.
async fn switch(db: &Db, on: bool) {
    let off_since = (!on).then(|| chrono::Utc::now().naive_utc());
    db.write(move |tx| Ok(diesel::update(webhooks::table).set(webhooks::turned_off_at.eq(off_since)).execute(tx.conn)?)).await.unwrap();
}

fn name(request: &Received) -> String {
    request.json()["name"].as_str().unwrap_or_default().to_owned()
}

struct Replays<'a> {
    office: &'a Office,
    path: String,
}

impl<'a> Replays<'a> {
    fn of(office: &'a Office, hook: &Hook) -> Replays<'a> {
        Replays { office, path: format!("/webhooks/{}/replays", hook.id) }
    }

    async fn preview(&self, what: &str) -> Value {
        let said = json!({"from": LONG_AGO, "what": what, "dry_run": true});
        self.office.administrator.post(&self.path, said).await.ok()["payload"]["preview"].clone()
    }

    async fn start(&self, what: &str, rate: i64) -> Value {
        let said = json!({"replay": {"from": LONG_AGO, "what": what, "rate": rate}});
        self.office.administrator.post(&self.path, said).await.ok()["payload"]["replay"].clone()
    }

    async fn is(&self, id: &Value) -> Value {
        self.office.administrator.get(&format!("{}/{id}", self.path)).await.ok()["payload"]["replay"].clone()
    }

    async fn cancel(&self, id: &Value) -> Value {
        self.office.administrator.delete(&format!("{}/{id}", self.path)).await.ok()["payload"]["replay"].clone()
    }

    async fn done(&self, replay: &Value) -> Value {
        let id = &replay["id"];
        until("the end of the replay", async || Some(self.is(id).await).filter(|replay| replay["state"] == "done")).await
    }
}

#[actix_rt::test]
async fn as_many_are_sent_as_the_preview_says_of_each_kind() {
    let server = Server::start_with(|config| config.webhook.retry_schedule.clear()).await;
    let receiver = Receiver::open();
    let office = server.office().await;
    let hook = hook(&office, &receiver).await;
    let replays = Replays::of(&office, &hook);
    receiver.always(Reply::status(500));
    contacts(&office, "failed-", 3).await;
    server.settled().await;
    receiver.always(Reply::ok());
    contacts(&office, "arrived-", 2).await;
    server.settled().await;
    switch(&server.db, false).await;
    contacts(&office, "missed-", 4).await;
    switch(&server.db, true).await;
    let previews = [replays.preview("failed").await, replays.preview("everything").await, replays.preview("never_attempted").await];
    assert_eq!(previews.each_ref().map(|preview| &preview["total"]), [3, 5, 4]);
    assert_eq!((&previews[0]["rate"], &previews[0]["seconds"], &previews[0]["events"]), (&json!(50), &json!(1), &json!(["contact_created"])));
    assert_eq!(receiver.received().len(), 5, "a preview sends nothing");
    let by_name = |received: &[Received]| {
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        received.iter().for_each(|request| ids.entry(name(request)).or_default().push(request.header("webhook-id").to_owned()));
        ids
    };
    let before = by_name(&receiver.received());
    let mut arrived = 5;
    for (what, number) in [("never_attempted", 4), ("failed", 3), ("everything", 9), ("never_attempted", 0)] {
        let replay = replays.start(what, 1000).await;
        assert_eq!((&replay["total"], &replay["state"], &replay["what"]), (&json!(number), &json!("running"), &json!(what)));
        let done = replays.done(&replay).await;
        assert_eq!((&done["sent"], &done["seconds_left"]), (&json!(number), &json!(0)), "{what}");
        arrived += number;
        receiver.wait_for(arrived).await;
        server.settled().await;
    }
    let after = by_name(&receiver.received());
    assert_eq!(receiver.received().len(), 5 + 4 + 3 + 9);
    for (name, ids) in &after {
        let again = if name.starts_with("failed") { 3 } else { 2 };
        assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (again, 1), "{name} arrives under {ids:?}");
        assert!(before.get(name).is_none_or(|known| known[0] == ids[0]), "{name} has kept its id");
    }
    let list = office.administrator.get(&replays.path).await.ok();
    assert_eq!(list["payload"]["replays"].as_array().unwrap().len(), 4);
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries").await, 9);
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_never_attempted_is_what_it_would_have_heard() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let (one, two) = (office.api_inbox().await, office.api_inbox().await);
    let mut numbers = Vec::new();
    for inbox in [&one, &two] {
        let (visitor, number) = office.conversation(inbox).await;
        visitor.says(number, "Hello").await;
        office.agent.says(number, "Hi").await;
        office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "A note", "private": true})).await.ok();
        office.agent.post(&format!("/conversations/{number}/toggle_typing_status"), json!({"typing_status": "on", "is_private": true})).await;
        numbers.push(number);
    }
    // only now is there a webhook at all
    let said = |more: Value| {
        let mut said = json!({"url": format!("{}?{more}", receiver.url()), "subscriptions": ["message_created"]});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        said
    };
    let events = server.told().await;
    let all = events.len();
    let notes = events.iter().filter(|told| told.payload["private"] == true || told.payload["is_private"] == true).count();
    assert_eq!(notes, 4);
    for (more, number) in [
        (json!({}), 6),
        (json!({"inbox_id": two.id}), 3),
        (json!({"exclude_private_notes": true}), 4),
        (json!({"inbox_id": one.id, "exclude_private_notes": true}), 2),
        (json!({"all_events": true}), all),
        (json!({"all_events": true, "exclude_private_notes": true}), all - notes),
    ] {
        let hook = office.webhook_with(said(more.clone())).await;
        let replays = Replays::of(&office, &hook);
        assert_eq!(replays.preview("never_attempted").await["total"], number, "{more}");
        let before = receiver.received().len();
        replays.done(&replays.start("never_attempted", 1000).await).await;
        server.settled().await;
        assert_eq!(receiver.received().len() - before, number, "{more}");
        assert_eq!(replays.preview("never_attempted").await["total"], 0, "{more}");
    }
    // chosen events, and a period
    let hook = office.webhook_with(json!({"url": receiver.url_of("/chosen")})).await;
    let path = format!("/webhooks/{}/replays", hook.id);
    let preview = async |said: Value| office.administrator.post(&path, said).await.ok()["payload"]["preview"]["total"].clone();
    let chosen = json!({"from": LONG_AGO, "what": "never_attempted", "events": ["contact_created"], "dry_run": "true"});
    assert_eq!(preview(chosen).await, 2);
    let before_all = json!({"from": LONG_AGO, "to": "2020-02-01", "what": "never_attempted", "dry_run": 1});
    assert_eq!(preview(before_all).await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_new_overtakes_what_is_replayed() {
    let server = Server::start_with(|config| {
        config.webhook.in_flight = 4;
        config.webhook.timeout = std::time::Duration::from_secs(20);
    })
    .await;
    let receiver = Receiver::open();
    let office = server.office().await;
    let hook = hook(&office, &receiver).await;
    let replays = Replays::of(&office, &hook);
    switch(&server.db, false).await;
    let all: Vec<_> = names("old-", 2000).into_iter().map(|name| json!({"name": name})).collect();
    for some in all.chunks(50) {
        futures_util::future::join_all(some.iter().map(|said| office.contact(said.clone()))).await;
    }
    switch(&server.db, true).await;
    receiver.always(Reply::ok().when_released());
    let replay = replays.start("never_attempted", 1000).await;
    assert_eq!(replay["total"], 2000);
    // half of the requests in flight, and no answer to any of them
    receiver.wait_for(2).await;
    office.contact(json!({"name": "new-1"})).await;
    office.contact(json!({"name": "new-2"})).await;
    let received = receiver.wait_for(4).await;
    let new: Vec<String> = received.iter().map(name).filter(|name| name.starts_with("new")).collect();
    assert_eq!((new.len(), received.len()), (2, 4), "nobody waits for what is replayed");
    assert_eq!(server.count(SENT).await, 2);
    receiver.release();
    // and in the middle of it
    let seen = receiver.wait_for(200).await.len();
    office.contact(json!({"name": "new-3"})).await;
    let received = receiver.wait_for_those(1, |request| name(request) == "new-3").await;
    assert_eq!(received.len(), 1);
    let at = receiver.received().iter().position(|request| name(request) == "new-3").unwrap();
    assert!(at < 1000, "it is the {at}th, after {seen}");
    let sent = usize::try_from(replays.cancel(&replay["id"]).await["sent"].as_i64().unwrap()).unwrap();
    server.settled().await;
    let arrived: HashSet<String> = receiver.received().iter().map(name).collect();
    assert_eq!((arrived.len(), receiver.received().len()), (sent + 3, sent + 3), "each once");
    server.finish().await;
}

#[actix_rt::test]
async fn a_replay_is_cancelled_and_pauses_while_its_webhook_is_off() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let hook = hook(&office, &receiver).await;
    let replays = Replays::of(&office, &hook);
    switch(&server.db, false).await;
    contacts(&office, "C", 6).await;
    let said = json!({"from": LONG_AGO, "what": "never_attempted"});
    let off = office.administrator.post(&replays.path, said.clone()).await.error(422);
    assert!(off.contains("off"), "{off}");
    switch(&server.db, true).await;
    let replay = replays.start("never_attempted", 1).await;
    let another = office.administrator.post(&replays.path, said).await.error(422);
    assert!(another.contains("Another"), "{another}");
    receiver.wait_for(1).await;
    switch(&server.db, false).await;
    assert_eq!(replays.is(&replay["id"]).await["state"], "paused");
    server.settled().await;
    let before = replays.is(&replay["id"]).await["sent"].as_i64().unwrap();
    switch(&server.db, true).await;
    receiver.wait_for(usize::try_from(before).unwrap() + 1).await;
    let cancelled = replays.cancel(&replay["id"]).await;
    assert_eq!(cancelled["state"], "cancelled");
    assert!(cancelled["sent"].as_i64().unwrap() < 6 && cancelled["finished_at"].is_string(), "{cancelled}");
    server.settled().await;
    assert_eq!(receiver.received().len() as i64, cancelled["sent"].as_i64().unwrap());
    assert_eq!(replays.cancel(&replay["id"]).await, cancelled, "twice is as good as once");
    // the rest is still there for another one
    let rest = replays.preview("never_attempted").await["total"].as_i64().unwrap();
    assert_eq!(rest, 6 - cancelled["sent"].as_i64().unwrap());
    replays.done(&replays.start("never_attempted", 1000).await).await;
    server.finish().await;
    assert_eq!(receiver.received().iter().map(name).collect::<HashSet<_>>().len(), 6);
}

#[actix_rt::test]
async fn a_replay_survives_kill_9() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    // on PostgreSQL another node is there when it happens
    let other = if is_postgres() { Some(Process::start(&place, &[]).await) } else { None };
    let office = Office::open(db.clone(), other.as_ref().unwrap_or(&server).anonymous(), "").await;
    let hook = hook(&office, &receiver).await;
    switch(&db, false).await;
    contacts(&office, "C", 300).await;
    switch(&db, true).await;
    receiver.always(Reply::ok().after(std::time::Duration::from_millis(5)));
    let replays = Replays::of(&office, &hook);
    let id = replays.start("never_attempted", 1000).await["id"].clone();
    for round in 1..=2 {
        receiver.wait_for(round * 60).await;
        server.kill();
        if round == 1 || other.is_none() {
            server = Process::start(&place, &[]).await;
        } else {
            break;
        }
    }
    let over = "SELECT count(*) AS number FROM webhook_replays WHERE state = 1";
    let pending = "SELECT count(*) AS number FROM deliveries WHERE state = 0";
    until("the end of the replay", async || (count(&db, over).await == 1 && count(&db, pending).await == 0).then_some(())).await;
    assert_eq!((count(&db, SENT).await, id), (300, json!(1)));
    let mut ids: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for request in receiver.received() {
        ids.entry(name(&request)).or_default().insert(request.header("webhook-id").to_owned());
    }
    assert_eq!(ids.len(), 300, "nothing is lost");
    assert!(ids.values().all(|ids| ids.len() == 1), "and nothing made twice");
    assert_eq!(count(&db, "SELECT count(*) AS number FROM deliveries").await, 300);
}

#[actix_rt::test]
async fn what_makes_no_sense_is_refused() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let hook = hook(&office, &receiver).await;
    let path = format!("/webhooks/{}/replays", hook.id);
    let long = "9".repeat(5000);
    for (said, attribute) in [
        (json!({}), "what"),
        (json!({"what": "all of it", "from": LONG_AGO}), "what"),
        (json!({"what": "failed"}), "from"),
        (json!({"what": "failed", "from": "yesterday"}), "from"),
        (json!({"what": "failed", "from": long}), "from"),
        (json!({"what": "failed", "from": i64::MAX}), "from"),
        (json!({"what": "failed", "from": "+262142-01-01T00:00:00Z"}), "from"),
        (json!({"what": "failed", "from": "9999-12-31T23:59:59Z"}), "from"),
        (json!({"what": "failed", "from": LONG_AGO, "to": "' OR 1=1 --"}), "to"),
        (json!({"what": "failed", "from": LONG_AGO, "to": "2019-01-01"}), "from"),
        (json!({"what": "failed", "from": LONG_AGO, "rate": 0}), "rate"),
        (json!({"what": "failed", "from": LONG_AGO, "rate": -1}), "rate"),
        (json!({"what": "failed", "from": LONG_AGO, "rate": 1001}), "rate"),
        (json!({"what": "failed", "from": LONG_AGO, "rate": "1e3"}), "rate"),
        (json!({"what": "failed", "from": LONG_AGO, "events": ["nothing"]}), "events"),
    ] {
        assert_eq!(office.administrator.post(&path, said.clone()).await.invalid(), [attribute], "{said}");
    }
    for said in [json!({"what": {}}), json!({"from": []}), json!({"events": [[]]}), json!({"dry_run": "maybe"})] {
        office.administrator.post(&path, said).await.is(422);
    }
    let strange = server.another_office("b.").await;
    let said = json!({"what": "failed", "from": "1970-01-01", "to": "9999-12-31"});
    let replay = office.administrator.post(&path, said.clone()).await.ok()["payload"]["replay"]["id"].clone();
    for id in [replay.to_string(), "0".into(), i64::MAX.to_string()] {
        strange.administrator.get(&format!("{path}/{id}")).await.error(404);
        strange.administrator.delete(&format!("{path}/{id}")).await.error(404);
    }
    strange.administrator.post(&path, said.clone()).await.error(404);
    strange.administrator.get(&path).await.error(404);
    assert_eq!(office.agent.post(&path, said).await.status, 401);
    for id in ["x", "-1", "99999999999999999999"] {
        office.administrator.get(&format!("{path}/{id}")).await.error(404);
    }
    Replays::of(&office, &hook).done(&json!({"id": replay})).await;
    server.finish().await;
}

#[actix_rt::test]
async fn the_page_counts_first_and_offers_what_was_missed() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = Visit::new(&server).await;
    assert_eq!(visit.sign_in().await.status, 303);
    let said = json!({"url": receiver.url(), "subscriptions": ["contact_created"]});
    visit.account.post("/webhooks", said).await.ok();
    let hook = "/app/accounts/1/settings/integrations/webhooks/1";
    let token = visit.token(hook).await;
    let carried = ("csrf_token", token.as_str());
    assert_eq!(visit.form(&format!("{hook}/turn_off"), &[carried]).await.status, 303);
    assert!(visit.get(&format!("{hook}/replays")).await.text().contains("The webhook is off"));
    for n in 0..3 {
        visit.account.post("/contacts", json!({"name": format!("C{n}")})).await.ok();
    }
    let on = visit.form(&format!("{hook}/turn_on"), &[carried]).await;
    let page = visit.get(on.header("location").unwrap()).await.text();
    let (before, _) = page.split_once("Replay what was missed").unwrap();
    let (_, link) = before.rsplit_once("href=\"").unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    assert!(link.contains("what=never_attempted&from="), "{link}");
    let form = visit.get(&link).await.text();
    assert!(form.contains("value=\"never_attempted\" checked"), "{form}");
    let confirm = link.replace("/replays?", "/replays/confirm?");
    let counted = visit.get(&confirm).await.text();
    assert!(counted.contains("Send 3 deliveries?"), "{counted}");
    let hidden = |name: &str| {
        let (_, rest) = counted.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (from, to) = (hidden("from"), hidden("to"));
    let fields = [carried, ("what", "never_attempted"), ("from", &from), ("to", &to), ("rate", "1000")];
    assert_eq!(visit.form(&format!("{hook}/replays"), &fields[1..]).await.status, 422, "without the token of the form");
    assert_eq!(visit.form(&format!("{hook}/replays"), &fields).await.status, 303);
    receiver.wait_for(3).await;
    server.settled().await;
    let refused = visit.get(&format!("{hook}/replays/confirm?what=failed&from=never&rate=x")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Enter a time in the past"), "{}", refused.text());
    server.finish().await;
}

#[actix_rt::test]
async fn tests_that_were_sent_are_no_part_of_the_past() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let tested = hook(&office, &receiver).await;
    let sent = office.administrator.post(&format!("/webhooks/{}/test", tested.id), json!({"event": "contact_created"})).await.ok();
    assert!(sent.to_string().contains("delivered"), "{sent}");
    let another = office.webhook_with(json!({"url": receiver.url_of("/another"), "subscriptions": ["contact_created"]})).await;
    for (hook, what) in [(&tested, "everything"), (&tested, "failed"), (&tested, "never_attempted"), (&another, "never_attempted")] {
        assert_eq!(Replays::of(&office, hook).preview(what).await["total"], 0, "{what}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_missed_comes_in_order_where_the_order_is_kept() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    for text in names("", 12) {
        office.agent.says(number, &text).await;
    }
    let receiver = Receiver::open();
    receiver.next(Reply::status(500));
    let ordered = json!({"url": receiver.url(), "subscriptions": ["message_created"], "in_order": true});
    let hook = office.webhook_with(ordered).await;
    let replays = Replays::of(&office, &hook);
    let begun = replays.start("never_attempted", 1000).await;
    replays.done(&begun).await;
    server.settled().await;
    let mut arrived: Vec<String> = receiver.received().iter().map(|one| one.json()["content"].as_str().unwrap().to_owned()).collect();
    arrived.dedup();
    assert_eq!(arrived, names("", 12), "the first one failed once, and the others waited for it");
    server.finish().await;
}
