//! Requests that nobody sends by mistake: always refused with 4xx, never with 5xx, never with silence; and the server lives on.
use crate::support::{File, Office, Server, raw};
use actix_web::http::Method;
use serde_json::{Value, json};

/// Where bodies are read, each with a body that is right.
fn doors(source_id: &str, identifier: &str) -> Vec<(Method, String, Value)> {
    let own = |path: &str| format!("/api/v1/accounts/1{path}");
    let public = |path: &str| format!("/public/api/v1/inboxes/{identifier}/contacts{path}");
    let of_visitor = |path: &str| public(&format!("/{source_id}{path}"));
    vec![
        (Method::POST, own("/inboxes"), json!({"name": "N", "channel": {"type": "api"}})),
        (
            Method::PATCH,
            own("/inboxes/1"),
            json!({"name": "N", "greeting_enabled": true, "greeting_message": "G", "timezone": "UTC", "working_hours": [{"day_of_week": 1, "open_hour": 9}], "csat_config": {}, "channel": {"additional_attributes": {}}}),
        ),
        (Method::PATCH, own("/inbox_members"), json!({"inbox_id": 1, "user_ids": [1, 2]})),
        (
            Method::POST,
            own("/contacts"),
            json!({"name": "N", "email": "n@example.org", "phone_number": "+12345", "identifier": "i", "blocked": false, "custom_attributes": {}, "additional_attributes": {}, "inbox_id": 1, "source_id": "s"}),
        ),
        (Method::PATCH, own("/contacts/1"), json!({"name": "N", "email": "m@example.org"})),
        (
            Method::POST,
            own("/conversations"),
            json!({"inbox_id": 1, "contact_id": 1, "source_id": "s2", "status": "open", "assignee_id": 1, "snoozed_until": 1, "custom_attributes": {}, "additional_attributes": {}, "message": {"content": "x"}}),
        ),
        (Method::POST, own("/conversations/1/toggle_status"), json!({"status": "open", "snoozed_until": 1})),
        (Method::POST, own("/conversations/1/assignments"), json!({"assignee_id": 1, "team_id": 1})),
        (Method::POST, own("/conversations/1/toggle_typing_status"), json!({"typing_status": "on", "is_private": true})),
        (
            Method::POST,
            own("/conversations/1/messages"),
            json!({"content": "x", "private": false, "message_type": "outgoing", "content_type": "text", "content_attributes": {}, "echo_id": "e", "source_id": "s"}),
        ),
        (
            Method::POST,
            own("/webhooks"),
            json!({"url": "https://a.example", "name": "N", "subscriptions": ["message_created"], "inbox_id": 1, "payload_format": "chatwoot"}),
        ),
        (Method::POST, own("/test_receivers"), json!({"name": "N", "answer": "slowly", "seconds": 1})),
        (Method::PATCH, own("/test_receivers/1"), json!({"name": "N", "answer": 200, "seconds": "1"})),
        (
            Method::POST,
            own("/agent_bots"),
            json!({"name": "N", "description": "D", "outgoing_url": "https://a.example", "bot_type": "webhook", "bot_config": {}}),
        ),
        (Method::POST, own("/inboxes/1/set_agent_bot"), json!({"agent_bot": null})),
        (Method::POST, "/auth/sign_in".into(), json!({"email": "ada@acme.example", "password": "x"})),
        (
            Method::POST,
            public(""),
            json!({"source_id": "t", "identifier": "i2", "email": "t@example.org", "name": "N", "phone_number": "+1234567", "custom_attributes": {}}),
        ),
        (Method::PATCH, of_visitor(""), json!({"name": "N", "email": "u@example.org"})),
        (Method::POST, of_visitor("/conversations"), json!({"custom_attributes": {}})),
        (Method::POST, of_visitor("/conversations/1/messages"), json!({"content": "x", "content_attributes": {}, "source_id": "s"})),
        (Method::PATCH, of_visitor("/conversations/1/messages/1"), json!({"submitted_values": []})),
        (
            Method::PUT,
            "/public/api/v1/csat_survey/8b7c6d5e-0000-4000-8000-000000000000".into(),
            json!({"message": {"submitted_values": {"csat_survey_response": {"rating": 5, "feedback_message": "ok"}}}}),
        ),
        (
            Method::POST,
            own("/agents"),
            json!({"name": "N", "email": "v@example.org", "role": "agent", "availability": "online", "auto_offline": true, "password": ""}),
        ),
        (Method::POST, own("/agents/bulk_create"), json!({"emails": ["w@example.org"]})),
        (Method::PATCH, own("/agents/2"), json!({"name": "N", "role": "agent", "availability": "busy", "auto_offline": false})),
        (
            Method::PUT,
            "/api/v1/profile".into(),
            json!({"name": "N", "display_name": "D", "message_signature": "S", "ui_settings": {}, "password": ""}),
        ),
        (Method::PUT, "/auth/password".into(), json!({"reset_password_token": "t", "password": "x", "password_confirmation": "x"})),
        (Method::POST, own("/canned_responses"), json!({"short_code": "s", "content": "C"})),
        (Method::PATCH, own("/notification_settings"), json!({"selected_email_flags": [], "selected_push_flags": []})),
        (
            Method::POST,
            "/api/v1/notification_subscriptions".into(),
            json!({"subscription_type": "fcm", "subscription_attributes": {"device_id": "d", "push_token": "t"}}),
        ),
    ]
}

