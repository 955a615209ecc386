//! Keys of programs that belong to no person.
use crate::{
    pages::Visit,
    snapshot,
    support::{Caller, Office, Receiver, Server},
};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

/// A key; gives its id and a program that shows it.
async fn key(server: &Server, office: &Office, scope: &str) -> (i64, Caller) {
    let made = office.administrator.post("/service_keys", json!({"name": "Robo", "scope": scope})).await.ok();
    let program = server.anonymous().below(format!("/api/v1/accounts/{}", office.account)).with("api_access_token", made["token"].as_str().unwrap());
    (made["id"].as_i64().unwrap(), program)
}

#[actix_rt::test]
async fn a_key_is_shown_once_and_listed_without_what_is_secret() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"service_key": {"name": " Robo ", "scope": "write", "expires_at": 4_102_444_800_i64}});
    let made = office.administrator.post("/service_keys", said).await.ok();
    let token = made["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("hdk_") && token.len() == 28 && token.ends_with(made["hint"].as_str().unwrap()), "{token}");
    let mut listed = office.administrator.get("/service_keys").await.ok();
    assert_eq!(office.administrator.get(&format!("/service_keys/{}", made["id"])).await.ok(), listed[0]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    listed[0]["hint"] = json!("abcd");
    snapshot!("service_key", listed[0]);
    assert_eq!(server.count(&format!("SELECT count(*) AS number FROM service_keys WHERE token_hash LIKE '%{token}%'")).await, 0);
    for (said, attribute) in [
        (json!({"scope": "read"}), "name"),
        (json!({"name": "x".repeat(256), "scope": "read"}), "name"),
        (json!({"name": "Robo"}), "scope"),
        (json!({"name": "Robo", "scope": "read", "expires_at": 1}), "expires_at"),
        (json!({"name": "Robo", "scope": "read", "expires_at": "soon"}), "expires_at"),
    ] {
        assert_eq!(office.administrator.post("/service_keys", said).await.invalid(), [attribute]);
    }
    assert_eq!(office.administrator.post("/service_keys", json!({"name": "Robo", "scope": "everything"})).await.status, 422);
    let agents = office.agent.get("/agents").await.ok();
    assert_eq!(agents.as_array().unwrap().len(), 2, "a program is no agent");
    server.finish().await;
}

#[actix_rt::test]
async fn a_program_acts_under_its_own_name() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    office.webhook(&receiver.url()).await;
    let (_, number) = office.conversation(&inbox).await;
    let (id, robo) = key(&server, &office, "write").await;
    let author = office.administrator.get(&format!("/service_keys/{id}")).await.ok()["user_id"].clone();
    let said = robo.post(&format!("/conversations/{number}/messages"), json!({"content": "Hello"})).await.ok();
    let sender = &said["sender"];
    assert_eq!((&sender["id"], &sender["name"], &sender["type"]), (&author, &json!("Robo"), &json!("user")));
    robo.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "resolved"})).await.ok();
    robo.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "open"})).await.ok();
    let seen = office.administrator.sees(number).await;
    assert!(seen["meta"].get("assignee").is_none(), "nobody answers for it: {seen}");
    let texts = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
    let texts: Vec<&str> = texts["payload"].as_array().unwrap().iter().filter_map(|message| message["content"].as_str()).collect();
    assert!(texts.iter().any(|text| text.contains("resolved by Robo")), "{texts:?}");
    robo.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": author})).await;
    assert!(office.administrator.sees(number).await["meta"].get("assignee").is_none(), "and nothing is given to it");
    office.administrator.post("/inbox_members", json!({"inbox_id": inbox.id, "user_ids": [author]})).await;
    let members = office.administrator.get(&format!("/inbox_members/{}", inbox.id)).await.ok();
    assert_eq!(members["payload"].as_array().unwrap().len(), 2);
    // its name stays when the key is gone
    office.administrator.delete(&format!("/service_keys/{id}")).await.ok_and_empty();
    robo.get("/conversations").await.error(401);
    let texts = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
    assert!(texts["payload"].as_array().unwrap().iter().any(|message| message["sender"]["name"] == "Robo"));
    office.administrator.delete(&format!("/service_keys/{id}")).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_a_program_makes_names_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let (id, robo) = key(&server, &office, "administration").await;
    let author = office.administrator.get(&format!("/service_keys/{id}")).await.ok()["user_id"].clone();
    let said = json!({"name": "All", "visibility": "global", "actions": [{"action_name": "add_private_note", "action_params": ["Seen"]}]});
    let made = robo.post("/macros", said).await.ok()["payload"].clone();
    for by in ["created_by", "updated_by"] {
        let by = &made[by];
        assert_eq!((&by["id"], &by["name"], &by["role"]), (&author, &json!("Robo"), &json!("agent")), "{made}");
    }
    let notes = format!("/contacts/{}/notes", office.contact(json!({"name": "Lea"})).await);
    let note = robo.post(&notes, json!({"content": "Likes tea"})).await.ok();
    assert_eq!((&note["user"]["id"], &note["user"]["name"]), (&author, &json!("Robo")));
    assert_eq!(office.agent.get("/agents").await.ok().as_array().unwrap().len(), 2, "it is no agent for that");
    // its name stays when the key is gone
    office.administrator.delete(&format!("/service_keys/{id}")).await.ok_and_empty();
    assert_eq!(office.agent.get("/macros").await.ok()["payload"], json!([made]));
    assert_eq!(office.agent.get(&notes).await.ok(), json!([note]));
    // of nobody the keys are there as well
    server.write(|tx| Ok(sql_query("UPDATE macros SET created_by_id = NULL, updated_by_id = NULL").execute(tx.conn)?)).await;
    let left = office.agent.get("/macros").await.ok()["payload"][0].clone();
    assert_eq!((left.get("created_by"), left.get("updated_by")), (Some(&Value::Null), Some(&Value::Null)));
    server.finish().await;
}

