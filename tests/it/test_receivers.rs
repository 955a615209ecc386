//! Test receivers: each way in which they answer, what they keep, who sees it, and that the way to them leads nowhere else.
use crate::{
    pages::{Visit, WEBHOOKS},
    snapshot,
    support::{
        Caller, Office, Process, Server,
        client::Anonymous,
        database::{Place, is_postgres},
        process::database,
        raw, until,
    },
    tail::Stream,
};
use actix_web::http::Method;
use diesel::{QueryDsl, RunQueryDsl, sql_query};
use hookdesk::{config::Config, db::schema::attempts};
use serde_json::{Value, json};

const PAGES: &str = "/app/accounts/1/settings/integrations/test_receivers";
const NO_SUCH: &str = "8WgGBQPyTh6JLLKyxY8vUiPs";

/// No private network is allowed: the only way to a receiver on this machine is the one that this is about.
fn guarded(config: &mut Config) {
    config.webhook.allow_networks.clear();
}

/// A receiver that answers like this; gives its id and its URL.
async fn receiver(office: &Office, said: Value) -> (i64, String) {
    let made = office.administrator.post("/test_receivers", said).await.ok()["payload"]["test_receiver"].clone();
    (made["id"].as_i64().unwrap(), made["url"].as_str().unwrap().to_owned())
}

async fn requests(office: &Office, id: i64) -> Vec<Value> {
    let page = office.administrator.get(&format!("/test_receivers/{id}/requests")).await.ok();
    page["payload"]["requests"].as_array().unwrap().clone()
}

/// The path of a URL of ours.
fn path(url: &str) -> String {
    format!("/test_receivers/{}", url.rsplit('/').next().unwrap())
}

/// The status and the number of the reason of each try but the first `before`. All of them have dialled the server itself.
async fn tries(server: &Server, before: usize) -> Vec<(Option<i16>, Option<i16>)> {
    type Row = (Option<i16>, Option<i16>, Option<String>);
    let columns = (attempts::response_status, attempts::error_class, attempts::dialled);
    let rows: Vec<Row> = server.read(move |conn| Ok(attempts::table.order_by(attempts::id).select(columns).load(conn)?)).await;
    let (address, tried) = (server.address.to_string(), &rows[before..]);
    assert!(tried.iter().all(|(.., dialled)| dialled.as_ref() == Some(&address)), "{tried:?}");
    tried.iter().map(|(status, class, _)| (*status, *class)).collect()
}

#[actix_rt::test]
async fn a_webhook_meets_each_way_of_answering() {
    let server = Server::start_with(guarded).await;
    let office = server.office().await;
    let (id, url) = receiver(&office, json!({})).await;
    let hook = office.webhook_with(json!({"url": url, "subscriptions": ["contact_created"]})).await;
    const TIMEOUT: i16 = 3;
    const STATUS: i16 = 5;
    const CLOSED: i16 = 7;
    let (mut tried, mut arrived) = (0, 0);
    for (answer, each, number) in [
        (json!({}), (Some(200), None), 1),
        (json!({"answer": 500}), (Some(500), Some(STATUS)), 4),
        (json!({"answer": "hang_up"}), (None, Some(CLOSED)), 4),
        (json!({"answer": "slowly", "seconds": 1}), (Some(200), None), 1),
        (json!({"answer": "slowly", "seconds": 60}), (None, Some(TIMEOUT)), 4),
        (json!({"answer": "410"}), (Some(410), Some(STATUS)), 1),
    ] {
        let late = answer["seconds"] == 60;
        let timeout = json!({"timeout": if late { "100ms" } else { "10s" }});
        office.administrator.patch(&format!("/webhooks/{}", hook.id), timeout).await.ok();
        office.administrator.patch(&format!("/test_receivers/{id}"), answer.clone()).await.ok();
        office.contact(json!({"name": "Lea"})).await;
        server.settled().await;
        assert_eq!(tries(&server, tried).await, vec![each; number], "{answer}");
        let came = requests(&office, id).await;
        // one for each try: what closed the connection is not taken for a stale one
        assert_eq!(came.len(), (arrived + number).min(25), "{answer}");
        assert!(came[..number].iter().all(|request| request["path"] == path(&url) && request["method"] == "POST"));
        let status = if late { Some(200) } else { each.0 };
        assert!(came[..number].iter().all(|request| request["answered_status"] == json!(status)), "{answer}: {came:?}");
        (tried, arrived) = (tried + number, arrived + number);
    }
    let told = office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"][0].clone();
    assert_eq!((&told["enabled"], &told["turned_off_reason"]), (&json!(false), &json!("gone")));
    server.finish().await;
}

