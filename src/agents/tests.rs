//! Making, changing and removing agents through the API.
use super::api::routes;
use crate::{
    auth::tests::{Answer, NOBODY, PASSWORD, Person, Server, administrator, member, send, server},
    db::{
        Shared, Tx,
        tests::{on_each_database, on_each_database_with},
        types::{AccountId, UserId},
    },
    error::Result,
    users::{self, Departures, PlaceChange, Role},
};
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};

fn uri(who: &Person, id: Option<UserId>) -> String {
    let id = id.map_or(String::new(), |id| format!("/{id}"));
    format!("/api/v1/accounts/{}/agents{id}", who.account)
}

async fn call(server: &Server, method: TestRequest, who: &Person, id: Option<UserId>, body: Value) -> Answer {
    let request = method.uri(&uri(who, id)).insert_header(("api_access_token", who.token.clone()));
    send(server, request.set_json(body)).await
}

async fn names(server: &Server, who: &Person) -> Vec<String> {
    let list = call(server, TestRequest::get(), who, None, json!({})).await;
    list.json.as_array().unwrap().iter().map(|agent| agent["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn new_users_and_known_ones_become_members() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let (eve, _) = administrator(test, "eve@example.org").await;
        let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
        let bob = json!({"agent": {"name": "bob", "email": "Bob@example.org", "role": "agent", "availability": "busy",
            "auto_offline": false, "password": PASSWORD}});
        let created = call(&server, TestRequest::post(), &ada, None, bob.clone()).await;
        let id = created.json["id"].as_i64().unwrap();
        let drawn = json!({"id": id, "account_id": account.id, "availability_status": "busy", "auto_offline": false, "confirmed": true,
            "email": "bob@example.org", "provider": "email", "available_name": "bob", "name": "bob", "role": "agent", "thumbnail": ""});
        assert_eq!((created.status.as_u16(), created.json), (200, drawn));
        let again = call(&server, TestRequest::post(), &ada, None, bob).await;
        assert_eq!((again.status.as_u16(), &again.json["attributes"]), (422, &json!(["user_id"])));
        // a known user keeps name and password
        let linked = json!({"name": "X", "email": "eve@example.org", "role": "administrator", "password": "An0ther-one"});
        let linked = call(&server, TestRequest::post(), &ada, None, linked).await;
        assert_eq!((&linked.json["name"], &linked.json["role"]), (&json!("Ada"), &json!("administrator")));
        assert_eq!(linked.json["id"], json!(eve.user.id));
        for (email, password) in [("bob@example.org", PASSWORD), ("eve@example.org", PASSWORD)] {
            let request = TestRequest::post().uri("/auth/sign_in");
            let answer = send(&server, request.set_json(json!({"email": email, "password": password}))).await;
            assert_eq!(answer.status.as_u16(), 200, "{email}");
        }
        for (body, attribute) in [
            (json!({"name": "C"}), "email"),
            (json!({"email": "c@example.org"}), "name"),
            (json!({"name": "C", "email": "c@example.org", "password": "weak"}), "password"),
        ] {
            let refused = call(&server, TestRequest::post(), &ada, None, body).await;
            assert_eq!((refused.status.as_u16(), &refused.json["attributes"]), (422, &json!([attribute])));
        }
        let without = json!({"name": "Aaron", "email": "aaron@example.org"});
        let without = call(&server, TestRequest::post(), &ada, None, without).await.json;
        assert_eq!((&without["role"], &without["confirmed"]), (&json!("agent"), &json!(false)));
        assert_eq!(names(&server, &ada).await, ["Aaron", "Ada", "Ada", "bob"]);
    });
}

#[test]
fn only_administrators_change_members() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let (eve, _) = administrator(test, "eve@example.org").await;
        let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
        let change = json!({"name": "Robert", "role": "administrator"});
        assert_eq!(names(&server, &bob).await, ["Ada", "Bob"]);
        let refused = call(&server, TestRequest::patch(), &bob, Some(bob.user.id), change.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.json["error"].is_string()), (401, true));
        assert_eq!(call(&server, TestRequest::delete(), &bob, Some(ada.user.id), json!({})).await.status.as_u16(), 401);
        assert_eq!(call(&server, TestRequest::post(), &bob, None, json!({})).await.status.as_u16(), 401);
        for stranger in [eve.user.id, NOBODY] {
            assert_eq!(call(&server, TestRequest::patch(), &ada, Some(stranger), change.clone()).await.status.as_u16(), 404);
            assert_eq!(call(&server, TestRequest::delete(), &ada, Some(stranger), json!({})).await.status.as_u16(), 404);
        }
        let changed = call(&server, TestRequest::put(), &ada, Some(bob.user.id), change).await;
        assert_eq!((&changed.json["name"], &changed.json["role"]), (&json!("Robert"), &json!("administrator")));
        let unknown = call(&server, TestRequest::patch(), &ada, Some(bob.user.id), json!({"role": "owner"})).await;
        assert_eq!(unknown.status.as_u16(), 422);
    });
}

static LEFT: AtomicI64 = AtomicI64::new(0);

fn note(_: &mut Tx, _: AccountId, user: UserId) -> Result<()> {
    LEFT.store(user.0, Ordering::SeqCst);
    Ok(())
}

#[test]
fn an_administrator_stays_and_who_leaves_is_announced() {
    on_each_database_with(&Shared::default().with(Departures(vec![note])), async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        let bob = member(test, account.id, "Bob", "bob@example.org", Role::Agent).await;
        let server = server(test, false, "/api/v1/accounts/{account_id}", routes).await;
        let oneself = call(&server, TestRequest::delete(), &ada, Some(ada.user.id), json!({})).await;
        assert_eq!((oneself.status.as_u16(), oneself.json["error"].is_string()), (422, true));
        let demoted = call(&server, TestRequest::patch(), &ada, Some(ada.user.id), json!({"role": "agent"})).await;
        assert_eq!((demoted.status.as_u16(), demoted.json["error"].is_string()), (422, true));
        let gone = call(&server, TestRequest::delete(), &ada, Some(bob.user.id), json!({})).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str(), gone.header("content-type")), (200, "", "application/json"));
        assert_eq!(LEFT.load(Ordering::SeqCst), bob.user.id.0);
        assert_eq!(call(&server, TestRequest::get(), &bob, None, json!({})).await.status.as_u16(), 401);
    });
}

#[test]
fn two_administrators_cannot_remove_each_other() {
    on_each_database(async |test| {
        let (ada, account) = administrator(test, "ada@example.org").await;
        for n in 0..5 {
            let bob = member(test, account.id, "Bob", &format!("bob{n}@example.org"), Role::Administrator).await;
            let (a, b) = (ada.user.id, bob.user.id);
            let to = |role| PlaceChange { role: Some(role), ..PlaceChange::default() };
            let outcomes = futures_util::future::join(
                test.db.write(move |tx| users::update_member(tx, account.id, b, to(Role::Agent))),
                test.db.write(move |tx| users::update_member(tx, account.id, a, to(Role::Agent))),
            );
            let outcomes = outcomes.await;
            assert!(outcomes.0.is_ok() != outcomes.1.is_ok());
            test.db.write(move |tx| users::update_member(tx, account.id, a, to(Role::Administrator))).await.unwrap();
            test.db.write(move |tx| users::remove_member(tx, account.id, b)).await.unwrap();
        }
    });
}
