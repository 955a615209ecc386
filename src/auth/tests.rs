//! What the tests of every room above need: people in a database, and requests as clients send them. Below it, the tests of
//! `auth` itself: signing in, being recognized, and what each may do.
use super::*;
use crate::{
    db::tests::{TestDb, on_each_database},
    storage::Storage,
    users::NewUser,
    web::{ClientInfo, Quotas, routes::Routes},
};
use actix_web::{
    App, HttpResponse,
    dev::Service,
    http::{StatusCode, header::HeaderMap},
    middleware::from_fn,
    test::{TestRequest, init_service, read_body},
    web::{Data, ServiceConfig, scope},
};
use serde_json::{Value, json};
use std::rc::Rc;

/// The password of everybody here.
pub const PASSWORD: &str = "Passw0rd!";

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null when there is none or it is no JSON.
    pub json: Value,
    /// Its body as it is.
    pub text: String,
}

impl Answer {
    /// A header's text; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| std::str::from_utf8(value.as_bytes()).unwrap())
    }
}

/// A user with an access token and their place in an account.
#[derive(Debug)]
pub struct Person {
    /// Who.
    pub user: User,
    /// Where.
    pub account: AccountId,
    /// Their access token.
    pub token: String,
}

/// An account named after its administrator.
pub async fn administrator(test: &TestDb, email: &str) -> (Person, Account) {
    let founding = Founding {
        name: "Ada".into(),
        email: email.into(),
        password_hash: hash_password(PASSWORD.into()).await.unwrap(),
        account_name: format!("{email}'s"),
        locale: "en".into(),
    };
    let make = test.db.write(move |tx| {
        let (user, account) = found(tx, founding)?;
        let token = users::access_token(tx.conn, user.id)?;
        Ok((user, account, token))
    });
    let (user, account, token) = make.await.unwrap();
    (Person { user, account: account.id, token }, account)
}

/// One more member of an account.
pub async fn member(test: &TestDb, account: AccountId, name: &str, email: &str, role: Role) -> Person {
    let new = NewUser { name: name.into(), email: email.into(), password_hash: Some(hash_password(PASSWORD.into()).await.unwrap()) };
    let make = test.db.write(move |tx| {
        let user = users::create(tx, new)?;
        users::add_member(tx, account, user.id, role, None)?;
        let token = users::access_token(tx.conn, user.id)?;
        Ok(Person { user, account, token })
    });
    make.await.unwrap()
}

/// The id of nobody.
pub const NOBODY: UserId = UserId(987_654_321);

/// A server that answers in this thread.
pub struct Server(Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>);

/// A server with these routes below a path, and with those of `auth`.
pub async fn server(test: &TestDb, limits: bool, base: &str, below: fn(&mut Routes)) -> Server {
    let app = App::new()
        .app_data(Data::new(test.db.clone()))
        .app_data(Data::new(test.config.clone()))
        .app_data(Data::new(SignInLimits::new(limits)))
        .app_data(Data::new(Storage::new(&test.config).unwrap()))
        .app_data(Data::new(Quotas::new(limits)))
        .wrap(from_fn(echo_session))
        .configure(|cfg| listed(routes, cfg))
        .service(scope(base).configure(|cfg| listed(below, cfg)));
    let service = Rc::new(init_service(app).await);
    Server(Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move {
            let request = request.peer_addr("192.0.2.7:4711".parse().unwrap()).to_request();
            let response = service.call(request).await.unwrap_or_else(|e| panic!("{e}"));
            let (status, headers) = (response.status(), response.headers().clone());
            let text = String::from_utf8(read_body(response).await.to_vec()).unwrap();
            Answer { status, headers, json: serde_json::from_str(&text).unwrap_or_default(), text }
        })
    }))
}

/// Sends a request and reads the answer.
pub async fn send(server: &Server, request: TestRequest) -> Answer {
    (server.0)(request).await
}

