//! The hub and its sockets, without a network: what a client sends is fed to the body of its answer, and what the body gives is read as frames.
use super::{hub::Hub, model::Sequence, socket::Socket};
use crate::{
    accounts::AccountStatus,
    auth::tests::{Person, administrator, member},
    config::Config,
    db::{
        Shared, Tx,
        nodes::Nodes,
        schema::{account_users, accounts, events, users},
        tests::{TestDb, on_each_database_with},
        types::{AccountId, EventId, UserId},
    },
    error::{Error, Result},
    events::{
        Actor, Event, EventName,
        live::{Audience, Drawer, Drawers, Frame, Stored},
        publish,
    },
    users::Role,
};
use actix_http::ws::{OpCode, Parser};
use actix_web::{
    body::MessageBody,
    dev::Payload,
    web::{Bytes, BytesMut},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::{Value, json};
use std::{future::poll_fn, pin::Pin, time::Duration};
use tokio::{sync::mpsc, time::timeout};

mod again {
    mod tests;
}
mod hostile {
    mod tests;
}
mod lost {
    mod tests;
}
mod presence {
    mod tests;
}

const PATIENCE: Duration = Duration::from_secs(20);

/// A client, and the socket that it talks to.
struct Client {
    to: mpsc::UnboundedSender<Bytes>,
    socket: Pin<Box<Socket>>,
    written: BytesMut,
}

/// What a server says.
#[derive(Debug, PartialEq)]
enum Said {
    Text(Value),
    Close(u16),
    Pong(Vec<u8>),
    End,
}

impl Client {
    fn new(hub: &Hub, since: Option<i64>) -> Client {
        let (to, mut from) = mpsc::unbounded_channel();
        let stream = futures_util::stream::poll_fn(move |cx| from.poll_recv(cx).map(|bytes| bytes.map(Ok)));
        let open = hub.open(None).unwrap();
        let socket = Box::pin(Socket::new(hub.clone(), open, Payload::Stream { payload: Box::pin(stream) }, since.map(Sequence)));
        Client { to, socket, written: BytesMut::new() }
    }

    fn send_frame(&self, code: OpCode, last: bool, bytes: &[u8]) {
        let mut frame = BytesMut::new();
        Parser::write_message(&mut frame, bytes, code, last, true);
        self.send(frame.freeze());
    }

    fn send(&self, bytes: Bytes) {
        let _ = self.to.send(bytes);
    }

    fn command(&self, command: &str, identifier: &str) {
        let data = json!({"action": "update_presence"}).to_string();
        let text = json!({"command": command, "identifier": identifier, "data": data}).to_string();
        self.send_frame(OpCode::Text, true, text.as_bytes());
    }

    /// The next thing that is said, pings and welcomes apart.
    async fn next(&mut self) -> Said {
        timeout(PATIENCE, self.wait()).await.expect("waited in vain")
    }

    async fn wait(&mut self) -> Said {
        loop {
            if let Some((last, code, bytes)) = Parser::parse(&mut self.written, false, 1 << 24).unwrap() {
                assert!(last, "the server sends whole frames");
                let bytes = bytes.unwrap_or_default();
                let said = match code {
                    OpCode::Text => Said::Text(serde_json::from_slice(&bytes).unwrap()),
                    OpCode::Close => Said::Close(u16::from_be_bytes([bytes[0], bytes[1]])),
                    OpCode::Pong => Said::Pong(bytes.to_vec()),
                    other => panic!("{other:?}"),
                };
                match &said {
                    Said::Text(text) if text["type"] == "ping" || text["type"] == "welcome" => {}
                    _ => return said,
                }
                continue;
            }
            match poll_fn(|cx| self.socket.as_mut().poll_next(cx)).await {
                Some(Ok(bytes)) => self.written.extend_from_slice(&bytes),
                None => return Said::End,
                Some(Err(e)) => match e {},
            }
        }
    }

    /// The next message, whose event this must be.
    async fn hears(&mut self, event: &str) -> Value {
        match self.next().await {
            Said::Text(mut text) if text["message"]["event"] == event => text["message"].take(),
            other => panic!("{event} was to be heard, and not {other:?}"),
        }
    }

    /// Subscribes; the place from which the subscription holds.
    async fn subscribe(&mut self, identifier: &str) -> i64 {
        self.command("subscribe", identifier);
        let Said::Text(confirmed) = self.next().await else { panic!("not confirmed") };
        assert_eq!((&confirmed["type"], &confirmed["identifier"]), (&json!("confirm_subscription"), &json!(identifier)));
        self.hears("presence.update").await;
        confirmed["sequence"].as_i64().unwrap()
    }

    /// Everything that is said until the answer to what is asked now: nothing more comes of what has happened before and has been handed out.
    async fn rest(&mut self) -> Vec<Said> {
        self.send_frame(OpCode::Ping, true, b"now");
        let mut rest = Vec::new();
        loop {
            match self.next().await {
                Said::Pong(_) | Said::End => return rest,
                said => rest.push(said),
            }
        }
    }

    /// The names of the next so many things that are told.
    async fn notes(&mut self, number: usize) -> Vec<String> {
        let mut notes = Vec::new();
        for _ in 0..number {
            notes.push(self.hears("note").await["data"]["note"].as_str().unwrap().to_owned());
        }
        notes
    }
}

fn identifier(person: &Person) -> String {
    let Person { user, account, .. } = person;
    json!({"channel": "RoomChannel", "pubsub_token": user.pubsub_token, "account_id": account, "user_id": user.id}).to_string()
}

/// Draws a frame for each event: its payload, for the users that it names; two frames where it says so, and none that can be drawn of `broken`.
fn drawers() -> Drawers {
    let draw = |_: &mut crate::db::DbConn, _: AccountId, events: &[&Stored]| -> Result<Vec<Frame>> {
        let mut frames = Vec::new();
        for event in events {
            let payload: Value = serde_json::from_str(&event.payload).map_err(Error::internal)?;
            let users = payload["to"].as_array().into_iter().flatten().filter_map(Value::as_i64).map(UserId).collect();
            let audience = Audience { users, sessions: Vec::new() };
            for part in 0..payload["frames"].as_u64().unwrap_or(1) {
                let data = json!({"note": payload["note"], "part": part, "account_id": event.account_id});
                frames.push(Frame { event_id: event.id, name: "note", data, audience: audience.clone() });
            }
        }
        Ok(frames)
    };
    Drawers(vec![Drawer { of: &[EventName::MessageCreated], for_contacts: &[EventName::MessageCreated], draw: Box::new(draw) }])
}

fn event(account: AccountId, payload: String) -> Event {
    Event { payload, ..Event::for_sockets(EventName::MessageCreated, account, Actor::System, &json!({})).unwrap() }
}

/// Stores something that has happened, and wakes the hub as the commit does in a server.
async fn tell(fresh: &TestDb, hub: &Hub, account: AccountId, note: &str, to: &[&Person]) {
    let to: Vec<UserId> = to.iter().map(|person| person.user.id).collect();
    let payload = json!({"note": note, "to": to}).to_string();
    fresh.db.write(move |tx| publish(tx, event(account, payload))).await.unwrap();
    hub.wake();
}

/// Runs a test with a hub on each database.
fn with_a_hub(edit: impl Fn(&mut Config), test: impl AsyncFn(&TestDb, &Hub)) {
    on_each_database_with(&Shared::default(), async |fresh| {
        let mut config = fresh.config.clone();
        edit(&mut config);
        let hub = Hub::new(Nodes::new(&config.database, true).unwrap(), &config);
        hub.start(fresh.db.clone(), drawers());
        test(fresh, &hub).await;
        hub.close();
    });
}

/// Nothing set otherwise.
fn plain(_: &mut Config) {}

#[test]
fn what_happens_is_heard_once_in_order_and_by_those_it_is_for() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let bob = member(fresh, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let (eve, other) = administrator(fresh, "eve@example.org").await;
        let (mut first, mut second, mut third) = (Client::new(hub, None), Client::new(hub, None), Client::new(hub, None));
        tell(fresh, hub, account.id, "before anybody came", &[&ada, &bob]).await;
        first.subscribe(&identifier(&ada)).await;
        second.subscribe(&identifier(&bob)).await;
        third.subscribe(&identifier(&eve)).await;
        // eve has no place in this account, whoever names her
        let (few, more) = ([&ada, &eve], [&ada, &ada, &bob, &eve]);
        for n in 0..30 {
            tell(fresh, hub, account.id, &n.to_string(), if n % 3 == 0 { &few } else { &more }).await;
        }
        tell(fresh, hub, other.id, "elsewhere", &[&eve, &ada]).await;
        tell(fresh, hub, account.id, "last", &[&ada, &bob]).await;
        let all: Vec<String> = (0..30).map(|n| n.to_string()).chain(["last".into()]).collect();
        assert_eq!(first.notes(31).await, all);
        let some: Vec<String> = (0..30).filter(|n| n % 3 > 0).map(|n| n.to_string()).chain(["last".into()]).collect();
        assert_eq!(second.notes(21).await, some);
        assert_eq!(third.notes(1).await, ["elsewhere"]);
        for client in [&mut first, &mut second, &mut third] {
            assert_eq!(client.rest().await, []);
        }
    });
}

