//! Codes besides the password: by the API, on pages, and what becomes of whoever has lost them.
use crate::{
    invitations::{NEW, serving, sign_in},
    pages::{Visit, csrf_of},
    sessions::{FIREFOX, open},
    support::{Administrator, Answer, Caller, PostOffice, Server, office::PASSWORD},
};
use diesel::{RunQueryDsl, sql_query};
use hmac::{Hmac, KeyInit, Mac};
use hookdesk::{
    auth::hash_password,
    db::types::{AccountId, UserId},
    setup,
    users::{self, Role},
};
use serde_json::{Value, json};
use sha1::Sha1;

const EMAIL: &str = "ada@acme.example";

/// Ada, who can sign in.
async fn with_ada(server: &Server) -> i64 {
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    crate::support::office::settle(&server.db, None, "Ada Admin", EMAIL, Role::Administrator, Some(hash)).await.1
}

/// Somebody who shows the headers of a sign-in.
pub fn with_session(server: &Server, signed_in: &Answer) -> Caller {
    let anonymous: Caller = server.anonymous().0;
    ["access-token", "client", "uid"].into_iter().fold(anonymous, |caller, name| caller.with(name, signed_in.header(name).unwrap()))
}

async fn session(server: &Server) -> Caller {
    with_session(server, &sign_in(server, EMAIL, PASSWORD).await)
}

/// What an app shows, so many steps from now: it knows the secret and the time, and nothing else.
fn code(secret: &str, steps: i64) -> String {
    let mut bits = (0_u64, 0);
    let mut key = Vec::new();
    for letter in secret.bytes().filter(|byte| byte.is_ascii_alphanumeric()) {
        let five = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter.to_ascii_uppercase() - b'A' };
        bits = (bits.0 << 5 | u64::from(five), bits.1 + 5);
        if bits.1 >= 8 {
            bits.1 -= 8;
            key.push((bits.0 >> bits.1 & 255) as u8);
        }
    }
    let step = chrono::Utc::now().timestamp() / 30 + steps;
    let digest: [u8; 20] = Hmac::<Sha1>::new_from_slice(&key).unwrap().chain_update(step.to_be_bytes()).finalize().into_bytes().into();
    let at = usize::from(digest[19] & 15);
    let word = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// A step that a window of one step allows, whichever step it is when the code arrives, and that comes after those used before.
async fn forget_steps(server: &Server) {
    server.write(|tx| Ok(sql_query("UPDATE second_factors SET last_step = 0").execute(tx.conn)?)).await;
}

/// What the audit logs have of second factors, the oldest first: the number of the author's kind, and what has changed.
async fn noted(server: &Server) -> Vec<String> {
    let entry = "CAST(author_type AS TEXT) || ' ' || CAST(audited_changes AS TEXT)";
    server.texts(&format!("SELECT {entry} AS name FROM audit_logs WHERE auditable_type = 'User' AND action = 1 ORDER BY id")).await
}

const NOTED_ON: &str = r#"0 {"two_factor_authentication_switched_on":[null,true]}"#;
const NOTED_OFF: &str = r#"0 {"two_factor_authentication_switched_off":[null,true]}"#;