/// An office whose inbox, contact, conversation and message all have the id 1.
async fn furnished(server: &Server) -> (Office, Vec<(Method, String, Value)>) {
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let doors = doors(&visitor.source_id, &inbox.identifier);
    (office, doors)
}

async fn alive(server: &Server) {
    server.anonymous().get("/health").await.ok();
    assert_eq!(server.anonymous().get("/api").await.ok()["data_services"], "ok");
}

#[actix_rt::test]
async fn bodies_that_are_no_object_are_refused() {
    let server = Server::start().await;
    let (office, doors) = furnished(&server).await;
    let caller = office.administrator.below("");
    let deep = |open: &str, close: &str, depth: usize| format!("{{\"name\":{}1{}}}", open.repeat(depth), close.repeat(depth)).into_bytes();
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("array", b"[]".to_vec()),
        ("array of objects", b"[{\"name\":\"x\"}]".to_vec()),
        ("text", b"\"text\"".to_vec()),
        ("number", b"1".to_vec()),
        ("half", b"{\"name\":".to_vec()),
        ("two", b"{}{}".to_vec()),
        ("no JSON", b"name=x".to_vec()),
        ("invalid UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("overlong UTF-8", b"{\"name\":\"\xc0\xaf\"}".to_vec()),
        ("lone surrogate", br#"{"name":"\ud800"}"#.to_vec()),
        ("swapped surrogates", br#"{"name":"\udc00\ud800"}"#.to_vec()),
        ("huge number", b"{\"name\":1e400}".to_vec()),
        ("hex number", b"{\"name\":0x1}".to_vec()),
        ("NaN", b"{\"name\":NaN}".to_vec()),
        ("comment", b"{/**/}".to_vec()),
        ("raw control", b"{\"name\":\"\x01\"}".to_vec()),
        ("byte order mark", b"\xef\xbb\xbf{}".to_vec()),
        ("zeros", vec![0; 64]),
        ("deep arrays", deep("[", "]", 5_000)),
        ("deep objects", deep("{\"a\":", "}", 5_000)),
        ("unclosed arrays", b"[".repeat(100_000)),
    ];
    for (method, path, _) in &doors {
        for (name, body) in &bodies {
            let answer = caller.send(method.clone(), path, Some("application/json"), body.clone()).await;
            assert!((400..500).contains(&answer.status), "{method} {path} with {name}: {} {}", answer.status, answer.text());
        }
    }
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn no_field_of_a_wrong_type_or_size_is_the_servers_fault() {
    let server = Server::start().await;
    let (office, doors) = furnished(&server).await;
    let caller = office.administrator.below("");
    let numbers: Vec<Value> =
        ["-1", "1.5", "-0.0", "1e300", "99999999999999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808"]
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
    let wrong: Vec<Value> =
        [json!(null), json!(true), json!([]), json!({}), json!([[[]]]), json!({"a": {"b": 1}}), json!(""), json!(" "), json!("x\u{0}y")]
            .into_iter()
            .chain(numbers)
            .chain([json!("99999999999999999999"), json!("x".repeat(30_000)), json!("%00'\";--\\\u{202e}"), json!(["\u{0}", {"\u{0}": null}])])
            .collect();
    // (each try to sign in takes its time, on purpose)
    for (method, path, right) in doors.iter().filter(|(_, path, _)| path != "/auth/sign_in") {
        let fields: Vec<&String> = right.as_object().unwrap().keys().collect();
        for field in fields {
            for value in &wrong {
                let mut body = right.clone();
                body[field] = value.clone();
                let answer = caller.json(method.clone(), path, body).await;
                assert!(answer.status < 500, "{method} {path} with {field} = {value:.60}: {}", answer.status);
            }
        }
    }
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn bodies_over_two_megabytes_are_refused_as_too_large() {
    let server = Server::start().await;
    let (office, doors) = furnished(&server).await;
    let caller = office.administrator.below("");
    let json = format!("{{\"name\":\"{}\"}}", "x".repeat(3 << 20)).into_bytes();
    for (method, path, _) in &doors {
        let answer = caller.send(method.clone(), path, Some("application/json"), json.clone()).await;
        assert_eq!(answer.status, 413, "{method} {path}");
    }
    let (_, path, _) = &doors[9];
    let form = format!("content={}", "x".repeat(3 << 20)).into_bytes();
    assert_eq!(caller.send(Method::POST, path, Some("application/x-www-form-urlencoded"), form).await.status, 413);
    let big = "x".repeat(3 << 20);
    assert_eq!(caller.multipart(path, &[("content", &big)]).await.status, 413);
    // a file may be larger, but not where none is taken; nor may what stands around it
    assert_eq!(caller.upload("/api/v1/accounts/1/labels", &[], &[File::new("title", "a.bin", "x/y", big.as_bytes())]).await.status, 413);
    assert_eq!(caller.upload(path, &[("content", &big)], &[File::new("attachments[]", "a.bin", "x/y", b"x")]).await.status, 413);
    assert_eq!(caller.upload(path, &[], &[File::new(&big, "a.bin", "x/y", b"x")]).await.status, 413);
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn forms_and_multipart_bodies_that_make_no_sense_are_refused() {
    let server = Server::start().await;
    let (office, doors) = furnished(&server).await;
    let caller = office.administrator.below("");
    let (_, path, _) = &doors[9];
    let nested = format!("a{}=1", "[b]".repeat(500));
    let part = "--parts\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n";
    for (content_type, body) in [
        ("multipart/form-data", b"--parts--".to_vec()),
        ("multipart/form-data; boundary=parts", b"no parts".to_vec()),
        ("multipart/form-data; boundary=parts", b"".to_vec()),
        ("multipart/form-data; boundary=parts", format!("{part}unfinished").into_bytes()),
        ("multipart/form-data; boundary=parts", [part.as_bytes(), b"\xff\xfe\r\n--parts--\r\n"].concat()),
        ("multipart/form-data; boundary=", part.as_bytes().to_vec()),
        ("application/x-www-form-urlencoded", nested.into_bytes()),
        ("application/x-www-form-urlencoded", b"%ff=%fe&content".to_vec()),
        ("text/plain", b"hello".to_vec()),
        ("application/xml", b"<content>hello</content>".to_vec()),
        ("\u{1F4A9}", b"{".to_vec()),
    ] {
        let answer = caller.send(Method::POST, path, Some(content_type), body).await;
        assert!((400..500).contains(&answer.status), "{content_type}: {} {}", answer.status, answer.text());
    }
    // many small parts are no way to take the memory
    let many = [part.as_bytes(), b"x\r\n"].concat().repeat(20_000);
    let answer = caller.send(Method::POST, path, Some("multipart/form-data; boundary=parts"), many).await;
    assert!(answer.status < 500, "{}", answer.status);
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn paths_and_queries_with_broken_escapes_are_refused() {
    let server = Server::start().await;
    let (office, _) = furnished(&server).await;
    let address = server.address.to_string();
    let token = &office.administrator.token;
    let long = "x".repeat(5_000);
    for path in [
        "/api/v1/accounts/1/contacts/%ff",
        "/api/v1/accounts/1/contacts/%zz",
        "/api/v1/accounts/1/contacts/%00",
        "/api/v1/accounts/1/contacts/1%2f..%2f..",
        "/api/v1/accounts/%31/contacts/%31%00",
        "/api/v1/accounts/1/contacts/../../../../etc/passwd",
        "/api/v1/accounts/1/contacts?page=%ff&sort=%zz&labels[=1&]=2&[[[]]]=3",
        "/api/v1/accounts/1/contacts/search?q=%ff%fe%00",
        "/api/v1/accounts/1/conversations?status=%00&inbox_id=1%00&page=-1&updated_within=99999999999999999999",
        "/api/v1/accounts/1/conversations?labels[a][b][c][d][e][f][g][h][i]=1",
        "/api/v1/accounts/1/conversations/1/messages?before=%00&after=1e9",
        "/public/api/v1/inboxes/%ff/contacts/%00",
        "/public/api/v1/inboxes/%2e%2e/contacts/x",
        "/static/../../Cargo.toml",
        "/static/%2e%2e/%2e%2e/Cargo.toml",
        "//api//v1",
        "/\u{e9}",
        &format!("/{long}"),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\napi_access_token: {token}\r\nConnection: close\r\n\r\n");
        let answer = raw::send(&address, request.as_bytes()).await;
        assert!((200..500).contains(&answer.status), "{path}: {}", answer.text);
        assert!(!answer.text.contains("[package]") && !answer.text.contains("root:"), "{path}");
    }
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_hardly_http_is_refused_or_hung_up_on() {
    let server = Server::start().await;
    let (office, _) = furnished(&server).await;
    let address = server.address.to_string();
    let token = &office.administrator.token;
    let head = format!("POST /api/v1/accounts/1/contacts HTTP/1.1\r\nHost: x\r\napi_access_token: {token}\r\nContent-Type: application/json\r\n");
    let many = (0..2_000).map(|n| format!("X-{n}: y\r\n")).collect::<String>();
    let long = "x".repeat(200_000);
    for request in [
        "\r\n\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0".to_owned() + &"\0".repeat(200) + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n Folded: y\r\nConnection: close\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{many}Connection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\nConnection: close\r\n\r\n"),
        format!("GET /?{long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        format!("{head}Content-Length: -1\r\n\r\n{{}}"),
        format!("{head}Content-Length: 99999999999999999999\r\n\r\n{{}}"),
        format!("{head}Content-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{{}}"),
        format!("{head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"),
        format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n"),
        format!("{head}Transfer-Encoding: chunked, identity\r\nConnection: close\r\n\r\n0\r\n\r\n"),
        "PROPFIND / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nConnection: close\r\n\r\n".to_owned(),
    ] {
        let answer = raw::send(&address, request.as_bytes()).await;
        assert!(answer.status < 500, "{:.80}: {}", request.escape_debug().to_string(), answer.text);
    }
    alive(&server).await;
    server.finish().await;
}
