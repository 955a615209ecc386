//! Looking closely at a try, and the page that says why a check of signatures fails.
use crate::{
    pages::{Visit, WEBHOOKS},
    support::{Receiver, Reply, Server, receiver::Received},
};
use serde_json::json;
use std::process::Command;

/// A webhook that has heard of somebody with this name.
async fn told(server: &Server, receiver: &Receiver, name: &str) -> (Visit, String, Received) {
    let mut visit = Visit::new(server).await;
    visit.sign_in().await;
    let said = json!({"url": receiver.url_of("/hook?a=1&b=[2]"), "subscriptions": ["contact_created"]});
    let made = visit.account.post("/webhooks", said).await.ok();
    let secret = made["payload"]["webhook"]["secret"].as_str().unwrap().to_owned();
    visit.account.post("/contacts", json!({"name": name})).await.ok();
    let request = receiver.wait_for(1).await.remove(0);
    server.settled().await;
    (visit, secret, request)
}

fn unescaped(html: &str) -> String {
    [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&#60;", "<"), ("&#62;", ">"), ("&amp;", "&"), ("&#38;", "&")]
        .into_iter()
        .fold(html.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

/// The text of the element with this id, its tags taken out.
fn element(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap_or_else(|| panic!("no {id}: {page}"));
    let inner = rest.split("</code>").next().unwrap();
    let text: String = inner.split('<').enumerate().map(|(i, part)| if i == 0 { part } else { part.split_once('>').unwrap().1 }).collect();
    unescaped(&text)
}

async fn delivery_page(visit: &mut Visit, number: i64) -> String {
    visit.get(&format!("{WEBHOOKS}/1/deliveries/{number}")).await.text()
}

#[actix_rt::test]
async fn each_try_shows_where_its_time_went() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (mut visit, ..) = told(&server, &receiver, "Lea").await;
    let page = delivery_page(&mut visit, 1).await;
    for word in ["Connect", "First byte", "Total", "<rect class=\"stage-connect\"", "<rect class=\"stage-answer\""] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(!page.contains("Connection reused") && !page.contains("stage-dns\" x"), "an address needs no lookup: {page}");
    visit.account.post("/contacts", json!({"name": "Max"})).await.ok();
    receiver.wait_for(2).await;
    server.settled().await;
    let page = delivery_page(&mut visit, 2).await;
    assert!(page.contains("Connection reused") && !page.contains("stage-connect\" x"), "{page}");
    // a try of an earlier version has no times, and the page does without
    server.write(|tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE attempts SET timings = NULL"), tx.conn)?)).await;
    let page = delivery_page(&mut visit, 2).await;
    assert!(!page.contains("class=\"timings\"") && page.contains("Duration"), "{page}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_request_is_sent_again_by_hand() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let name = "it's \"odd\" \\ $HOME `id` $(id)\nสวัสดี !!";
    let (mut visit, _, request) = told(&server, &receiver, name).await;
    let headers = json!({"headers": {"X-Key": "hush"}});
    visit.account.patch("/webhooks/1", headers).await.ok();
    let command = element(&delivery_page(&mut visit, 1).await, "request-curl");
    assert!(command.starts_with("curl --globoff --request POST 'http://127.0.0.1:"), "{command}");
    visit.account.post("/contacts", json!({"name": "Max"})).await.ok();
    receiver.wait_for(2).await;
    server.settled().await;
    let page = delivery_page(&mut visit, 2).await;
    assert!(element(&page, "request-curl").contains("--header 'X-Key: <your X-Key>'") && !page.contains("hush"), "{page}");
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: curl is not at hand, so its command was not run");
        return server.finish().await;
    }
    let run = move || Command::new("bash").args(["-c", &format!("{command} --silent --noproxy '*'")]).output().unwrap();
    let ran = actix_rt::task::spawn_blocking(run).await.unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let again = receiver.wait_for(3).await.remove(2);
    assert_eq!((&again.body, &again.path), (&request.body, &request.path));
    let names = ["webhook-id", "webhook-signature", "webhook-timestamp", "x-chatwoot-signature", "content-type", "user-agent", "accept"];
    names.iter().for_each(|name| assert_eq!(again.header(name), request.header(name)));
    server.finish().await;
}

#[actix_rt::test]
async fn a_try_shows_what_was_signed_and_what_that_is_worth() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (mut visit, _, request) = told(&server, &receiver, "<b>Lea</b> & \"Max\"").await;
    let page = delivery_page(&mut visit, 1).await;
    let body = String::from_utf8(request.body.clone()).unwrap();
    let (id, timestamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    assert_eq!(element(&page, "signed-standard"), format!("{id}.{timestamp}.{body}"));
    assert_eq!(element(&page, "signed-chatwoot"), format!("{timestamp}.{body}"));
    assert_eq!(page.matches("Made with the present secret.").count(), 2, "{page}");
    visit.account.post("/webhooks/1/rotate_secret", json!({})).await.ok();
    assert_eq!(delivery_page(&mut visit, 1).await.matches("Made with the secret before the present one.").count(), 2);
    visit.account.delete("/webhooks/1/old_secret").await.ok();
    assert_eq!(delivery_page(&mut visit, 1).await.matches("Cannot be checked").count(), 2);
    server.finish().await;
}

/// The headers of a request as a terminal shows them.
fn lines(request: &Received) -> String {
    request.headers.iter().map(|(name, value)| format!("< {name}: {value}\r\n")).collect()
}

#[actix_rt::test]
async fn what_disagrees_is_said_without_a_script() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (mut visit, secret, request) = told(&server, &receiver, "Lea").await;
    let path = format!("{WEBHOOKS}/1/verify");
    let page = visit.get(&path).await.text();
    for word in ["What is signed with what", "<code>webhook-signature</code>", "<code>X-Chatwoot-Signature</code>", "snippet-csharp", "snippet-rust"]
    {
        assert!(page.contains(word), "{word}: {page}");
    }
    let (token, body, headers) = (visit.token(&path).await, String::from_utf8(request.body.clone()).unwrap(), lines(&request));
    let old = headers.replace(request.header("webhook-timestamp"), "1777630830");
    let anew = serde_json::to_string_pretty(&request.json()).unwrap();
    let one_sided = headers.replace(request.header("webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let cases: [(&str, &str, &str, &[&str]); 8] = [
        (&headers, &body, "", &["All of it agrees", "webhook-signature is right.", "X-Chatwoot-Signature is right.", "exactly what was sent"]),
        (
            &headers,
            &body.replace("Lea", "Leo"),
            "",
            &["differs from what was sent", "right for the body that was sent", "<dt>Sent</dt>", "Le<mark>a</mark>", "Le<mark>o</mark>"],
        ),
        (&headers, &anew, "", &["the same JSON, but written anew"]),
        (&old, &body, "", &["min old", "does not match this body"]),
        (&one_sided, &body, "", &["One thing disagrees", "webhook-signature does not match", "X-Chatwoot-Signature is right."]),
        ("Host: x", &body, "", &["Neither webhook-signature nor X-Chatwoot-Signature is there"]),
        (&headers, &body, request.header("x-chatwoot-signature"), &["right for X-Chatwoot-Signature. Check how it compares."]),
        (&headers, &body, "sha256=<b>", &["matches nothing that we know"]),
    ];
    let stored = "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM attempts) AS number";
    let before = server.count(stored).await;
    for (headers, body, computed, words) in cases {
        let fields = [("csrf_token", token.as_str()), ("headers", headers), ("body", body), ("computed", computed)];
        let answer = visit.form(&path, &fields).await;
        assert_eq!(answer.status, 200);
        let page = unescaped(&answer.text());
        words.iter().for_each(|word| assert!(page.contains(word), "{word}: {page}"));
        assert!(!page.contains(&secret) && !answer.text().contains("<b></"), "{page}");
    }
    assert_eq!(server.count(stored).await, before, "nothing of it is kept");
    server.finish().await;
}

#[actix_rt::test]
async fn the_checker_has_its_limits() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (mut visit, ..) = told(&server, &receiver, "Lea").await;
    let path = format!("{WEBHOOKS}/1/verify");
    let token = visit.token(&path).await;
    let long = "x".repeat(600_000);
    for (fields, word) in [
        ([("headers", "webhook-id: 1"), ("body", long.as_str())], "This is more than can be checked here"),
        ([("headers", long.as_str()), ("body", "{}")], "This is more than can be checked here"),
        ([("headers", " "), ("body", "{}")], "Please fill this in"),
    ] {
        let answer = visit.form(&path, &[fields[0], fields[1], ("csrf_token", &token)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(word), "{word}");
    }
    assert_eq!(visit.form(&path, &[("headers", "webhook-id: 1"), ("body", "{}")]).await.status, 422, "a form of ours");
    assert_eq!(visit.form(&path.replace("/1/verify", "/9/verify"), &[("headers", "a: b"), ("csrf_token", &token)]).await.status, 404);
    let huge = "x".repeat(3_000_000);
    assert_eq!(visit.form(&path, &[("headers", "a: b"), ("body", &huge), ("csrf_token", &token)]).await.status, 413);
    assert_eq!(visit.form("/app/language", &[("csrf_token", &token), ("language", "th"), ("next", "/")]).await.status, 303);
    let page = visit.get(&path).await.text();
    assert!(page.contains("ลงนามอะไรด้วยอะไร") && !page.contains("verify-"), "{page}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_failure_is_told_with_what_is_known_of_it() {
    let (server, receiver) = (Server::start_with(|config| config.webhook.retry_schedule = Vec::new()).await, Receiver::open());
    let (mut visit, ..) = told(&server, &receiver, "Lea").await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let elsewhere = "https://new.acme.example/in";
    for (url, reply, words) in [
        (format!("http://127.0.0.1:{closed}/"), None, format!("Nobody listens at 127.0.0.1:{closed}.")),
        (receiver.url(), Some(Reply::status(308).header("location", elsewhere)), format!("Change the webhook URL to {elsewhere}.")),
        (receiver.url(), Some(Reply::status(405)), "405 Method Not Allowed".into()),
        (receiver.url(), Some(Reply::status(429).header("retry-after", "1")), "The receiver asks to wait for 1 s.".into()),
        (receiver.url(), Some(Reply::hang()), "had not answered when the limit of 2 s was over".into()),
        // on a connection that was used before, the first time is no failure
        (receiver.url(), None, "closed the connection after 0.".into()),
    ] {
        let to = format!("UPDATE webhooks SET url = '{url}'");
        server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(to), tx.conn)?)).await;
        match reply {
            Some(reply) => receiver.next(reply),
            None => receiver.always(Reply::hang_up()),
        };
        visit.account.post("/contacts", json!({"name": "Max"})).await.ok();
        server.settled().await;
        let newest = server.count("SELECT max(id) AS number FROM deliveries").await;
        let page = unescaped(&delivery_page(&mut visit, newest).await);
        assert!(page.contains(&words), "{words}: {page}");
    }
    server.finish().await;
}