fn listed(room: fn(&mut Routes), cfg: &mut ServiceConfig) {
    let mut routes = Routes::below("");
    room(&mut routes);
    routes.register(cfg);
}

fn with_probes(to: &mut Routes) {
    let name = |agent: &Agent| HttpResponse::Ok().body(agent.user.name.clone());
    to.at("/accounts/{account_id}/agent", |at| at.get("An agent", move |agent: Agent| async move { name(&agent) }));
    to.at("/accounts/{account_id}/administrator", |at| at.get("An administrator", move |who: Administrator| async move { name(&who) }));
}

fn credentials(email: &str, password: &str) -> TestRequest {
    TestRequest::post().uri("/auth/sign_in").set_json(json!({"email": email, "password": password}))
}

fn with_session(request: TestRequest, signed_in: &Answer) -> TestRequest {
    ["access-token", "client", "uid"].into_iter().fold(request, |request, name| request.insert_header((name, signed_in.header(name))))
}

#[test]
fn a_session_from_sign_in_to_sign_out() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let server = server(test, true, "", with_probes).await;
        let signed_in = send(&server, credentials(" ADA@example.org", PASSWORD)).await;
        assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.text);
        assert_eq!(signed_in.json["data"]["access_token"], ada.token);
        assert_eq!(signed_in.json["data"]["accounts"][0]["role"], "administrator");
        assert_eq!((signed_in.header("uid"), signed_in.header("token-type")), ("ada@example.org", "Bearer"));
        assert!(signed_in.header("expiry").parse::<i64>().unwrap() > ada.user.created_at.and_utc().timestamp() + 59 * 86_400);
        let size: usize = signed_in.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        assert!(size < 1000, "{size} bytes of headers");

        let validated = send(&server, with_session(TestRequest::get().uri("/auth/validate_token"), &signed_in)).await;
        assert_eq!(validated.status, StatusCode::OK);
        assert_eq!(validated.json["payload"]["success"], true);
        let born = validated.json["payload"]["data"]["created_at"].as_str().unwrap();
        assert!(born.ends_with('Z') && born.len() == 24, "{born}");
        let probe = TestRequest::get().uri(&format!("/accounts/{}/agent", account.id));
        let answer = send(&server, with_session(probe, &signed_in)).await;
        assert_eq!(answer.text, "Ada");
        for name in ["access-token", "token-type", "client", "expiry", "uid", "authorization"] {
            assert_eq!(answer.header(name), signed_in.header(name), "{name}");
        }

        let out = || with_session(TestRequest::delete().uri("/auth/sign_out"), &signed_in);
        let answer = send(&server, out()).await;
        assert_eq!((answer.status, answer.json), (StatusCode::OK, json!({"success": true})));
        let again = send(&server, out()).await;
        assert_eq!((again.status, &again.json["success"]), (StatusCode::NOT_FOUND, &json!(false)));
        assert!(again.json["errors"][0].is_string());
        let validated = send(&server, with_session(TestRequest::get().uri("/auth/validate_token"), &signed_in)).await;
        assert_eq!((validated.status, &validated.json["success"]), (StatusCode::UNAUTHORIZED, &json!(false)));
        assert!(validated.json["errors"][0].is_string());
    });
}

#[test]
fn wrong_ones_are_answered_alike() {
    on_each_database(async |test| {
        administrator(test, "ada@example.org").await;
        let server = server(test, false, "", routes).await;
        let wrong = send(&server, credentials("ada@example.org", "Passw0rd?")).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert_eq!(wrong.json, json!({"success": false, "errors": ["Invalid login credentials. Please try again."]}));
        for (email, password) in [("bob@example.org", PASSWORD), ("no address", ""), ("", "")] {
            let other = send(&server, credentials(email, password)).await;
            assert_eq!((other.status, &other.text), (wrong.status, &wrong.text), "{email}");
        }
        for body in [json!({}), json!({"email": null, "password": 5})] {
            let other = send(&server, TestRequest::post().uri("/auth/sign_in").set_json(body)).await;
            assert_eq!((other.status, &other.text), (wrong.status, &wrong.text));
        }
        let page = send(&server, TestRequest::get().uri("/auth/sign_in")).await;
        assert_eq!((page.status, page.header("location")), (StatusCode::FOUND, "/app/login"));
    });
}

