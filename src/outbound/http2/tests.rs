//! TLS and HTTP/2, against receivers with a certificate of an authority that the client is told of.
use super::super::{
    tests::{
        SECOND, Scripted, failure, policy, post_with,
        secure::{Authority, Manner, SecureReceiver},
        trust,
    },
    *,
};
use crate::config::Config;
use actix_web::web::Bytes;
use futures_util::future::join_all;
use std::sync::Arc;

const NAMES: &[&str] = &["good.test", "rebind.test", "127.0.0.2", "::1"];

/// An authority, and a client's trust in it.
pub(in crate::outbound) fn trusted() -> (Authority, Trust) {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let mut settings = Config::defaults().unwrap().webhook;
    settings.ca_file = Some(authority.file(folder.path()));
    (authority, Trust::new(&settings).unwrap())
}

fn client(trust: &Trust, timeout: Duration) -> Client {
    Client::with_names(Scripted::default(), policy(), trust, timeout)
}

fn url(receiver: &SecureReceiver, path: &str) -> String {
    format!("https://good.test:{}{path}", receiver.address.port())
}

/// So many at once.
async fn posts(client: &Client, url: &str, number: usize) -> Vec<Exchange> {
    join_all((0..number).map(|_| post_with(client, url))).await
}

fn status(exchange: Exchange) -> u16 {
    exchange.result.unwrap().status
}

#[actix_rt::test]
async fn requests_to_one_receiver_share_a_connection_of_http2() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let (client, url) = (client(&trust, SECOND * 10), url(&receiver, "/in?x=1"));
    let mut exchanges = posts(&client, &url, 20).await;
    for _ in 0..5 {
        exchanges.push(post_with(&client, &url).await);
    }
    assert_eq!((receiver.heard().len(), receiver.handshakes()), (25, (1, 0)));
    assert_eq!(exchanges.iter().filter(|exchange| !exchange.timings.is_reused()).count(), 1);
    for exchange in exchanges {
        assert_eq!(exchange.dialled, Some(receiver.address));
        let (timings, answer) = (exchange.timings, exchange.result.unwrap());
        assert_eq!((answer.status, answer.body.as_slice(), answer.truncated), (200, b"ok".as_slice(), false));
        assert_eq!(timings.spoken.map(|spoken| spoken.to_string()).as_deref(), Some("HTTP/2, TLS 1.3"));
        let opened = [timings.dns, timings.connect, timings.tls].iter().filter(|stage| stage.is_some()).count();
        assert_eq!(opened, if timings.is_reused() { 0 } else { 3 }, "{timings:?}");
    }
}

#[actix_rt::test]
async fn a_request_says_the_same_in_http2_as_in_http1() {
    let (authority, trust) = trusted();
    for http2 in [true, false] {
        let receiver = authority.receiver("127.0.0.2", NAMES, Manner { http2, ..Manner::default() });
        let place = format!("good.test:{}", receiver.address.port());
        let target = Target::parse(&format!("https://u:p@{place}/in?x=1#f")).unwrap();
        let headers = [("content-type", "application/json"), ("X-Team", "blue")];
        let exchange = client(&trust, SECOND * 10).post(&target, &headers, Bytes::from_static(b"{}")).await;
        assert_eq!(exchange.timings.spoken.map(|spoken| (spoken.http2, spoken.tls)), Some((http2, Some(3))));
        assert_eq!((exchange.dialled, status(exchange)), (Some(receiver.address), 200));
        let mut heard = receiver.heard().remove(0);
        heard.headers.retain(|(name, _)| name != "date");
        heard.headers.sort();
        let mut expected = vec![
            ("accept-encoding", "identity"),
            ("authorization", "Basic dTpw"),
            ("content-length", "2"),
            ("content-type", "application/json"),
            ("host", &place),
            ("x-team", "blue"),
        ];
        expected.retain(|(name, _)| *name != "host" || !http2);
        assert_eq!(heard.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(), expected);
        assert_eq!(heard.uri, if http2 { format!("https://{place}/in?x=1") } else { "/in?x=1".to_owned() });
        assert_eq!(heard.body, b"{}");
    }
}

