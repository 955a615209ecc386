//! What users change of themselves through the API.
use super::api::routes;
use crate::{
    auth::tests::{PASSWORD, administrator, send, server},
    db::tests::on_each_database,
};
use actix_web::{http::StatusCode, test::TestRequest};
use serde_json::{Value, json};

fn with_token(request: TestRequest, token: &str) -> TestRequest {
    request.insert_header(("api_access_token", token))
}

fn put(path: &str, token: &str, body: Value) -> TestRequest {
    with_token(TestRequest::put().uri(path).set_json(body), token)
}

fn post(path: &str, token: &str, body: Value) -> TestRequest {
    with_token(TestRequest::post().uri(path).set_json(body), token)
}

fn session(email: &str, password: &str) -> TestRequest {
    TestRequest::post().uri("/auth/sign_in").set_json(json!({"email": email, "password": password}))
}

#[test]
fn what_is_given_changes_and_the_rest_stays() {
    on_each_database(async |test| {
        let (ada, _) = administrator(test, "ada@example.org").await;
        administrator(test, "eve@example.org").await;
        let server = server(test, false, "/api/v1", routes).await;
        let profile = send(&server, with_token(TestRequest::get().uri("/api/v1/profile"), &ada.token)).await;
        assert_eq!((profile.status, &profile.json["access_token"]), (StatusCode::OK, &json!(ada.token)));
        let change = async |body: Value| send(&server, put("/api/v1/profile", &ada.token, body)).await;
        let nested = change(json!({"profile": {"display_name": "A.", "ui_settings": {"locale": "th", "a": 1}}})).await;
        assert_eq!((&nested.json["available_name"], &nested.json["name"]), (&json!("A."), &json!("Ada")));
        let flat = change(json!({"ui_settings": {"a": 2}, "message_signature": "Yours", "name": "Ada L"})).await;
        assert_eq!(flat.json["ui_settings"], json!({"locale": "th", "a": 2}));
        assert_eq!((&flat.json["display_name"], &flat.json["message_signature"]), (&json!("A."), &json!("Yours")));
        let emptied = change(json!({"display_name": "", "message_signature": null})).await;
        assert_eq!((&emptied.json["display_name"], &emptied.json["message_signature"]), (&Value::Null, &Value::Null));
        for (body, attribute) in [
            (json!({"email": "EVE@example.org"}), "email"),
            (json!({"email": ""}), "email"),
            (json!({"name": " "}), "name"),
            (json!({"display_name": "x".repeat(256)}), "display_name"),
            (json!({"message_signature": "x".repeat(20_001)}), "message_signature"),
            (json!({"ui_settings": {"x": "x".repeat(70_000)}}), "ui_settings"),
        ] {
            let refused = change(body).await;
            assert_eq!((refused.status.as_u16(), &refused.json["attributes"]), (422, &json!([attribute])));
        }
        let nobody = send(&server, TestRequest::get().uri("/api/v1/profile")).await;
        assert_eq!((nobody.status.as_u16(), nobody.json["errors"].is_array()), (401, true));
    });
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    on_each_database(async |test| {
        let (ada, _) = administrator(test, "ada@example.org").await;
        let server = server(test, true, "/api/v1", routes).await;
        let (here, there) = (send(&server, session("ada@example.org", PASSWORD)).await, send(&server, session("ada@example.org", PASSWORD)).await);
        let with = |request: TestRequest, session: &crate::auth::tests::Answer| {
            ["access-token", "client", "uid"].into_iter().fold(request, |request, name| request.insert_header((name, session.header(name))))
        };
        let change = |body: Value| with(TestRequest::put().uri("/api/v1/profile").set_json(body), &here);
        let new = "N3w-Passw0rd";
        let wrong = send(&server, change(json!({"password": new, "current_password": "x"}))).await;
        assert_eq!((wrong.status.as_u16(), &wrong.json), (422, &json!({"error": "Invalid current password"})));
        let right = |password: &str, again: &str| {
            change(json!({"profile": {"password": password, "password_confirmation": again, "current_password": PASSWORD}}))
        };
        let refused = send(&server, right(new, "other")).await;
        assert_eq!(refused.json["attributes"], json!(["password_confirmation"]));
        assert_eq!(send(&server, right("weak", "weak")).await.json["attributes"], json!(["password"]));
        assert_eq!(send(&server, right(new, new)).await.status, StatusCode::OK);
        let validate = |session| with(TestRequest::get().uri("/auth/validate_token"), session);
        assert_eq!(send(&server, validate(&here)).await.status, StatusCode::OK);
        assert_eq!(send(&server, validate(&there)).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(send(&server, session("ada@example.org", PASSWORD)).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(send(&server, session("ada@example.org", new)).await.status, StatusCode::OK);

        for (body, attributes) in [
            (json!({"email": "ada@example.com"}), json!(["current_password"])),
            (json!({"email": "ada@example.com", "current_password": PASSWORD}), Value::Null),
        ] {
            let refused = send(&server, change(body)).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.json["attributes"]),
                (422, &attributes),
                "a token or a session is no proof of the password"
            );
        }
        let moved = send(&server, change(json!({"email": "ada@example.com", "current_password": new}))).await;
        assert_eq!((moved.header("uid"), moved.header("client")), ("ada@example.com", here.header("client")));
        assert_eq!(send(&server, validate(&moved)).await.status, StatusCode::OK);
        let token = send(&server, with_token(TestRequest::get().uri("/api/v1/profile"), &ada.token)).await;
        assert_eq!((token.status, &token.json["uid"]), (StatusCode::OK, &json!("ada@example.com")));
        // guessing the current password is limited like signing in
        let guess = || change(json!({"password": new, "current_password": "x"})).insert_header(("uid", "ada@example.com"));
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(send(&server, guess()).await.status.as_u16());
        }
        assert_eq!(statuses.last(), Some(&429));
    });
}

