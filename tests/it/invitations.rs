//! Passwords that are set by a link: by those who were invited, and by those who have forgotten theirs.
use crate::{
    pages::{Visit, csrf_of},
    support::{Answer, Caller, PostOffice, Server, office::PASSWORD, post_office::Letter},
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::setup;
use serde_json::{Value, json};

pub const NEW: &str = "N3w-Passw0rd";
const AGENTS: &str = "/app/accounts/1/settings/agents";

pub async fn serving(post: &PostOffice) -> Server {
    let mail = post.mail();
    Server::start_with(|config| config.mail = mail).await
}

/// The token of the link in a text.
fn token(text: &str) -> String {
    let (_, rest) = text.split_once("/app/password/edit?reset_password_token=").unwrap_or_else(|| panic!("no link in {text}"));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn token_of(letter: &Letter) -> String {
    token(&letter.parts()[0])
}

pub async fn sign_in(server: &Server, email: &str, password: &str) -> Answer {
    server.anonymous().post("/auth/sign_in", json!({"email": email, "password": password})).await
}

fn with_session(server: &Server, session: &Answer) -> Caller {
    let anonymous: Caller = server.anonymous().0;
    ["access-token", "client", "uid"].into_iter().fold(anonymous, |caller, name| caller.with(name, session.header(name).unwrap()))
}

async fn set(server: &Server, token: &str, password: &str) -> Answer {
    let said = json!({"reset_password_token": token, "password": password, "password_confirmation": password});
    server.anonymous().put("/auth/password", said).await
}

/// The sentence of a refused password.
pub fn why(answer: Answer) -> String {
    let body = answer.is(422);
    assert_eq!(body["redirect_url"], "/");
    body["message"].as_str().unwrap().to_owned()
}

async fn ask(server: &Server, email: &str) -> Value {
    server.anonymous().post("/auth/password", json!({"email": email})).await.ok()
}

async fn too_old(server: &Server) {
    server.write(|tx| Ok(sql_query("UPDATE password_tokens SET expires_at = created_at").execute(tx.conn)?)).await;
}

#[actix_rt::test]
async fn who_is_invited_sets_a_password_once() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let office = server.office().await;
    let said = json!({"name": "Cleo", "email": "cleo@acme.example", "role": "administrator"});
    let cleo = office.administrator.post("/agents", said).await.ok();
    assert_eq!((&cleo["confirmed"], &cleo["role"]), (&json!(false), &json!("administrator")));
    let letters = post.wait_for(1).await;
    assert_eq!((letters[0].to.as_str(), letters[0].header("Subject").as_str()), ("cleo@acme.example", "Ada Admin invites you to Acme"));
    for password in ["", PASSWORD] {
        assert_eq!(sign_in(&server, "cleo@acme.example", password).await.status, 401);
    }
    let token = token_of(&letters[0]);
    let plain = format!("SELECT count(*) AS number FROM password_tokens WHERE token_hash LIKE '%{token}%'");
    assert_eq!((server.count("SELECT count(*) AS number FROM password_tokens").await, server.count(&plain).await), (1, 0));
    assert!(why(set(&server, &token, "weak").await).contains("too short"));
    let differing = json!({"reset_password_token": token, "password": NEW, "password_confirmation": PASSWORD});
    assert!(why(server.anonymous().put("/auth/password", differing).await).contains("doesn't match"));
    let done = set(&server, &token, NEW).await;
    assert_eq!(done.ok()["data"]["confirmed"], true);
    assert_eq!((done.header("uid"), done.header("token-type")), (Some("cleo@acme.example"), Some("Bearer")));
    assert!(why(set(&server, &token, PASSWORD).await).contains("used up"));
    sign_in(&server, "cleo@acme.example", NEW).await.ok();
    let again = format!("/agents/{}/invitation", cleo["id"]);
    assert!(office.administrator.post(&again, json!({})).await.error(422).contains("accepted"));
    server.finish().await;
}

#[actix_rt::test]
async fn an_invitation_can_be_sent_again_and_the_last_one_counts() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let office = server.office().await;
    let cleo = office.administrator.post("/agents", json!({"name": "Cleo", "email": "cleo@acme.example"})).await.ok();
    let again = format!("/agents/{}/invitation", cleo["id"]);
    office.agent.post(&again, json!({})).await.error(401);
    server.another_office("b.").await.administrator.below("/api/v1/accounts/1").post(&again, json!({})).await.error(401);
    office.administrator.post("/agents/999/invitation", json!({})).await.error(404);
    // letters that are under way together may overtake each other
    post.wait_for(1).await;
    office.administrator.post(&again, json!({})).await.ok_and_empty();
    let letters = post.wait_for(2).await;
    assert!(why(set(&server, &token_of(&letters[0]), NEW).await).contains("used up"));
    too_old(&server).await;
    assert!(why(set(&server, &token_of(&letters[1]), NEW).await).contains("too old"));
    office.administrator.post(&again, json!({})).await.ok_and_empty();
    set(&server, &token_of(&post.wait_for(3).await[2]), NEW).await.ok();
    // who has a password is linked, and gets no mail
    let elsewhere = server.another_office("c.").await;
    elsewhere.administrator.post("/agents", json!({"name": "X", "email": "cleo@acme.example"})).await.ok();
    server.finish().await;
    assert_eq!(post.letters().len(), 3);
}

