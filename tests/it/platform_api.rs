//! The platform API: what programs of the operator's may do, and what they may not touch.
use crate::{
    answering_bots::PIXEL,
    gates::send,
    pages::{Visit, csrf_of},
    support::{
        Caller, File, Office, Server,
        database::is_postgres,
        office::PASSWORD,
        operations::{self, Operation},
    },
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{
    db::types::{AccountId, UserId},
    platform_api,
    users::{self, Role},
};
use serde_json::{Value, json};

/// A program of the operator's.
async fn app(server: &Server, name: &'static str) -> Caller {
    let (_, token) = server.write(move |tx| platform_api::create_app(tx, name)).await;
    server.anonymous().below("/platform/api/v1").with("api_access_token", &token)
}

async fn account(app: &Caller, name: &str) -> i64 {
    app.post("/accounts", json!({"name": name})).await.ok()["id"].as_i64().unwrap()
}

async fn user(app: &Caller, email: &str) -> Value {
    app.post("/users", json!({"name": "Dora", "email": email, "password": PASSWORD})).await.ok()
}

/// What is missing is told by status alone.
fn assert_missing(answer: &crate::support::Answer) {
    assert_eq!(answer.is(404), json!({"status": 404, "error": "Not Found"}));
}

#[actix_rt::test]
async fn accounts_are_made_changed_and_listed() {
    let server = Server::start().await;
    let app = app(&server, "Shop").await;
    let said = json!({"account": {"name": " Acme ", "locale": "th", "domain": "acme.example", "support_email": "Help@acme.example",
        "features": {"labels": false, "dancing": true}, "limits": {"agents": 2, "seats": "many"}, "custom_attributes": {"plan": "gold"}}});
    let made = app.post("/accounts", said).await.ok();
    let path = format!("/accounts/{}", made["id"]);
    assert_eq!(
        (&made["features"]["labels"], &made["features"]["teams"], &made["features"]["inbox_management"]),
        (&json!(false), &Value::Null, &json!(true))
    );
    let mut shown = made.clone();
    shown["features"] = json!("some");
    insta::assert_json_snapshot!("platform_account", shown);
    assert_eq!(app.get(&path).await.ok(), made);
    let changed =
        app.patch(&path, json!({"name": "Acme 2", "domain": null, "features": {"labels": true}, "custom_attributes": {"size": 3}})).await.ok();
    assert_eq!((&changed["name"], &changed["domain"], &changed["features"]["labels"]), (&json!("Acme 2"), &Value::Null, &json!(true)));
    assert_eq!((&changed["limits"], &changed["custom_attributes"]), (&json!({"agents": 2, "seats": "many"}), &json!({"size": 3})));
    let second = account(&app, "Second").await;
    let ids: Vec<Value> = app.get("/accounts").await.ok().as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [made["id"].clone(), json!(second)]);
    assert_eq!(app.get("/accounts?page=2").await.ok(), json!([]));
    for (body, attribute) in [
        (json!({"name": ""}), "name"),
        (json!({"locale": "no language"}), "locale"),
        (json!({"support_email": "x"}), "support_email"),
        (json!({"domain": "x".repeat(101)}), "domain"),
        (json!({"features": {"labels": "maybe"}}), "features"),
        (json!({"limits": {"agents": "many"}}), "limits"),
        (json!({"custom_attributes": {"x": "x".repeat(70_000)}}), "custom_attributes"),
    ] {
        assert_eq!(app.patch(&path, body).await.invalid(), [attribute]);
    }
    assert_eq!(app.post("/accounts", json!({})).await.invalid(), ["name"]);
    app.patch(&path, json!({"status": "gone"})).await.error(422);
    assert_missing(&app.get("/accounts/999").await);
    assert_missing(&app.get("/accounts/x").await);
    server.finish().await;
}