#[actix_rt::test]
async fn a_body_larger_than_every_window_arrives() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let body = Bytes::from(vec![b'x'; 3_000_000]);
    let target = Target::parse(&url(&receiver, "/")).unwrap();
    assert_eq!(status(client(&trust, SECOND * 20).post(&target, &[], body.clone()).await), 200);
    assert_eq!(receiver.heard()[0].body, body);
}

#[actix_rt::test]
async fn a_session_is_taken_up_by_another_client() {
    for (http2, tls12) in [(true, false), (false, false), (true, true), (false, true)] {
        let (authority, trust) = trusted();
        let receiver = authority.receiver("127.0.0.2", NAMES, Manner { http2, tls12, ..Manner::default() });
        for resumed in 0..3 {
            let exchange = post_with(&client(&trust, SECOND * 10), &url(&receiver, "/")).await;
            let tls = if tls12 { 2 } else { 3 };
            assert_eq!(exchange.timings.spoken, Some(Spoken { http2, tls: Some(tls) }));
            assert_eq!((status(exchange), receiver.handshakes()), (200, (resumed + 1, resumed)));
        }
    }
}

#[actix_rt::test]
async fn connections_of_http1_are_kept_too() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner { http2: false, ..Manner::default() });
    let client = client(&trust, SECOND * 10);
    for number in 0..3 {
        let exchange = post_with(&client, &url(&receiver, "/")).await;
        assert_eq!((exchange.timings.is_reused(), status(exchange)), (number > 0, 200));
    }
    assert_eq!(receiver.handshakes(), (1, 0));
    posts(&client, &url(&receiver, "/"), 4).await.into_iter().for_each(|exchange| assert_eq!(status(exchange), 200));
    assert!(receiver.handshakes().0 <= 4, "{:?}", receiver.handshakes());
}

#[actix_rt::test]
async fn a_receiver_that_closes_its_connections_is_at_no_fault() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let client = client(&trust, SECOND * 10);
    for close in [SecureReceiver::leave, SecureReceiver::hang_up, SecureReceiver::leave] {
        assert_eq!(status(post_with(&client, &url(&receiver, "/")).await), 200);
        close(&receiver);
        // some of these still meet the connection that is about to close
        for exchange in posts(&client, &url(&receiver, "/"), 8).await {
            assert_eq!((exchange.dialled, status(exchange)), (Some(receiver.address), 200));
        }
    }
    // one that takes few requests on each connection
    let fickle = authority.receiver("127.0.0.2", NAMES, Manner { each: 3, ..Manner::default() });
    for exchange in posts(&client, &url(&fickle, "/"), 30).await {
        assert_eq!(status(exchange), 200);
    }
}

#[actix_rt::test]
async fn a_receiver_that_takes_few_requests_at_once_gets_more_connections() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner { at_once: 2, ..Manner::default() });
    let (slow, quick) = (client(&trust, SECOND * 2), url(&receiver, "/"));
    assert_eq!(status(post_with(&slow, &quick).await), 200);
    let hanging = url(&receiver, "/hang");
    let hang = posts(&slow, &hanging, 5);
    // while five hang, two on each connection, the sixth finds a place
    let others = async {
        receiver.wait_for(6).await;
        status(post_with(&slow, &quick).await)
    };
    let (hung, other) = futures_util::future::join(hang, others).await;
    assert_eq!(other, 200);
    assert!(hung.into_iter().all(|exchange| failure(exchange).0 == ErrorClass::Timeout));
    assert_eq!(receiver.handshakes().0, 3);
}

#[actix_rt::test]
async fn a_request_that_hangs_leaves_the_others_alone() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let client = client(&trust, SECOND);
    assert_eq!(status(post_with(&client, &url(&receiver, "/")).await), 200);
    let (hanging, quick) = (url(&receiver, "/hang"), url(&receiver, "/"));
    let hang = posts(&client, &hanging, 3);
    let others = async {
        receiver.wait_for(4).await;
        post_with(&client, &quick).await
    };
    let (hung, other) = futures_util::future::join(hang, others).await;
    assert_eq!(status(other), 200);
    for exchange in hung {
        assert!(exchange.timings.is_reused() || exchange.timings.answer.unwrap() >= SECOND / 2, "{:?}", exchange.timings);
        assert_eq!(failure(exchange), (ErrorClass::Timeout, "no answer within 1s".into()));
    }
    // something came meanwhile, so the connection is in order
    assert_eq!((status(post_with(&client, &quick).await), receiver.handshakes().0), (200, 1));
    // nothing came meanwhile, so nobody knows
    assert_eq!(failure(post_with(&client, &hanging).await).0, ErrorClass::Timeout);
    assert_eq!((status(post_with(&client, &quick).await), receiver.handshakes()), (200, (2, 1)));
}