#[actix_rt::test]
async fn many_are_invited_at_once() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let office = server.office().await;
    let said = |emails: Value| json!({"emails": emails});
    let known: Vec<Value> = office.agent.get("/agents").await.ok().as_array().unwrap().iter().map(|agent| agent["email"].clone()).collect();
    office.agent.post("/agents/bulk_create", said(json!(["a@acme.example"]))).await.error(401);
    for wrong in [json!([]), json!(["a@acme.example", "b"]), vec!["a@acme.example"; 101].into()] {
        assert_eq!(office.administrator.post("/agents/bulk_create", said(wrong)).await.invalid(), ["emails"]);
    }
    let emails = json!(["zoe@acme.example", " Yan@acme.example", "zoe@acme.example", known[0]]);
    office.administrator.post("/agents/bulk_create", said(emails)).await.ok_and_empty();
    let list = office.agent.get("/agents").await.ok();
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|agent| agent["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Admin", "Ben Agent", "yan", "zoe"]);
    let mut to: Vec<String> = post.wait_for(2).await.into_iter().map(|letter| letter.to).collect();
    to.sort();
    assert_eq!(to, ["yan@acme.example", "zoe@acme.example"]);
    server.finish().await;
}

#[actix_rt::test]
async fn without_mail_an_administrator_hands_a_link_on() {
    let server = Server::start().await;
    let office = server.office().await;
    let cleo = office.administrator.post("/agents", json!({"name": "Cleo", "email": "cleo@acme.example"})).await.ok();
    let one = format!("/agents/{}/password_link", cleo["id"]);
    office.agent.post(&one, json!({})).await.error(401);
    office.administrator.post("/agents/999/password_link", json!({})).await.error(404);
    // a session is no proof of the password
    office.administrator.post(&format!("/agents/{}/password_link", office.administrator.id), json!({})).await.error(422);
    office.administrator.post(&format!("/agents/{}/invitation", cleo["id"]), json!({})).await.error(422);
    let made = office.administrator.post(&one, json!({})).await.ok();
    assert!(made["url"].as_str().unwrap().starts_with(server.config.public_url.as_str()) && made["expires_at"].is_string(), "{made}");
    set(&server, &token(made["url"].as_str().unwrap()), NEW).await.ok();
    // it may have been the administrator who has set the password
    let elsewhere = server.another_office("b.").await;
    let said = json!({"email": "cleo@acme.example", "role": "administrator"});
    let refused = elsewhere.administrator.post("/agents", said.clone()).await.error(422);
    assert!(refused.contains("hookdesk password-link cleo@acme.example"), "{refused}");
    sign_in(&server, "cleo@acme.example", NEW).await.ok();
    let of_operator = setup::password_link(&server.config, "cleo@acme.example".into()).await.unwrap();
    set(&server, &token(&of_operator), NEW).await.ok();
    // whoever opens one that an administrator has seen may be that administrator, whatever was proved before
    let again = office.administrator.post(&one, json!({})).await.ok();
    set(&server, &token(again["url"].as_str().unwrap()), NEW).await.ok();
    elsewhere.administrator.post("/agents", said.clone()).await.error(422);
    let of_operator = setup::password_link(&server.config, "cleo@acme.example".into()).await.unwrap();
    set(&server, &token(&of_operator), NEW).await.ok();
    // a link that is out in the world ends when its user gets into another account, where it would open more
    let seen = office.administrator.post(&one, json!({})).await.ok();
    elsewhere.administrator.post("/agents", said).await.ok();
    assert!(why(set(&server, &token(seen["url"].as_str().unwrap()), PASSWORD).await).contains("used up"));
    office.administrator.post(&one, json!({})).await.error(422);
    elsewhere.administrator.post(&one, json!({})).await.error(422);
    sign_in(&server, "cleo@acme.example", NEW).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn who_has_not_proved_an_address_takes_nothing_into_another_account() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let office = server.office().await;
    let said = json!({"name": "Cleo", "email": "cleo@acme.example", "password": PASSWORD});
    let cleo = office.administrator.post("/agents", said).await.ok();
    let session = sign_in(&server, "cleo@acme.example", PASSWORD).await;
    let held = with_session(&server, &session);
    let by_token = server.anonymous().with("api_access_token", session.ok()["data"]["access_token"].as_str().unwrap());
    by_token.get("/api/v1/profile").await.ok();
    let elsewhere = server.another_office("b.").await;
    let linked = elsewhere.administrator.post("/agents", json!({"email": "cleo@acme.example", "role": "administrator"})).await.ok();
    assert_eq!((&linked["id"], &linked["confirmed"]), (&cleo["id"], &json!(false)));
    held.get("/api/v1/profile").await.is(401);
    by_token.get("/api/v1/profile").await.error(401);
    assert_eq!(sign_in(&server, "cleo@acme.example", PASSWORD).await.status, 401);
    set(&server, &token_of(&post.wait_for(1).await[0]), NEW).await.ok();
    assert_eq!(sign_in(&server, "cleo@acme.example", NEW).await.ok()["data"]["accounts"].as_array().unwrap().len(), 2);
    // from now on the address is known to be theirs
    let third = server.another_office("c.").await;
    let linked = third.administrator.post("/agents", json!({"email": "cleo@acme.example"})).await.ok();
    assert_eq!(linked["confirmed"], true);
    sign_in(&server, "cleo@acme.example", NEW).await.ok();
    server.finish().await;
    assert_eq!(post.letters().len(), 1);
}

