//! Deliveries over TLS: to receivers that the operator's own authority stands for, over HTTP/2 where they offer it.
use crate::{
    deliveries::assert_signed,
    pages::{Visit, WEBHOOKS},
    support::{
        Hook, Server,
        receiver::Received,
        secure::{Authority, Manner, SecureReceiver},
    },
};
use serde_json::json;
use std::time::Instant;

/// A receiver, and a server that trusts it.
async fn begin(manner: Manner) -> (Server, SecureReceiver) {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let file = authority.file(folder.path());
    let server = Server::start_with(|config| config.webhook.ca_file = Some(file)).await;
    (server, authority.receiver("127.0.0.1", &["127.0.0.1"], manner))
}

fn said(receiver: &SecureReceiver) -> serde_json::Value {
    json!({"url": format!("https://{}/hook?a=1", receiver.address), "subscriptions": ["contact_created"], "headers": {"X-Team": "blue"}})
}

/// Attempts that were not answered with 200, and those there are.
async fn attempts(server: &Server) -> (i64, i64) {
    let wrong = server.count("SELECT count(*) AS number FROM attempts WHERE response_status IS NULL OR response_status <> 200").await;
    (wrong, server.count("SELECT count(*) AS number FROM attempts").await)
}

#[actix_rt::test]
async fn deliveries_share_a_connection_of_http2() {
    let (server, receiver) = begin(Manner::default()).await;
    let office = server.office().await;
    let Hook { secret, .. } = office.webhook_with(said(&receiver)).await;
    for number in 0..20 {
        office.contact(json!({"name": format!("Lea {number}")})).await;
    }
    for heard in receiver.wait_for(20).await {
        assert_eq!(heard.uri, format!("https://{}/hook?a=1", receiver.address));
        let request = Received { path: heard.uri, headers: heard.headers, body: heard.body, at: Instant::now() };
        assert_signed(&request, &secret);
        assert_eq!((request.header("content-type"), request.header("x-team")), ("application/json", "blue"));
        assert_eq!(request.header("content-length"), request.body.len().to_string());
    }
    assert_eq!(receiver.handshakes(), (1, 0));
    server.settled().await;
    assert_eq!(attempts(&server).await, (0, 20));
    let dialled = format!("SELECT count(*) AS number FROM attempts WHERE dialled = '{}'", receiver.address);
    assert_eq!(server.count(&dialled).await, 20);
    server.finish().await;
}

#[actix_rt::test]
async fn a_receiver_that_closes_its_connections_has_failed_nothing() {
    let (server, receiver) = begin(Manner { each: 7, ..Manner::default() }).await;
    let office = server.office().await;
    office.webhook_with(said(&receiver)).await;
    for number in 0..40 {
        office.contact(json!({"name": format!("Lea {number}")})).await;
        match number {
            13 => receiver.leave(),
            26 => {
                // who hangs up on a request that has a new connection is at fault
                server.settled().await;
                receiver.hang_up();
            }
            _ => {}
        }
    }
    server.settled().await;
    assert_eq!(attempts(&server).await, (0, 40));
    let mut ids: Vec<String> =
        receiver.heard().iter().map(|heard| heard.headers.iter().find(|(name, _)| name == "webhook-id").unwrap().1.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 40);
    server.finish().await;
}

#[actix_rt::test]
async fn a_try_shows_what_was_spoken() {
    for (http2, shown) in [(true, "HTTP/2, TLS 1.3"), (false, "HTTP/1.1, TLS 1.3")] {
        let (server, receiver) = begin(Manner { http2, ..Manner::default() }).await;
        let mut visit = Visit::new(&server).await;
        visit.sign_in().await;
        visit.account.post("/webhooks", said(&receiver)).await.ok();
        for number in 1..=2 {
            visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
            receiver.wait_for(number).await;
            server.settled().await;
            let page = visit.get(&format!("{WEBHOOKS}/1/deliveries/{number}")).await.text();
            assert!(page.contains(shown), "{page}");
            let opened = ["stage-connect\" x", "stage-tls\" x"].map(|stage| page.contains(stage));
            assert_eq!((opened, page.contains("Connection reused")), ([number == 1; 2], number == 2), "{page}");
        }
        server.finish().await;
    }
}

#[actix_rt::test]
async fn an_authority_that_nobody_has_named_is_explained_with_the_setting() {
    let (server, receiver) = (Server::start().await, Authority::new().receiver("127.0.0.1", &["127.0.0.1"], Manner::default()));
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    visit.account.post("/webhooks", said(&receiver)).await.ok();
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    let page = visit.get(&format!("{WEBHOOKS}/1/deliveries/1")).await.text();
    assert!(page.contains("signed by an authority that this server does not know") && page.contains("HOOKDESK_WEBHOOK_CA_FILE"), "{page}");
    assert_eq!((receiver.heard().len(), attempts(&server).await), (0, (4, 4)));
    server.finish().await;
}
