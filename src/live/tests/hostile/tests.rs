//! What clients send who mean no good, or do not know better.
use super::super::*;

/// Numbers that look random and are the same in each run (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn bytes(&mut self, longest: usize) -> Vec<u8> {
        let length = self.below(longest + 1);
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// A frame, or something like one.
    fn send(&mut self, client: &Client, identifier: &str) {
        match self.below(8) {
            0 => client.send(self.bytes(64).into()),
            1 => client.send_frame(OpCode::Text, true, &self.bytes(300)),
            2 => client.send_frame(OpCode::Binary, true, &self.bytes(300)),
            3 => client.send_frame(OpCode::Text, false, &self.bytes(300)),
            4 => client.send_frame(OpCode::Continue, self.below(2) == 0, &self.bytes(300)),
            5 => client.send_frame(OpCode::Ping, true, &self.bytes(125)),
            6 => client.command(["subscribe", "unsubscribe", "message", "dance"][self.below(4)], identifier),
            _ => {
                // a command with some bytes changed
                let mut text = json!({"command": "subscribe", "identifier": identifier}).to_string().into_bytes();
                for _ in 0..=self.below(3) {
                    let place = self.below(text.len());
                    text[place] = self.next() as u8;
                }
                client.send_frame(OpCode::Text, true, &text);
            }
        }
    }
}

#[test]
fn frames_of_any_kind_end_in_an_answer_or_in_the_end() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let identifier = identifier(&ada);
        let mut witness = Client::new(hub, None);
        witness.subscribe(&identifier).await;
        let mut chance = Chance(7);
        for round in 0..400 {
            let mut client = Client::new(hub, None);
            for _ in 0..chance.below(12) {
                chance.send(&client, &identifier);
            }
            // whatever it was, the socket comes to an end with the connection
            client.to = mpsc::unbounded_channel().0;
            let mut said = 0;
            while client.next().await != Said::End {
                said += 1;
                assert!(said < 100, "round {round}");
            }
        }
        tell(fresh, hub, account.id, "still here", &[&ada]).await;
        assert_eq!(witness.notes(1).await, ["still here"]);
    });
}

#[test]
fn what_is_too_long_too_much_or_no_frame_is_the_end() {
    with_a_hub(plain, async |_, hub| {
        let end = async |send: &dyn Fn(&Client)| {
            let mut client = Client::new(hub, None);
            send(&client);
            client.rest().await.pop()
        };
        let long = vec![b'x'; 9000];
        assert_eq!(end(&|client| client.send_frame(OpCode::Text, true, &long)).await, Some(Said::Close(1009)));
        let giant = |client: &Client| {
            client.send(Bytes::from_static(b"\x81\xff\x00\x00\x00\x7f\xff\xff\xff\xff\x00\x00\x00\x00"));
            (0..9).for_each(|_| client.send(Bytes::from(vec![0; 1000])));
        };
        assert_eq!(end(&giant).await, Some(Said::Close(1009)));
        let fragments = |client: &Client| {
            client.send_frame(OpCode::Text, false, b"{");
            (0..9).for_each(|_| client.send_frame(OpCode::Continue, false, &long[..1000]));
        };
        assert_eq!(end(&fragments).await, Some(Said::Close(1009)));
        for no_frame in [&b"\x81\x01x"[..], b"\xff\x80\x00\x00\x00\x00", b"\x83\x80\x00\x00\x00\x00", b"\x80\x81\x00\x00\x00\x00x"] {
            assert_eq!(end(&|client| client.send(Bytes::from_static(no_frame))).await, Some(Said::Close(1002)), "{no_frame:?}");
        }
        let many = |client: &Client| (0..60).for_each(|_| client.send_frame(OpCode::Text, true, b"{}"));
        assert_eq!(end(&many).await, Some(Said::Close(1008)));
        assert_eq!(end(&|client| client.send_frame(OpCode::Close, true, &1000_u16.to_be_bytes())).await, Some(Said::Close(1000)));
    });
}

#[test]
fn a_socket_has_eight_subscriptions_at_most() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, _) = administrator(fresh, "ada@example.org").await;
        let identifier = identifier(&ada);
        let mut client = Client::new(hub, None);
        for n in 0..8 {
            client.subscribe(&format!("{}{}", identifier, " ".repeat(n))).await;
        }
        let ninth = format!(" {identifier}");
        client.command("subscribe", &ninth);
        assert_eq!(client.rest().await, [Said::Text(json!({"identifier": ninth, "type": "reject_subscription"}))]);
    });
}

#[test]
fn whoever_does_not_read_is_let_go() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, account) = administrator(fresh, "ada@example.org").await;
        let (mut slow, mut quick) = (Client::new(hub, None), Client::new(hub, None));
        slow.subscribe(&identifier(&ada)).await;
        quick.subscribe(&identifier(&ada)).await;
        let (payload, at) = (json!({"note": "x", "to": [ada.user.id]}).to_string(), account.id);
        for _ in 0..6 {
            let payload = payload.clone();
            fresh.db.write(move |tx| (0..100).try_for_each(|_| publish(tx, event(at, payload.clone())))).await.unwrap();
            hub.wake();
            quick.notes(100).await;
        }
        assert_eq!([slow.next().await, slow.next().await], [Said::Close(1013), Said::End]);
        drop(slow);
        tell(fresh, hub, account.id, "y", &[&ada]).await;
        assert_eq!(quick.notes(1).await, ["y"]);
    });
}

#[test]
fn there_is_room_for_so_many() {
    let few = |config: &mut Config| {
        config.rate_limits = true;
        config.request_limit_exempt = vec!["192.0.2.0/24".parse().unwrap()];
        (config.sockets.most, config.sockets.of_address) = (4, 2);
    };
    with_a_hub(few, async |_, hub| {
        let open = |ip: &str| hub.open(Some(ip.parse().unwrap()));
        let mut held = vec![open("198.51.100.1").unwrap(), open("198.51.100.1").unwrap()];
        assert!(matches!(open("::ffff:198.51.100.1"), Err(Error::TooMany(_))));
        held.extend([open("192.0.2.1").unwrap(), open("192.0.2.1").unwrap()]);
        assert!(matches!(open("198.51.100.2"), Err(Error::Overloaded)));
        held.remove(0);
        let again = open("198.51.100.1");
        assert!(again.is_ok());
        hub.close();
        drop((held, again));
        assert!(matches!(open("192.0.2.1"), Err(Error::Overloaded)), "the server is about to end");
    });
}

#[test]
fn the_end_of_the_server_is_told() {
    with_a_hub(plain, async |fresh, hub| {
        let (ada, _) = administrator(fresh, "ada@example.org").await;
        let (mut subscribed, mut other) = (Client::new(hub, None), Client::new(hub, None));
        subscribed.subscribe(&identifier(&ada)).await;
        hub.close();
        for client in [&mut subscribed, &mut other] {
            let restart = json!({"type": "disconnect", "reason": "server_restart", "reconnect": true});
            assert_eq!([client.next().await, client.next().await, client.next().await], [Said::Text(restart), Said::Close(1001), Said::End]);
        }
    });
}