#[test]
fn guessing_is_limited_and_signing_in_is_not() {
    on_each_database(async |test| {
        administrator(test, "ada@example.org").await;
        let server = server(test, true, "", routes).await;
        for _ in 0..8 {
            assert_eq!(send(&server, credentials("ada@example.org", PASSWORD)).await.status, StatusCode::OK);
        }
        for n in 0..5 {
            let wrong = send(&server, credentials(&format!("{n}@example.org"), "x")).await;
            assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        }
        let refused = send(&server, credentials("ada@example.org", PASSWORD)).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.header("content-type").starts_with("text/plain"));
        assert!((1..=61).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
        // another address, as the trusted proxy on this machine would report it
        let elsewhere = ClientInfo { ip: Some("192.0.2.8".parse().unwrap()), ..ClientInfo::default() };
        let limits = SignInLimits::new(true);
        assert!(sign_in(&test.db, &limits, "ada@example.org", PASSWORD.into(), &elsewhere, Revocation::default()).await.is_ok());
    });
}

#[test]
fn tokens_in_both_spellings_and_roles() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let (eve, elsewhere) = administrator(test, "eve@example.org").await;
        let server = server(test, false, "", with_probes).await;
        let ask = async |what: &str, account: AccountId, header: (&'static str, &str)| {
            let request = TestRequest::get().uri(&format!("/accounts/{account}/{what}")).insert_header(header);
            let answer = send(&server, request.insert_header(("Authorization", "Bearer x"))).await;
            (answer.status.as_u16(), answer.json)
        };
        for name in ["api_access_token", "Api-Access-Token"] {
            assert_eq!(ask("administrator", account.id, (name, &ada.token)).await.0, 200);
            assert_eq!(ask("agent", account.id, (name, &bob.token)).await.0, 200);
        }
        let error = |answer: (u16, Value)| (answer.0, answer.1["error"].is_string());
        assert_eq!(error(ask("administrator", account.id, ("api_access_token", &bob.token)).await), (401, true));
        assert_eq!(error(ask("agent", account.id, ("api_access_token", &eve.token)).await), (401, true));
        assert_eq!(error(ask("agent", account.id, ("api_access_token", "nobody's")).await), (401, true));
        assert_eq!(error(ask("agent", AccountId(999), ("api_access_token", &ada.token)).await), (404, true));
        let (status, body) = ask("agent", account.id, ("accept", "*/*")).await;
        assert_eq!((status, body["errors"].is_array()), (401, true));
        let suspend = test.db.write(move |tx| {
            let mut account = crate::accounts::find_to_change(tx, elsewhere.id)?;
            account.status = AccountStatus::Suspended;
            crate::accounts::update(tx, &account)
        });
        let suspended = suspend.await.unwrap();
        assert_eq!(error(ask("agent", suspended.id, ("api_access_token", &eve.token)).await), (401, true));
    });
}

#[test]
fn an_address_of_any_language_signs_in() {
    on_each_database(async |test| {
        let (_, account) = administrator(test, "änne@bücher.example").await;
        let server = server(test, false, "", with_probes).await;
        let signed_in = send(&server, credentials("ÄNNE@bücher.example", PASSWORD)).await;
        assert_eq!(signed_in.header("uid"), "änne@bücher.example");
        let request = TestRequest::get().uri(&format!("/accounts/{}/agent", account.id));
        assert_eq!(send(&server, with_session(request, &signed_in)).await.status, StatusCode::OK);
        let request = with_session(TestRequest::get().uri("/auth/validate_token"), &signed_in);
        let stranger = send(&server, request.insert_header(("uid", "eve@example.org"))).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    });
}