#[actix_rt::test]
async fn shown_links_end_with_the_administrators_who_may_have_seen_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let dan =
        office.administrator.post("/agents", json!({"name": "Dan", "email": "dan@acme.example", "role": "administrator"})).await.ok()["id"].clone();
    let (dan, link) = (format!("/agents/{dan}"), format!("/agents/{}/password_link", office.agent.id));
    let made = async || token(office.administrator.post(&link, json!({})).await.ok()["url"].as_str().unwrap());
    let is_over = async |token: &str| why(set(&server, token, NEW).await).contains("used up");
    let first = made().await;
    office.administrator.patch(&dan, json!({"role": "administrator", "name": "Dan D"})).await.ok();
    assert!(!why(set(&server, &first, "weak").await).contains("used up"));
    office.administrator.patch(&dan, json!({"role": "agent"})).await.ok();
    assert!(is_over(&first).await);
    office.administrator.patch(&dan, json!({"role": "administrator"})).await.ok();
    let (second, of_dan) = (made().await, office.administrator.post(&format!("{dan}/password_link"), json!({})).await.ok());
    office.administrator.delete(&dan).await.ok_and_empty();
    assert!(is_over(&second).await && is_over(&token(of_dan["url"].as_str().unwrap())).await);
    assert_eq!(server.count("SELECT count(*) AS number FROM password_tokens").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_has_forgotten_a_password_gets_a_link_and_nobody_learns_who_is_known() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let visit = Visit::new(&server).await;
    let known = with_session(&server, &sign_in(&server, "ada@acme.example", "Hookdesk-1").await);
    known.get("/api/v1/profile").await.ok();
    assert_eq!(ask(&server, "nobody@acme.example").await, ask(&server, " ADA@acme.example").await);
    assert!(ask(&server, "").await["message"].is_string());
    let letters = post.wait_for(1).await;
    assert_eq!((letters[0].to.as_str(), letters[0].header("Subject").as_str()), ("ada@acme.example", "Your new password for Hookdesk"));
    set(&server, &token_of(&letters[0]), NEW).await.ok();
    known.get("/api/v1/profile").await.is(401);
    assert_eq!(sign_in(&server, "ada@acme.example", "Hookdesk-1").await.status, 401);
    sign_in(&server, "ada@acme.example", NEW).await.ok();
    // nobody had proved the address until now: whoever was in as Ada may have noted the access token
    visit.account.get("/agents").await.is(401);
    for wrong in ["", "x", &"1".repeat(24)] {
        assert!(why(set(&server, wrong, NEW).await).contains("invalid"));
    }
    server.finish().await;
    assert_eq!(post.letters().len(), 1);
}

