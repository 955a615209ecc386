//! Imports and exports of contacts as jobs: whose they are, how many wait, how they end, and that no row is brought twice, whoever dies.
use crate::{
    pages::Visit,
    support::{
        Office, PostOffice, Process, Server,
        database::{Place, is_postgres},
        ended, job_of,
        office::settle,
        process::database,
        server::count,
        table, until, until_within,
    },
};
use chrono::{TimeDelta, Utc};
use diesel::{ExpressionMethods, RunQueryDsl, sql_query};
use hookdesk::{
    contact_jobs,
    db::{Db, schema::contact_jobs::dsl},
    files,
    storage::Storage,
    users::Role,
};
use serde_json::{Value, json};
use std::time::Duration;

const UNFINISHED: &str = "SELECT count(*) AS number FROM contact_jobs WHERE state < 2";
const CONTACTS: &str = "SELECT count(*) AS number FROM contacts";
const DONE: &str = "SELECT coalesce(sum(done), 0) AS number FROM contact_jobs";
/// Enough rows for many steps.
const MANY: usize = 5000;

/// Rows that make a contact each time they are brought: nothing tells them apart.
fn rows(number: usize) -> Vec<u8> {
    let rows: String = (0..number).map(|nth| if nth % 10 == 9 { format!("Nobody {nth},none\n") } else { format!("Number {nth},\n") }).collect();
    format!("name,phone_number\n{rows}").into_bytes()
}

async fn all_ended(db: &Db) {
    until_within(Duration::from_secs(180), "the end of all jobs", async || (count(db, UNFINISHED).await == 0).then_some(())).await;
}

/// Each row was brought once, and told once.
async fn assert_each_once(db: &Db, rows: usize) {
    let (good, bad) = ((rows - rows / 10) as i64, (rows / 10) as i64);
    assert_eq!(count(db, CONTACTS).await, good);
    assert_eq!(count(db, "SELECT count(DISTINCT name) AS number FROM contacts").await, good);
    let told = "SELECT count(*) AS number FROM events WHERE payload LIKE '%\"event\":\"contact_created\"%'";
    assert_eq!(count(db, told).await, good);
    assert_eq!(count(db, "SELECT count(*) AS number FROM contact_job_refusals").await, bad);
    assert_eq!(count(db, "SELECT sum(created) AS number FROM contact_jobs").await, good);
    assert_eq!(count(db, "SELECT sum(refused) AS number FROM contact_jobs").await, bad);
    assert_eq!(count(db, "SELECT count(*) AS number FROM contact_jobs WHERE state <> 2").await, 0);
}

#[actix_rt::test]
async fn kill_9_in_the_middle_of_a_table_brings_no_row_twice() {
    let place = Place::new();
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let path = office.begins_to_bring(&rows(MANY)).await;
    // on PostgreSQL nobody knows that it was the only one: the lease has to end
    let rounds = if is_postgres() { 1 } else { 4 };
    for _ in 0..rounds {
        let before = count(&db, DONE).await;
        until("some rows more", async || (count(&db, DONE).await >= before + 100).then_some(())).await;
        server.kill();
        assert!(count(&db, DONE).await < MANY as i64, "it was killed too late");
        server = Process::start(&place, &[]).await;
    }
    all_ended(&db).await;
    assert_each_once(&db, MANY).await;
    let ada = office.administrator.moved_to(&server.address);
    let job = ended(&ada, &path).await;
    assert_eq!((&job["done"], &job["state"], job["errors"].as_array().unwrap().len()), (&json!(MANY), &json!("done"), 100));
    assert_eq!((&job["errors"][0]["line"], &job["errors"][99]["line"]), (&json!(11), &json!(1001)));
    let link = url::Url::parse(job["file_url"].as_str().unwrap()).unwrap();
    let report = server.anonymous().get(link.path()).await.text();
    assert_eq!(report.lines().count(), MANY / 10 + 1);
    let last = report.lines().last().unwrap();
    assert_eq!(last, format!("Nobody {},none,{},Phone number should be in e164 format", MANY - 1, MANY + 1));
}