#[actix_rt::test]
async fn nobody_gets_into_an_account_that_is_suspended() {
    let server = Server::start().await;
    let app = app(&server, "Shop").await;
    let (acme, beta, dora) = (account(&app, "Acme").await, account(&app, "Beta").await, user(&app, "dora@acme.example").await);
    let said = json!({"user_id": dora["id"], "role": "administrator"});
    app.post(&format!("/accounts/{acme}/account_users"), said.clone()).await.ok();
    let member = server.anonymous().below("/api/v1/accounts").with("api_access_token", dora["access_token"].as_str().unwrap());
    assert_eq!(member.get(&format!("/{acme}")).await.ok()["name"], "Acme");
    let mut visit = Visit::of(&server);
    visit.sign_in_as("dora@acme.example", PASSWORD).await;
    app.patch(&format!("/accounts/{acme}"), json!({"status": "suspended"})).await.ok();
    assert_eq!(member.get(&format!("/{acme}")).await.error(401), "Account is suspended");
    // who is in no other account still has their own page
    assert_eq!(visit.get("/").await.header("location"), Some("/app/profile"));
    assert_eq!(visit.get("/app/profile").await.status, 200);
    app.post(&format!("/accounts/{beta}/account_users"), said).await.ok();
    let room = format!("/app/accounts/{beta}/settings/integrations");
    assert_eq!(visit.get("/").await.header("location"), Some(room.as_str()));
    app.patch(&format!("/accounts/{acme}"), json!({"status": "active"})).await.ok();
    assert_eq!(member.get(&format!("/{acme}")).await.ok()["status"], "active");
    server.finish().await;
}

#[actix_rt::test]
async fn users_are_made_or_taken_on_and_changed() {
    let server = Server::start().await;
    let (office, app, other) = (server.office().await, app(&server, "Shop").await, app(&server, "Other").await);
    let said = json!({"name": "Dora", "display_name": "D", "email": "Dora@acme.example", "password": PASSWORD, "custom_attributes": {"a": 1}});
    let made = app.post("/users", said).await.ok();
    let mut shown = made.clone();
    for key in ["access_token", "pubsub_token"] {
        shown[key] = json!("varies");
    }
    insta::assert_json_snapshot!("platform_user", shown);
    let path = format!("/users/{}", made["id"]);
    let signed_in = server.anonymous().post("/auth/sign_in", json!({"email": "dora@acme.example", "password": PASSWORD})).await;
    signed_in.is(200);
    let header = |name: &str| signed_in.header(name).unwrap().to_owned();
    let session = ["uid", "client", "access-token"].iter().fold(server.anonymous().0.clone(), |caller, name| caller.with(name, &header(name)));
    let changed = app.patch(&path, json!({"display_name": null, "custom_attributes": {"b": 2}})).await.ok();
    assert_eq!((&changed["display_name"], &changed["custom_attributes"]), (&Value::Null, &json!({"a": 1, "b": 2})));
    session.get("/api/v1/profile").await.ok();
    app.patch(&path, json!({"password": "Another1!"})).await.ok();
    session.get("/api/v1/profile").await.is(401);
    server.anonymous().post("/auth/sign_in", json!({"email": "dora@acme.example", "password": "Another1!"})).await.is(200);
    for (body, attribute) in [
        (json!({"name": ""}), "name"),
        (json!({"email": "x"}), "email"),
        (json!({"email": "ada@acme.example"}), "email"),
        (json!({"password": "weak"}), "password"),
    ] {
        assert_eq!(app.patch(&path, body).await.invalid(), [attribute]);
    }
    assert_eq!(app.post("/users", json!({"name": "X"})).await.invalid(), ["email"]);
    // the app answers for the address, so nobody waits for a password
    let emil = app.post("/users", json!({"name": "Emil", "email": "emil@acme.example"})).await.ok();
    assert_eq!(emil["confirmed"], true);
    let let_in = office.administrator.post("/agents", json!({"name": "Emil", "email": "emil@acme.example", "role": "agent"})).await.ok();
    assert_eq!((&let_in["id"], &let_in["confirmed"]), (&emil["id"], &json!(true)));
    // but not for that of somebody who was invited elsewhere
    let cleo = office.administrator.post("/agents", json!({"name": "Cleo", "email": "cleo@acme.example", "role": "agent"})).await.ok();
    let known = app.post("/users", json!({"name": "Cleo", "email": "cleo@acme.example"})).await.ok();
    assert_eq!((&known["id"], &known["confirmed"]), (&cleo["id"], &json!(false)));
    // whoever is there already is taken on as they are
    other.get(&path).await.error(401);
    let taken_on = other.post("/users", json!({"name": "Nobody", "email": "dora@acme.example", "password": "Third1!!"})).await.ok();
    assert_eq!((&taken_on["id"], &taken_on["name"]), (&made["id"], &json!("Dora")));
    assert_eq!(other.get(&path).await.ok()["email"], "dora@acme.example");
    let token = app.post(&format!("{path}/token"), json!({})).await.ok();
    let expected =
        json!({"id": made["id"], "name": "Dora", "display_name": null, "email": "dora@acme.example", "pubsub_token": token["user"]["pubsub_token"]});
    assert_eq!((&token["access_token"], &token["expiry"], &token["user"]), (&made["access_token"], &Value::Null, &expected));
    app.get(&format!("/users/{}", office.agent.id)).await.error(401);
    assert_missing(&app.get("/users/999").await);
    server.finish().await;
}

