//! Where somebody is signed in, and what ends when they end it.
use crate::{
    invitations::sign_in,
    pages::Visit,
    second_factor::with_session,
    support::{Answer, Caller, Server, cable::Cable, office::PASSWORD},
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{
    auth::{hash_password, open_session},
    db::types::UserId,
    users::{self, Role},
    web::ClientInfo,
};
use serde_json::{Value, json};

const EMAIL: &str = "cleo@acme.example";
pub const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// Cleo, who has a password; gives her id.
async fn with_cleo(server: &Server, account: i64) -> i64 {
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    crate::support::office::settle(&server.db, Some(account), "Cleo", EMAIL, Role::Agent, Some(hash)).await.1
}

async fn from(server: &Server, program: &str) -> Caller {
    let said = json!({"email": EMAIL, "password": PASSWORD});
    let answer: Answer = server.anonymous().with("user-agent", program).post("/auth/sign_in", said).await;
    with_session(server, &answer)
}

async fn list(caller: &Caller) -> Vec<Value> {
    caller.get("/api/v1/profile/sessions").await.ok().as_array().unwrap().clone()
}

#[actix_rt::test]
async fn sessions_are_listed_with_what_is_known_of_them() {
    let server = Server::start().await;
    let office = server.office().await;
    with_cleo(&server, office.account).await;
    let (here, there) = (from(&server, FIREFOX).await, from(&server, "my-program").await);
    let sessions = list(&here).await;
    assert_eq!(sessions.len(), 2);
    let current: Vec<bool> = sessions.iter().map(|session| session["current"].as_bool().unwrap()).collect();
    assert_eq!(current, [false, true], "the newest first");
    let (theirs, own) = (&sessions[0], &sessions[1]);
    assert_eq!((&own["browser_name"], &own["browser_version"], &own["platform_name"]), (&json!("Firefox"), &json!("128.0"), &json!("Windows")));
    assert_eq!((&theirs["browser_name"], &theirs["ip_address"]), (&Value::Null, &json!("127.0.0.1")));
    assert_eq!(list(&there).await[0]["current"], true);
    // what is used is noted, and comes first
    server.write(|tx| Ok(sql_query("UPDATE sessions SET created_at = '2020-01-02 03:04:05', ip = '192.0.2.1'").execute(tx.conn)?)).await;
    assert_eq!(list(&here).await.iter().filter(|session| session["last_activity_at"] == "2020-01-02T03:04:05.000Z").count(), 1);
    let sessions = list(&here).await;
    assert_eq!(
        (&sessions[0]["current"], &sessions[0]["ip_address"], &sessions[1]["ip_address"]),
        (&json!(true), &json!("127.0.0.1"), &json!("192.0.2.1"))
    );
    there.get(&format!("/api/v1/accounts/{}/inboxes", office.account)).await.ok();
    assert!(list(&here).await.iter().all(|session| session["last_activity_at"] != "2020-01-02T03:04:05.000Z"));
    // a program with an access token has none, and sees those of its owner
    let token = here.get("/api/v1/profile").await.ok()["access_token"].as_str().unwrap().to_owned();
    let sessions = list(&server.anonymous().with("api_access_token", &token)).await;
    assert!(sessions.len() == 2 && sessions.iter().all(|session| session["current"] == false));
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_ended_is_out_at_once_and_hears_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let cleo = with_cleo(&server, office.account).await;
    let (here, there, third) = (from(&server, FIREFOX).await, from(&server, "curl/8.5.0").await, from(&server, "curl/8.6.0").await);
    let inbox = office.api_inbox().await;
    office.administrator.post("/inbox_members", json!({"inbox_id": inbox.id, "user_ids": [office.agent.id, cleo]})).await.ok();
    let (visitor, number) = office.conversation(&inbox).await;
    let credential = there.get("/api/v1/profile").await.ok()["pubsub_token"].clone();
    let identifier = json!({"channel": "RoomChannel", "pubsub_token": credential, "account_id": office.account, "user_id": cleo});
    let mut cable = Cable::open(&server.address.to_string()).await;
    cable.subscribe(&identifier).await;
    let sessions = list(&here).await;
    let id_of = |version: &str| sessions.iter().find(|session| session["browser_version"] == version).unwrap()["id"].clone();
    let path = |id: &Value| format!("/api/v1/profile/sessions/{id}");
    here.delete(&path(&id_of("128.0"))).await.error(422);
    here.delete(&path(&json!(999_999))).await.error(404);
    office.agent.below("").delete(&path(&id_of("8.5.0"))).await.error(404);
    here.delete(&path(&id_of("8.5.0"))).await.ok_and_empty();
    there.get("/api/v1/profile").await.is(401);
    third.get("/api/v1/profile").await.ok();
    assert_ne!(here.get("/api/v1/profile").await.ok()["pubsub_token"], credential);
    visitor.says(number, "a secret").await;
    let mut heard = Vec::new();
    while let Ok(frame) = cable.any().await {
        heard.push(frame);
    }
    assert!(heard.iter().all(|frame| !frame.to_string().contains("a secret")), "{heard:?}");
    assert!(heard.iter().any(|frame| frame["reason"] == "unauthorized" && frame["reconnect"] == false), "{heard:?}");
    here.delete("/api/v1/profile/sessions").await.ok_and_empty();
    third.get("/api/v1/profile").await.is(401);
    assert_eq!(list(&here).await.len(), 1);
    sign_in(&server, EMAIL, PASSWORD).await.ok();
    server.anonymous().get("/api/v1/profile/sessions").await.is(401);
    server.finish().await;
}

/// Opens so many sessions of somebody.
pub async fn open(server: &Server, user: i64, number: usize) {
    server
        .write(move |tx| {
            let user = users::find(tx.conn, UserId(user))?;
            (0..number).try_for_each(|_| open_session(tx, &user, &ClientInfo::default()).map(drop))
        })
        .await;
}

#[actix_rt::test]
async fn a_browser_says_which_session_makes_way() {
    let server = Server::start().await;
    let office = server.office().await;
    let cleo = with_cleo(&server, office.account).await;
    let first = from(&server, "my-program").await;
    open(&server, cleo, 24).await;
    let enter = async |program: &str, more: Value| {
        let mut said = json!({"email": EMAIL, "password": PASSWORD});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.anonymous().with("user-agent", program).post("/auth/sign_in", said).await
    };
    let full = enter(FIREFOX, json!({})).await;
    assert_eq!(full.header("access-token"), None);
    let full = full.is(409);
    let shown = full["sessions"].as_array().unwrap();
    assert_eq!((full.as_object().unwrap().len(), &full["sessions_limit_reached"], shown.len()), (2, &json!(true), 25));
    let mut listed = list(&first).await;
    listed.iter_mut().for_each(|session| session["current"] = json!(false));
    let by_id = |sessions: &[Value]| {
        let mut sessions = sessions.to_vec();
        sessions.sort_by_key(|session| session["id"].as_i64());
        sessions
    };
    assert_eq!(by_id(shown), by_id(&listed), "as in the profile");
    // nobody learns of them without the password, and what is no session of theirs makes no room
    enter(FIREFOX, json!({"password": "Wr0ng!", "revoke_all_sessions": true})).await.is(401);
    enter(FIREFOX, json!({"revoke_session_id": 999_999})).await.is(409);
    assert_eq!(list(&first).await.len(), 25);
    let chosen = by_id(shown)[3]["id"].clone();
    let second = with_session(&server, &enter(FIREFOX, json!({"revoke_session_id": chosen})).await);
    let left = list(&second).await;
    assert!(left.len() == 25 && left.iter().all(|session| session["id"] != chosen));
    first.get("/api/v1/profile").await.ok();
    // a program is asked nothing: the oldest ends
    let third = with_session(&server, &enter("curl/8.5.0", json!({})).await);
    first.get("/api/v1/profile").await.is(401);
    assert_eq!(list(&third).await.len(), 25);
    let answer = enter(FIREFOX, json!({"revoke_all_sessions": "true"})).await;
    let last = with_session(&server, &answer);
    assert_eq!(list(&last).await.len(), 1);
    // the credential of the sockets is another one, and the answer has it
    assert_eq!(answer.ok()["data"]["pubsub_token"], last.get("/api/v1/profile").await.ok()["pubsub_token"]);
    server.finish().await;
}

#[actix_rt::test]
async fn on_our_own_page_the_oldest_session_makes_way() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let ada = visit.account.below("/api/v1").get("/profile").await.ok()["id"].as_i64().unwrap();
    open(&server, ada, 24).await;
    let mut other = visit.another();
    other.sign_in().await;
    assert_eq!(other.get("/app/profile").await.status, 200);
    assert_eq!(visit.get("/app/profile").await.status, 303);
    server.finish().await;
}