#[test]
fn the_small_doors() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let (_, other) = administrator(test, "eve@example.org").await;
        let server = server(test, false, "/api/v1", routes).await;
        let (availability, auto_offline) = ("/api/v1/profile/availability", "/api/v1/profile/auto_offline");
        let busy = json!({"profile": {"account_id": account.id, "availability": "busy"}});
        let answer = send(&server, post(availability, &ada.token, busy)).await;
        assert_eq!(answer.json["accounts"][0]["availability"], "busy");
        let off = json!({"account_id": account.id.to_string(), "auto_offline": "false"});
        let answer = send(&server, post(auto_offline, &ada.token, off)).await;
        let seat = &answer.json["accounts"][0];
        assert_eq!((&seat["auto_offline"], &seat["availability_status"]), (&json!(false), &json!("busy")));
        let foreign = json!({"account_id": other.id, "availability": "busy"});
        assert_eq!(send(&server, post(availability, &ada.token, foreign)).await.status, StatusCode::NOT_FOUND);
        let nonsense = json!({"account_id": account.id, "availability": "asleep"});
        assert_eq!(send(&server, post(availability, &ada.token, nonsense)).await.status.as_u16(), 422);

        let active = "/api/v1/profile/set_active_account";
        let answer = send(&server, put(active, &ada.token, json!({"profile": {"account_id": account.id}}))).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
        assert_eq!(answer.header("content-type"), "application/json");
        let foreign = send(&server, put(active, &ada.token, json!({"account_id": other.id}))).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);

        let reset = send(&server, post("/api/v1/profile/reset_access_token", &ada.token, json!({}))).await;
        let token = reset.json["access_token"].as_str().unwrap();
        assert!(reset.json["accounts"][0]["active_at"].is_string() && token != ada.token);
        let profile = |token: &str| with_token(TestRequest::get().uri("/api/v1/profile"), token);
        assert_eq!(send(&server, profile(&ada.token)).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(send(&server, profile(token)).await.status, StatusCode::OK);
    });
}