#[actix_rt::test]
async fn users_are_placed_in_accounts_and_taken_out() {
    let server = Server::start().await;
    let (office, app) = (server.office().await, app(&server, "Shop").await);
    let (acme, dora) = (account(&app, "Acme").await, user(&app, "dora@acme.example").await);
    let path = format!("/accounts/{acme}/account_users");
    let placed = app.post(&path, json!({"user_id": dora["id"], "role": "administrator"})).await.ok();
    let mut shown = placed.clone();
    for key in ["created_at", "updated_at"] {
        shown[key] = json!("varies");
    }
    insta::assert_json_snapshot!("platform_account_user", shown);
    let again = app.post(&path, json!({"user_id": dora["id"]})).await.ok();
    assert_eq!((&again["id"], &again["role"]), (&placed["id"], &json!("administrator")));
    // people need an administrator in their account; an app may give it another one
    for role in ["agent", "administrator"] {
        let again = app.post(&path, json!({"user_id": dora["id"], "role": role})).await.ok();
        assert_eq!((&again["id"], &again["role"]), (&placed["id"], &json!(role)));
    }
    assert_eq!(app.get(&path).await.ok().as_array().unwrap().len(), 1);
    assert_eq!(app.get(&format!("{path}?page=2")).await.ok(), json!([]));
    let shown = app.get(&format!("/users/{}", dora["id"])).await.ok();
    assert_eq!(shown["accounts"], json!([{"id": acme, "name": "Acme", "active_at": null, "role": "administrator"}]));
    assert_eq!(app.post(&path, json!({})).await.invalid(), ["user"]);
    app.post(&path, json!({"user_id": office.agent.id})).await.error(401);
    app.post(&format!("/accounts/{}/account_users", office.account), json!({"user_id": dora["id"]})).await.error(401);
    assert_missing(&app.post(&path, json!({"user_id": 999})).await);
    app.delete(&format!("{path}?user_id={}", dora["id"])).await.ok_and_empty();
    assert_missing(&app.delete(&format!("{path}?user_id={}", dora["id"])).await);
    assert_eq!(app.get(&path).await.ok(), json!([]));
    // the account's log names the app
    let log =
        server.texts(&format!("SELECT author_name || ' ' || auditable_type AS name FROM audit_logs WHERE account_id = {acme} ORDER BY id")).await;
    assert_eq!(log, ["Shop Account", "Shop AccountUser", "Shop AccountUser", "Shop AccountUser", "Shop AccountUser"]);
    // whoever may know the password of an address that nobody has proved does not come along
    let ben = app.post("/users", json!({"email": "ben@acme.example"})).await.ok();
    office.agent.get("").await.ok();
    app.post(&path, json!({"user_id": ben["id"]})).await.ok();
    office.agent.get("").await.error(401);
    server.finish().await;
}

/// The link of a user: the query of its page.
async fn link(app: &Caller, user: &Value) -> String {
    let link = app.get(&format!("/users/{}/login", user["id"])).await.ok()["url"].as_str().unwrap().to_owned();
    link.split_once("/app/login?").unwrap_or_else(|| panic!("{link}")).1.to_owned()
}

