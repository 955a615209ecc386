//! The audit log: each administrative change has its entry, and nothing else has.
use crate::{
    gates::ask,
    pages::Visit,
    support::{
        Furnished, Office, PostOffice, Server, ended,
        furnished::FIRST,
        job_of,
        office::{PASSWORD, settle},
        operations::{self, Operation},
        table,
    },
};
use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use futures_util::future::join_all;
use hookdesk::{
    auth::{hash_password, open_session},
    db::{
        Tx,
        types::{AccountId, UserId, now},
    },
    operations::{Keep, Removed, Step, Sweep, step},
    users::{self, Role},
    web::ClientInfo,
};
use serde_json::{Value, json};
use std::time::Duration;

/// What administrators do that changes nothing they have arranged.
const NO_CHANGES: [&str; 1] = ["POST /api/v1/accounts/{account_id}/webhooks/{id}/test"];

/// What has to be done with more than words: see the other tests here.
const BY_HAND: [&str; 5] = [
    "POST /api/v1/accounts/{account_id}/contacts/import",
    "POST /api/v1/accounts/{account_id}/agents/{id}/invitation",
    "POST /api/v1/accounts/{account_id}/integrations/hooks",
    "POST /api/v1/accounts/{account_id}/portals",
    "POST /api/v1/accounts/{account_id}/webhooks/{id}/replays",
];

/// What must not have been done yet, for it to change something.
const BEFORE: [(&str, &str); 18] = [
    ("POST /contact_jobs/{id}/cancel", ALL_WAIT),
    ("DELETE /agent_bots/{id}/avatar", "UPDATE agent_bots SET avatar_url = 'http://one.example/a.png'"),
    ("DELETE /inboxes/{id}/avatar", "UPDATE inboxes SET avatar_url = 'http://one.example/a.png'"),
    ("POST /inboxes/{id}/set_agent_bot", "DELETE FROM agent_bot_inboxes"),
    ("PATCH /integrations/hooks/{id}", "UPDATE integration_hooks SET status = 1"),
    ("PUT /integrations/hooks/{id}", "UPDATE integration_hooks SET status = 1"),
    ("POST /inbox_members", BUT_OF_CAMPAIGNS),
    ("PATCH /inbox_members", BUT_OF_CAMPAIGNS),
    ("PUT /inbox_members", BUT_OF_CAMPAIGNS),
    ("POST /teams/{id}/team_members", "DELETE FROM team_members"),
    ("PATCH /teams/{id}/team_members", "DELETE FROM team_members"),
    ("PUT /teams/{id}/team_members", "DELETE FROM team_members"),
    ("DELETE /webhooks/{id}/replays/{replay}", GOES_ON),
    ("DELETE /webhooks/{id}/old_secret", "UPDATE webhooks SET old_secret = 'old', old_secret_until = '2999-01-01 00:00:00'"),
    ("PATCH /portals/{id}/archive", "UPDATE portals SET archived = (1 = 0)"),
    ("PUT /portals/{id}/archive", "UPDATE portals SET archived = (1 = 0)"),
    ("DELETE /portals/{id}/logo", "UPDATE portals SET logo_blob_id = (SELECT max(id) FROM blobs)"),
    ("DELETE /agents/{id}/mfa", HAS_A_SECOND_FACTOR),
];

/// Inboxes have no members, where no campaign needs its sender.
const BUT_OF_CAMPAIGNS: &str = "DELETE FROM inbox_members WHERE inbox_id NOT IN (SELECT inbox_id FROM campaigns)";

/// Everybody has a second factor.
const HAS_A_SECOND_FACTOR: &str = "INSERT INTO second_factors (user_id, seed, key_print, last_step, enabled_at, created_at) \
     SELECT id, '', '', 0, '2020-01-01 00:00:00', '2020-01-01 00:00:00' FROM users";

/// Every replay is at work, and makes no step.
const GOES_ON: &str = "UPDATE webhook_replays SET state = 0, next_at = '2100-01-01 00:00:00'";