#[actix_rt::test]
async fn a_delivery_page_explains_what_the_receiver_did() {
    let server = Server::start_with(|config| {
        guarded(config);
        config.webhook.retry_schedule = Vec::new();
    })
    .await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let made = visit.account.post("/test_receivers", json!({"answer": "hang_up"})).await.ok();
    visit.account.post("/webhooks", json!({"url": made["payload"]["test_receiver"]["url"], "subscriptions": ["contact_created"]})).await.ok();
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    let page = visit.get(&format!("{WEBHOOKS}/1/deliveries/1")).await.text();
    assert!(page.contains("closed the connection after 0."), "{page}");
    server.finish().await;
}

#[actix_rt::test]
async fn whatever_is_sent_is_kept_as_it_came() {
    let server = Server::start().await;
    let office = server.office().await;
    let (id, url) = receiver(&office, json!({"name": " Desk "})).await;
    let (anyone, path) = (server.anonymous(), path(&url));
    let answer = anyone.with("x-team", "blue").form(&format!("{path}?a=1&b=%32"), &[("x", "y z")]).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "This test receiver answers 200 OK, as it was told.\n"));
    assert_eq!((answer.header("connection"), answer.header("x-content-type-options")), (Some("close"), Some("nosniff")));
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
        assert_eq!(anyone.send(method.clone(), &path, None, Vec::new()).await.status, 200, "{method}");
    }
    assert_eq!(anyone.send(Method::POST, &path, None, b"\xff\x00\xfe".to_vec()).await.status, 200);
    let long = format!("{}é", "x".repeat(64 * 1024 - 1));
    assert_eq!(anyone.send(Method::POST, &path, None, long.clone().into_bytes()).await.status, 200);
    assert_eq!(anyone.send(Method::POST, &path, None, vec![b'x'; 3 << 20]).await.status, 413);
    let came = requests(&office, id).await;
    assert_eq!((came.len(), &came[0]["answered_status"], &came[0]["body_truncated"]), (9, &json!(413), &json!(true)));
    assert_eq!((&came[1]["body"], &came[1]["body_truncated"], &came[1]["body_size"]), (&json!(&long[..64 * 1024 - 1]), &json!(true), &json!(65_537)));
    assert_eq!((&came[2]["body"], &came[2]["body_encoding"]), (&json!("/wD+"), &json!("base64")));
    assert_eq!((&came[3]["method"], &came[3]["body"], &came[3]["body_encoding"]), (&json!("BREW"), &json!(""), &json!("text")));
    let first = &came[8];
    assert_eq!((&first["method"], &first["body"]), (&json!("POST"), &json!("x=y+z")));
    assert_eq!(first["path"], json!(format!("{path}?a=1&b=%32")));
    assert!(first["headers"].as_array().unwrap().contains(&json!(["x-team", "blue"])), "{first}");
    let mut listed = office.administrator.get("/test_receivers").await.ok();
    listed["payload"]["test_receivers"][0]["url"] = json!(url.replace(path.rsplit('/').next().unwrap(), "TOKEN"));
    snapshot!("test_receivers", listed);
    let mut request = came[2].clone();
    (request["path"], request["headers"]) = (json!("/test_receivers/TOKEN"), json!([]));
    snapshot!("test_receiver_request", request);
    office.administrator.delete(&format!("/test_receivers/{id}/requests")).await.ok_and_empty();
    assert_eq!(requests(&office, id).await, Vec::<Value>::new());
    server.finish().await;
}