/// Switches it on; gives the secret and the backup codes.
async fn switch_on(caller: &Caller) -> (String, Vec<String>) {
    let setup = caller.post("/api/v1/profile/mfa", json!({})).await.ok();
    let secret = setup["secret"].as_str().unwrap().to_owned();
    let done = caller.post("/api/v1/profile/mfa/verify", json!({"otp_code": code(&secret, 0)})).await.ok();
    assert_eq!(done["enabled"], true);
    (secret, texts(&done["backup_codes"]))
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The token that a right password brings.
async fn challenge(server: &Server, password: &str) -> String {
    challenge_of(server, EMAIL, password).await
}

async fn challenge_of(server: &Server, email: &str, password: &str) -> String {
    let asked = sign_in(server, email, password).await;
    assert!(asked.header("access-token").is_none(), "nobody is in before the code");
    let asked = asked.is(206);
    assert_eq!((asked.as_object().unwrap().len(), &asked["mfa_required"]), (2, &json!(true)));
    asked["mfa_token"].as_str().unwrap().to_owned()
}

async fn answer(server: &Server, token: &str, field: &str, code: &str) -> Answer {
    server.anonymous().post("/auth/sign_in", json!({"mfa_token": token, field: code})).await
}

#[actix_rt::test]
async fn a_code_is_asked_for_once_one_was_right() {
    let server = Server::start().await;
    with_ada(&server).await;
    let ada = session(&server).await;
    let mfa = "/api/v1/profile/mfa";
    let state = |enabled: bool, codes: bool| json!({"feature_available": true, "enabled": enabled, "backup_codes_generated": codes});
    assert_eq!(ada.get(mfa).await.ok(), state(false, false));
    ada.post("/api/v1/profile/mfa/verify", json!({"otp_code": "123456"})).await.error(422);
    let first = ada.post(mfa, json!({})).await.ok();
    let setup = ada.post(mfa, json!({})).await.ok();
    let secret = setup["secret"].as_str().unwrap();
    assert_ne!(first["secret"], setup["secret"], "each begins anew");
    let url = format!("otpauth://totp/Hookdesk:{EMAIL}?secret={secret}&issuer=Hookdesk");
    assert_eq!(setup["provisioning_url"], url);
    let plain = format!("SELECT count(*) AS number FROM second_factors WHERE seed LIKE '%{secret}%'");
    assert_eq!(server.count(&plain).await, 0);
    sign_in(&server, EMAIL, PASSWORD).await.ok();
    for wrong in ["", "12345", &code(first["secret"].as_str().unwrap(), 0), &code(secret, 5)] {
        ada.post("/api/v1/profile/mfa/verify", json!({"otp_code": wrong})).await.error(422);
    }
    let used = code(secret, 0);
    let done = ada.post("/api/v1/profile/mfa/verify", json!({"otp_code": used})).await.ok();
    let codes = texts(&done["backup_codes"]);
    assert_eq!((codes.len(), codes.iter().collect::<std::collections::HashSet<_>>().len()), (10, 10));
    assert_eq!(ada.get(mfa).await.ok(), state(true, true));
    ada.post(mfa, json!({})).await.error(422);
    let of_app = format!("SELECT count(*) AS number FROM backup_codes WHERE code_hash LIKE '%{}%'", codes[0].replace('-', ""));
    assert_eq!(server.count(&of_app).await, 0);

    let token = challenge(&server, PASSWORD).await;
    answer(&server, &token, "otp_code", &used).await.error(400);
    forget_steps(&server).await;
    let next = code(secret, 0);
    let signed_in = answer(&server, &token, "otp_code", &next).await;
    assert_eq!(signed_in.ok()["data"]["email"], EMAIL);
    with_session(&server, &signed_in).get("/api/v1/profile").await.ok();
    answer(&server, &token, "otp_code", &next).await.error(401);
    let again = challenge(&server, PASSWORD).await;
    answer(&server, &again, "otp_code", &next).await.error(400);
    answer(&server, "8WgGBQPyTh6JLLKyxY8vUiPs", "otp_code", &next).await.error(401);
    assert_eq!(sign_in(&server, EMAIL, "wrong").await.status, 401);
    server.finish().await;
}

#[actix_rt::test]
async fn a_code_lets_one_in_of_two_who_show_it_at_once() {
    let server = Server::start().await;
    with_ada(&server).await;
    let (secret, backup) = switch_on(&session(&server).await).await;
    forget_steps(&server).await;
    for (field, code) in [("otp_code", code(&secret, 0)), ("backup_code", backup[0].clone())] {
        let (one, other) = (challenge(&server, PASSWORD).await, challenge(&server, PASSWORD).await);
        let both = futures_util::future::join(answer(&server, &one, field, &code), answer(&server, &other, field, &code)).await;
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{field}");
    }
    // and of two who answer one challenge
    let token = challenge(&server, PASSWORD).await;
    let both =
        futures_util::future::join(answer(&server, &token, "backup_code", &backup[1]), answer(&server, &token, "backup_code", &backup[2])).await;
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    server.finish().await;
}

#[actix_rt::test]
async fn backup_codes_work_once_and_new_ones_replace_them() {
    let server = Server::start().await;
    with_ada(&server).await;
    let ada = session(&server).await;
    let (secret, codes) = switch_on(&ada).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    answer(&server, &challenge(&server, PASSWORD).await, "backup_code", &typed).await.ok();
    answer(&server, &challenge(&server, PASSWORD).await, "backup_code", &codes[0]).await.error(400);
    let renew = "/api/v1/profile/mfa/backup_codes";
    ada.post(renew, json!({"otp_code": "000000"})).await.error(422);
    forget_steps(&server).await;
    let others = texts(&ada.post(renew, json!({"otp_code": code(&secret, 0)})).await.ok()["backup_codes"]);
    assert_eq!(server.count("SELECT count(*) AS number FROM backup_codes").await, 10);
    answer(&server, &challenge(&server, PASSWORD).await, "backup_code", &codes[1]).await.error(400);
    answer(&server, &challenge(&server, PASSWORD).await, "otp_code", &others[1]).await.ok();
    assert_eq!(noted(&server).await, [NOTED_ON, r#"0 {"backup_codes":["[REDACTED]","[REDACTED]"]}"#]);
    server.finish().await;
}

#[actix_rt::test]
async fn it_is_switched_off_with_password_and_code_by_whoever_is_signed_in() {
    let post = PostOffice::open();
    let server = serving(&post).await;
    with_ada(&server).await;
    let ada = session(&server).await;
    let token = ada.get("/api/v1/profile").await.ok()["access_token"].as_str().unwrap().to_owned();
    let by_token = server.anonymous().with("api_access_token", &token);
    by_token.post("/api/v1/profile/mfa", json!({})).await.error(422);
    server.anonymous().post("/api/v1/profile/mfa", json!({})).await.is(401);
    let off = "/api/v1/profile/mfa";
    let said = |password: &str, code: &str| json!({"password": password, "otp_code": code});
    let delete = async |body: Value| ada.json(actix_web::http::Method::DELETE, off, body).await;
    delete(said(PASSWORD, "000000")).await.error(422);
    let (secret, codes) = switch_on(&ada).await;
    let letters = post.wait_for(1).await;
    assert_eq!(
        (letters[0].to.as_str(), letters[0].header("Subject").as_str()),
        (EMAIL, "Two-factor authentication is on for your login at Hookdesk")
    );
    forget_steps(&server).await;
    for (password, code) in [("wrong", code(&secret, 0)), (PASSWORD, "000000".into()), (PASSWORD, String::new()), ("", codes[0].clone())] {
        delete(said(password, &code)).await.error(422);
    }
    assert_eq!(delete(said(PASSWORD, &codes[0])).await.ok(), json!({"enabled": false}));
    sign_in(&server, EMAIL, PASSWORD).await.ok();
    assert!(post.wait_for(2).await[1].header("Subject").contains("is off"));
    assert_eq!(server.count("SELECT count(*) AS number FROM backup_codes").await, 0);
    assert_eq!(noted(&server).await, [NOTED_ON, NOTED_OFF], "what was refused is not noted");
    server.finish().await;
}

#[actix_rt::test]
async fn no_link_is_a_way_around_it() {
    let server = Server::start().await;
    let ada = UserId(with_ada(&server).await);
    let elsewhere = AccountId(server.another_office("b.").await.account);
    server.write(move |tx| users::add_member(tx, elsewhere, ada, Role::Agent, None)).await;
    let (secret, codes) = switch_on(&session(&server).await).await;
    let before = challenge(&server, PASSWORD).await;
    let link = setup::password_link(&server.config, EMAIL.into()).await.unwrap();
    let token = link.split_once("reset_password_token=").unwrap().1;
    let set = server.anonymous().put("/auth/password", json!({"reset_password_token": token, "password": NEW})).await;
    assert!(set.header("access-token").is_none());
    let asked = set.is(206)["mfa_token"].as_str().unwrap().to_owned();
    forget_steps(&server).await;
    answer(&server, &before, "otp_code", &code(&secret, 0)).await.error(401);
    answer(&server, &asked, "otp_code", &code(&secret, 0)).await.ok();
    answer(&server, &challenge(&server, NEW).await, "backup_code", &codes[0]).await.ok();
    let line = setup::second_factor_off(&server.config, " Ada@acme.example".into()).await.unwrap();
    assert!(line.contains(EMAIL));
    assert!(setup::second_factor_off(&server.config, EMAIL.into()).await.unwrap_err().to_string().contains("not on"));
    assert!(setup::second_factor_off(&server.config, "eve@acme.example".into()).await.is_err());
    // in each of their accounts, and who has asked for it
    let by_operator = NOTED_OFF.replacen('0', "4", 1);
    assert_eq!(noted(&server).await, [NOTED_ON, NOTED_ON, by_operator.as_str(), by_operator.as_str()]);
    sign_in(&server, EMAIL, NEW).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn wrong_codes_end_a_challenge_and_are_limited() {
    let server = Server::start().await;
    with_ada(&server).await;
    let (_, codes) = switch_on(&session(&server).await).await;
    let token = challenge(&server, PASSWORD).await;
    for _ in 0..5 {
        answer(&server, &token, "backup_code", "wrong").await.error(400);
    }
    answer(&server, &token, "backup_code", &codes[0]).await.error(401);
    // who forgets one gets another, and the oldest make way
    let mut tokens = Vec::new();
    for _ in 0..6 {
        tokens.push(challenge(&server, PASSWORD).await);
    }
    answer(&server, &tokens[0], "backup_code", &codes[0]).await.error(401);
    answer(&server, &tokens[1], "backup_code", &codes[0]).await.ok();
    let old = challenge(&server, PASSWORD).await;
    server.write(|tx| Ok(sql_query("UPDATE sign_in_challenges SET expires_at = created_at").execute(tx.conn)?)).await;
    answer(&server, &old, "backup_code", &codes[1]).await.error(401);
    server.finish().await;

    let server = Server::start_with(|config| config.rate_limits = true).await;
    with_ada(&server).await;
    let (_, codes) = switch_on(&session(&server).await).await;
    for _ in 0..2 {
        let token = challenge(&server, PASSWORD).await;
        for _ in 0..5 {
            answer(&server, &token, "backup_code", "wrong").await.error(400);
        }
    }
    let token = challenge(&server, PASSWORD).await;
    let refused = answer(&server, &token, "backup_code", &codes[0]).await;
    assert_eq!(refused.status, 429, "the right one has to wait as well");
    assert!(refused.header("retry-after").is_some());
    server.finish().await;
}

#[actix_rt::test]
async fn a_server_without_a_key_has_none_and_another_key_knows_no_codes() {
    let place = crate::support::database::Place::new();
    let mut config = crate::support::config(&place);
    config.secret_key = Some(hookdesk::config::Secret("the first key of all".into()));
    let first = hookdesk::app::Server::start(config.clone()).await.unwrap();
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    crate::support::office::settle(&first.db, None, "Ada", EMAIL, Role::Administrator, Some(hash)).await;
    let ask = |address: String| Caller::new(address);
    let said = json!({"email": EMAIL, "password": PASSWORD});
    let caller = ask(first.address.to_string());
    let signed_in = caller.post("/auth/sign_in", said.clone()).await;
    let ada = ["access-token", "client", "uid"].into_iter().fold(caller, |caller, name| caller.with(name, signed_in.header(name).unwrap()));
    let (secret, codes) = switch_on(&ada).await;
    first.stop().await;
    config.secret_key = Some(hookdesk::config::Secret("quite another key".into()));
    let second = hookdesk::app::Server::start(config).await.unwrap();
    second.db.write(|tx| Ok(sql_query("UPDATE second_factors SET last_step = 0").execute(tx.conn)?)).await.unwrap();
    let caller = ask(second.address.to_string());
    let asked = caller.post("/auth/sign_in", said).await.is(206);
    let answered = async |code: &str| caller.post("/auth/sign_in", json!({"mfa_token": asked["mfa_token"], "otp_code": code})).await;
    answered(&code(&secret, 0)).await.error(400);
    answered(&codes[0]).await.ok();
    second.stop().await;
}

#[actix_rt::test]
async fn a_browser_says_with_the_code_which_session_makes_way() {
    let server = Server::start().await;
    let ada = with_ada(&server).await;
    let (_, codes) = switch_on(&session(&server).await).await;
    open(&server, ada, 25).await;
    let browser = server.anonymous().with("user-agent", FIREFOX);
    let said = json!({"email": EMAIL, "password": PASSWORD, "revoke_all_sessions": true});
    let asked = browser.post("/auth/sign_in", said).await.is(206);
    let enter = async |code: &str, all: bool| {
        let said = json!({"mfa_token": asked["mfa_token"], "backup_code": code, "revoke_all_sessions": all});
        browser.post("/auth/sign_in", said).await
    };
    enter("12345678", true).await.error(400);
    // the password alone has ended none, and neither the code nor the challenge is used up by a question
    assert_eq!(enter(&codes[0], false).await.is(409)["sessions"].as_array().unwrap().len(), 25);
    let signed_in = with_session(&server, &enter(&codes[0], true).await);
    assert_eq!(signed_in.get("/api/v1/profile/sessions").await.ok().as_array().unwrap().len(), 1);
    server.finish().await;
}

#[actix_rt::test]
async fn an_administrator_switches_off_what_an_agent_has_lost() {
    const CLEO: &str = "cleo@acme.example";
    let server = Server::start().await;
    let office = server.office().await;
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    let (_, cleo, _) = crate::support::office::settle(&server.db, Some(office.account), "Cleo", CLEO, Role::Agent, Some(hash.clone())).await;
    let cleos = with_session(&server, &sign_in(&server, CLEO, PASSWORD).await);
    let (_, codes) = switch_on(&cleos).await;
    let one = format!("/agents/{cleo}/mfa");
    office.agent.delete(&one).await.error(401);
    let elsewhere: Administrator = server.another_office("b.").await.administrator;
    elsewhere.delete(&one).await.error(404);
    elsewhere.below(format!("/api/v1/accounts/{}", office.account)).delete(&one).await.error(401);
    office.administrator.delete(&format!("/agents/{}/mfa", office.administrator.id)).await.error(422);
    office.administrator.delete(&format!("/agents/{}/mfa", office.agent.id)).await.error(422);
    answer(&server, &challenge_of(&server, CLEO, PASSWORD).await, "backup_code", &codes[0]).await.ok();
    office.administrator.delete(&one).await.ok_and_empty();
    assert_eq!(noted(&server).await, [NOTED_ON, NOTED_OFF]);
    let again = with_session(&server, &sign_in(&server, CLEO, PASSWORD).await);
    // whoever works elsewhere, too, is nobody's to let in
    again.post("/api/v1/profile/mfa", json!({})).await.ok();
    server.write(move |tx| Ok(sql_query("UPDATE users SET address_proved = TRUE").execute(tx.conn)?)).await;
    elsewhere.post("/agents", json!({"email": CLEO, "name": "Cleo"})).await.ok();
    let refused = office.administrator.delete(&one).await.error(422);
    assert!(refused.contains("hookdesk second-factor-off"), "{refused}");
    server.finish().await;
}

#[actix_rt::test]
async fn on_pages_it_goes_without_scripts() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let page = visit.get("/app/profile/mfa").await.text();
    let csrf = csrf_of(&page);
    let csrf = ("csrf_token", csrf.as_str());
    assert!(!page.contains("<svg class=\"qr\""));
    assert_eq!(visit.form("/app/profile/mfa", &[("csrf_token", "x")]).await.status, 422);
    assert_eq!(visit.form("/app/profile/mfa", &[csrf]).await.status, 303);
    let page = visit.get("/app/profile/mfa").await.text();
    assert!(page.contains("<svg class=\"qr\"") && page.contains("otpauth://totp/Hookdesk:ada@acme.example"), "{page}");
    let secret = page.split_once("id=\"mfa-secret\">").unwrap().1.split('<').next().unwrap().to_owned();
    let refused = visit.form("/app/profile/mfa/verify", &[csrf, ("code", "000000")]).await;
    assert!(refused.status == 422 && refused.text().contains("<svg class=\"qr\"") && refused.text().contains("This code is wrong"));
    let done = visit.form("/app/profile/mfa/verify", &[csrf, ("code", &code(&secret, 0))]).await;
    let shown = done.text();
    let words = shown.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let codes: Vec<&str> = words.filter(|word| word.len() == 19 && word.split('-').all(|four| four.len() == 4)).collect();
    assert!(done.status == 200 && codes.len() == 10, "{shown}");
    assert!(visit.get("/app/profile/mfa").await.text().contains("You have 10 backup codes left"));

    let mut other = visit.another();
    let asked = other.sign_in().await;
    assert_eq!((asked.status, asked.header("location")), (303, Some("/app/login/code?next=%2F")));
    assert_eq!(other.get("/app/profile").await.status, 303, "not in yet");
    let token = other.token("/app/login/code?next=%2Fapp%2Fprofile").await;
    let fields = |code: &'static str| [("code", code), ("next", "/app/profile")];
    let typed = [("csrf_token", token.as_str())];
    let refused = other.form("/app/login/code", &[&typed[..], &fields("000000")].concat()).await;
    assert!(refused.status == 422 && refused.text().contains("This code is wrong"), "{}", refused.text());
    let code = codes[0].to_owned();
    let done = other.form("/app/login/code", &[("csrf_token", token.as_str()), ("code", &code), ("next", "/app/profile")]).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/app/profile")));
    assert_eq!(other.get("/app/profile").await.status, 200);
    assert_eq!(other.get("/app/login/code").await.header("location"), Some("/app/login?next=%2F"));
    let wrong = [csrf, ("password", "wrong"), ("last_code", codes[1])];
    assert_eq!(visit.form("/app/profile/mfa/delete", &wrong).await.status, 422);
    let renewed = visit.form("/app/profile/mfa/backup_codes", &[csrf, ("code", codes[1])]).await;
    assert!(renewed.status == 200 && renewed.text().contains("New backup codes"));
    server.finish().await;
}
