//! Requests that nobody sends by mistake: always refused with 4xx, never with 5xx, never with silence; and the server lives on. (What each operation
//! does with odd values is in `hostile_input`.)
use crate::support::{File, Office, Server, raw};
use actix_web::http::Method;

/// Where a message is written.
const MESSAGES: &str = "/api/v1/accounts/1/conversations/1/messages";

/// An office whose inbox, contact, conversation and message all have the id 1.
async fn furnished(server: &Server) -> Office {
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    office
}

async fn alive(server: &Server) {
    server.anonymous().get("/health").await.ok();
    assert_eq!(server.anonymous().get("/api").await.ok()["data_services"], "ok");
}

#[actix_rt::test]
async fn forms_over_two_megabytes_are_refused_as_too_large() {
    let server = Server::start().await;
    let office = furnished(&server).await;
    let caller = office.administrator.below("");
    let form = format!("content={}", "x".repeat(3 << 20)).into_bytes();
    assert_eq!(caller.send(Method::POST, MESSAGES, Some("application/x-www-form-urlencoded"), form).await.status, 413);
    let big = "x".repeat(3 << 20);
    assert_eq!(caller.multipart(MESSAGES, &[("content", &big)]).await.status, 413);
    // a file may be larger, but not where none is taken; nor may what stands around it
    assert_eq!(caller.upload("/api/v1/accounts/1/labels", &[], &[File::new("title", "a.bin", "x/y", big.as_bytes())]).await.status, 413);
    assert_eq!(caller.upload(MESSAGES, &[("content", &big)], &[File::new("attachments[]", "a.bin", "x/y", b"x")]).await.status, 413);
    assert_eq!(caller.upload(MESSAGES, &[], &[File::new(&big, "a.bin", "x/y", b"x")]).await.status, 413);
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn forms_and_multipart_bodies_that_make_no_sense_are_refused() {
    let server = Server::start().await;
    let office = furnished(&server).await;
    let caller = office.administrator.below("");
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
        let answer = caller.send(Method::POST, MESSAGES, Some(content_type), body).await;
        assert!((400..500).contains(&answer.status), "{content_type}: {} {}", answer.status, answer.text());
    }
    // many small parts are no way to take the memory
    let many = [part.as_bytes(), b"x\r\n"].concat().repeat(20_000);
    let answer = caller.send(Method::POST, MESSAGES, Some("multipart/form-data; boundary=parts"), many).await;
    assert!(answer.status < 500, "{}", answer.status);
    alive(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn paths_and_queries_with_broken_escapes_are_refused() {
    let server = Server::start().await;
    let office = furnished(&server).await;
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
    let office = furnished(&server).await;
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
