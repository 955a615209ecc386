//! Labels: those of an account, and those that conversations and contacts carry.
use crate::{
    pages::Visit,
    support::{Member, Office, Server},
};
use serde_json::{Value, json};

/// Makes a label; gives its path.
async fn label(office: &Office, title: &str) -> String {
    let made = office.administrator.post("/labels", json!({"title": title})).await.ok();
    format!("/labels/{}", made["id"])
}

/// What an agent's notices in a conversation say.
pub async fn notices(member: &Member, number: i64) -> Vec<String> {
    let shown = member.get(&format!("/conversations/{number}/messages")).await.ok();
    let all = shown["payload"].as_array().unwrap().iter();
    all.filter(|message| message["message_type"] == 2).map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

async fn key(office: &Office, list: &str) -> String {
    let keys = office.agent.get("/cache_keys").await.ok();
    let key = keys["cache_keys"][list].as_str().unwrap().to_owned();
    assert_eq!((key.len(), office.agent.get("").await.ok()["cache_keys"][list].as_str()), (10, Some(key.as_str())));
    key
}

#[actix_rt::test]
async fn administrators_arrange_labels_and_agents_see_them() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    let said = json!({"label": {"title": "VIP", "description": " Who pays ", "color": "#F00", "show_on_sidebar": true}});
    office.agent.post("/labels", said.clone()).await.error(401);
    let made = office.administrator.post("/labels", said).await.ok();
    let expected = json!({"id": made["id"], "title": "vip", "description": "Who pays", "color": "#ff0000", "show_on_sidebar": true});
    assert_eq!(made, expected);
    let plain = office.administrator.post("/labels", json!({"title": "Äpfel-2"})).await.ok();
    let expected = json!({"id": plain["id"], "title": "äpfel-2", "description": null, "color": "#1f93ff", "show_on_sidebar": false});
    assert_eq!(plain, expected);
    assert_eq!(office.agent.get("/labels").await.ok(), json!({"payload": [made, plain]}));
    let path = format!("/labels/{}", made["id"]);
    assert_eq!(office.administrator.get(&path).await.ok(), made);
    office.agent.get(&path).await.error(401);
    office.agent.patch(&path, json!({"title": "mine"})).await.error(401);
    office.agent.delete(&path).await.error(401);
    let changed = office.administrator.put(&path, json!({"description": null, "color": "", "show_on_sidebar": "false"})).await.ok();
    let expected = json!({"id": made["id"], "title": "vip", "description": null, "color": "#1f93ff", "show_on_sidebar": false});
    assert_eq!((changed, office.administrator.get(&path).await.ok()), (expected.clone(), expected));
    // what is not theirs is not there, and a title is taken within an account only
    assert_eq!(other.administrator.get("/labels").await.ok(), json!({"payload": []}));
    other.administrator.get(&path).await.error(404);
    other.administrator.patch(&path, json!({"title": "mine"})).await.error(404);
    other.administrator.delete(&path).await.error(404);
    label(&other, "vip").await;
    for missing in ["999", "x"] {
        office.administrator.patch(&format!("/labels/{missing}"), json!({"title": "any"})).await.error(404);
    }
    office.administrator.delete(&path).await.ok_and_empty();
    office.administrator.get(&path).await.error(404);
    assert_eq!(other.agent.get("/labels").await.ok()["payload"][0]["title"], "vip");
    server.anonymous().get(&format!("/api/v1/accounts/{}/labels", office.account)).await.is(401);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_said_about_a_label_is_checked() {
    let server = Server::start().await;
    let office = server.office().await;
    let path = label(&office, "vip").await;
    let second = label(&office, "new").await;
    for (said, attribute) in [
        (json!({}), "title"),
        (json!({"title": " "}), "title"),
        (json!({"title": "a"}), "title"),
        (json!({"title": "-ab"}), "title"),
        (json!({"title": "two words"}), "title"),
        (json!({"title": "VIP"}), "title"),
        (json!({"title": "x".repeat(256)}), "title"),
        (json!({"title": "ok", "color": "red"}), "color"),
        (json!({"title": "ok", "description": "x".repeat(20_001)}), "description"),
    ] {
        assert_eq!(office.administrator.post("/labels", said.clone()).await.invalid(), [attribute], "{said}");
    }
    office.administrator.post("/labels", json!({"title": "ok", "show_on_sidebar": "perhaps"})).await.error(422);
    assert_eq!(office.administrator.patch(&second, json!({"title": "vip"})).await.invalid(), ["title"]);
    assert_eq!(office.administrator.patch(&path, json!({"title": ""})).await.invalid(), ["title"]);
    assert_eq!(office.agent.get("/labels").await.ok()["payload"].as_array().unwrap().len(), 2);
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_carries_labels_and_tells_it_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/labels");
    assert_eq!(office.agent.get(&path).await.ok(), json!({"payload": []}));
    let change = async |said: Value| office.agent.post(&path, json!({"labels": said})).await.ok()["payload"].clone();
    let told = server
        .telling(async || {
            // they need not be labels of the account
            assert_eq!(change(json!([" VIP", "new, open", "", "vip", 2024])).await, json!(["vip", "new", "open", "2024"]));
            // the same in another order is the same
            assert_eq!(change(json!(["2024", "open", "new", "vip"])).await, json!(["vip", "new", "open", "2024"]));
            assert_eq!(change(json!(["late", "open"])).await, json!(["open", "late"]));
        })
        .await;
    let names: Vec<_> = told.iter().map(|told| (told.name, told.actor.map(|actor| actor.1))).collect();
    assert_eq!(names, [("conversation_updated", Some(office.agent.id)); 2]);
    let changed = |at: usize| told[at].payload["changed_attributes"][0].clone();
    assert_eq!(changed(0), json!({"label_list": {"previous_value": [], "current_value": ["vip", "new", "open", "2024"]}}));
    assert_eq!(changed(1), json!({"label_list": {"previous_value": ["vip", "new", "open", "2024"], "current_value": ["open", "late"]}}));
    assert_eq!(told[1].payload["labels"], json!(["open", "late"]));
    let expected = ["Ben Agent added vip, new, open, 2024", "Ben Agent added late", "Ben Agent removed vip, new, 2024"];
    assert_eq!(notices(&office.agent, number).await, expected);
    // wherever a conversation is drawn
    let carried = json!(["open", "late"]);
    assert_eq!((office.agent.get(&path).await.ok()["payload"].clone(), &office.agent.sees(number).await["labels"]), (carried.clone(), &carried));
    assert_eq!(office.agent.get("/conversations").await.ok()["data"]["payload"][0]["labels"], carried);
    assert_eq!(office.agent.get(&format!("/conversations/{number}/messages")).await.ok()["meta"]["labels"], carried);
    let told = server
        .telling(async || {
            visitor.says(number, "Hello").await;
        })
        .await;
    assert_eq!(told[0].payload["conversation"]["labels"], carried);
    // nothing said is no label
    let told = server.telling(async || assert_eq!(office.agent.post(&path, json!({})).await.ok(), json!({"payload": []}))).await;
    assert_eq!(told.len(), 1);
    assert_eq!(server.count("SELECT count(*) AS number FROM conversation_labels").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn what_nobody_may_label_stays_as_it_is() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let stranger = server.another_office("b.").await.administrator;
    let (conversation, contact) = (format!("/conversations/{number}/labels"), format!("/contacts/{}/labels", visitor.id));
    let said = json!({"labels": ["vip"]});
    outsider.get(&conversation).await.error(401);
    outsider.post(&conversation, said.clone()).await.error(401);
    for path in [&conversation, &contact] {
        stranger.get(path).await.error(404);
        stranger.post(path, said.clone()).await.error(404);
        let many: Vec<String> = (0..101).map(|n| format!("label-{n}")).collect();
        assert_eq!(office.agent.post(path, json!({"labels": many})).await.invalid(), ["labels"]);
        assert_eq!(office.agent.post(path, json!({"labels": ["x".repeat(256)]})).await.invalid(), ["labels"]);
        office.agent.post(path, json!({"labels": [{}]})).await.error(422);
        assert_eq!(office.agent.get(path).await.ok(), json!({"payload": []}));
    }
    let many: Vec<String> = (0..101).map(|n| format!("labels[]=label-{n}")).collect();
    for list in ["/conversations", "/conversations/meta", "/contacts"] {
        assert_eq!(office.agent.get(&format!("{list}?{}", many.join("&"))).await.invalid(), ["labels"], "{list}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn contacts_carry_labels_and_are_found_by_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let mut contacts = Vec::new();
    for name in ["Lea", "Max", "Zoe"] {
        contacts.push(office.contact(json!({"name": name, "email": format!("{name}@example.org")})).await);
    }
    let unreachable = office.contact(json!({"name": "Nobody"})).await;
    let path = |id: i64| format!("/contacts/{id}/labels");
    let told = server
        .telling(async || {
            let lea = path(contacts[0]);
            assert_eq!(office.agent.post(&lea, json!({"labels": ["VIP", "new"]})).await.ok(), json!({"payload": ["vip", "new"]}));
            assert_eq!(office.agent.post(&lea, json!({"labels": ["new", "vip"]})).await.ok(), json!({"payload": ["vip", "new"]}));
            assert_eq!(office.agent.get(&lea).await.ok(), json!({"payload": ["vip", "new"]}));
        })
        .await;
    let names: Vec<_> = told.iter().map(|told| told.name).collect();
    assert_eq!(names, ["contact_updated"]);
    let changed = &told[0].payload["changed_attributes"];
    assert_eq!(changed[0], json!({"label_list": {"previous_value": [], "current_value": ["vip", "new"]}}));
    assert!(changed[1].get("updated_at").is_some() && changed.as_array().unwrap().len() == 2, "{changed}");
    office.agent.post(&path(contacts[1]), json!({"labels": "vip"})).await.ok();
    office.agent.post(&path(unreachable), json!({"labels": ["vip"]})).await.ok();
    let other = server.another_office("b.").await;
    let theirs = other.contact(json!({"name": "Theirs", "email": "theirs@example.org"})).await;
    other.agent.post(&path(theirs), json!({"labels": ["vip"]})).await.ok();
    for (query, found) in [
        ("labels[]=vip", vec!["Lea", "Max"]),
        ("labels[]=new", vec!["Lea"]),
        ("labels[]=new&labels[]=VIP", vec!["Lea", "Max"]),
        ("labels[]=nothing", vec![]),
        ("labels[]=", vec!["Lea", "Max", "Zoe"]),
    ] {
        let list = office.agent.get(&format!("/contacts?sort=name&{query}")).await.ok();
        let names: Vec<_> = list["payload"].as_array().unwrap().iter().map(|contact| contact["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!((names, &list["meta"]["count"]), (found.iter().map(|name| (*name).to_owned()).collect(), &json!(found.len())), "{query}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_contact_inherits_labels() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let known = office.contact(json!({"name": "Lea", "email": "lea@example.org"})).await;
    office.agent.post(&format!("/contacts/{known}/labels"), json!({"labels": ["vip", "new"]})).await.ok();
    let visitor = office.visitor(&inbox, json!({"name": "Somebody"})).await;
    office.agent.post(&format!("/contacts/{}/labels", visitor.id), json!({"labels": ["web", "new"]})).await.ok();
    visitor.patch("", json!({"email": "lea@example.org"})).await.ok();
    office.agent.get(&format!("/contacts/{}", visitor.id)).await.error(404);
    assert_eq!(office.agent.get(&format!("/contacts/{known}/labels")).await.ok(), json!({"payload": ["vip", "new", "web"]}));
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_carries_a_label_follows_it() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    let inbox = office.api_inbox().await;
    let (visitor, _) = office.conversation(&inbox).await;
    visitor.begin().await;
    visitor.begin().await;
    let (stranger, theirs) = other.conversation(&other.api_inbox().await).await;
    let lists = [json!(["vip", "late"]), json!(["late", "vip", "gold"]), json!(["late"])];
    for (at, labels) in lists.iter().enumerate() {
        office.agent.post(&format!("/conversations/{}/labels", at + 1), json!({"labels": labels})).await.ok();
    }
    other.agent.post(&format!("/conversations/{theirs}/labels"), json!({"labels": ["vip"]})).await.ok();
    let double = office.contact(json!({"name": "Both"})).await;
    for (caller, contact, labels) in
        [(&office.agent, visitor.id, json!(["vip"])), (&office.agent, double, json!(["vip", "gold"])), (&other.agent, stranger.id, json!(["vip"]))]
    {
        caller.post(&format!("/contacts/{contact}/labels"), json!({"labels": labels})).await.ok();
    }
    let carried = async |path: String| office.agent.get(&format!("{path}/labels")).await.ok()["payload"].clone();
    let listed = async |title: &str| {
        let list = office.agent.get(&format!("/conversations?sort_by=created_at_asc&labels[]={title}")).await.ok();
        list["data"]["payload"].as_array().unwrap().iter().map(|found| found["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let path = label(&office, "vip").await;
    let told = server.telling(async || drop(office.administrator.patch(&path, json!({"title": "Gold"})).await.ok())).await;
    assert!(told.is_empty());
    for (number, labels) in [(1, json!(["gold", "late"])), (2, json!(["late", "gold"])), (3, json!(["late"]))] {
        assert_eq!(carried(format!("/conversations/{number}")).await, labels);
    }
    for contact in [visitor.id, double] {
        assert_eq!(carried(format!("/contacts/{contact}")).await, json!(["gold"]));
    }
    assert_eq!((listed("vip").await, listed("gold").await), (vec![], vec![1, 2]));
    let told = server.telling(async || office.administrator.delete(&path).await.ok_and_empty()).await;
    assert!(told.is_empty());
    for number in [1, 2, 3] {
        assert_eq!(carried(format!("/conversations/{number}")).await, json!(["late"]));
    }
    assert_eq!((listed("gold").await, listed("late").await), (vec![], vec![1, 2, 3]));
    assert_eq!(carried(format!("/contacts/{}", visitor.id)).await, json!([]));
    // what another account calls so is its own
    assert_eq!(other.agent.sees(theirs).await["labels"], json!(["vip"]));
    assert_eq!(other.agent.get(&format!("/contacts/{}/labels", stranger.id)).await.ok(), json!({"payload": ["vip"]}));
    // lists and rows say the same
    assert_eq!(server.count("SELECT count(*) AS number FROM conversation_labels").await, 4);
    server.finish().await;
}

#[actix_rt::test]
async fn a_label_on_more_conversations_than_are_changed_at_a_time_is_renamed_on_all() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    office.agent.post(&format!("/conversations/{number}/labels"), json!({"labels": ["vip"]})).await.ok();
    server
        .write(|tx| {
            use diesel::{RunQueryDsl, sql_query};
            let columns = "account_id, inbox_id, contact_id, contact_inbox_id, last_activity_at, labels, created_at, updated_at";
            let more = format!(
                "INSERT INTO conversations (display_id, uuid, {columns}) WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) \
                 SELECT i, 'uuid-' || i, {columns} FROM conversations, n WHERE display_id = 1"
            );
            sql_query(more).execute(tx.conn)?;
            let rows = "INSERT INTO conversation_labels (account_id, conversation_id, title) SELECT account_id, id, 'vip' FROM conversations WHERE display_id > 1";
            Ok(sql_query(rows).execute(tx.conn)?)
        })
        .await;
    let path = label(&office, "vip").await;
    office.administrator.patch(&path, json!({"title": "gold"})).await.ok();
    assert_eq!(server.count("SELECT count(*) AS number FROM conversations WHERE CAST(labels AS TEXT) = '[\"gold\"]'").await, 1100);
    assert_eq!(server.count("SELECT count(*) AS number FROM conversation_labels WHERE title = 'gold'").await, 1100);
    office.administrator.delete(&path).await.ok_and_empty();
    assert_eq!(server.count("SELECT count(*) AS number FROM conversations WHERE CAST(labels AS TEXT) = '[]'").await, 1100);
    assert_eq!(server.count("SELECT count(*) AS number FROM conversation_labels").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn the_keys_of_kept_lists_change_with_the_lists() {
    let server = Server::start().await;
    let office = server.office().await;
    for list in ["label", "inbox", "team", "canned_response"] {
        assert_eq!(key(&office, list).await, "0000000000");
    }
    let inbox = office.api_inbox().await;
    let (path, team) = (label(&office, "vip").await, office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].clone());
    let (team, inbox) = (format!("/teams/{team}"), format!("/inboxes/{}", inbox.id));
    let (members, ada) = (format!("{team}/team_members"), &office.administrator);
    let mut keys = vec![("label", key(&office, "label").await), ("inbox", key(&office, "inbox").await), ("team", key(&office, "team").await)];
    let mut becomes = async |list: &str, differs: bool, what: &str| {
        for (name, before) in &mut keys {
            let now = key(&office, name).await;
            assert_eq!(now != *before, differs && *name == list, "{name}: {what}");
            assert!(now >= *before);
            *before = now;
        }
    };
    // each of these within one second, and each seen
    for n in 0..3 {
        ada.patch(&path, json!({"description": n})).await.ok();
        becomes("label", true, "another description").await;
    }
    ada.patch(&path, json!({"description": 2})).await.ok();
    becomes("label", false, "the same description").await;
    ada.delete(&path).await.ok_and_empty();
    becomes("label", true, "deleted").await;
    ada.patch(&team, json!({"name": "sales"})).await.ok();
    becomes("team", true, "renamed").await;
    ada.patch(&team, json!({"name": "SALES"})).await.ok();
    becomes("team", false, "the same name").await;
    ada.post(&members, json!({"user_ids": [office.agent.id]})).await.ok();
    becomes("team", true, "a member").await;
    ada.post(&members, json!({"user_ids": [office.agent.id]})).await.ok();
    becomes("team", false, "the same member").await;
    ada.patch(&members, json!({"user_ids": []})).await.ok();
    becomes("team", true, "no member").await;
    ada.delete(&team).await.ok_and_empty();
    becomes("team", true, "deleted").await;
    ada.patch(&inbox, json!({"name": "Renamed"})).await.ok();
    becomes("inbox", true, "renamed").await;
    ada.patch(&inbox, json!({"name": "Renamed"})).await.ok();
    becomes("inbox", false, "the same name").await;
    ada.delete(&inbox).await.ok();
    becomes("inbox", true, "deleted").await;
    let other = server.another_office("b.").await;
    assert_eq!(key(&other, "label").await, "0000000000", "of another account");
    server.finish().await;
}

#[actix_rt::test]
async fn people_arrange_labels_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    assert_eq!(visit.sign_in().await.status, 303);
    let labels = "/app/accounts/1/settings/labels";
    let token = visit.token(&format!("{labels}/new")).await;
    let send = async |visit: &mut Visit, path: &str, fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("csrf_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        visit.form(path, &fields).await
    };
    let refused = send(&mut visit, labels, &[("title", "two words"), ("color", "red"), ("description", "<b>")]).await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("f-title-error") && text.contains("value=\"two words\"") && text.contains("&#60;b&#62;"), "{text}");
    let coloured = send(&mut visit, labels, &[("title", "vip"), ("color", "red")]).await;
    assert!(coloured.status == 422 && coloured.text().contains("f-color-error"), "{}", coloured.text());
    let made = send(&mut visit, labels, &[("title", "VIP"), ("color", "#aa0000"), ("show_on_sidebar", "1")]).await;
    assert_eq!((made.status, made.header("location")), (303, Some(labels)));
    let listed = visit.get(labels).await.text();
    assert!(listed.contains("<strong>vip</strong>") && listed.contains("fill=\"#aa0000\""), "{listed}");
    assert!(visit.get(&format!("{labels}/1")).await.text().contains("name=\"show_on_sidebar\" value=\"1\" checked"));
    let taken = send(&mut visit, labels, &[("title", "vip"), ("color", "#aa0000")]).await;
    assert!(taken.status == 422 && taken.text().contains("This is already taken"), "{}", taken.text());
    let saved = send(&mut visit, &format!("{labels}/1"), &[("title", "gold"), ("color", "#00aa00"), ("description", "Who pays")]).await;
    assert_eq!(saved.status, 303);
    let expected = json!({"id": 1, "title": "gold", "description": "Who pays", "color": "#00aa00", "show_on_sidebar": false});
    assert_eq!(visit.account.get("/labels/1").await.ok(), expected);
    assert!(visit.get(&format!("{labels}/1/delete")).await.text().contains("delete the label"));
    assert_eq!(send(&mut visit, &format!("{labels}/1/delete"), &[]).await.status, 303);
    assert_eq!(visit.account.get("/labels").await.ok(), json!({"payload": []}));
    assert_eq!(visit.get(&format!("{labels}/1")).await.status, 404);
    server.finish().await;
}
