//! Calls between nodes that never arrive.
use super::super::*;
use crate::db::nodes::Listener;

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
        let node = || Nodes::new(&fresh.config.database, true).unwrap();
        let (ours, theirs) = (node(), node());
        let hub = Hub::new(ours.clone(), &fresh.config);
        hub.start(fresh.db.clone(), drawers());
        let hearing = Listener::start(ours.clone(), hub.ears()).await.unwrap();
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let mut client = Client::new(&hub, None);
        client.subscribe(&identifier(&ada)).await;
        assert!(!hub.may_have_missed(), "nobody else tells anything");
        let other = Listener::start(theirs, Vec::new()).await.unwrap();
        if fresh.db.is_ours_alone() {
            assert!(!ours.has_others() && !hub.may_have_missed());
        } else {
            until("the other node", || ours.has_others()).await;
            assert!(hub.may_have_missed());
            // told by a node that dies before it calls: nothing wakes the hub
            let payload = json!({"note": "uncalled", "to": [ada.user.id]}).to_string();
            fresh.db.write(move |tx| publish(tx, event(account.id, payload))).await.unwrap();
            assert_eq!(client.notes(1).await, ["uncalled"]);
        }
        drop(client);
        assert!(!hub.may_have_missed(), "nobody listens");
        other.stop().await;
        hearing.stop().await;
        hub.close();
    });
}