#[actix_rt::test]
async fn a_link_ends_with_the_password_or_the_address_that_it_was_made_for() {
    let server = Server::start().await;
    let office = server.office().await;
    let link = format!("/agents/{}/password_link", office.agent.id);
    let profile = office.agent.below("/api/v1");
    let made = async || token(office.administrator.post(&link, json!({})).await.ok()["url"].as_str().unwrap());
    set(&server, &made().await, PASSWORD).await.ok();
    let (new_password, new_address) =
        (json!({"password": NEW, "current_password": PASSWORD}), json!({"email": "ben@elsewhere.example", "current_password": NEW}));
    for change in [new_password, new_address] {
        let token = made().await;
        profile.put("/profile", json!({"display_name": "B."})).await.ok();
        assert_eq!(server.count("SELECT count(*) AS number FROM password_tokens").await, 1, "what has nothing to do with it ends nothing");
        profile.put("/profile", change).await.ok();
        assert!(why(set(&server, &token, PASSWORD).await).contains("used up"));
    }
    sign_in(&server, "ben@elsewhere.example", NEW).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn asking_for_passwords_is_slowed_down_whoever_is_meant() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let mut statuses = Vec::new();
    for n in 0..6 {
        let answer = server.anonymous().post("/auth/password", json!({"email": format!("{n}@acme.example")})).await;
        statuses.push(answer.status);
        if answer.status == 429 {
            assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
        }
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    office.agent.get("/agents").await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn a_password_is_asked_for_and_set_on_pages() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    let mut visit = Visit::new(&server).await;
    assert!(visit.get("/app/login").await.text().contains("href=\"/app/password\""));
    let csrf = visit.token("/app/password").await;
    assert_eq!(visit.form("/app/password", &[("csrf_token", &csrf), ("email", "")]).await.status, 422);
    for email in ["nobody@acme.example", "ada@acme.example"] {
        let asked = visit.form("/app/password", &[("csrf_token", &csrf), ("email", email)]).await;
        assert_eq!((asked.status, asked.header("location")), (303, Some("/app/login")), "{email}");
    }
    assert!(visit.get("/app/login").await.text().contains("If this address is known here"));
    let token = token_of(&post.wait_for(1).await[0]);
    let page = visit.get(&format!("/app/password/edit?reset_password_token={token}")).await;
    assert!(page.text().contains("ada@acme.example"), "{}", page.text());
    let said = |again: &'static str| {
        [("csrf_token", csrf.clone()), ("reset_password_token", token.clone()), ("password", NEW.into()), ("password_confirmation", again.to_owned())]
    };
    let refused = said("other");
    let refused: Vec<(&str, &str)> = refused.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(visit.form("/app/password/edit", &refused).await.text().contains("The two entries differ"));
    let right = said(NEW);
    let right: Vec<(&str, &str)> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(visit.form("/app/password/edit", &right).await.status, 303);
    assert_eq!(visit.get("/app/profile").await.status, 200, "signed in");
    assert!(visit.get(&format!("/app/password/edit?reset_password_token={token}")).await.text().contains("This link has been used"));
    server.finish().await;
}