#[actix_rt::test]
async fn who_hangs_up_sends_no_byte() {
    let server = Server::start().await;
    let office = server.office().await;
    let (id, url) = receiver(&office, json!({"answer": "hang_up"})).await;
    let request = format!("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}", path(&url));
    let answer = raw::send(&server.address.to_string(), request.as_bytes()).await;
    assert_eq!((answer.status, answer.text.as_str()), (0, ""));
    assert_eq!(requests(&office, id).await[0]["answered_status"], Value::Null);
    server.finish().await;
}

#[actix_rt::test]
async fn the_newest_hundred_are_kept() {
    let server = Server::start().await;
    let office = server.office().await;
    let (id, url) = receiver(&office, json!({})).await;
    let (other, _) = receiver(&office, json!({})).await;
    let anyone = server.anonymous();
    for number in 0..103 {
        let to = format!("{}?{number}", path(&url));
        // one that comes faster than a hundred in a second has to come again
        until("a request to be taken", async || (anyone.post(&to, json!({})).await.status == 200).then_some(())).await;
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM test_receiver_requests").await, 100);
    let (mut before, mut seen) = (Value::Null, Vec::new());
    loop {
        let query = before.as_i64().map(|id| format!("?before={id}")).unwrap_or_default();
        let page = office.administrator.get(&format!("/test_receivers/{id}/requests{query}")).await.ok();
        seen.extend(page["payload"]["requests"].as_array().unwrap().iter().map(|request| request["path"].as_str().unwrap().to_owned()));
        before = page["meta"]["before"].clone();
        if before.is_null() {
            break;
        }
    }
    assert_eq!(seen, (3..103).rev().map(|number| format!("{}?{number}", path(&url))).collect::<Vec<_>>());
    assert_eq!(requests(&office, other).await.len(), 0);
    office.administrator.delete(&format!("/test_receivers/{id}")).await.ok_and_empty();
    assert_eq!(server.count("SELECT count(*) AS number FROM test_receiver_requests").await, 0);
    anyone.post(&path(&url), json!({})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn administrators_arrange_their_own_and_nobody_else_sees_them() {
    let server = Server::start().await;
    let (office, strange) = (server.office().await, server.another_office("b.").await);
    let (id, _) = receiver(&office, json!({})).await;
    let (one, all) = (format!("/test_receivers/{id}"), format!("/test_receivers/{id}/requests"));
    for path in ["/test_receivers", &one, &all] {
        assert_eq!(office.agent.get(path).await.status, 401, "{path}");
        server.anonymous().get(&format!("/api/v1/accounts/{}{path}", office.account)).await.is(401);
    }
    assert_eq!(office.agent.post("/test_receivers", json!({})).await.status, 401);
    assert_eq!(strange.administrator.get("/test_receivers").await.ok()["payload"]["test_receivers"], json!([]));
    for (method, path) in [(Method::GET, &one), (Method::PATCH, &one), (Method::DELETE, &one), (Method::GET, &all), (Method::DELETE, &all)] {
        strange.administrator.json(method, path, json!({"name": "Mine"})).await.error(404);
    }
    for (said, attribute) in [(json!({"seconds": 0}), "seconds"), (json!({"seconds": "61"}), "seconds"), (json!({"name": "x".repeat(256)}), "name")] {
        assert_eq!(office.administrator.patch(&one, said).await.invalid(), [attribute]);
    }
    office.administrator.patch(&one, json!({"answer": 418})).await.error(422);
    let changed = office.administrator.put(&one, json!({"test_receiver": {"answer": "slowly", "seconds": "60", "name": "Late"}})).await.ok();
    let changed = &changed["payload"]["test_receiver"];
    assert_eq!((&changed["answer"], &changed["seconds"], &changed["name"]), (&json!("slowly"), &json!(60), &json!("Late")));
    assert_eq!(&office.administrator.get(&one).await.ok()["payload"]["test_receiver"], changed);
    for _ in 1..10 {
        receiver(&office, json!({})).await;
    }
    assert!(office.administrator.post("/test_receivers", json!({})).await.error(422).contains("10"));
    receiver(&strange, json!({})).await;
    server.finish().await;
}

#[actix_rt::test]
async fn the_way_to_a_receiver_leads_nowhere_else() {
    let server = Server::start_with(guarded).await;
    let office = server.office().await;
    let (id, url) = receiver(&office, json!({})).await;
    let (base, token) = (format!("http://{}", server.address), url.rsplit('/').next().unwrap());
    let elsewhere = [
        format!("{base}/test_receivers/{NO_SUCH}"),
        format!("{base}/test_receivers/{token}/more"),
        format!("{base}/test_receivers/{token}/../../api"),
        format!("{base}/test_receivers/{token}%2f..%2f..%2fapi"),
        format!("{base}/test_receivers"),
        format!("{base}/api"),
        format!("{base}/api?x=/test_receivers/{token}"),
        format!("http://localhost:{}/test_receivers/{token}", server.address.port()),
        format!("http://127.0.0.1:{}/test_receivers/{token}", server.address.port() ^ 1),
        format!("http://127.0.0.2:{}/test_receivers/{token}", server.address.port()),
    ];
    for wrong in &elsewhere {
        let refused = office.administrator.post("/webhooks", json!({"url": wrong})).await;
        assert_eq!(refused.invalid(), ["url"], "{wrong}");
        assert!(refused.text().contains("which is not a public address"), "{}", refused.text());
        let inbox = json!({"name": "N", "channel": {"type": "api", "webhook_url": wrong}});
        assert_eq!(office.administrator.post("/inboxes", inbox).await.invalid(), ["webhook_url"], "{wrong}");
    }
    // what the form has let through, by a password or a query or as a callback, is what is dialled
    office.api_inbox_with(json!({"webhook_url": url})).await;
    let hook = office.webhook_with(json!({"url": url.replace("http://", "http://a:b@") + "?x=1", "subscriptions": ["contact_created"]})).await;
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let came = requests(&office, id).await;
    assert_eq!((came.len(), came[0]["path"].as_str().unwrap().ends_with("?x=1")), (1, true));
    assert!(came[0]["headers"].as_array().unwrap().contains(&json!(["authorization", "Basic YTpi"])));
    // and what gets into the database by another way is checked again, on the same lane
    const BLOCKED: i64 = 4;
    let blocked = format!("SELECT count(*) AS number FROM attempts WHERE error_class = {BLOCKED}");
    for (number, wrong) in elsewhere.iter().enumerate() {
        let to = format!("UPDATE webhooks SET url = '{wrong}', retry_schedule = '' WHERE id = {}", hook.id);
        server.write(move |tx| Ok(sql_query(to).execute(tx.conn)?)).await;
        office.contact(json!({"name": "Max"})).await;
        server.settled().await;
        assert_eq!(server.count(&blocked).await, number as i64 + 1, "{wrong}");
    }
    // a receiver that is gone is no way any more
    let back = format!("UPDATE webhooks SET url = '{url}' WHERE id = {}", hook.id);
    server.write(move |tx| Ok(sql_query(back).execute(tx.conn)?)).await;
    office.administrator.delete(&format!("/test_receivers/{id}")).await.ok_and_empty();
    office.contact(json!({"name": "Max"})).await;
    server.settled().await;
    assert_eq!(server.count(&blocked).await, elsewhere.len() as i64 + 1);
    server.finish().await;
}

#[actix_rt::test]
async fn a_proxy_in_front_is_passed_by() {
    // a name that nobody resolves, with a TLS that this process does not speak
    let server = Server::start_with(|config| {
        guarded(config);
        config.listen = "0.0.0.0:0".into();
        config.public_url = "https://help.acme.example:8443".parse().unwrap();
    })
    .await;
    let local = format!("127.0.0.1:{}", server.address.port());
    let office = Office::open(server.db.clone(), Anonymous(Caller::new(local)), "").await;
    let (id, url) = receiver(&office, json!({})).await;
    assert!(url.starts_with("https://help.acme.example:8443/test_receivers/"), "{url}");
    office.webhook_with(json!({"url": url, "subscriptions": ["contact_created"]})).await;
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let came = requests(&office, id).await;
    assert!(came[0]["headers"].as_array().unwrap().contains(&json!(["host", "help.acme.example:8443"])), "{came:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn nodes_of_one_role_go_by_the_public_address() {
    if !is_postgres() {
        return;
    }
    let place = Place::new();
    let db = database(&place).await;
    let strict = ("HOOKDESK_WEBHOOK_ALLOW_NETWORKS", "");
    let (web, all) = (Process::start(&place, &[("HOOKDESK_ROLE", "web"), strict]).await, Process::start(&place, &[strict]).await);
    let office = Office::open(db.clone(), web.anonymous(), "").await;
    let (_, url) = receiver(&office, json!({})).await;
    assert!(url.contains(&web.address), "{url}");
    assert_eq!(office.administrator.post("/webhooks", json!({"url": url})).await.invalid(), ["url"], "nobody here can dial it");
    let reached = url.replace(&web.address, &all.address);
    let there = office.administrator.caller.moved_to(&all.address);
    there.post("/webhooks", json!({"url": reached, "subscriptions": ["contact_created"]})).await.ok();
    drop(db);
}

#[actix_rt::test]
async fn a_page_shows_what_arrives_without_a_script() {
    let server = Server::start_with(guarded).await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let page = visit.get(WEBHOOKS).await.text();
    assert!(page.contains(&format!("href=\"{PAGES}\"")), "{page}");
    let token = visit.token(PAGES).await;
    assert!(visit.get(PAGES).await.text().contains("There are no test receivers yet"));
    assert_eq!(visit.form(PAGES, &[]).await.status, 422, "a form of ours");
    let made = visit.form(PAGES, &[("csrf_token", &token)]).await;
    let own = made.header("location").unwrap().to_owned();
    let page = visit.get(&own).await.text();
    for word in
        ["The test receiver is there", "Test receiver 1", "Waiting for the first request", "Make a webhook that points here", "curl --request POST"]
    {
        assert!(page.contains(word), "{word}: {page}");
    }
    let link = page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("/webhooks/new?url=")).unwrap();
    let form = visit.get(&link.replace("&amp;", "&").replace("&#38;", "&")).await.text();
    let url = visit.account.get("/test_receivers").await.ok()["payload"]["test_receivers"][0]["url"].as_str().unwrap().to_owned();
    assert!(form.contains(&format!("value=\"{url}\"")) && form.contains("value=\"Test receiver 1\""), "{form}");
    let fields = [("csrf_token", token.as_str()), ("url", &url), ("subscriptions[]", "contact_created")];
    assert_eq!(visit.form(WEBHOOKS, &fields).await.status, 303);
    visit.account.post("/contacts", json!({"name": "<b>Lea</b>"})).await.ok();
    server.settled().await;
    let page = visit.get(&own).await.text();
    for word in [
        "contact_created",
        "All of it agrees.",
        "webhook-signature is right.",
        "The body is exactly what was sent.",
        "Open the delivery",
        "Pointing here:",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(page.contains(&format!("href=\"{WEBHOOKS}/1/deliveries/1\"")) && !page.contains("<b>Lea</b>"), "{page}");
    // somebody who knows the address, and the delivery, but not the secret
    let first = visit.account.get("/test_receivers/1/requests").await.ok()["payload"]["requests"][0].clone();
    let header = |name: &str| first["headers"].as_array().unwrap().iter().find(|pair| pair[0] == name).unwrap()[1].as_str().unwrap().to_owned();
    let forged = server.anonymous().with("webhook-id", &header("webhook-id")).with("webhook-timestamp", &header("webhook-timestamp"));
    forged.with("webhook-signature", &header("webhook-signature")).post(&path(&url), json!({"event": "contact_created", "name": "Max"})).await;
    let page = visit.get(&own).await.text();
    assert!(page.contains("<dt>Arrived</dt>") && page.contains("differs from what was sent"), "{page}");
    server.anonymous().with("webhook-signature", "v1,AAAA").post(&path(&url), json!({})).await;
    assert!(visit.get(&own).await.text().contains("The header webhook-timestamp is missing"));
    let of_first = visit.get(&format!("{own}?request={}", first["id"])).await.text();
    assert!(of_first.contains("All of it agrees.") && of_first.contains("arrived-list") && !of_first.contains("data-part=\"arrived\""), "{of_first}");
    assert_eq!(visit.get(&format!("{own}?request=4711")).await.status, 404);
    let wrong = visit.form(&own, &[("csrf_token", &token), ("answer", "slowly"), ("seconds", "61"), ("name", "Late")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Please enter a whole number from 1 to 60") && wrong.text().contains("value=\"Late\""), "{}", wrong.text());
    assert_eq!(visit.form(&own, &[("csrf_token", &token), ("answer", "slowly"), ("seconds", "7"), ("name", "Late")]).await.status, 303);
    assert!(visit.get(&own).await.text().contains("200 after 7 s"));
    assert_eq!(visit.form(&format!("{own}/clear"), &[("csrf_token", &token)]).await.status, 303);
    assert!(visit.get(&own).await.text().contains("Waiting for the first request"));
    assert!(visit.get(&format!("{own}/delete")).await.text().contains("“Late”"));
    assert_eq!(visit.form(&format!("{own}/delete"), &[("csrf_token", &token)]).await.status, 303);
    assert_eq!(visit.get(&own).await.status, 404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_cannot_be_checked_is_said() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let made = visit.account.post("/test_receivers", json!({})).await.ok();
    let url = path(made["payload"]["test_receiver"]["url"].as_str().unwrap());
    let own = format!("{PAGES}/1");
    server.anonymous().post(&url, json!({"event": "contact_created"})).await;
    let page = visit.get(&own).await.text();
    assert!(page.contains("there is no secret to check a signature with"), "{page}");
    server.anonymous().send(Method::POST, &url, None, vec![b'x'; 70_000]).await;
    let page = visit.get(&own).await.text();
    assert!(page.contains("these are the first 64 KiB. A signature covers all of it"), "{page}");
    server.anonymous().send(Method::POST, &url, None, vec![0xff]).await;
    assert!(visit.get(&own).await.text().contains("The body is no text."));
    server.finish().await;
}

#[actix_rt::test]
async fn a_stream_tells_of_arrivals_and_ends_with_the_server() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let made = visit.account.post("/test_receivers", json!({})).await.ok();
    let url = path(made["payload"]["test_receiver"]["url"].as_str().unwrap());
    let cookies = visit.caller_cookies();
    assert_eq!(visit.get(&format!("{PAGES}/2/stream")).await.status, 404);
    let mut stream = Stream::open(&server.address.to_string(), &format!("{PAGES}/1/stream"), ("cookie", &cookies)).await.ready().await;
    server.anonymous().post(&url, json!({})).await;
    assert_eq!(stream.next().await, Some(("arrival".into(), json!({}))));
    // neither a stream nor a late answer keeps the server from ending
    visit.account.patch("/test_receivers/1", json!({"answer": "slowly", "seconds": 60})).await.ok();
    let late = actix_rt::spawn({
        let (anyone, url) = (server.anonymous(), url.clone());
        async move { anyone.post(&url, json!({})).await.status }
    });
    let kept = "SELECT count(*) AS number FROM test_receiver_requests";
    until("the request", async || (server.count(kept).await == 2).then_some(())).await;
    server.finish().await;
    assert_eq!(late.await.unwrap(), 503);
    while stream.next().await.is_some() {}
}
