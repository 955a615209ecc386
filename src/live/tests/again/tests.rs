//! Clients that come again, and what they have missed.
use super::super::*;
use crate::db::types::now;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

#[test]
fn whoever_comes_again_hears_what_they_have_missed() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let bob = member(fresh, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let identifier = identifier(&ada);
        let mut client = Client::new(hub, None);
        let at_first = client.subscribe(&identifier).await;
        tell(fresh, hub, account.id, "heard", &[&ada]).await;
        let heard = client.hears("note").await["sequence"].as_i64().unwrap();
        assert!(heard > at_first);
        drop(client);
        // an event of three frames, of which a client may have heard some
        let payload = json!({"note": "three", "to": [ada.user.id], "frames": 3}).to_string();
        fresh.db.write(move |tx| publish(tx, event(ada.account, payload))).await.unwrap();
        // more than are read at once
        let payload = json!({"note": "for another", "to": [bob.user.id]}).to_string();
        fresh.db.write(move |tx| (0..150).try_for_each(|_| publish(tx, event(ada.account, payload.clone())))).await.unwrap();
        for n in 0..250 {
            tell(fresh, hub, account.id, &n.to_string(), &[&ada]).await;
        }
        let later: Vec<String> = (0..250).map(|n| n.to_string()).collect();
        let all: Vec<String> = ["three"; 3].map(str::to_owned).into_iter().chain(later.clone()).collect();
        let mut again = Client::new(hub, Some(heard));
        let now = again.subscribe(&identifier).await;
        assert_eq!(again.notes(253).await, all);
        assert_eq!(again.rest().await, []);
        let mut from_first = Client::new(hub, Some(at_first));
        from_first.subscribe(&identifier).await;
        assert_eq!(from_first.notes(254).await[..2], ["heard", "three"]);
        // in the identifier, after the first of the three
        let mut object: Value = serde_json::from_str(&identifier).unwrap();
        object["since"] = json!(heard + 256);
        let mut in_between = Client::new(hub, None);
        in_between.subscribe(&object.to_string()).await;
        let three = in_between.hears("note").await;
        assert_eq!((&three["data"]["part"], three["sequence"].as_i64()), (&json!(1), Some(heard + 257)));
        assert_eq!(in_between.notes(251).await[1..], later);
        let mut up_to_date = Client::new(hub, Some(now));
        up_to_date.subscribe(&identifier).await;
        assert_eq!(up_to_date.rest().await, []);
        tell(fresh, hub, account.id, "new", &[&ada]).await;
        for client in [&mut again, &mut from_first, &mut in_between, &mut up_to_date] {
            assert_eq!(client.notes(1).await, ["new"]);
            assert_eq!(client.rest().await, []);
        }
    });
}

#[test]
fn catching_up_while_more_happens_misses_and_repeats_nothing() {
    const ROUNDS: usize = 12;
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let identifier = identifier(&ada);
        let mut place = Client::new(hub, None).subscribe(&identifier).await;
        let mut heard: Vec<String> = Vec::new();
        for round in 0..ROUNDS {
            for n in 0..20 {
                tell(fresh, hub, account.id, &format!("{round}.{n}"), &[&ada]).await;
            }
            let mut client = Client::new(hub, Some(place));
            client.command("subscribe", &identifier);
            for n in 20..40 {
                tell(fresh, hub, account.id, &format!("{round}.{n}"), &[&ada]).await;
                // the socket goes on meanwhile, so that it subscribes somewhere in between
                let _ = timeout(Duration::from_micros(200), poll_fn(|cx| client.socket.as_mut().poll_next(cx)))
                    .await
                    .map(|bytes| bytes.into_iter().flatten().for_each(|bytes| client.written.extend_from_slice(&bytes)));
            }
            // some of it, and away again; in the end all of it
            let until = if round + 1 == ROUNDS { ROUNDS * 40 } else { heard.len() + 5 + round };
            while heard.len() < until {
                let Said::Text(text) = client.next().await else { panic!("the socket has ended") };
                if text["message"]["event"] == "note" {
                    place = text["message"]["sequence"].as_i64().unwrap();
                    heard.push(text["message"]["data"]["note"].as_str().unwrap().to_owned());
                }
            }
        }
        let all: Vec<String> = (0..ROUNDS).flat_map(|round| (0..40).map(move |n| format!("{round}.{n}"))).collect();
        assert_eq!(heard, all);
    });
}

#[test]
fn too_much_or_too_old_is_to_be_read_anew() {
    let short = |config: &mut Config| config.retention = Some(Duration::from_secs(3600));
    with_a_hub(short, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let identifier = identifier(&ada);
        let reloads = async |since: i64| {
            let mut client = Client::new(hub, Some(since));
            client.subscribe(&identifier).await;
            let reload = client.hears("reload").await;
            assert_eq!(reload["data"], json!({"account_id": ada.account}));
            tell(fresh, hub, ada.account, "new", &[&ada]).await;
            assert_eq!(client.notes(1).await, ["new"]);
            reload["sequence"].as_i64().unwrap()
        };
        tell(fresh, hub, account.id, "first", &[&ada]).await;
        for unknown in [-1, i64::MIN, i64::MAX, 1 << 40] {
            reloads(unknown).await;
        }
        let place = reloads(-5).await;
        let payload = json!({"note": "many", "to": [ada.user.id]}).to_string();
        let many = move |tx: &mut Tx| (0..1001).try_for_each(|_| publish(tx, event(account.id, payload.clone())));
        fresh.db.write(many).await.unwrap();
        hub.wake();
        reloads(place).await;
        // everything is old, and some of it is forgotten
        let last: EventId = fresh.db.read(|conn| Ok(events::table.order_by(events::id.desc()).select(events::id).first(conn)?)).await.unwrap();
        let forget = move |tx: &mut Tx| {
            let old = now() - chrono::TimeDelta::hours(2);
            diesel::update(events::table).set(events::created_at.eq(old)).execute(tx.conn)?;
            diesel::delete(events::table.filter(events::id.lt(EventId(last.0 - 10)))).execute(tx.conn)?;
            Ok(())
        };
        fresh.db.write(forget).await.unwrap();
        let mut client = Client::new(hub, Some(Sequence::after(last).0));
        client.subscribe(&identifier).await;
        assert_eq!(client.rest().await, [], "nothing has happened since, however old that is");
        let place = reloads(Sequence::after(EventId(last.0 - 30)).0).await;
        let mut client = Client::new(hub, Some(place));
        client.subscribe(&identifier).await;
        assert_eq!(client.notes(1).await, ["new"]);
    });
}