#[actix_rt::test]
async fn two_nodes_bring_each_row_once_and_one_goes_on_for_the_other() {
    if !is_postgres() {
        return; // SQLite has one node
    }
    let place = Place::new();
    let db = database(&place).await;
    let (one, two) = futures_util::future::join(Process::start(&place, &[]), Process::start(&place, &[])).await;
    let office = Office::open(db.clone(), two.anonymous(), "").await;
    let others = Office::open(db.clone(), one.anonymous(), "b.").await;
    office.begins_to_bring(&rows(MANY)).await;
    others.begins_to_bring(b"name\n").await;
    until("some rows", async || (count(&db, DONE).await >= 200).then_some(())).await;
    // whichever has it: the other one takes it up
    one.kill();
    all_ended(&db).await;
    assert_each_once(&db, MANY).await;
    assert_eq!(office.administrator.get("/contact_jobs").await.ok()["payload"][0]["state"], "done");
}

#[actix_rt::test]
async fn one_is_done_at_a_time_a_few_wait_and_any_can_be_stopped() {
    let server = Server::start().await;
    let (office, others) = (server.office().await, server.another_office("b.").await);
    let first = office.begins_to_bring(&rows(MANY)).await;
    let export = job_of(&office.administrator.post("/contacts/export", json!({})).await);
    let mut waiting = Vec::new();
    for nth in 0..8 {
        waiting.push(office.begins_to_bring(format!("name\nLater {nth}\n").as_bytes()).await);
    }
    for refused in [
        office.administrator.upload("/contacts/import", &[], &[table(b"name\nLea\n")]).await,
        office.administrator.post("/contacts/export", json!({})).await,
    ] {
        assert!(refused.error(422).contains("At most 10"));
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 9, "what is refused leaves no file");
    // another account waits for none of this
    assert_eq!(others.brings("name\nLea\n").await["created"], 1);
    let ada = &office.administrator;
    let listed = ada.get("/contact_jobs").await.ok()["payload"].clone();
    let states: Vec<_> = listed.as_array().unwrap().iter().map(|job| job["state"].as_str().unwrap()).collect();
    assert_eq!(states.len(), 10);
    assert_eq!((states[9], &states[..9]), ("running", &["waiting"; 9][..]), "the newest stands first");
    assert_eq!(listed[8]["kind"], "export");
    for (path, reason) in [(&first, "what runs"), (&waiting[7], "what waits")] {
        let stopped = ada.post(&format!("{path}/cancel"), json!({})).await.ok()["payload"].clone();
        assert_eq!((&stopped["state"], &stopped["failure"]), (&json!("cancelled"), &Value::Null), "{reason}");
        assert!(stopped["finished_at"].is_string());
        assert_eq!(ada.post(&format!("{path}/cancel"), json!({})).await.ok()["payload"], stopped, "once more changes nothing");
    }
    all_ended(&server.db).await;
    let stopped = ada.get(&first).await.ok()["payload"].clone();
    let (done, created) = (stopped["done"].as_i64().unwrap(), stopped["created"].as_i64().unwrap());
    assert!(done < MANY as i64, "{stopped}");
    for path in &waiting[..7] {
        assert_eq!(ended(ada, path).await["created"], 1);
    }
    assert_eq!(server.count(CONTACTS).await, created + 7 + 1, "what was brought stays, and nothing more came");
    assert_eq!(ended(ada, &export).await["state"], "done");
    let done = ended(ada, &waiting[0]).await;
    assert_eq!(ada.post(&format!("{}/cancel", waiting[0]), json!({})).await.ok()["payload"], done, "what has ended is not stopped");
    server.finish().await;
}

