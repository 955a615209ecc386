//! Relabelling beside those who hold the same contacts in another order.
use crate::support::{Server, database::is_postgres, until};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{contacts, db::types::AccountId};
use serde_json::json;

#[actix_rt::test]
async fn whoever_relabels_waits_for_an_import_before_they_hold_anybody() {
    if !is_postgres() {
        return; // SQLite has one writer
    }
    let server = Server::start().await;
    let office = server.office().await;
    let label = office.administrator.post("/labels", json!({"title": "vip"})).await.ok()["id"].clone();
    let (first, second) = (office.contact(json!({"name": "Lea"})).await, office.contact(json!({"name": "Max"})).await);
    for id in [first, second] {
        office.agent.post(&format!("/contacts/{id}/labels"), json!({"labels": ["vip"]})).await.ok();
    }
    let account = AccountId(office.account);
    let (begins, has_begun) = tokio::sync::oneshot::channel();
    let (goes_on, may_go_on) = std::sync::mpsc::channel();
    // as an import does whose table names the second one first
    let import = server.db.write(move |tx| {
        contacts::take_turn(tx, account)?;
        sql_query(format!("SELECT id FROM contacts WHERE id = {second} FOR UPDATE")).execute(tx.conn)?;
        let _ = begins.send(());
        let _ = may_go_on.recv();
        sql_query(format!("SELECT id FROM contacts WHERE id = {first} FOR UPDATE NOWAIT")).execute(tx.conn)?;
        Ok(())
    });
    let relabel = async {
        has_begun.await.unwrap();
        office.administrator.patch(&format!("/labels/{label}"), json!({"title": "dear"})).await.ok();
    };
    let watch = async {
        let waiting = "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        until("somebody who waits", async || (server.count(waiting).await > 0).then_some(())).await;
        goes_on.send(()).unwrap();
    };
    let (import, ..) = futures_util::future::join3(import, relabel, watch).await;
    import.unwrap();
    for id in [first, second] {
        assert_eq!(office.agent.get(&format!("/contacts/{id}/labels")).await.ok(), json!({"payload": ["dear"]}));
    }
    server.finish().await;
}