#[test]
fn what_is_large_comes_piece_by_piece_and_what_is_too_large_is_to_be_read_anew() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let identifier = identifier(&ada);
        let mut client = Client::new(hub, None);
        let place = client.subscribe(&identifier).await;
        // far more than may wait for one socket
        let large: Vec<String> = (0..60).map(|n| format!("{n}{}", "x".repeat(300_000))).collect();
        for note in &large {
            tell(fresh, hub, account.id, note, &[&ada]).await;
            assert!(client.notes(1).await == [note.clone()], "as it happens");
        }
        tell(fresh, hub, account.id, &"x".repeat(crate::live::draw::LONGEST), &[&ada]).await;
        let reload = client.hears("reload").await;
        assert_eq!(reload["data"], json!({"account_id": account.id}));
        tell(fresh, hub, account.id, "last", &[&ada]).await;
        assert_eq!(client.notes(1).await, ["last"]);
        let mut again = Client::new(hub, Some(place));
        again.subscribe(&identifier).await;
        // it is told meanwhile, and waits until what was missed is read
        tell(fresh, hub, account.id, "new", &[&ada]).await;
        assert!(again.notes(60).await == large, "once more, and in order");
        assert_eq!(again.hears("reload").await, reload, "in its place");
        assert_eq!(again.notes(2).await, ["last", "new"]);
        assert_eq!(again.rest().await, []);
    });
}

#[test]
fn few_are_drawn_at_once_however_much_there_is() {
    on_each_database_with(&Shared::default(), async |fresh| {
        let (most, hub) = (Arc::new(AtomicUsize::new(0)), Hub::new(Nodes::new(&fresh.config.database, true).unwrap(), &fresh.config));
        let (counted, Drawer { of, for_contacts, draw }) = (most.clone(), drawers().0.remove(0));
        let draw = Box::new(move |conn: &mut crate::db::DbConn, account: AccountId, events: &[&Stored]| {
            counted.fetch_max(events.len(), Ordering::SeqCst);
            draw(conn, account, events)
        });
        hub.start(fresh.db.clone(), Drawers(vec![Drawer { of, for_contacts, draw }]));
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let mut client = Client::new(&hub, None);
        let place = client.subscribe(&identifier(&ada)).await;
        let payload = json!({"note": "one of many", "to": [ada.user.id]}).to_string();
        fresh.db.write(move |tx| (0..150).try_for_each(|_| publish(tx, event(account.id, payload.clone())))).await.unwrap();
        hub.wake();
        client.notes(150).await;
        assert_eq!(most.swap(0, Ordering::SeqCst), 32);
        let mut again = Client::new(&hub, Some(place));
        again.subscribe(&identifier(&ada)).await;
        again.notes(150).await;
        assert_eq!(most.load(Ordering::SeqCst), 8);
        hub.close();
    });
}

#[test]
fn whoever_one_act_tells_very_much_reads_everything_anew_and_others_hear_their_part() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let bob = member(fresh, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let (mut client, mut other) = (Client::new(hub, None), Client::new(hub, None));
        let place = client.subscribe(&identifier(&ada)).await;
        other.subscribe(&identifier(&bob)).await;
        let payloads = [
            json!({"note": "much", "to": [ada.user.id], "frames": 150}),
            json!({"note": "as much", "to": [ada.user.id], "frames": 150}),
            json!({"note": "little", "to": [ada.user.id, bob.user.id]}),
        ];
        let act = move |tx: &mut Tx| payloads.iter().try_for_each(|payload| publish(tx, event(account.id, payload.to_string())));
        fresh.db.write(act).await.unwrap();
        hub.wake();
        let reload = client.hears("reload").await;
        assert_eq!((&reload["data"], client.rest().await), (&json!({"account_id": account.id}), Vec::new()));
        assert_eq!(other.notes(1).await, ["little"]);
        assert_eq!(other.rest().await, []);
        // it stands behind all of it, also for those who come again
        let mut again = Client::new(hub, Some(place));
        again.subscribe(&identifier(&ada)).await;
        assert_eq!(again.hears("reload").await, reload);
        let mut later = Client::new(hub, reload["sequence"].as_i64());
        later.subscribe(&identifier(&ada)).await;
        tell(fresh, hub, account.id, "new", &[&ada]).await;
        for client in [&mut client, &mut again, &mut later] {
            assert_eq!(client.notes(1).await, ["new"]);
            assert_eq!(client.rest().await, []);
        }
    });
}
