//! Signing in, being recognized, and founding, through the doors.
use super::{
    testing::{Answer, PASSWORD, administrator, member, send, server},
    *,
};
use crate::{
    db::testing::{TestDb, on_each_database},
    web::ClientInfo,
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    test::TestRequest,
    web::{ServiceConfig, get, resource},
};
use serde_json::{Value, json};

fn with_probes(cfg: &mut ServiceConfig) {
    let name = |agent: &Agent| HttpResponse::Ok().body(agent.user.name.clone());
    cfg.configure(routes)
        .service(resource("/accounts/{account_id}/agent").route(get().to(move |agent: Agent| async move { name(&agent) })))
        .service(resource("/accounts/{account_id}/administrator").route(get().to(move |who: Administrator| async move { name(&who) })));
}

fn credentials(email: &str, password: &str) -> TestRequest {
    TestRequest::post()
        .uri("/auth/sign_in")
        .set_json(json!({"email": email, "password": password}))
}

fn with_session(request: TestRequest, signed_in: &Answer) -> TestRequest {
    ["access-token", "client", "uid"]
        .into_iter()
        .fold(request, |request, name| request.insert_header((name, signed_in.header(name))))
}

#[test]
fn a_session_from_sign_in_to_sign_out() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let server = server(test, true, with_probes).await;
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
        let server = server(test, false, routes).await;
        let wrong = send(&server, credentials("ada@example.org", "Passw0rd?")).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            wrong.json,
            json!({"success": false, "errors": ["Invalid login credentials. Please try again."]})
        );
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
        let server = server(test, true, routes).await;
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
        let elsewhere = ClientInfo {
            ip: Some("192.0.2.8".parse().unwrap()),
            user_agent: None,
        };
        let limits = SignInLimits::new(true);
        assert!(sign_in(&test.db, &limits, "ada@example.org", PASSWORD.into(), &elsewhere).await.is_ok());
    });
}

#[test]
fn many_guesses_at_once_are_no_way_around_the_limit() {
    on_each_database(async |test| {
        administrator(test, "ada@example.org").await;
        let (limits, client) = (SignInLimits::new(true), ClientInfo::default());
        let guesses = (0..30).map(|_| sign_in(&test.db, &limits, "ada@example.org", "x".into(), &client));
        let answers = futures_util::future::join_all(guesses).await;
        let heard = answers.iter().filter(|answer| matches!(answer, Err(Error::SignIn(_)))).count();
        assert_eq!(heard, 10);
        assert!(answers.iter().all(Result::is_err));
    });
}

#[test]
fn tokens_in_both_spellings_and_roles() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let (eve, elsewhere) = administrator(test, "eve@example.org").await;
        let server = server(test, false, with_probes).await;
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
        assert_eq!(
            error(ask("administrator", account.id, ("api_access_token", &bob.token)).await),
            (401, true)
        );
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
        let server = server(test, false, with_probes).await;
        let signed_in = send(&server, credentials("ÄNNE@bücher.example", PASSWORD)).await;
        assert_eq!(signed_in.header("uid"), "änne@bücher.example");
        let request = TestRequest::get().uri(&format!("/accounts/{}/agent", account.id));
        assert_eq!(send(&server, with_session(request, &signed_in)).await.status, StatusCode::OK);
        let request = with_session(TestRequest::get().uri("/auth/validate_token"), &signed_in);
        let stranger = send(&server, request.insert_header(("uid", "eve@example.org"))).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn the_oldest_sessions_make_way() {
    on_each_database(async |test| {
        let (ada, _) = administrator(test, "ada@example.org").await;
        let (id, client) = (ada.user.id, ClientInfo::default());
        let sessions = test
            .db
            .write(move |tx| (0..30).map(|_| open_session(tx, id, &client)).collect::<Result<Vec<_>>>());
        let sessions = sessions.await.unwrap();
        let live = test.db.read(move |conn| {
            let live = |new: &NewSession| Ok(session::find(conn, &new.client, &new.secret)?.is_some());
            sessions.iter().map(live).collect::<Result<Vec<bool>>>()
        });
        let live = live.await.unwrap();
        assert_eq!(live, [vec![false; 5], vec![true; 25]].concat());
    });
}

fn installation(n: usize) -> NewInstallation {
    NewInstallation {
        name: "Ada".into(),
        email: format!("ada{n}@example.org"),
        password: PASSWORD.into(),
        account_name: "Acme".into(),
        locale: "en".into(),
    }
}

async fn refused(test: &TestDb, change: impl FnOnce(&mut NewInstallation)) -> Vec<&'static str> {
    let mut new = installation(0);
    change(&mut new);
    match first_run(&test.db, new, &ClientInfo::default()).await {
        Err(Error::Invalid { attributes, .. }) => attributes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_run_is_all_or_nothing_and_happens_once() {
    on_each_database(async |test| {
        assert_eq!(refused(test, |new| new.password = "weak".into()).await, ["password"]);
        assert_eq!(refused(test, |new| new.email = "ada".into()).await, ["email"]);
        assert_eq!(refused(test, |new| new.name = " ".into()).await, ["name"]);
        assert_eq!(refused(test, |new| new.account_name = String::new()).await, ["account_name"]);
        assert_eq!(refused(test, |new| new.locale = "Klingon".into()).await, ["locale"]);
        assert!(!test.db.read(users::any).await.unwrap());

        let client = ClientInfo::default();
        let racing = (0..8).map(|n| first_run(&test.db, installation(n), &client));
        let outcomes = futures_util::future::join_all(racing).await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|outcome| matches!(outcome, Err(Error::Forbidden(_)))));
        let (user, account, session) = won.into_iter().next().unwrap().unwrap();
        let found = test.db.read(move |conn| {
            let (who, _) = session::find(conn, &session.client, &session.secret)?.ok_or(Error::NotFound)?;
            enter(conn, who, account.id)
        });
        let agent = found.await.unwrap();
        assert_eq!((agent.user_id(), agent.is_administrator()), (user.id, true));
    });
}