#[actix_rt::test]
async fn a_key_ends_with_its_time_its_account_and_its_revocation() {
    let server = Server::start().await;
    let office = server.office().await;
    let (_, robo) = key(&server, &office, "read").await;
    robo.get("/conversations").await.ok();
    let used = office.administrator.get("/service_keys").await.ok();
    assert!(used[0]["last_used_at"].is_string(), "{used}");
    robo.below("").get("/api/v1/profile").await.error(401);
    let other = server.another_office("b.").await;
    robo.below(format!("/api/v1/accounts/{}", other.account)).get("/conversations").await.error(401);
    robo.below("/api/v1/accounts/999").get("/conversations").await.error(404);
    let set = async |sql: &'static str| server.write(move |tx| Ok(sql_query(sql).execute(tx.conn)?)).await;
    set("UPDATE accounts SET status = 1 WHERE id = 1").await;
    robo.get("/conversations").await.error(401);
    set("UPDATE accounts SET status = 0 WHERE id = 1").await;
    robo.get("/conversations").await.ok();
    set("UPDATE service_keys SET expires_at = '2020-01-02 03:04:05'").await;
    robo.get("/conversations").await.error(401);
    let over = office.administrator.get("/service_keys").await.ok();
    assert_eq!(over[0]["expired"], true);
    set("UPDATE service_keys SET expires_at = NULL").await;
    robo.get("/conversations").await.ok();
    robo.replacing("api_access_token", "hdk_8WgGBQPyTh6JLLKyxY8vUiPs").get("/conversations").await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn a_key_that_reads_asks_by_filters() {
    let server = Server::start().await;
    let office = server.office().await;
    let (_, number) = office.conversation(&office.api_inbox().await).await;
    let (_, robo) = key(&server, &office, "read").await;
    let asked = |key: &str, value: &str| json!({"payload": [{"attribute_key": key, "filter_operator": "equal_to", "values": [value]}]});
    assert_eq!(robo.post("/conversations/filter", asked("status", "open")).await.ok()["payload"][0]["id"], number);
    assert_eq!(robo.post("/contacts/filter", asked("name", "Lea")).await.ok()["payload"][0]["name"], "Lea");
    for (path, said) in [("/contacts", json!({"name": "Max"})), ("/conversations/1/labels", json!({"labels": ["filter"]}))] {
        robo.post(path, said).await.error(401);
    }
    assert_eq!(robo.post("/contacts/filter", asked("name", "Max")).await.ok()["payload"], json!([]));
    server.finish().await;
}

#[actix_rt::test]
async fn nobody_signs_in_as_a_program_or_invites_it() {
    let server = Server::start().await;
    let office = server.office().await;
    key(&server, &office, "administration").await;
    let address = "SELECT count(*) AS number FROM users WHERE email LIKE '%@service.invalid' AND is_service";
    assert_eq!(server.count(address).await, 1);
    server.write(|tx| Ok(sql_query("UPDATE users SET email = 'robo@service.invalid' WHERE is_service").execute(tx.conn)?)).await;
    for password in ["", "x"] {
        server.anonymous().post("/auth/sign_in", json!({"email": "robo@service.invalid", "password": password})).await.is(401);
    }
    assert!(hookdesk::setup::password_link(&server.config, "robo@service.invalid".into()).await.is_err());
    let said = json!({"email": "robo@service.invalid", "name": "Robo"});
    assert_eq!(office.administrator.post("/agents", said).await.invalid(), ["email"]);
    server.finish().await;
}

#[actix_rt::test]
async fn an_account_has_a_bounded_number_of_keys() {
    let server = Server::start().await;
    let office = server.office().await;
    for _ in 0..100 {
        key(&server, &office, "read").await;
    }
    let refused = office.administrator.post("/service_keys", json!({"name": "Robo", "scope": "read"})).await.error(422);
    assert!(refused.contains("100"), "{refused}");
    server.finish().await;
}

#[actix_rt::test]
async fn keys_are_made_and_revoked_on_their_page() {
    const PAGE: &str = "/app/accounts/1/settings/service_keys";
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get(PAGE).await.text().contains("There are no service keys"));
    let csrf = visit.token(&format!("{PAGE}/new")).await;
    let fields = [("csrf_token", csrf.as_str()), ("name", "Robo"), ("scope", "read"), ("life", "30")];
    let refused = visit.form(PAGE, &[fields[0], ("name", ""), ("scope", "")]).await;
    assert!(refused.status == 422 && refused.text().contains("Please fill this in"), "{}", refused.text());
    assert_eq!(visit.form(PAGE, &fields[1..]).await.status, 422);
    let made = visit.form(PAGE, &fields).await;
    let page = made.text();
    let token = page.split_once("id=\"service-key\">").unwrap().1.split('<').next().unwrap().to_owned();
    assert!(made.status == 200 && token.starts_with("hdk_"));
    server.anonymous().with("api_access_token", &token).get("/api/v1/accounts/1/conversations").await.ok();
    let list = visit.get(PAGE).await.text();
    assert!(list.contains("Robo") && !list.contains(&token) && list.contains(&token[24..]), "{list}");
    let keys: Value = visit.account.get("/service_keys").await.ok();
    assert!(keys[0]["expires_at"].is_string());
    let revoke = format!("{PAGE}/{}/delete", keys[0]["id"]);
    assert!(visit.get(&revoke).await.text().contains("Revoke the service key Robo?"));
    assert_eq!(visit.form(&revoke, &[("csrf_token", &csrf)]).await.status, 303);
    assert!(visit.get(PAGE).await.text().contains("There are no service keys"));
    server.finish().await;
}
