//! What reports count is packed beside the work: nothing is lost on the way, and nothing of what was deleted is kept for ever.
use crate::{reports::pack, support::Server};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::reports;
use std::sync::mpsc;

const HOURS: &str = "SELECT count(*) AS number FROM report_hours";

/// Where transactions overlap: one that takes a smaller id commits after one with a larger id.
#[actix_rt::test]
async fn what_is_committed_late_is_packed_too() {
    let server = Server::start().await;
    let office = server.office().await;
    if server.db.is_ours_alone() {
        return server.finish().await;
    }
    let inbox = office.api_inbox().await;
    let (lea, number) = office.conversation(&inbox).await;
    lea.says(number, "Hello").await;
    pack(&server).await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let db = server.db.clone();
    let late = actix_rt::spawn(async move {
        let work = move |tx: &mut hookdesk::db::Tx| {
            let columns = "account_id, inbox_id, conversation_id, message_type, content_type, private, status, sender_type, sender_id, \
                           content_attributes, additional_attributes, created_at, updated_at";
            let copy = format!("INSERT INTO messages ({columns}) SELECT {columns} FROM messages WHERE message_type = 0 LIMIT 1");
            assert_eq!(sql_query(copy).execute(tx.conn)?, 1);
            begun.send(()).unwrap();
            wait.recv().unwrap();
            Ok(())
        };
        db.write(work).await.unwrap()
    });
    has_begun.await.unwrap();
    lea.says(number, "Overtakes").await;
    let v2 = office.administrator.below(format!("/api/v2/accounts/{}", office.account));
    let incoming = async || v2.get("/reports/summary").await.ok()["incoming_messages_count"].as_i64().unwrap();
    for _ in 0..4 {
        reports::pack(&server.db).await.unwrap();
        assert_eq!(incoming().await, 2);
    }
    go_on.send(()).unwrap();
    late.await.unwrap();
    assert_eq!(incoming().await, 3);
    pack(&server).await;
    assert_eq!(incoming().await, 3);
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_deleted_leaves_nothing_behind() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    for text in ["Hello", "Good morning"] {
        let (lea, number) = office.conversation(&inbox).await;
        lea.says(number, text).await;
    }
    pack(&server).await;
    let hours = server.count(HOURS).await;
    let delete = async |which: &'static str| {
        let sql = format!("DELETE FROM conversations WHERE id = (SELECT {which}(id) FROM conversations)");
        server.write(move |tx| Ok(sql_query(sql).execute(tx.conn)?)).await
    };
    let noted = async || server.count("SELECT count(*) AS number FROM report_omissions").await;
    assert_eq!(delete("max").await, 1);
    // few are passed over
    assert!(!reports::clear_deleted(&server.db, 2).await.unwrap());
    assert_eq!((noted().await, server.count(HOURS).await), (1, hours));
    assert_eq!(delete("min").await, 1);
    while reports::clear_deleted(&server.db, 2).await.unwrap() {}
    assert_eq!((noted().await, server.count(HOURS).await), (0, 0));
    let v2 = office.administrator.below(format!("/api/v2/accounts/{}", office.account));
    assert_eq!(v2.get("/reports/summary").await.ok()["conversations_count"], 0);
    server.finish().await;
}
