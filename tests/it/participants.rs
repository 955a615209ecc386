//! Who takes part in a conversation, who was named in it, and drafts.
use crate::support::{Caller, Server};
use actix_web::http::Method;
use serde_json::{Value, json};

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|agent| agent["id"].as_i64().unwrap()).collect()
}

async fn listed(caller: &Caller, kind: &str) -> Vec<i64> {
    ids(&caller.get(&format!("/conversations?conversation_type={kind}")).await.ok()["data"]["payload"])
}

#[actix_rt::test]
async fn participants_are_added_set_and_removed() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let (ada, ben) = (office.administrator.id, office.agent.id);
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let stranger = server.another_office("b.").await.administrator.id;
    let path = format!("/conversations/{number}/participants");
    let present = async || ids(&office.agent.get(&path).await.ok());
    assert_eq!(present().await, Vec::<i64>::new());
    let told = server
        .telling(async || {
            let added = office.agent.post(&path, json!({"user_ids": [ben, ben]})).await.ok();
            crate::snapshot!("participants", added);
            // whoever sees every inbox takes part too; only who is new is answered
            assert_eq!(ids(&office.agent.post(&path, json!({"user_ids": [ada.to_string(), ben]})).await.ok()), [ada]);
            assert_eq!(present().await, [ada, ben]);
            for nobody in [outsider.id, stranger, 0, 999] {
                for method in [Method::POST, Method::PATCH] {
                    assert_eq!(office.agent.json(method, &path, json!({"user_ids": [ada, nobody]})).await.invalid(), ["user"]);
                }
            }
            assert_eq!(present().await, [ada, ben]);
            assert_eq!(ids(&office.agent.patch(&path, json!({"user_ids": [ben]})).await.ok()), [ben]);
            assert_eq!(present().await, [ben]);
            office.agent.json(Method::DELETE, &path, json!({"user_ids": [ben, ada, 999]})).await.ok_and_empty();
            assert_eq!(present().await, Vec::<i64>::new());
            assert_eq!(ids(&office.agent.patch(&path, json!({"user_ids": [ben, ada]})).await.ok()), [ada, ben]);
            assert_eq!(ids(&office.agent.patch(&path, json!({"user_ids": []})).await.ok()), Vec::<i64>::new());
        })
        .await;
    assert!(told.is_empty(), "{told:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_answers_or_is_named_takes_part() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, first) = office.conversation(&inbox).await;
    let (second, _) = (visitor.begin().await, visitor.begin().await);
    let (ada, ben) = (office.administrator.id, office.agent.id);
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let present = async |number: i64| ids(&office.agent.get(&format!("/conversations/{number}/participants")).await.ok());
    office.agent.post(&format!("/conversations/{first}/assignments"), json!({"assignee_id": ada})).await.ok();
    office.agent.post(&format!("/conversations/{first}/assignments"), json!({"assignee_id": ben})).await.ok();
    assert_eq!(present(first).await, [ada, ben]);
    let said = json!({"source_id": visitor.source_id, "assignee_id": ben});
    let begun = office.agent.post("/conversations", said).await.ok()["id"].as_i64().unwrap();
    assert_eq!(present(begun).await, [ben]);

    let write = async |content: String, private: bool| {
        let said = json!({"content": content, "private": private});
        office.agent.post(&format!("/conversations/{second}/messages"), said).await.ok()
    };
    let named = |id: i64| format!("[@Somebody](mention://user/{id}/Somebody)");
    write(format!("Hello {}", named(ada)), false).await;
    write(format!("{} {} and nobody {}", named(outsider.id), named(999), named(-1)), true).await;
    assert_eq!(present(second).await, Vec::<i64>::new());
    write(format!("{} and {}, see this", named(ada), named(ada)), true).await;
    write(format!("{} again", named(ada)), true).await;
    assert_eq!(present(second).await, [ada]);
    assert_eq!(server.count("SELECT count(*) AS number FROM mentions").await, 1);

    assert_eq!((listed(&office.administrator, "mention").await, listed(&office.agent, "mention").await), (vec![second], vec![]));
    assert_eq!(listed(&office.administrator, "participating").await, [second, first]);
    assert_eq!(listed(&office.agent, "participating").await, [begun, first]);
    let meta = office.agent.get("/conversations/meta?conversation_type=participating").await.ok();
    assert_eq!(meta["meta"]["all_count"], 2);
    // who leaves the account leaves its conversations
    office.administrator.delete(&format!("/agents/{ben}")).await;
    assert_eq!(ids(&office.administrator.get(&format!("/conversations/{first}/participants")).await.ok()), [ada]);
    assert_eq!(server.count(&format!("SELECT count(*) AS number FROM conversation_participants WHERE user_id = {ben}")).await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn who_sees_a_conversation_may_take_part_and_who_does_not_any_more_is_out() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, first) = office.conversation(&inbox).await;
    let second = visitor.begin().await;
    let (ada, ben) = (office.administrator.id, office.agent.id);
    let cleo = office.another_agent("Cleo", "cleo@acme.example").await;
    let path = |number: i64| format!("/conversations/{number}/participants");
    let present = async |number: i64| ids(&office.administrator.get(&path(number)).await.ok());
    // who is to answer and does not see it takes no part
    let assign = async |number: i64, said: Value| office.agent.post(&format!("/conversations/{number}/assignments"), said).await.ok();
    assign(second, json!({"assignee_id": cleo.id})).await;
    assert_eq!(present(second).await, Vec::<i64>::new());
    // a team opens its conversations to its members
    let team = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].clone();
    for member in [ben, cleo.id] {
        office.administrator.post(&format!("/teams/{team}/team_members"), json!({"user_ids": [member]})).await.ok();
    }
    assign(first, json!({"team_id": team})).await;
    assert_eq!(ids(&cleo.post(&path(first), json!({"user_ids": [cleo.id]})).await.ok()), [cleo.id]);
    for number in [first, second] {
        office.agent.post(&path(number), json!({"user_ids": [ben, ada]})).await.ok();
        office.agent.patch(&format!("/conversations/{number}/draft_messages"), json!({"message": "Dear"})).await.ok();
    }
    // the list that is read can be written, whatever has come since
    assign(first, json!({"team_id": null})).await;
    assert_eq!(present(first).await, [ada, ben, cleo.id]);
    assert_eq!(ids(&office.agent.patch(&path(first), json!({"user_ids": present(first).await})).await.ok()), [ada, ben, cleo.id]);
    assign(first, json!({"team_id": team})).await;
    // out of the inbox, and still in the team of one of them
    let out = json!({"inbox_id": inbox.id, "user_ids": [ben, ada]});
    office.administrator.json(Method::DELETE, "/inbox_members", out).await.ok_and_empty();
    assert_eq!((present(first).await, present(second).await), (vec![ada, ben, cleo.id], vec![ada]));
    assert_eq!(server.count("SELECT count(*) AS number FROM draft_messages").await, 1);
    // out of the team, and the team itself goes
    let out = json!({"user_ids": [cleo.id]});
    office.administrator.json(Method::DELETE, &format!("/teams/{team}/team_members"), out).await.ok_and_empty();
    assert_eq!(present(first).await, [ada, ben]);
    office.administrator.delete(&format!("/teams/{team}")).await.ok_and_empty();
    assert_eq!(present(first).await, [ada]);
    assert_eq!(server.count("SELECT count(*) AS number FROM draft_messages").await, 0);
    // an administrator no more
    office.administrator.patch(&format!("/agents/{}", cleo.id), json!({"role": "administrator"})).await.ok();
    cleo.patch(&format!("/agents/{ada}"), json!({"role": "agent"})).await.ok();
    let present = async |number: i64| ids(&cleo.get(&path(number)).await.ok());
    assert_eq!((present(first).await, present(second).await), (vec![], vec![]));
    server.finish().await;
}

#[actix_rt::test]
async fn a_draft_is_its_writers() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/draft_messages");
    let none = json!({"has_draft": false});
    let some = |text: &str| json!({"has_draft": true, "message": text});
    assert_eq!(office.agent.get(&path).await.ok(), none);
    assert_eq!(office.agent.patch(&path, json!({"draft_message": {"message": "Dear"}})).await.ok(), some("Dear"));
    assert_eq!(office.agent.put(&path, json!({"message": "Dear Lea"})).await.ok(), some("Dear Lea"));
    assert_eq!(office.agent.get(&path).await.ok(), some("Dear Lea"));
    assert_eq!(office.administrator.get(&path).await.ok(), none);
    assert_eq!(office.agent.patch(&path, json!({"message": "x".repeat(150_001)})).await.invalid(), ["message"]);
    assert_eq!(office.agent.delete(&path).await.ok(), none);
    assert_eq!(office.agent.get(&path).await.ok(), none);
    office.agent.patch(&path, json!({"message": "Dear"})).await.ok();
    assert_eq!(office.agent.patch(&path, json!({"message": " "})).await.ok(), none);
    server.finish().await;
}