fn token_of(query: &str) -> String {
    query.split_once("sso_auth_token=").unwrap().1.to_owned()
}

#[actix_rt::test]
async fn a_link_signs_in_once_and_within_five_minutes() {
    let server = Server::start().await;
    let app = app(&server, "Shop").await;
    let (dora, eve) = (user(&app, "dora@acme.example").await, user(&app, "eve@acme.example").await);
    let sign_in = async |email: &str, token: &str| server.anonymous().post("/auth/sign_in", json!({"email": email, "sso_auth_token": token})).await;
    let query = link(&app, &dora).await;
    assert!(query.starts_with("email=dora%40acme.example&sso_auth_token="), "{query}");
    let entered = sign_in("Dora@acme.example", &token_of(&query)).await;
    assert_eq!(entered.is(200)["data"]["id"], dora["id"]);
    sign_in("dora@acme.example", &token_of(&query)).await.is(401);
    // with another address it opens nothing
    let other = token_of(&link(&app, &eve).await);
    sign_in("dora@acme.example", &other).await.is(401);
    assert_eq!(sign_in("eve@acme.example", &other).await.is(200)["data"]["id"], eve["id"]);
    let late = token_of(&link(&app, &dora).await);
    server.write(|tx| Ok(sql_query("UPDATE sign_in_tokens SET expires_at = '2020-01-01 00:00:00'").execute(tx.conn)?)).await;
    sign_in("dora@acme.example", &late).await.is(401);
    // another password, or another address, ends those that are under way
    for changed in [json!({"password": "Another1!"}), json!({"email": "dora2@acme.example"})] {
        let link = token_of(&link(&app, &dora).await);
        let email = app.patch(&format!("/users/{}", dora["id"]), changed).await.ok()["email"].as_str().unwrap().to_owned();
        sign_in(&email, &link).await.is(401);
    }
    // the password has ended that of Dora
    assert_eq!(server.count("SELECT count(*) AS number FROM sessions").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn a_link_opened_in_a_browser_asks_before_it_is_used() {
    let server = Server::start().await;
    let app = app(&server, "Shop").await;
    let dora = user(&app, "dora@acme.example").await;
    let query = link(&app, &dora).await;
    let (mut visit, path) = (Visit::of(&server), format!("/app/login?{query}"));
    // whatever looks at it in advance uses nothing up
    visit.get(&path).await;
    let page = visit.get(&path).await.text();
    assert!(page.contains("dora@acme.example"), "{page}");
    let (csrf, token) = (csrf_of(&page), token_of(&query));
    let fields = [("csrf_token", csrf.as_str()), ("email", "dora@acme.example"), ("sso_auth_token", token.as_str())];
    assert_eq!(visit.form("/app/login", &fields).await.status, 303);
    assert_eq!(visit.get("/app/profile").await.status, 200);
    let mut again = Visit::of(&server);
    let csrf = csrf_of(&again.get(&path).await.text());
    let fields = [("csrf_token", csrf.as_str()), ("email", "dora@acme.example"), ("sso_auth_token", token.as_str())];
    let refused = again.form("/app/login", &fields).await;
    assert!(refused.status == 422 && refused.text().contains("This link does not work any more"), "{}", refused.text());
    server.finish().await;
}

#[actix_rt::test]
async fn bots_belong_to_accounts_of_the_app_or_to_none() {
    let server = Server::start().await;
    let (office, app) = (server.office().await, app(&server, "Shop").await);
    let acme = account(&app, "Acme").await;
    let said = json!({"name": "Robin", "description": "Answers", "account_id": acme, "outgoing_url": "https://bot.example/"});
    let made = app.post("/agent_bots", said).await.ok();
    let mut shown = made.clone();
    shown["access_token"] = json!("varies");
    insta::assert_json_snapshot!("platform_bot", shown);
    let path = format!("/agent_bots/{}", made["id"]);
    assert_eq!(app.get(&path).await.ok(), made);
    assert_eq!(app.get("/agent_bots").await.ok(), json!([made]));
    assert_eq!(app.patch(&path, json!({"name": "Robin 2"})).await.ok()["name"], "Robin 2");
    assert_eq!(app.patch(&path, json!({"name": ""})).await.invalid(), ["name"]);
    app.post("/agent_bots", json!({"name": "X", "account_id": office.account})).await.error(401);
    let theirs = office.administrator.post("/agent_bots", json!({"name": "Theirs"})).await.ok();
    app.get(&format!("/agent_bots/{}", theirs["id"])).await.error(401);
    // without an account it is there for all
    let of_all = app.post("/agent_bots", json!({"name": "Everywhere"})).await.ok();
    assert_eq!(of_all["account_id"], Value::Null);
    let everywhere = format!("/agent_bots/{}", of_all["id"]);
    let listed = office.administrator.get("/agent_bots").await.ok();
    assert!(listed.as_array().unwrap().iter().any(|bot| bot["id"] == of_all["id"] && bot["system_bot"] == true), "{listed}");
    assert_eq!(app.patch(&everywhere, json!({"name": "Anywhere"})).await.ok()["name"], "Anywhere");
    app.delete(&everywhere).await.ok_and_empty();
    assert_missing(&app.get(&everywhere).await);
    assert_missing(&app.delete(&format!("{everywhere}/avatar")).await);
    app.delete(&path).await.ok_and_empty();
    assert_missing(&app.get(&path).await);
    server.finish().await;
}

#[actix_rt::test]
async fn bots_have_pictures() {
    let server = Server::start().await;
    let (office, app) = (server.office().await, app(&server, "Shop").await);
    let picture = [File::new("avatar", "robin.png", "image/png", PIXEL)];
    let of_all = app.upload("/agent_bots", &[("name", "Robin")], &picture).await.ok();
    let path = format!("/agent_bots/{}", of_all["id"]);
    let shown = async || office.administrator.get(&path).await.ok()["thumbnail"].as_str().unwrap().to_owned();
    let link = shown().await;
    assert!(link.contains("/rails/") && link.ends_with("/robin.png"), "{link}");
    app.patch(&path, json!({"name": "Robin 2"})).await.ok();
    assert_eq!(shown().await, link, "what is not said stays");
    let refused = [File::new("avatar", "robin.txt", "text/plain", b"no picture")];
    assert_eq!(app.upload("/agent_bots", &[("name", "X")], &refused).await.invalid(), ["avatar"]);
    let elsewhere = "https://one.example/a.png";
    app.patch(&path, json!({"avatar_url": elsewhere})).await.ok();
    assert_eq!(shown().await, elsewhere);
    assert_eq!(app.patch(&path, json!({"avatar_url": "x".repeat(2049)})).await.invalid(), ["avatar_url"]);
    assert_eq!(app.delete(&format!("{path}/avatar")).await.ok()["id"], of_all["id"]);
    assert_eq!(shown().await, "");
    let theirs = office.administrator.post("/agent_bots", json!({"name": "Theirs", "avatar_url": elsewhere})).await.ok();
    app.delete(&format!("/agent_bots/{}/avatar", theirs["id"])).await.error(401);
    server.finish().await;
}

/// Whoever signs in notes it in that order, too: in another, each might wait for the other.
#[actix_rt::test]
async fn a_change_of_a_user_is_noted_in_the_order_of_their_accounts() {
    let server = Server::start().await;
    let app = app(&server, "Shop").await;
    let (first, second) = (account(&app, "Acme").await, account(&app, "Beta").await);
    let dora = user(&app, "dora@acme.example").await["id"].clone();
    for account in [first, second] {
        app.post(&format!("/accounts/{account}/account_users"), json!({"user_id": dora, "role": "administrator"})).await.ok();
    }
    let used_last = format!("UPDATE account_users SET active_at = created_at WHERE account_id = {second}");
    assert_eq!(server.write(move |tx| Ok(sql_query(used_last).execute(tx.conn)?)).await, 1);
    app.patch(&format!("/users/{dora}"), json!({"name": "Dora B."})).await.ok();
    let noted = "SELECT CAST(account_id AS TEXT) AS name FROM audit_logs WHERE auditable_type = 'User' AND action = 1 ORDER BY id";
    assert_eq!(server.texts(noted).await, [first, second].map(|account| account.to_string()));
    server.finish().await;
}

#[actix_rt::test]
async fn limits_are_kept() {
    let server = Server::start().await;
    let app = app(&server, "Shop").await;
    let (acme, dora) = (account(&app, "Acme").await, user(&app, "dora@acme.example").await);
    app.post(&format!("/accounts/{acme}/account_users"), json!({"user_id": dora["id"], "role": "administrator"})).await.ok();
    app.patch(&format!("/accounts/{acme}"), json!({"limits": {"agents": 2, "inboxes": 1}})).await.ok();
    let dora = server.anonymous().below(format!("/api/v1/accounts/{acme}")).with("api_access_token", dora["access_token"].as_str().unwrap());
    dora.post("/agents", json!({"name": "Ben", "email": "ben@acme.example"})).await.ok();
    assert!(dora.post("/agents", json!({"name": "Cleo", "email": "cleo@acme.example"})).await.error(402).contains("agents"));
    let inbox = json!({"name": "Support", "channel": {"type": "api"}});
    dora.post("/inboxes", inbox.clone()).await.ok();
    assert!(dora.post("/inboxes", inbox.clone()).await.error(402).contains("inboxes"));
    app.patch(&format!("/accounts/{acme}"), json!({"limits": {}})).await.ok();
    dora.post("/inboxes", inbox).await.ok();
    server.finish().await;
}

/// Foreign keys to accounts by which a whole table would be looked through, in SQLite.
const UNINDEXED_IN_SQLITE: &str = "SELECT child.name || '.' || key.\"from\" AS name FROM sqlite_master AS child, pragma_foreign_key_list(child.name) AS key \
     WHERE child.type = 'table' AND key.\"table\" = 'accounts' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(child.name) AS one, \
     pragma_index_info(one.name) AS part WHERE one.partial = 0 AND part.seqno = 0 AND part.name = key.\"from\")";

/// The same in PostgreSQL.
const UNINDEXED_IN_POSTGRES: &str = "SELECT key.conrelid::regclass::text || '.' || part.attname AS name FROM pg_constraint AS key \
     JOIN pg_attribute AS part ON part.attrelid = key.conrelid AND part.attnum = key.conkey[1] \
     WHERE key.contype = 'f' AND key.confrelid = 'accounts'::regclass AND NOT EXISTS \
     (SELECT 1 FROM pg_index AS one WHERE one.indrelid = key.conrelid AND one.indkey[0] = part.attnum AND one.indpred IS NULL)";

#[actix_rt::test]
async fn no_table_is_looked_through_when_an_account_goes() {
    let server = Server::start().await;
    let unindexed = server.texts(if is_postgres() { UNINDEXED_IN_POSTGRES } else { UNINDEXED_IN_SQLITE }).await;
    assert_eq!(unindexed, Vec::<String>::new());
    server.finish().await;
}

async fn service_key(office: &Office, name: &str) -> Value {
    office.administrator.post("/service_keys", json!({"name": name, "scope": "write"})).await.ok()
}

/// Clears away until there is nothing left.
async fn clear(server: &Server) {
    while platform_api::step(&server.db).await.unwrap() {}
}

#[actix_rt::test]
async fn what_is_deleted_goes_with_all_that_hangs_on_it() {
    let server = Server::start().await;
    let (office, app) = (server.office().await, app(&server, "Shop").await);
    let dora = user(&app, "dora@acme.example").await;
    let account = AccountId(account(&app, "Acme").await);
    let id = UserId(dora["id"].as_i64().unwrap());
    server.write(move |tx| users::add_member(tx, account, id, Role::Administrator, None)).await;
    let theirs = Office::of(&server, account.0, &dora).await;
    let inbox = theirs.api_inbox().await;
    let (visitor, number) = theirs.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    app.post("/agent_bots", json!({"name": "Robin", "account_id": account.0})).await.ok();
    let content = json!([{"type": "frame", "url": "https://crm.example"}]);
    theirs.administrator.post("/dashboard_apps", json!({"title": "Orders", "content": content})).await.ok();
    let settings = json!({"endpoint_url": "https://translate.example/"});
    theirs.administrator.post("/integrations/hooks", json!({"app_id": "libretranslate", "settings": settings})).await.ok();
    theirs.brings("name,phone_number\nMax,none\n").await;
    let revoked = service_key(&theirs, "Shop").await["id"].clone();
    theirs.administrator.delete(&format!("/service_keys/{revoked}")).await.ok_and_empty();
    for (office, name) in [(&theirs, "Till"), (&office, "Ours")] {
        service_key(office, name).await;
    }
    let file = File::new("attachments[]", "a.txt", "text/plain", b"file");
    theirs.agent.upload(&format!("/conversations/{number}/messages"), &[("content", "See")], &[file]).await.ok();
    // one that is under way brings nobody more
    theirs.begins_to_bring(format!("name\n{}", "Nia\n".repeat(2000)).as_bytes()).await;
    let kept = office.api_inbox().await;
    office.conversation(&kept).await;
    app.delete(&format!("/accounts/{account}")).await.ok_and_empty();
    assert_missing(&app.get(&format!("/accounts/{account}")).await);
    assert_eq!(app.get("/accounts").await.ok(), json!([]));
    theirs.administrator.get("").await.error(401);
    clear(&server).await;
    for table in ["accounts", "inboxes", "conversations", "contacts"] {
        assert_eq!(server.count(&format!("SELECT count(*) AS number FROM {table}")).await, 1, "{table}");
    }
    for nothing in [
        "access_tokens WHERE owner_type = 1",
        "platform_app_permissibles WHERE permissible_type <> 1",
        "report_omissions",
        "contact_jobs",
        "contact_job_refusals",
        "dashboard_apps",
        "integration_hooks",
        "bot_departures",
        "bot_terms",
        "messages WHERE account_id <> 1",
        "deliveries WHERE account_id <> 1",
        "working_hours WHERE account_id <> 1",
        "api_channels WHERE account_id <> 1",
        "blobs WHERE account_id <> 1",
        "users WHERE is_service AND name <> 'Ours'",
    ] {
        assert_eq!(server.count(&format!("SELECT count(*) AS number FROM {nothing}")).await, 0, "{nothing}");
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM users WHERE is_service").await, 1, "whoever wrote for others stays");
    app.delete(&format!("/users/{}", dora["id"])).await.ok_and_empty();
    assert_missing(&app.get(&format!("/users/{}", dora["id"])).await);
    server.anonymous().post("/auth/sign_in", json!({"email": "dora@acme.example", "password": PASSWORD})).await.is(401);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_is_no_app_and_whoever_is_another_gets_nowhere() {
    let server = Server::start().await;
    let (office, app, other) = (server.office().await, app(&server, "Shop").await, app(&server, "Other").await);
    let (acme, dora) = (account(&app, "Acme").await, user(&app, "dora@acme.example").await);
    let bot = app.post("/agent_bots", json!({"name": "Robin", "account_id": acme})).await.ok()["id"].clone();
    let all = operations::all();
    let platform: Vec<&Operation> = all.iter().filter(|operation| operation.caller == "platform_app").collect();
    assert!(platform.len() > 15, "{}", platform.len());
    let path = |operation: &Operation| {
        operation.path(|before, _| match before {
            "accounts" => acme.to_string(),
            "users" => dora["id"].to_string(),
            _ => bot.to_string(),
        })
    };
    let nobody = server.anonymous().0;
    for operation in &platform {
        for caller in [&nobody, &nobody.with("api_access_token", "x"), &office.administrator.below(""), &office.agent.below("")] {
            send(operation, caller, &path(operation), serde_json::Map::new()).await.error(401);
        }
        if !operation.parameters().is_empty() {
            send(operation, &other.below(""), &path(operation), serde_json::Map::new()).await.error(401);
        }
    }
    // nor does an app get in where people do
    for path in ["/api/v1/profile".to_owned(), format!("/api/v1/accounts/{}", office.account)] {
        app.below("").get(&path).await.error(401);
    }
    let first = server.read(platform_api::apps).await.remove(0);
    server.write(move |tx| platform_api::delete_app(tx, first.id)).await;
    app.get("/accounts").await.error(401);
    server.finish().await;
}
