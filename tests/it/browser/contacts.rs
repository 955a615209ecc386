//! Contacts as tables in a real browser: a table is chosen, its progress is watched, refused rows are fetched, and an export is begun.
use super::{Setup, USUAL, ada, driver::Browser, sign_in};
use crate::support::{File, Server, table, until};
use serde_json::json;

const PAGE: &str = "/app/accounts/1/settings/contacts";
/// Enough rows that progress is to be seen.
const MANY: usize = 5000;

async fn walk(javascript: bool) {
    let server = Server::start().await;
    let account = ada(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let (bad, long) = (folder.path().join("plans.csv"), folder.path().join("people.csv"));
    let rows: String = (0..MANY).map(|nth| format!("Number {nth},{}\n", if nth % 100 == 0 { "none" } else { "" })).collect();
    std::fs::write(&bad, "plan\npro\n").unwrap();
    std::fs::write(&long, format!("name,phone_number\n{rows}")).unwrap();
    let browser = Browser::open(&server, Setup { javascript, ..USUAL }).await;
    sign_in(&browser).await;
    browser.press("Contacts").await;
    browser.arrives_at(PAGE).await;
    browser.choose("#f-import_file", &bad).await;
    browser.expect_refusal();
    browser.press("Import").await;
    browser.sees("must name the columns").await;
    browser.choose("#f-import_file", &long).await;
    browser.press("Import").await;
    browser.sees("The import has begun").await;
    let look_again = async || {
        if !javascript {
            browser.visit(PAGE).await;
        }
    };
    until("the import to run", async || {
        look_again().await;
        browser.text().await.contains("Running").then_some(())
    })
    .await;
    browser.picture("contacts-running").await;
    browser.press("Stop the import").await;
    browser.sees("Stopped").await;
    browser.press("Export").await;
    browser.sees("The export has begun").await;
    until("the table", async || {
        look_again().await;
        browser.text().await.contains("Download the table").then_some(())
    })
    .await;
    browser.picture("contacts-done").await;
    let jobs = account.get("/contact_jobs").await.ok()["payload"].clone();
    assert_eq!((&jobs[0]["state"], &jobs[1]["state"], &jobs[1]["filename"]), (&json!("done"), &json!("cancelled"), &json!("people.csv")));
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn tables_are_brought_and_taken_along() {
    walk(true).await;
}

#[actix_rt::test]
async fn the_same_without_javascript() {
    walk(false).await;
}

/// With everything on it that there can be.
#[actix_rt::test]
async fn it_fits_a_phone_in_thai() {
    let server = Server::start().await;
    let account = ada(&server).await;
    let browser = Browser::open(&server, Setup { width: 390, ..USUAL }).await;
    let long = format!("name\n{}", "x\n".repeat(MANY)).into_bytes();
    account.upload("/contacts/import", &[], &[table(b"name,phone_number\nLea,none\n")]).await.ok_and_empty();
    until("the end of the first", async || (account.get("/contact_jobs").await.ok()["payload"][0]["state"] == "done").then_some(())).await;
    let people = File::new("import_file", "a-name-that-is-rather-long-as-names-of-exported-tables-are.csv", "text/csv", &long);
    account.upload("/contacts/import", &[], &[people]).await.ok_and_empty();
    account.post("/contacts/export", json!({})).await.ok_and_empty();
    sign_in(&browser).await;
    account.below("/api/v1").put("/profile", json!({"profile": {"ui_settings": {"locale": "th"}}})).await.ok();
    browser.visit(PAGE).await;
    browser.sees("นำเข้าผู้ติดต่อ").await;
    let sticks_out = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(sticks_out, json!(0));
    browser.picture("contacts-phone").await;
    account.post("/contact_jobs/2/cancel", json!({})).await.ok();
    browser.finish().await;
    server.finish().await;
}
