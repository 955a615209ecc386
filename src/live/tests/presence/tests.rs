//! Who is there.
use super::super::*;

#[test]
fn who_is_there_is_told_and_written_down() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let bob = member(fresh, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let mut client = Client::new(hub, None);
        client.command("subscribe", &identifier(&ada));
        assert!(matches!(client.next().await, Said::Text(text) if text["type"] == "confirm_subscription"));
        let presence = |people: &[(&Person, &str)]| {
            let users: serde_json::Map<String, Value> = people.iter().map(|(one, status)| (one.user.id.to_string(), json!(status))).collect();
            json!({"event": "presence.update", "data": {"account_id": account.id, "users": users, "contacts": {}}})
        };
        assert_eq!(client.hears("presence.update").await, presence(&[(&ada, "online")]));
        let mut other = Client::new(hub, None);
        other.subscribe(&identifier(&bob)).await;
        client.command("message", &identifier(&ada));
        assert_eq!(client.hears("presence.update").await, presence(&[(&ada, "online"), (&bob, "online")]));
        let seat = (account.id, bob.user.id);
        let status = async || {
            let place = fresh.db.read(move |conn| crate::users::member(conn, seat.1, seat.0)).await.unwrap().1.unwrap();
            place.availability_status().name()
        };
        let end = std::time::Instant::now() + PATIENCE;
        while status().await != "online" {
            assert!(std::time::Instant::now() < end, "it is not written down");
            actix_rt::time::sleep(Duration::from_millis(10)).await;
        }
        fresh.db.write(move |tx| crate::live::commands::note_departure(tx, seat.0, seat.1)).await.unwrap();
        assert_eq!(status().await, "offline");
        fresh.db.write(move |tx| crate::users::touch_membership(tx, seat.0, seat.1)).await.unwrap();
        assert_eq!(status().await, "online");
    });
}
