//! Exports whose server dies in their midst.
use crate::support::{Office, Process, database::Place, ended, job_of, process::database, server::count, until};
use diesel::{RunQueryDsl, sql_query};
use serde_json::json;

/// Enough contacts for a table that takes some time, and is larger than what people may upload here.
const MANY: i64 = 20_000;

#[actix_rt::test]
async fn a_table_of_contacts_is_whole_or_not_there_whoever_dies() {
    let place = Place::new();
    let db = database(&place).await;
    let limit = [("HOOKDESK_UPLOAD_LIMIT", "1")];
    let mut server = Process::start(&place, &limit).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    office.contact(json!({"name": "Lea", "identifier": "first"})).await;
    let many = format!(
        "INSERT INTO contacts (account_id, name, identifier, created_at, updated_at) WITH RECURSIVE numbers (number) AS \
         (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {MANY}) SELECT account_id, \
         'Somebody with a name that takes some place in a table, number ' || number, 'crm-' || number, created_at, updated_at \
         FROM contacts CROSS JOIN numbers"
    );
    db.write(move |tx| Ok(sql_query(many).execute(tx.conn)?)).await.unwrap();
    let path = job_of(&office.administrator.post("/contacts/export", json!({})).await);
    let (running, files) = ("SELECT count(*) AS number FROM contact_jobs WHERE state = 1", "SELECT count(*) AS number FROM blobs");
    until("the export to begin", async || (count(&db, running).await == 1).then_some(())).await;
    server.kill();
    assert_eq!((count(&db, running).await, count(&db, files).await), (1, 0), "it was killed too late");
    server = Process::start(&place, &limit).await;
    let job = ended(&office.administrator.moved_to(&server.address), &path).await;
    assert_eq!((&job["state"], &job["done"]), (&json!("done"), &json!(MANY + 1)));
    let link = url::Url::parse(job["file_url"].as_str().unwrap()).unwrap();
    let table = server.anonymous().get(link.path()).await.text();
    assert!(table.len() > 1 << 20, "{}", table.len());
    assert_eq!(table.lines().count() as i64, MANY + 2);
    assert_eq!(count(&db, files).await, 1);
}