/// No job with contacts has begun, and none is next.
const ALL_WAIT: &str = "UPDATE contact_jobs SET state = 0, due_at = NULL, finished_at = NULL";

async fn log(office: &Office, query: &str) -> Value {
    office.administrator.get(&format!("/audit_logs{query}")).await.ok()
}

/// The entries, the newest first.
async fn entries(office: &Office, query: &str) -> Vec<Value> {
    log(office, query).await["audit_logs"].as_array().unwrap().clone()
}

/// What was done with what, the newest first.
async fn deeds(office: &Office) -> Vec<String> {
    let deed = |entry: &Value| format!("{} {}", entry["auditable_type"].as_str().unwrap(), entry["action"].as_str().unwrap());
    entries(office, "").await.iter().map(deed).collect()
}

async fn number(server: &Server, office: &Office) -> i64 {
    server.count(&format!("SELECT count(*) AS number FROM audit_logs WHERE account_id = {}", office.account)).await
}

fn is_administrative(operation: &Operation) -> bool {
    operation.is_of_account() && operation.caller == "administrator" && operation.method != Method::GET
}

#[actix_rt::test]
async fn every_administrative_change_has_its_entry_and_no_secret_is_in_any() {
    let server = Server::start().await;
    let ours = Furnished::new(&server, FIRST, 3).await;
    server.write(|tx| Ok(sql_query("UPDATE contacts SET last_activity_at = NULL, seen_at = NULL").execute(tx.conn)?)).await;
    let (mut wrong, mut noted) = (Vec::new(), 0);
    for operation in operations::all_in_turn().iter().filter(|operation| is_administrative(operation)) {
        let line = operation.line();
        if NO_CHANGES.contains(&line.as_str()) || BY_HAND.contains(&line.as_str()) {
            continue;
        }
        let short = line.replace("/api/v1/accounts/{account_id}", "");
        if let Some(undone) = BEFORE.iter().find(|(known, _)| *known == short).map(|(_, undone)| *undone) {
            server.write(move |tx| Ok(sql_query(undone).execute(tx.conn)?)).await;
        }
        let before = number(&server, &ours.office).await;
        let answer = ask(operation, &ours.caller(&server, operation).await, &ours).await;
        let after = number(&server, &ours.office).await;
        noted += 1;
        if !(200..300).contains(&answer.status) || after <= before {
            wrong.push(format!("{line}: {} and {} entries: {:.200}", answer.status, after - before, answer.text()));
        }
    }
    assert!(wrong.is_empty() && noted > 40, "{} mistakes among {noted}:\n{}", wrong.len(), wrong.join("\n"));
    let secrets: Vec<String> = ours.secrets().into_iter().filter(|secret| secret != ours.mark).collect();
    let keys = "SELECT secret AS name FROM agent_bots UNION SELECT secret FROM webhooks UNION SELECT token FROM access_tokens";
    let keys = server.texts(keys).await;
    let stored = server.texts("SELECT CAST(audited_changes AS TEXT) AS name FROM audit_logs").await.join("\n");
    let told: Vec<&String> = secrets.iter().chain(&keys).filter(|secret| stored.contains(*secret)).collect();
    assert!(told.is_empty(), "{told:?}");
    let types = server.texts("SELECT DISTINCT auditable_type AS name FROM audit_logs").await;
    for language in ["en", "th"] {
        let words = std::fs::read_to_string(format!("{}/locales/{language}/audit.ftl", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let missing: Vec<&String> = types.iter().filter(|name| !words.contains(&format!("audit-type-{name} ="))).collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn an_entry_says_who_what_before_and_after_and_from_where() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = office.administrator.post("/labels", json!({"title": "vip"})).await.ok();
    let path = format!("/labels/{}", made["id"]);
    let changed = office.administrator.patch(&path, json!({"color": "#ff0000", "title": "vip"})).await;
    let request = changed.header("x-request-id").unwrap().to_owned();
    // nothing is changed, and nothing is noted
    office.administrator.patch(&path, json!({"title": "VIP"})).await.ok();
    office.administrator.patch(&path, json!({"title": ""})).await.invalid();
    office.administrator.post("/labels", json!({"title": "vip"})).await.invalid();
    office.administrator.patch(&format!("/agents/{}", office.administrator.id), json!({"role": "agent"})).await.error(422);
    assert_eq!(deeds(&office).await, ["Label update", "Label create"]);
    let entry = entries(&office, "").await.remove(0);
    assert_eq!(entry["request_uuid"], request.as_str());
    let mut shown = entry.clone();
    for varies in ["request_uuid", "created_at"] {
        shown[varies] = json!("varies");
    }
    insta::assert_json_snapshot!("audit_log", shown);
    office.administrator.delete(&path).await.ok_and_empty();
    let gone = entries(&office, "").await.remove(0);
    assert_eq!((&gone["action"], &gone["version"], &gone["auditable"]["name"]), (&json!("destroy"), &json!(3), &json!("vip")));
    assert_eq!(gone["audited_changes"], json!({"title": "vip", "description": null, "color": "#ff0000", "show_on_sidebar": false}));
    // behind a proxy that is trusted it is the client's address
    office.administrator.with("x-forwarded-for", "203.0.113.7").post("/labels", json!({"title": "far"})).await.ok();
    assert_eq!(entries(&office, "").await[0]["remote_address"], "203.0.113.7");
    server.finish().await;
}

#[actix_rt::test]
async fn it_is_asked_for_by_who_what_and_when_in_pages() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    for n in 0..27 {
        office.administrator.post("/labels", json!({"title": format!("label{n}")})).await.ok();
    }
    office.agent.post("/canned_responses", json!({"short_code": "hi", "content": "Hello"})).await.ok();
    let first = log(&office, "").await;
    assert_eq!((&first["per_page"], &first["total_entries"], &first["current_page"]), (&json!(25), &json!(28), &json!(1)));
    assert_eq!(first["audit_logs"].as_array().unwrap().len(), 25);
    let second = log(&office, "?page=2").await;
    assert_eq!((&second["current_page"], second["audit_logs"].as_array().unwrap().len()), (&json!(2), 3));
    assert_eq!(entries(&office, "?page=99").await.len(), 0);
    for (query, expected) in [
        (format!("?user_id={}", office.agent.id), 1),
        (format!("?user_id={}", other.agent.id), 0),
        ("?auditable_type=Label".into(), 27),
        ("?auditable_type=Inbox".into(), 0),
        (format!("?auditable_type=Label&auditable_id={}", first["audit_logs"][1]["auditable_id"]), 1),
        ("?action=create".into(), 28),
        ("?action=destroy".into(), 0),
        ("?since=2020-01-01".into(), 28),
        ("?until=2020-01-01T00:00:00Z".into(), 0),
        ("?since=4102444800".into(), 0),
    ] {
        assert_eq!(log(&office, &query).await["total_entries"], expected, "{query}");
    }
    office.administrator.get("/audit_logs?since=soon").await.invalid();
    office.administrator.get("/audit_logs?action=dance").await.error(422);
    office.agent.get("/audit_logs").await.error(401);
    assert_eq!(log(&other, "").await["total_entries"], 0);
    server.finish().await;
}

#[actix_rt::test]
async fn who_comes_and_goes_is_noted_in_all_their_accounts() {
    let server = Server::start().await;
    let (office, other, third) = (server.office().await, server.another_office("b.").await, server.another_office("c.").await);
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    let (_, id, _) = settle(&server.db, Some(office.account), "Cleo", "cleo@acme.example", Role::Agent, Some(hash)).await;
    let account = AccountId(other.account);
    server.write(move |tx| users::add_member(tx, account, UserId(id), Role::Agent, None)).await;
    let nobody = server.anonymous();
    let said = json!({"email": "cleo@acme.example", "password": PASSWORD});
    nobody.post("/auth/sign_in", json!({"email": "cleo@acme.example", "password": "Wr0ng!"})).await.is(401);
    assert_eq!(deeds(&office).await, Vec::<String>::new());
    let signed_in = nobody.post("/auth/sign_in", said).await;
    signed_in.is(200);
    let header = |name: &str| signed_in.header(name).unwrap().to_owned();
    let session = ["uid", "client", "access-token"].iter().fold(nobody.0.clone(), |caller, name| caller.with(name, &header(name)));
    session.delete("/auth/sign_out").await.ok();
    session.delete("/auth/sign_out").await.is(404);
    for (office, expected) in [(&office, vec!["User sign_out", "User sign_in"]), (&other, vec!["User sign_out", "User sign_in"]), (&third, vec![])] {
        assert_eq!(deeds(office).await, expected);
    }
    let entry = &entries(&office, "").await[1];
    assert_eq!((&entry["username"], &entry["user_id"], &entry["audited_changes"]), (&json!("cleo@acme.example"), &json!(id), &json!({})));
    assert_eq!((&entry["remote_address"], &entry["request_uuid"]), (&json!("127.0.0.1"), &json!(header("x-request-id"))));
    server.finish().await;
}

#[actix_rt::test]
async fn of_what_is_noted_at_once_one_comes_after_the_other() {
    let server = Server::start().await;
    let (id, office) = (server.office().await.administrator.id, server.another_office("b.").await);
    let elsewhere = AccountId(office.account);
    server.write(move |tx| users::add_member(tx, elsewhere, UserId(id), Role::Agent, None)).await;
    let user = server.read(move |conn| users::find(conn, UserId(id))).await;
    // whoever signs in changes nothing of the user, so no lock of a row keeps them apart
    let come = |_: usize| {
        let user = user.clone();
        let thrice = move |tx: &mut Tx| (0..3).try_for_each(|_| open_session(tx, &user, &ClientInfo::default()).map(drop));
        server.db.write_patiently(thrice)
    };
    for done in join_all((0..8).map(come)).await {
        done.unwrap();
    }
    for account in 1..=2 {
        let versions = format!("FROM audit_logs WHERE account_id = {account} AND auditable_type = 'User'");
        assert_eq!(server.count(&format!("SELECT count(DISTINCT version) AS number {versions}")).await, 24);
        assert_eq!(server.count(&format!("SELECT max(version) AS number {versions}")).await, 24);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_takes_more_than_words_is_noted_too() {
    let mail = PostOffice::open();
    let settings = mail.mail();
    let server = Server::start_with(|config| config.mail = settings).await;
    let office = server.office().await;
    let invited = office.administrator.post("/agents", json!({"name": "Cleo", "email": "cleo@acme.example"})).await.ok();
    office.administrator.post(&format!("/agents/{}/invitation", invited["id"]), json!({})).await.ok_and_empty();
    let import = job_of(&office.administrator.upload("/contacts/import", &[], &[table(b"name,email\nLea,lea@example.org\n")]).await);
    let export = job_of(&office.administrator.post("/contacts/export", json!({"column_names": ["name"]})).await);
    for job in [&import, &export] {
        assert_eq!(ended(&office.administrator, job).await["state"], "done");
    }
    // what a job does has no entry of its own, and its end is nobody's
    assert_eq!(deeds(&office).await, ["ContactJob create", "ContactJob create", "AccountUser update", "AccountUser create"]);
    let noted: Vec<Value> = entries(&office, "").await.iter().map(|entry| entry["audited_changes"].clone()).collect();
    assert_eq!((&noted[0]["kind"], &noted[0]["wish"]["columns"]), (&json!("export"), &json!(["name"])));
    assert_eq!((&noted[1]["kind"], &noted[1]["filename"], &noted[1]["total"]), (&json!("import"), &json!("contacts.csv"), &json!(1)));
    assert_eq!(noted[2], json!({"invitation": [null, true]}));
    server.write(|tx| Ok(sql_query(ALL_WAIT).execute(tx.conn)?)).await;
    for _ in 0..2 {
        // the second time it has ended, and nothing is noted
        office.administrator.post(&format!("{import}/cancel"), json!({})).await.ok();
    }
    assert_eq!(deeds(&office).await[..2], ["ContactJob update", "ContactJob create"]);
    assert_eq!(entries(&office, "").await[0]["audited_changes"]["state"], json!(["waiting", "cancelled"]));
    office.administrator.post("/portals", json!({"name": "Help", "slug": "help"})).await.ok();
    assert_eq!(deeds(&office).await[0], "Portal create");
    server.finish().await;
}

#[actix_rt::test]
async fn secrets_are_noted_by_their_names_alone_and_replays_with_their_ends() {
    let server = Server::start().await;
    let office = server.office().await;
    let url = "https://someone:hush@receiver.example/hook?x=1";
    let said = json!({"url": url, "subscriptions": ["message_created"], "headers": {"X-Key": "hush"}});
    let hook = office.webhook_with(said).await;
    let made = entries(&office, "").await.remove(0)["audited_changes"].clone();
    assert_eq!(
        (&made["url"], &made["secret"], &made["headers"]),
        (&json!("https://***@receiver.example/hook?x=1"), &json!("[REDACTED]"), &json!("[REDACTED]"))
    );
    office.administrator.patch(&format!("/webhooks/{}", hook.id), json!({"headers": {"X-Key": "hush2"}})).await.ok();
    assert_eq!(entries(&office, "").await[0]["audited_changes"], json!({"headers": ["[REDACTED]", "[REDACTED]"]}));
    let replays = format!("/webhooks/{}/replays", hook.id);
    let said = json!({"from": "2020-01-01", "what": "everything", "events": ["message_created"]});
    let replay = office.administrator.post(&replays, said).await.ok()["payload"]["replay"]["id"].clone();
    server.write(|tx| Ok(sql_query(GOES_ON).execute(tx.conn)?)).await;
    office.administrator.delete(&format!("{replays}/{replay}")).await.ok();
    assert_eq!(deeds(&office).await[..2], ["WebhookReplay update", "WebhookReplay create"]);
    assert_eq!(entries(&office, "").await[0]["audited_changes"]["state"], json!(["running", "cancelled"]));
    let bot = office.administrator.post("/agent_bots", json!({"name": "Robin"})).await.ok();
    office.administrator.post(&format!("/agent_bots/{}/reset_access_token", bot["id"]), json!({})).await.ok();
    assert_eq!(entries(&office, "").await[0]["audited_changes"], json!({"access_token": ["[REDACTED]", "[REDACTED]"]}));
    let settings = json!({"endpoint_url": "https://someone:hush@translate.example/", "api_key": "hush"});
    office.administrator.post("/integrations/hooks", json!({"app_id": "libretranslate", "settings": settings})).await.ok();
    let made = entries(&office, "").await.remove(0);
    assert_eq!((&made["auditable_type"], &made["auditable"]["name"]), (&json!("IntegrationHook"), &json!("libretranslate")));
    assert_eq!(made["audited_changes"]["settings"], json!({"endpoint_url": "https://***@translate.example/", "api_key": "[REDACTED]"}));
    server.finish().await;
}

#[actix_rt::test]
async fn entries_are_kept_for_as_long_as_the_setting_says() {
    let server = Server::start().await;
    let office = server.office().await;
    for title in ["one", "two", "three"] {
        office.administrator.post("/labels", json!({"title": title})).await.ok();
    }
    let age = "UPDATE audit_logs SET created_at = '2020-01-01 00:00:00' WHERE auditable_name <> 'three'";
    server.write(move |tx| Ok(sql_query(age).execute(tx.conn)?)).await;
    let round = async |keep: Keep| {
        let (mut sweep, mut removed) = (Some(Sweep::begin(now(), keep)), 0);
        while let Some(at) = sweep {
            let Step { removed: Removed { audit_logs, .. }, next } = step(&server.db, at).await.unwrap();
            (sweep, removed) = (next, removed + audit_logs);
        }
        removed
    };
    assert_eq!(round(Keep::default()).await, 0);
    assert_eq!(round(Keep { audit_logs: Some(Duration::from_secs(86_400)), ..Keep::default() }).await, 2);
    assert_eq!(entries(&office, "").await[0]["auditable"]["name"], "three");
    server.finish().await;
}

#[actix_rt::test]
async fn administrators_read_it_on_a_page_and_take_it_along() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    visit.account.post("/labels", json!({"title": "vip", "description": "<b>=1+1</b>"})).await.ok();
    visit.account.patch("", json!({"name": "=Acme"})).await.ok();
    let path = "/app/accounts/1/settings/audit_logs";
    let page = visit.get(path).await.text();
    for text in [
        "ada@acme.example made label",
        "changed account",
        "signed in",
        "127.0.0.1",
        "&#60;b&#62;=1+1",
        "href=\"/app/accounts/1/settings/audit_logs\"",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let labels = visit.get(&format!("{path}?auditable_type=Label&user_id=&since=&until=&action=")).await.text();
    assert!(labels.contains("made label") && !labels.contains("signed in</h2>"), "{labels}");
    assert!(visit.get(&format!("{path}?action=destroy")).await.text().contains("Nothing here"));
    for bad in ["since=zz", "until=zz", "user_id=zz", "auditable_id=zz", "action=dance", "page=zz"] {
        let answer = visit.get(&format!("{path}?auditable_type=Label&{bad}")).await;
        assert!(answer.status == 200 && answer.text().contains("made label"), "{bad}: {}", answer.text());
    }
    let table = visit.get(&format!("{path}/download?action=update")).await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<String> = table.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("\u{feff}id,created_at,username") && lines[1].contains(",Account,") && lines[1].contains(",'=Acme,"), "{lines:?}");
    server.finish().await;
}

/// As many as are counted, and one more, of long ago.
const MANY: &str = "WITH RECURSIVE many (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < 10001) \
     INSERT INTO audit_logs (account_id, auditable_type, auditable_id, auditable_name, action, audited_changes, version, author_type, author_name, \
     created_at) SELECT 1, 'Webhook', number, '', 0, '{}', 1, 3, 'old', '2020-01-01 00:00:00' FROM many";

#[actix_rt::test]
async fn a_long_log_is_counted_to_an_end_and_read_beyond_it() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    server.write(|tx| Ok(sql_query(MANY).execute(tx.conn)?)).await;
    for (page, total, entries) in [(1, 10_000, 25), (400, 10_001, 25), (401, 10_002, 2), (402, 10_000, 0)] {
        let found = visit.account.get(&format!("/audit_logs?page={page}")).await.ok();
        assert_eq!((&found["total_entries"], found["audit_logs"].as_array().unwrap().len()), (&json!(total), entries), "{page}");
    }
    let path = "/app/accounts/1/settings/audit_logs";
    let page = visit.get(&format!("{path}?page=400")).await.text();
    assert!(page.contains("The table has the newest") && page.contains("page=401"), "{page}");
    assert!(page.contains("The server made webhook"), "{page}");
    for kind in ["User", "Webhook"] {
        assert!(page.contains(&format!("<option value=\"{kind}\"")), "{kind}: {page}");
    }
    let last = visit.get(&format!("{path}?page=401")).await.text();
    assert!(!last.contains("page=402"), "{last}");
    let few = visit.get(&format!("{path}?action=sign_in")).await.text();
    assert!(few.contains("signed in") && !few.contains("The table has the newest"), "{few}");
    assert_eq!(visit.get(&format!("{path}/download")).await.text().lines().count(), 10_001);
    let older = visit.get(&format!("{path}/download?until=2020-02-01&auditable_type=Webhook")).await.text();
    assert!(older.contains(",old,") && !older.contains("sign_in"), "{older:.300}");
    server.finish().await;
}