#[actix_rt::test]
async fn agents_are_invited_changed_and_removed_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get("/app/password").await.text().contains("This server sends no e-mail"));
    let csrf = visit.token(&format!("{AGENTS}/new")).await;
    let csrf = ("csrf_token", csrf.as_str());
    let cleo = [csrf, ("name", "Cleo"), ("email", "cleo@acme.example"), ("role", "agent")];
    let made = visit.form(AGENTS, &cleo).await;
    assert!(made.status == 200 && made.text().contains("Cleo has been added"), "{}", made.text());
    let first = token(&made.text());
    assert!(visit.form(AGENTS, &cleo).await.text().contains("This person is already an agent of this account"));
    let list = visit.get(AGENTS).await.text();
    assert!(list.contains("Invited") && list.contains(&format!("{AGENTS}/2")), "{list}");
    let link = visit.form(&format!("{AGENTS}/2/password_link"), &[csrf]).await;
    let second = token(&link.text());
    assert!(why(set(&server, &first, NEW).await).contains("used up"));
    set(&server, &second, NEW).await.ok();
    let changes = [csrf, ("name", "Cleo C"), ("role", "administrator"), ("availability", "busy")];
    assert_eq!(visit.form(&format!("{AGENTS}/2"), &changes).await.status, 303);
    let agents = visit.account.get("/agents").await.ok();
    assert_eq!((&agents[1]["name"], &agents[1]["role"], &agents[1]["auto_offline"]), (&json!("Cleo C"), &json!("administrator"), &json!(false)));
    assert_eq!(agents[1]["availability_status"], "busy");
    assert_eq!(visit.form(&format!("{AGENTS}/2"), &[csrf, ("name", " ")]).await.status, 422);
    let page = visit.get(&format!("{AGENTS}/2/delete")).await.text();
    assert!(page.contains("Are you sure you want to remove"), "{page}");
    assert_eq!(visit.form(&format!("{AGENTS}/2/delete"), &[csrf]).await.status, 303);
    assert_eq!(visit.get(&format!("{AGENTS}/2")).await.status, 404);
    let alone = visit.form(&format!("{AGENTS}/1"), &[csrf, ("name", "Ada"), ("role", "agent")]).await;
    assert!(alone.status == 422 && alone.text().contains("at least one administrator"), "{}", alone.text());
    server.finish().await;
}

#[actix_rt::test]
async fn agents_see_their_colleagues_and_change_nobody_on_pages() {
    let server = Server::start().await;
    let office = server.office().await;
    let ben = server.browser_of(office.agent.id).await;
    let list = ben.get(AGENTS).await.text();
    assert!(list.contains("Ada Admin") && !list.contains(&format!("{AGENTS}/")), "{list}");
    for page in ["/new", "/1", "/1/delete"] {
        assert_eq!(ben.get(&format!("{AGENTS}{page}")).await.status, 403, "{page}");
    }
    let csrf = csrf_of(&list);
    for action in ["", "/1", "/1/invitation", "/1/password_link", "/1/delete"] {
        assert_eq!(ben.form(&format!("{AGENTS}{action}"), &[("csrf_token", &csrf)]).await.status, 403, "{action}");
    }
    server.finish().await;
}