#[actix_rt::test]
async fn answers_of_http2_have_their_limits_too() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let client = client(&trust, SECOND * 3);
    let answer = async |path: &str| post_with(&client, &url(&receiver, path)).await.result;
    let endless = answer("/endless").await.unwrap();
    assert_eq!((endless.body.len(), endless.truncated), (KEPT_BODY, true));
    let heads = answer("/heads").await.unwrap();
    assert!((1..10).contains(&heads.headers.len()), "{}", heads.headers.len());
    let too_many = answer("/too-many-heads").await.unwrap_err();
    assert_eq!((too_many.class, Reason::read(&too_many.message).map(|reason| reason.kind)), (ErrorClass::Other, Some(Kind::NotHttp)));
    let before = receiver.heard().len();
    let reset = answer("/reset").await.unwrap_err();
    assert_eq!(reset.class, ErrorClass::ConnectionClosed);
    assert_eq!(reset.message, "the receiver broke the request off: unexpected internal error encountered");
    assert_eq!(receiver.heard().len(), before + 1, "what was looked at is not sent again");
    let trickled = answer("/trickle").await.unwrap();
    assert_eq!((trickled.status, trickled.body.as_slice(), trickled.truncated), (200, b"first".as_slice(), true));
    assert_eq!((answer("/").await.unwrap().status, receiver.handshakes().0), (200, 1));
}

#[actix_rt::test]
async fn the_guard_looks_at_each_connection_of_https() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let (names, url) = (Scripted::default(), format!("https://rebind.test:{}/", receiver.address.port()));
    let first = Client::with_names(names.clone(), policy(), &trust, SECOND * 10);
    assert_eq!(status(post_with(&first, &url).await), 200);
    // the name leads to 127.0.0.1 now; an open connection leads where it led
    let exchange = post_with(&first, &url).await;
    assert_eq!((exchange.dialled, status(exchange)), (Some(receiver.address), 200));
    let second = Client::with_names(names, policy(), &trust, SECOND * 10);
    let exchange = post_with(&second, &url).await;
    assert_eq!((exchange.dialled, failure(exchange).0), (None, ErrorClass::BlockedAddress));
    assert_eq!(receiver.handshakes().0, 1);
}

#[actix_rt::test]
async fn an_address_of_ipv6_may_have_a_certificate() {
    let (authority, trust) = trusted();
    let receiver = authority.receiver("::1", NAMES, Manner::default());
    let policy = Arc::new(Policy { allow: vec!["::1/128".parse().unwrap()], ..Policy::default() });
    let client = Client::new(policy, &trust, SECOND * 10);
    assert_eq!(status(post_with(&client, &format!("https://{}/", receiver.address)).await), 200);
}

#[actix_rt::test]
async fn who_is_trusted_is_said_by_a_file() {
    let (authority, _) = trusted();
    let receiver = authority.receiver("127.0.0.2", NAMES, Manner::default());
    let stranger = failure(post_with(&client(&trust(), SECOND * 10), &url(&receiver, "/")).await);
    assert_eq!(stranger, (ErrorClass::Tls, "the certificate is signed by an unknown authority".into()));
    let folder = tempfile::tempdir().unwrap();
    let (file, mut settings) = (folder.path().join("own.pem"), Config::defaults().unwrap().webhook);
    settings.ca_file = Some(file.clone());
    let refused = || Trust::new(&settings).err().unwrap();
    let missing = refused();
    assert!(missing.contains("HOOKDESK_WEBHOOK_CA_FILE") && missing.contains("own.pem") && missing.contains("cannot be read"), "{missing}");
    for (text, word) in [
        ("nothing", "has no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "not in order"),
        ("-----BEGIN CERTIFICATE-----\n&&\n-----END CERTIFICATE-----\n", "not in order"),
    ] {
        std::fs::write(&file, text).unwrap();
        let refusal = refused();
        assert!(refusal.contains("HOOKDESK_WEBHOOK_CA_FILE") && refusal.contains(word), "{refusal}");
    }
}