#[test]
fn whoever_may_not_hear_any_more_hears_nothing() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let bob = member(fresh, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let joe = member(fresh, account.id, "Joe", "joe@example.org", Role::Agent).await;
        let mut clients = Vec::new();
        for person in [&ada, &bob, &joe] {
            let mut client = Client::new(hub, None);
            client.subscribe(&identifier(person)).await;
            clients.push(client);
        }
        let (gone, renewed) = (bob.user.id, joe.user.id);
        let change = move |tx: &mut Tx| {
            diesel::delete(account_users::table.filter(account_users::user_id.eq(gone))).execute(tx.conn)?;
            diesel::update(users::table.find(renewed)).set(users::pubsub_token.eq("another")).execute(tx.conn)?;
            Ok(())
        };
        fresh.db.write(change).await.unwrap();
        tell(fresh, hub, account.id, "x", &[&ada, &bob, &joe]).await;
        assert_eq!(clients[0].notes(1).await, ["x"]);
        let left = &mut clients[1];
        left.command("message", &identifier(&bob));
        assert_eq!(left.rest().await, [], "neither told nor answered");
        left.command("subscribe", &identifier(&bob));
        assert_eq!(left.rest().await, []);
        // in place of what would have been heard with the new credential
        let over = json!({"type": "disconnect", "reason": "unauthorized", "reconnect": false});
        assert_eq!([clients[2].next().await, clients[2].next().await, clients[2].next().await], [Said::Text(over), Said::Close(1008), Said::End]);
        let suspended = account.id;
        let suspend = move |tx: &mut Tx| {
            diesel::update(accounts::table.find(suspended)).set(accounts::status.eq(AccountStatus::Suspended)).execute(tx.conn)?;
            Ok(())
        };
        fresh.db.write(suspend).await.unwrap();
        tell(fresh, hub, account.id, "y", &[&ada]).await;
        clients[0].command("message", &identifier(&ada));
        assert_eq!(clients[0].rest().await, []);
    });
}

