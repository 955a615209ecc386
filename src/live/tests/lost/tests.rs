//! What gets lost: calls between nodes, and events themselves.
use super::super::*;
use crate::db::nodes::{Channel, Ear, Heard, Listener};
use diesel::sql_query;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

async fn until(what: &str, mut look: impl FnMut() -> bool) {
    let end = std::time::Instant::now() + PATIENCE;
    while !look() {
        assert!(std::time::Instant::now() < end, "waited in vain for {what}");
        actix_rt::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn what_another_node_has_told_is_found_although_its_call_is_lost() {
    on_each_database_with(&Shared::default(), async |fresh| {
        if fresh.db.is_ours_alone() {
            // no other node can tell anything
            return;
        }
        let node = || Nodes::new(&fresh.config.database, true).unwrap();
        let (ours, theirs) = (node(), node());
        let hub = Hub::new(ours.clone(), &fresh.config);
        hub.start(fresh.db.clone(), drawers());
        let hearing = Listener::start(ours.clone(), hub.ears()).await.unwrap();
        let other = Listener::start(theirs, Vec::new()).await.unwrap();
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let mut client = Client::new(&hub, None);
        assert!(!hub.is_heard());
        client.subscribe(&identifier(&ada)).await;
        until("the other node", || ours.has_others()).await;
        // told by a node that dies before it calls, and is not seen any more when somebody looks: nothing wakes the hub
        other.stop().await;
        until("the other node to be gone", || !ours.has_others()).await;
        let payload = json!({"note": "uncalled", "to": [ada.user.id]}).to_string();
        fresh.db.write(move |tx| publish(tx, event(account.id, payload))).await.unwrap();
        assert_eq!(client.notes(1).await, ["uncalled"]);
        drop(client);
        assert!(!hub.is_heard(), "nobody listens, and nothing is looked for");
        hearing.stop().await;
        hub.close();
    });
}

#[test]
fn a_node_that_stops_makes_its_last_calls() {
    const CALLED: Channel = Channel("hookdesk_called");
    on_each_database_with(&Shared::default(), async |fresh| {
        if fresh.db.is_ours_alone() {
            return;
        }
        let node = || Nodes::new(&fresh.config.database, true).unwrap();
        let (calls, theirs) = (Arc::new(AtomicUsize::new(0)), node());
        let counted = calls.clone();
        let hear = move |heard: Heard| {
            counted.fetch_add(usize::from(heard != Heard::Missed), Ordering::SeqCst);
        };
        let hearing = Listener::start(node(), vec![Ear { channel: CALLED, hear: Box::new(hear) }]).await.unwrap();
        let stopping = Listener::start(theirs.clone(), Vec::new()).await.unwrap();
        theirs.call(CALLED);
        stopping.stop().await;
        until("the call", || calls.load(Ordering::SeqCst) == 1).await;
        hearing.stop().await;
    });
}

#[test]
fn when_the_database_has_lost_what_was_told_everybody_comes_again() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let identifier = identifier(&ada);
        let mut client = Client::new(hub, None);
        client.subscribe(&identifier).await;
        for note in ["kept", "lost", "lost as well"] {
            tell(fresh, hub, account.id, note, &[&ada]).await;
        }
        let kept = Sequence(client.hears("note").await["sequence"].as_i64().unwrap()).event();
        let place = [client.hears("note").await, client.hears("note").await][1]["sequence"].as_i64();
        // as a standby that has taken over
        let back = match fresh.db.is_ours_alone() {
            true => "UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM events) WHERE name = 'events'",
            false => "SELECT setval('events_id_seq', (SELECT max(id) FROM events))",
        };
        let lose = move |tx: &mut Tx| {
            diesel::delete(events::table.filter(events::id.gt(kept))).execute(tx.conn)?;
            sql_query(back).execute(tx.conn).map(drop).map_err(Error::from)
        };
        fresh.db.write(lose).await.unwrap();
        tell(fresh, hub, account.id, "new", &[&ada]).await;
        assert_eq!(client.next().await, Said::Close(1013));
        assert_eq!(client.next().await, Said::End);
        drop(client);
        let mut again = Client::new(hub, place);
        again.subscribe(&identifier).await;
        again.hears("reload").await;
        tell(fresh, hub, account.id, "newer", &[&ada]).await;
        assert_eq!(again.notes(1).await, ["newer"]);
    });
}