#[actix_rt::test]
async fn sessions_are_ended_on_their_page() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let mut others = [visit.another(), visit.another(), visit.another()];
    for other in &mut others {
        other.sign_in().await;
    }
    let page = visit.get("/app/profile/sessions").await.text();
    assert!(page.matches("/delete\"").count() == 4 && page.matches("This one").count() == 1, "{page}");
    let csrf = crate::pages::csrf_of(&page);
    let ids: Vec<&str> =
        page.split("/app/profile/sessions/").skip(1).filter_map(|rest| rest.split('/').next()).filter(|id| *id != "others").collect();
    let first = format!("/app/profile/sessions/{}/delete", ids[0]);
    assert_eq!(visit.form(&first, &[("csrf_token", "x")]).await.status, 422);
    assert_eq!(visit.form(&first, &[("csrf_token", &csrf)]).await.status, 303);
    assert_eq!(visit.form(&first, &[("csrf_token", &csrf)]).await.status, 404);
    let mut statuses = Vec::new();
    for other in &mut others {
        statuses.push(other.get("/app/profile").await.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 303]);
    assert_eq!(visit.form("/app/profile/sessions/others/delete", &[("csrf_token", &csrf)]).await.status, 303);
    for other in &mut others {
        assert_eq!(other.get("/app/profile").await.status, 303);
    }
    assert_eq!(visit.get("/app/profile/sessions").await.status, 200);
    server.finish().await;
}