#[test]
fn identifiers_have_to_fit_and_come_back_as_they_were() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let (eve, _) = administrator(fresh, "eve@example.org").await;
        let mut client = Client::new(hub, None);
        let (token, other) = (&ada.user.pubsub_token, &eve.user.pubsub_token);
        for (token, account_id, user_id) in [
            (other, json!(account.id), json!(ada.user.id)),
            (token, json!(eve.account), json!(ada.user.id)),
            (token, json!(account.id), json!(eve.user.id)),
            (token, Value::Null, json!(ada.user.id)),
            // a credential alone is that of a contact
            (token, json!(account.id), Value::Null),
        ] {
            let wrong = json!({"channel": "RoomChannel", "pubsub_token": token, "account_id": account_id, "user_id": user_id}).to_string();
            client.command("subscribe", &wrong);
            assert_eq!(client.rest().await, [], "{wrong}");
        }
        let odd = format!(
            "{{ \"user_id\":\"{}\",\"account_id\": {},\n\"pubsub_token\":\"{token}\", \"channel\":\"RoomChannel\",\"ä\":\"\\u00e4\" }}",
            ada.user.id, account.id
        );
        client.subscribe(&odd).await;
        client.command("subscribe", &odd);
        assert_eq!(client.rest().await, [], "the same once more is passed over");
        client.subscribe(&identifier(&ada)).await;
        tell(fresh, hub, account.id, "twice", &[&ada]).await;
        assert_eq!(client.notes(2).await, ["twice", "twice"]);
        client.command("unsubscribe", &odd);
        assert_eq!(client.rest().await, []);
        tell(fresh, hub, account.id, "once", &[&ada]).await;
        assert_eq!(client.notes(1).await, ["once"]);
        assert_eq!(client.rest().await, []);
    });
}

#[test]
fn what_cannot_be_drawn_holds_nothing_up() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let mut client = Client::new(hub, None);
        client.subscribe(&identifier(&ada)).await;
        let to = ada.user.id;
        let several = move |tx: &mut Tx| {
            let payloads = [json!({"note": "a", "to": [to]}).to_string(), "broken".into(), json!({"note": "b", "to": [to]}).to_string()];
            payloads.into_iter().try_for_each(|payload| publish(tx, event(account.id, payload)))
        };
        fresh.db.write(several).await.unwrap();
        hub.wake();
        assert_eq!(client.notes(2).await, ["a", "b"]);
    });
}

#[test]
fn what_is_committed_late_comes_in_its_place() {
    with_a_hub(plain, async |fresh, hub| {
        if fresh.db.is_ours_alone() {
            // the single writer commits in the order of the events
            return;
        }
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let mut client = Client::new(hub, None);
        client.subscribe(&identifier(&ada)).await;
        for keep in [true, false] {
            let (told, is_told) = tokio::sync::oneshot::channel();
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let (db, to) = (fresh.db.clone(), ada.user.id);
            let slow = actix_rt::spawn(async move {
                let work = move |tx: &mut Tx| {
                    publish(tx, event(account.id, json!({"note": "slow", "to": [to]}).to_string()))?;
                    let _ = told.send(());
                    let _ = wait.recv();
                    if keep { Ok(()) } else { Err(Error::NotFound) }
                };
                db.write(work).await
            });
            is_told.await.unwrap();
            tell(fresh, hub, account.id, "quick", &[&ada]).await;
            assert_eq!(client.rest().await, [], "what comes first is not settled yet");
            go.send(()).unwrap();
            // nobody wakes the hub: it looks again by itself
            assert_eq!(slow.await.unwrap().is_ok(), keep);
            let expected: &[&str] = if keep { &["slow", "quick"] } else { &["quick"] };
            assert_eq!(client.notes(expected.len()).await, expected);
        }
    });
}
