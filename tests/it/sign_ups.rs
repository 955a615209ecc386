//! Accounts that people make for themselves.
use crate::{
    invitations::{NEW, sign_in, why},
    pages::{Visit, csrf_of},
    second_factor::with_session,
    support::{
        Answer, PostOffice, Server,
        office::{PASSWORD, settle},
        post_office::Letter,
    },
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{auth::hash_password, users::Role};
use serde_json::{Value, json};

const EMAIL: &str = "zoe@shop.example";

async fn open(post: &PostOffice) -> Server {
    let mail = post.mail();
    Server::start_with(|config| {
        config.mail = mail;
        config.sign_up = true;
    })
    .await
}

fn wish() -> Value {
    json!({"account_name": "Shop", "user_full_name": "Zoe", "email": " Zoe@shop.example", "password": PASSWORD, "locale": "th"})
}

async fn ask(server: &Server, said: Value) -> Answer {
    server.anonymous().post("/api/v1/accounts", said).await
}

fn token(letter: &Letter) -> String {
    let text = &letter.parts()[0];
    let (_, rest) = text.split_once("/app/sign_up/confirm?confirmation_token=").unwrap_or_else(|| panic!("no link in {text}"));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn confirm(server: &Server, token: &str, password: &str) -> Answer {
    server.anonymous().post("/auth/confirmation", json!({"confirmation_token": token, "current_password": password})).await
}

const USERS: &str = "SELECT count(*) AS number FROM users";
const ACCOUNTS: &str = "SELECT count(*) AS number FROM accounts";

#[actix_rt::test]
async fn an_account_is_made_when_the_link_is_used() {
    let post = PostOffice::open();
    let server = open(&post).await;
    assert_eq!(ask(&server, wish()).await.ok(), json!({"email": EMAIL}));
    let letter = post.wait_for(1).await.remove(0);
    assert_eq!(letter.to, EMAIL);
    assert!(!letter.parts().iter().any(|part| part.contains("Shop")), "no stranger sends words by it");
    assert_eq!((server.count(USERS).await, server.count(ACCOUNTS).await), (0, 0), "nothing is made before");
    assert_eq!(sign_in(&server, EMAIL, "wrong").await.is(401).get("error_code"), None);
    let early = sign_in(&server, EMAIL, PASSWORD).await.is(401);
    assert_eq!((&early["error_code"], &early["success"]), (&json!("user_not_confirmed"), &json!(false)));
    let token = token(&letter);
    assert_eq!(server.count(&format!("SELECT count(*) AS number FROM sign_ups WHERE token_hash LIKE '%{token}%'")).await, 0);
    assert!(why(confirm(&server, &token, NEW).await).contains("Invalid current password"), "the link alone proves nothing");
    let both = futures_util::future::join(confirm(&server, &token, PASSWORD), confirm(&server, &token, PASSWORD)).await;
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    let made = if both.0.status == 200 { both.0 } else { both.1 };
    assert_eq!(made.header("uid"), Some(EMAIL));
    let made = made.ok();
    let account = &made["data"]["accounts"][0];
    assert_eq!((&account["name"], &account["role"], &made["data"]["confirmed"]), (&json!("Shop"), &json!("administrator"), &json!(true)));
    assert_eq!((server.count(USERS).await, server.count(ACCOUNTS).await), (1, 1));
    sign_in(&server, EMAIL, PASSWORD).await.ok();
    assert!(why(confirm(&server, &token, PASSWORD).await).contains("used up"));
    server.finish().await;
}

#[actix_rt::test]
async fn the_password_may_be_called_as_at_a_sign_in() {
    let post = PostOffice::open();
    let server = open(&post).await;
    ask(&server, wish()).await.ok();
    let token = token(&post.wait_for(1).await[0]);
    let confirm = async |said: Value| server.anonymous().post("/auth/confirmation", said).await;
    assert!(why(confirm(json!({"confirmation_token": token, "password": NEW})).await).contains("Invalid current password"));
    assert!(why(confirm(json!({"confirmation_token": token})).await).contains("Invalid current password"));
    confirm(json!({"confirmation_token": token, "password": PASSWORD})).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn the_answer_does_not_tell_who_is_known() {
    let post = PostOffice::open();
    let server = open(&post).await;
    let office = server.office().await;
    let known = office.agent.below("").get("/api/v1/profile").await.ok()["email"].as_str().unwrap().to_owned();
    let mut said = wish();
    said["email"] = json!(known);
    assert_eq!(ask(&server, said).await.ok(), json!({"email": known}));
    let letter = post.wait_for(1).await.remove(0);
    assert_eq!(letter.to, known);
    assert!(!letter.parts()[0].contains("confirmation_token"));
    // nor does a sign-in with what was said
    assert_eq!(sign_in(&server, &known, PASSWORD).await.is(401)["error_code"], "user_not_confirmed");
    assert_eq!(sign_in(&server, &known, NEW).await.is(401).get("error_code"), None);
    for (field, wrong, attribute) in [
        ("account_name", json!(" "), "account_name"),
        ("user_full_name", json!("x".repeat(256)), "user_full_name"),
        ("email", json!("zoe"), "email"),
        ("password", json!("weak"), "password"),
    ] {
        let mut said = wish();
        said[field] = wrong;
        assert_eq!(ask(&server, said).await.invalid(), [attribute]);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn the_last_wish_counts_until_its_time_is_over() {
    let post = PostOffice::open();
    let server = open(&post).await;
    ask(&server, wish()).await.ok();
    let first = token(&post.wait_for(1).await[0]);
    let mut other = wish();
    other["password"] = json!(NEW);
    ask(&server, other).await.ok();
    let second = token(&post.wait_for(2).await[1]);
    assert!(why(confirm(&server, &first, PASSWORD).await).contains("used up"));
    // whoever has not said this password does not take what somebody else has asked for
    assert!(why(confirm(&server, &second, PASSWORD).await).contains("Invalid current password"));
    server.write(|tx| Ok(sql_query("UPDATE sign_ups SET expires_at = created_at").execute(tx.conn)?)).await;
    assert!(why(confirm(&server, &second, NEW).await).contains("too old"));
    ask(&server, wish()).await.ok();
    let third = token(&post.wait_for(3).await[2]);
    // somebody has got in with the address meanwhile
    let office = server.office().await;
    office.administrator.post("/agents", json!({"name": "Zoe", "email": EMAIL})).await.ok();
    let refused = confirm(&server, &third, PASSWORD).await;
    assert_eq!(refused.status, 422);
    server.finish().await;
}

#[actix_rt::test]
async fn a_link_is_mailed_once_more_to_whoever_waits_for_it() {
    let post = PostOffice::open();
    let server = open(&post).await;
    let office = server.office().await;
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    settle(&server.db, Some(office.account), "Cleo", "cleo@acme.example", Role::Agent, Some(hash)).await;
    ask(&server, wish()).await.ok();
    let first = token(&post.wait_for(1).await[0]);
    server.write(|tx| Ok(sql_query("UPDATE sign_ups SET expires_at = '2999-01-02 03:04:05'").execute(tx.conn)?)).await;
    let again = async |email: &str| server.anonymous().post("/resend_confirmation", json!({"email": email})).await.ok_and_empty();
    // nobody waits there, and nobody learns that
    again("cleo@acme.example").await;
    again("nobody@shop.example").await;
    again("").await;
    again(" ZOE@shop.example").await;
    let letter = post.wait_for(2).await.remove(1);
    let second = token(&letter);
    assert_eq!((letter.to.as_str(), second == first), (EMAIL, false));
    assert_eq!(server.count("SELECT count(*) AS number FROM sign_ups WHERE expires_at < '2998-01-01 00:00:00'").await, 1);
    assert!(why(confirm(&server, &first, PASSWORD).await).contains("used up"));
    confirm(&server, &second, PASSWORD).await.ok();
    // somebody who was invited gets the link of that
    office.administrator.post("/agents", json!({"name": "Max", "email": "max@shop.example"})).await.ok();
    post.wait_for(3).await;
    again("max@shop.example").await;
    let letter = post.wait_for(4).await.remove(3);
    assert!(letter.to == "max@shop.example" && letter.parts()[0].contains("reset_password_token="), "{}", letter.parts()[0]);
    server.finish().await;
}

#[actix_rt::test]
async fn links_are_mailed_once_more_only_so_often() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let mut statuses = Vec::new();
    for number in 0..6 {
        let said = json!({"email": format!("zoe{number}@shop.example")});
        statuses.push(server.anonymous().post("/resend_confirmation", said).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    // for another link one may still ask
    server.anonymous().post("/auth/password", json!({"email": EMAIL})).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_is_signed_in_makes_one_more_account() {
    let server = Server::start_with(|config| config.sign_up = true).await;
    let office = server.office().await;
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    settle(&server.db, Some(office.account), "Cleo", "cleo@acme.example", Role::Agent, Some(hash)).await;
    let signed_in = sign_in(&server, "cleo@acme.example", PASSWORD).await;
    let cleo = with_session(&server, &signed_in);
    let made = cleo.post("/api/v1/accounts", json!({"account_name": "Third"})).await;
    assert_eq!(made.header("access-token"), signed_in.header("access-token"), "the session goes on");
    let made = made.ok()["data"].clone();
    let id = &made["account_id"];
    assert_eq!((&made["email"], &made["role"], &made["inviter_id"]), (&json!("cleo@acme.example"), &json!("administrator"), &Value::Null));
    let accounts = made["accounts"].as_array().unwrap();
    let third = accounts.iter().find(|account| account["id"] == *id).unwrap();
    assert_eq!((accounts.len(), third), (2, &json!({"id": id, "name": "Third", "active_at": null, "role": "administrator", "locale": "en"})));
    cleo.post(&format!("/api/v1/accounts/{id}/labels"), json!({"title": "sales"})).await.ok();
    assert_eq!(cleo.post("/api/v1/accounts", json!({"account_name": " "})).await.invalid(), ["account_name"]);
    // a program with an access token gets a session
    let ben = office.agent.below("");
    let made = ben.post("/api/v1/accounts", json!({"account_name": "Fourth", "locale": "th"})).await;
    assert_eq!(made.ok()["data"]["accounts"].as_array().unwrap().len(), 2);
    with_session(&server, &made).get("/api/v1/profile").await.ok();
    // one that belongs to nobody makes none
    let key = office.administrator.post("/service_keys", json!({"name": "Robo", "scope": "administration"})).await.ok();
    let robo = server.anonymous().with("api_access_token", key["token"].as_str().unwrap());
    robo.post("/api/v1/accounts", json!({"account_name": "Fifth"})).await.error(401);
    // and a session that is over is a stranger's, who has to prove an address
    cleo.delete("/auth/sign_out").await.ok();
    cleo.post("/api/v1/accounts", wish()).await.error(404);
    assert_eq!(server.count(ACCOUNTS).await, 3);
    server.finish().await;
    let server = Server::start().await;
    server.office().await.agent.below("").post("/api/v1/accounts", json!({"account_name": "Third"})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn it_is_off_unless_the_operator_wants_it_and_limited() {
    let server = Server::start_with(|config| config.sign_up = true).await;
    assert_eq!(ask(&server, wish()).await.status, 404, "no mail");
    assert_eq!(server.anonymous().get("/app/sign_up").await.status, 404);
    server.finish().await;
    let post = PostOffice::open();
    let mail = post.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    assert_eq!(ask(&server, wish()).await.status, 404, "off");
    server.finish().await;
    let mail = post.mail();
    let server = Server::start_with(|config| {
        config.mail = mail;
        config.sign_up = true;
        config.rate_limits = true;
    })
    .await;
    let mut statuses = Vec::new();
    for number in 0..6 {
        let mut said = wish();
        said["email"] = json!(format!("zoe{number}@shop.example"));
        statuses.push(ask(&server, said).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    server.finish().await;
}

#[actix_rt::test]
async fn on_pages_it_goes_without_scripts() {
    let post = PostOffice::open();
    let server = open(&post).await;
    let mut visit = Visit::new(&server).await;
    assert!(visit.get("/app/login").await.text().contains("/app/sign_up"));
    let csrf = csrf_of(&visit.get("/app/sign_up").await.text());
    let csrf = ("csrf_token", csrf.as_str());
    let fields = [("user_full_name", "Zoe"), ("email", EMAIL), ("password", PASSWORD), ("account_name", "Shop")];
    assert_eq!(visit.form("/app/sign_up", &fields).await.status, 422);
    let weak = [csrf, fields[0], fields[1], ("password", "weak"), fields[3]];
    let refused = visit.form("/app/sign_up", &weak).await;
    assert!(refused.status == 422 && refused.text().contains(EMAIL), "{}", refused.text());
    let said = [csrf, fields[0], fields[1], fields[2], fields[3]];
    assert_eq!(visit.form("/app/sign_up", &said).await.status, 303);
    let token = token(&post.wait_for(1).await[0]);
    let page = visit.get(&format!("/app/sign_up/confirm?confirmation_token={token}")).await.text();
    assert!(page.contains("Shop") && page.contains(EMAIL), "{page}");
    assert!(visit.get("/app/sign_up/confirm?confirmation_token=x").await.text().contains("This link has been used"));
    let wrong = visit.form("/app/sign_up/confirm", &[csrf, ("confirmation_token", &token), ("current_password", "x")]).await;
    assert_eq!(wrong.status, 422);
    let done = visit.form("/app/sign_up/confirm", &[csrf, ("confirmation_token", &token), ("current_password", PASSWORD)]).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/")));
    assert_eq!(visit.get("/app/profile").await.status, 200);
    server.finish().await;
}