#[actix_rt::test]
async fn those_of_a_suspended_account_wait() {
    let post_office = PostOffice::open();
    let mail = post_office.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let (office, others) = (server.office().await, server.another_office("b.").await);
    let set = async |status: i16| {
        let set = format!("UPDATE accounts SET status = {status} WHERE id = {}", office.account);
        server.write(move |tx| Ok(sql_query(set).execute(tx.conn)?)).await
    };
    let of_ours = |what: &str| format!("SELECT {what} AS number FROM contact_jobs WHERE account_id = {}", office.account);
    let path = busy(&office).await;
    let export = job_of(&office.administrator.post("/contacts/export", json!({})).await);
    set(1).await;
    // whichever step was under way has ended when others have had their turn
    others.brings("name\nLea\n").await;
    let done = server.count(&of_ours("sum(done)")).await;
    assert!(done < MANY as i64, "it was suspended too late");
    others.brings("name\nMax\n").await;
    assert_eq!(server.count(&of_ours("sum(done)")).await, done);
    assert_eq!(server.count(&of_ours("count(finished_at)")).await, 0);
    let told = format!("SELECT count(*) AS number FROM mails WHERE account_id = {}", office.account);
    assert_eq!(server.count(&told).await, 0);
    set(0).await;
    let job = ended(&office.administrator, &path).await;
    assert_eq!((&job["state"], &job["done"], &job["created"]), (&json!("done"), &json!(MANY), &json!(MANY - MANY / 10)));
    assert_eq!(ended(&office.administrator, &export).await["state"], "done");
    assert_eq!(server.count(&told).await, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn they_are_for_the_administrators_of_the_account() {
    let server = Server::start().await;
    let (office, others) = (server.office().await, server.another_office("b.").await);
    let job = office.brings("name\nLea\n,\nMax\n").await;
    let path = format!("/contact_jobs/{}", job["id"]);
    let cancel = format!("{path}/cancel");
    for answer in [
        office.agent.get("/contact_jobs").await,
        office.agent.get(&path).await,
        office.agent.post(&cancel, json!({})).await,
        office.agent.post("/contacts/export", json!({})).await,
        office.agent.upload("/contacts/import", &[], &[table(b"name\nLea\n")]).await,
    ] {
        answer.error(401);
    }
    let nobody = server.anonymous().below(format!("/api/v1/accounts/{}", office.account));
    for answer in [nobody.get("/contact_jobs").await, nobody.get(&path).await, nobody.post(&cancel, json!({})).await] {
        answer.is(401);
    }
    nobody.upload("/contacts/import", &[], &[table(b"name\nLea\n")]).await.is(401);
    others.administrator.get(&path).await.error(404);
    others.administrator.post(&cancel, json!({})).await.error(404);
    assert_eq!(others.administrator.get("/contact_jobs").await.ok(), json!({"payload": []}));
    office.administrator.get("/contact_jobs/0").await.error(404);
    let listed = office.administrator.get("/contact_jobs").await.ok()["payload"].clone();
    let mut shown = job.clone();
    assert_eq!(shown.as_object_mut().unwrap().remove("errors"), Some(json!([])));
    assert_eq!(listed, json!([shown]));
    let mut named = shown.clone();
    for (key, value) in named.as_object_mut().unwrap() {
        if key.ends_with("_at") {
            assert!(value.is_string(), "{key}");
            *value = json!("2026-05-01T10:20:30.123Z");
        }
    }
    insta::assert_json_snapshot!("contact_job", named);
    server.finish().await;
}

/// What keeps a job waiting until something has happened: a long one before it.
async fn busy(office: &Office) -> String {
    let path = office.begins_to_bring(&rows(MANY)).await;
    until("the beginning", async || (office.administrator.get(&path).await.ok()["payload"]["done"] != 0).then_some(())).await;
    path
}

#[actix_rt::test]
async fn what_cannot_be_done_any_more_fails_and_says_why() {
    let post_office = PostOffice::open();
    let mail = post_office.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let ada = &office.administrator;
    let said = json!({"attribute_display_name": "Plan", "attribute_key": "plan", "attribute_model": 1});
    let plan = ada.post("/custom_attribute_definitions", said).await.ok()["id"].clone();
    // an attribute that goes, and a table that goes
    let before = busy(&office).await;
    let fits = json!([{"attribute_key": "plan", "filter_operator": "is_present", "values": []}]);
    let export = job_of(&ada.post("/contacts/export", json!({"payload": fits})).await);
    let import = office.begins_to_bring(b"name\nLea\n").await;
    assert_eq!(ada.delete(&format!("/custom_attribute_definitions/{plan}")).await.status, 204);
    let keys = "SELECT source_blob_id AS number FROM contact_jobs WHERE total = 1";
    let blob = server.count(keys).await;
    let key = server.read(move |conn| files::key_of(conn, hookdesk::db::types::BlobId(blob))).await;
    Storage::new(&server.config).unwrap().remove(vec![key]).await.unwrap();
    ada.post(&format!("{before}/cancel"), json!({})).await.ok();
    for (path, failure) in [(export, "not_there"), (import, "file_gone")] {
        let job = ended(ada, &path).await;
        assert_eq!((&job["state"], &job["failure"], &job["file_url"]), (&json!("failed"), &json!(failure), &Value::Null));
    }
    let letters = post_office.wait_for(2).await;
    assert_eq!(letters[0].header("Subject"), "[Acme] Your contacts could not be exported");
    assert!(letters[1].parts()[0].contains("The file is not there any more"), "{}", letters[1].parts()[0]);
    // somebody who is no administrator any more: neither goes on, and nobody is mailed any contacts
    let before = busy(&office).await;
    let export = job_of(&ada.post("/contacts/export", json!({})).await);
    let id = ada.id;
    let demote = format!("UPDATE account_users SET role = 0 WHERE user_id = {id}");
    server.write(move |tx| Ok(sql_query(demote).execute(tx.conn)?)).await;
    all_ended(&server.db).await;
    let promote = format!("UPDATE account_users SET role = 1 WHERE user_id = {id}");
    server.write(move |tx| Ok(sql_query(promote).execute(tx.conn)?)).await;
    for path in [before, export] {
        let job = ended(ada, &path).await;
        assert_eq!((&job["state"], &job["failure"]), (&json!("failed"), &json!("not_allowed")));
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM mails").await, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_asked_is_told_in_their_language() {
    let post_office = PostOffice::open();
    let mail = post_office.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let ada = &office.administrator;
    let job = office.brings("name,phone_number\nLea,\nMax,none\nNia,\n").await;
    let letter = post_office.wait_for(1).await[0].clone();
    assert_eq!((letter.to.as_str(), letter.header("Subject")), ("ada@acme.example", "[Acme] Your contacts are imported".into()));
    let text = letter.parts()[0].replace(['\u{2068}', '\u{2069}'], "");
    assert!(text.contains("contacts.csv: 2 new contacts, 0 known, one row was refused."), "{text}");
    assert!(text.contains("Line 3: Phone number should be in e164 format"), "{text}");
    assert!(text.contains(job["file_url"].as_str().unwrap()) && text.contains("works for 7 days"), "{text}");
    let profile = server.anonymous().with("api_access_token", &ada.token);
    profile.put("/api/v1/profile", json!({"profile": {"ui_settings": {"locale": "th"}}})).await.ok();
    office.takes_along(json!({})).await;
    let letter = post_office.wait_for(2).await[1].clone();
    assert!(letter.header("Subject").contains("รายชื่อผู้ติดต่อพร้อมแล้ว"), "{}", letter.header("Subject"));
    let told = ada.get("/notifications?includes[]=webhooks").await.ok()["data"]["payload"].clone();
    let told: Vec<&Value> = told.as_array().unwrap().iter().filter(|one| one["notification_type"] == "contact_job_ended").collect();
    assert_eq!(told.len(), 2, "{told:?}");
    let import = told.iter().find(|one| one["primary_actor"]["kind"] == "import").unwrap();
    assert_eq!(import["primary_actor"], json!({"id": job["id"], "kind": "import", "state": "done"}));
    assert_eq!(ada.get("/notifications").await.ok()["data"]["payload"], json!([]), "other clients draw none of ours");
    assert_eq!(office.agent.get("/notifications?includes[]=webhooks").await.ok()["data"]["payload"], json!([]));
    // a program has no mailbox
    let key = ada.post("/service_keys", json!({"name": "Sync", "scope": "administration"})).await.ok();
    let program = server.anonymous().with("api_access_token", key["token"].as_str().unwrap()).below(format!("/api/v1/accounts/{}", office.account));
    let path = job_of(&program.upload("/contacts/import", &[], &[table(b"name\nTao\n")]).await);
    assert_eq!(ended(&program, &path).await["created"], 1);
    let waiting = "SELECT count(*) AS number FROM mails WHERE state = 0";
    until("the mails to be done with", async || (server.count(waiting).await == 0).then_some(())).await;
    assert_eq!(server.count("SELECT count(*) AS number FROM mails").await, 2);
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications WHERE notification_type = 110").await, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn files_go_after_a_time_and_jobs_later() {
    let server = Server::start().await;
    let office = server.office().await;
    let import = office.brings("name,phone_number\nLea,none\n").await;
    let export = office.takes_along(json!({})).await;
    let (ada, storage) = (&office.administrator, Storage::new(&server.config).unwrap());
    let age = async |days: i64| {
        let then = Utc::now().naive_utc() - TimeDelta::days(days) - TimeDelta::minutes(1);
        server.write(move |tx| Ok(diesel::update(dsl::contact_jobs).set(dsl::finished_at.eq(then)).execute(tx.conn)?)).await;
        let then = hookdesk::db::schema::blobs::created_at.eq(then);
        server.write(move |tx| Ok(diesel::update(hookdesk::db::schema::blobs::table).set(then).execute(tx.conn)?)).await;
        while contact_jobs::forget_old(&server.db).await.unwrap() {}
        while files::sweep(&server.db, &storage).await.unwrap() {}
    };
    let links = [&import, &export].map(|job| server.path(&job["file_url"]).to_owned());
    let statuses = async || {
        let mut statuses = Vec::new();
        for link in &links {
            statuses.push(server.anonymous().get(link).await.status);
        }
        statuses
    };
    age(0).await;
    assert_eq!(statuses().await, [200, 200]);
    age(1).await;
    assert_eq!(statuses().await, [200, 404], "a table of all contacts is to be had for a day");
    age(7).await;
    assert_eq!(statuses().await, [404, 404]);
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 0, "what was brought is gone as well");
    let listed = ada.get("/contact_jobs").await.ok()["payload"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["file_url"]), (2, &Value::Null));
    age(30).await;
    assert_eq!(ada.get("/contact_jobs").await.ok(), json!({"payload": []}));
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_job_refusals").await, 0);
    server.finish().await;
}

const PAGE: &str = "/app/accounts/1/settings/contacts";

#[actix_rt::test]
async fn they_are_begun_watched_and_stopped_on_a_page() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    visit.account.post("/labels", json!({"title": "vip"})).await.ok();
    let csrf = visit.token(PAGE).await;
    let first = visit.get(PAGE).await.text();
    assert!(first.contains("vip") && !first.contains("data-every"), "{first}");
    let import = format!("{PAGE}/import");
    let fields = [("csrf_token", csrf.as_str())];
    let refused = visit.caller().upload(&import, &fields, &[table(b"plan\npro\n")]).await;
    assert!(refused.status == 422 && refused.text().contains("must name the columns"), "{}", refused.text());
    assert_eq!(visit.caller().upload(&import, &fields, &[]).await.status, 422);
    assert_eq!(visit.caller().upload(&import, &[], &[table(b"name\nLea\n")]).await.status, 422, "without the token of the page");
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_jobs").await, 0);
    // one that takes long, one that waits
    assert_eq!(visit.caller().upload(&import, &fields, &[table(&rows(MANY))]).await.status, 303);
    assert_eq!(visit.form(&format!("{PAGE}/export"), &[("csrf_token", &csrf), ("label", ""), ("custom", "1")]).await.status, 303);
    let page = until("the import to begin", async || {
        let page = visit.get(PAGE).await.text().replace(['\u{2068}', '\u{2069}'], "");
        page.contains("Running").then_some(page)
    })
    .await;
    for part in ["data-every=\"2\"", "Waiting", "of 5,000", "Stop the import", "Stop the export"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let cancel = format!("{PAGE}/jobs/1/cancel");
    assert_eq!(visit.form(&cancel, &[]).await.status, 422);
    assert_eq!(visit.form(&cancel, &[("csrf_token", &csrf)]).await.status, 303);
    all_ended(&server.db).await;
    assert_eq!(visit.caller().upload(&import, &fields, &[table(b"name,phone_number\nLea,none\n")]).await.status, 303);
    all_ended(&server.db).await;
    let page = visit.get(PAGE).await.text().replace(['\u{2068}', '\u{2069}'], "");
    for part in ["Stopped", "Download the table", "Refused rows", "0 new, 0 known, 1 refused"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("data-every"));
    let refused = format!("{PAGE}/jobs/3");
    assert!(page.contains(&format!("href=\"{refused}\"")) && !page.contains(&format!("href=\"{PAGE}/jobs/2\"")), "{page}");
    let refused = visit.get(&refused).await.text().replace(['\u{2068}', '\u{2069}'], "");
    for part in ["contacts.csv", "<th scope=\"row\">Line 2</th>", "Phone number should be in e164 format", "Refused rows"] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert_eq!(visit.get(&format!("{PAGE}/jobs/99")).await.status, 404);
    let told = visit.get("/app/accounts/1/notifications").await.text();
    assert!(told.contains("Your contacts are ready") && told.contains("Your contacts are imported"), "{told}");
    let (_, ben, _) = settle(&server.db, Some(1), "Ben", "ben@acme.example", Role::Agent, None).await;
    for path in [PAGE.to_owned(), format!("{PAGE}/jobs/3")] {
        assert_eq!(server.browser_of(ben).await.get(&path).await.status, 403);
    }
    server.finish().await;
}
