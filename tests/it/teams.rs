//! Teams: who is in them, and the conversations that are given to them.
use crate::{
    labels::notices,
    pages::Visit,
    support::{Office, Server},
};
use actix_web::http::Method;
use serde_json::{Value, json};

/// Makes a team with these members; gives its id.
async fn team(office: &Office, name: &str, members: &[i64]) -> i64 {
    let id = office.administrator.post("/teams", json!({"name": name})).await.ok()["id"].as_i64().unwrap();
    office.administrator.post(&format!("/teams/{id}/team_members"), json!({"user_ids": members})).await.ok();
    id
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

#[actix_rt::test]
async fn administrators_arrange_teams_and_agents_see_them() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    let said = json!({"team": {"name": " Bill\u{7}ing ", "description": "Who is paid", "allow_auto_assign": false, "icon": "bank",
        "icon_color": "#aa0000", "account_id": other.account}});
    office.agent.post("/teams", said.clone()).await.error(401);
    let made = office.administrator.post("/teams", said).await.ok();
    let expected = json!({"id": made["id"], "name": "billing", "description": "Who is paid", "allow_auto_assign": false, "icon": "bank",
        "icon_color": "#aa0000", "account_id": office.account, "is_member": false});
    assert_eq!(made, expected);
    let path = format!("/teams/{}", made["id"]);
    let plain = office.administrator.post("/teams", json!({"name": "Außendienst"})).await.ok();
    let expected = json!({"id": plain["id"], "name": "außendienst", "description": null, "allow_auto_assign": true, "icon": "", "icon_color": "",
        "account_id": office.account, "is_member": false});
    assert_eq!(plain, expected);
    assert_eq!(office.agent.get("/teams").await.ok(), json!([plain, made]));
    // what they are in is said to each
    office.administrator.post(&format!("{path}/team_members"), json!({"user_ids": [office.agent.id]})).await.ok();
    let own = |team: &Value| [team["id"].clone(), team["is_member"].clone()];
    assert_eq!(own(&office.agent.get(&path).await.ok()), [made["id"].clone(), json!(true)]);
    assert_eq!(own(&office.agent.get("/teams").await.ok()[1]), [made["id"].clone(), json!(true)]);
    assert_eq!(office.administrator.get(&path).await.ok(), made);
    let changed = office.administrator.patch(&path, json!({"name": "Money", "description": "", "icon": null})).await.ok();
    let expected = json!({"id": made["id"], "name": "money", "description": null, "allow_auto_assign": false, "icon": "", "icon_color": "#aa0000",
        "account_id": office.account, "is_member": false});
    assert_eq!((changed, office.administrator.get(&path).await.ok()), (expected.clone(), expected));
    for (said, attribute) in [
        (json!({}), "name"),
        (json!({"name": " \u{1} "}), "name"),
        (json!({"name": "MONEY"}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": "x", "description": "x".repeat(20_001)}), "description"),
        (json!({"name": "x", "icon": "x".repeat(256)}), "icon"),
        (json!({"name": "x", "icon_color": "x".repeat(256)}), "icon_color"),
    ] {
        assert_eq!(office.administrator.post("/teams", said.clone()).await.invalid(), [attribute], "{said}");
    }
    assert_eq!(office.administrator.put(&path, json!({"name": "außendienst"})).await.invalid(), ["name"]);
    // what is not theirs is not there
    assert_eq!(other.administrator.get("/teams").await.ok(), json!([]));
    other.administrator.get(&path).await.error(404);
    other.administrator.patch(&path, json!({"name": "mine"})).await.error(404);
    other.administrator.delete(&path).await.error(404);
    other.administrator.post("/teams", json!({"name": "money"})).await.ok();
    office.agent.patch(&path, json!({"name": "mine"})).await.error(401);
    office.agent.delete(&path).await.error(401);
    office.administrator.delete(&path).await.ok_and_empty();
    office.administrator.get(&path).await.error(404);
    assert_eq!(server.count("SELECT count(*) AS number FROM team_members").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn members_are_added_set_and_removed() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    let cleo = office.another_agent("Cleo Agent", "cleo@acme.example").await;
    let (ada, ben, cleo, stranger) = (office.administrator.id, office.agent.id, cleo.id, other.agent.id);
    let path = format!("/teams/{}/team_members", team(&office, "billing", &[]).await);
    let said = |users: Value| json!({"user_ids": users});
    let administrator = &office.administrator;
    assert_eq!(ids(&administrator.post(&path, said(json!([ben, cleo.to_string(), ben]))).await.ok()), [ben, cleo]);
    let added = administrator.post(&path, said(json!([ben, ada]))).await.ok();
    assert_eq!((ids(&added), &added[0]["role"]), (vec![ada], &json!("administrator")), "only who was none before");
    assert_eq!(ids(&office.agent.get(&path).await.ok()), [ada, ben, cleo]);
    assert_eq!(ids(&administrator.patch(&path, said(json!([cleo]))).await.ok()), [cleo]);
    assert_eq!(ids(&administrator.put(&path, said(json!([ben, cleo]))).await.ok()), [ben, cleo]);
    administrator.json(Method::DELETE, &path, said(json!([ben, ada]))).await.ok_and_empty();
    assert_eq!(ids(&office.agent.get(&path).await.ok()), [cleo]);
    // somebody who is not of the account, and nothing is done for the others
    for users in [json!([ben, stranger]), json!([999])] {
        administrator.post(&path, said(users.clone())).await.error(401);
        administrator.patch(&path, said(users.clone())).await.error(401);
        administrator.json(Method::DELETE, &path, said(users)).await.error(401);
    }
    administrator.post(&path, said(json!(["x"]))).await.error(422);
    assert_eq!(administrator.post(&path, said((1..=1001).collect())).await.invalid(), ["user_ids"]);
    for (caller, status) in [(&office.agent.0, 401), (&other.administrator.0, 404)] {
        caller.post(&path, said(json!([]))).await.error(status);
        caller.patch(&path, said(json!([]))).await.error(status);
        caller.json(Method::DELETE, &path, said(json!([]))).await.error(status);
    }
    other.agent.get(&path).await.error(404);
    assert_eq!(ids(&office.agent.get(&path).await.ok()), [cleo]);
    // who leaves the account leaves its teams
    administrator.delete(&format!("/agents/{cleo}")).await.ok_and_empty();
    assert_eq!(server.count("SELECT count(*) AS number FROM team_members").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_is_given_to_a_team_and_taken_away() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let (billing, sales) = (team(&office, "billing", &[office.agent.id]).await, team(&office, "sales", &[]).await);
    let theirs = team(&server.another_office("b.").await, "theirs", &[]).await;
    let path = format!("/conversations/{number}/assignments");
    let give = async |team: Value| office.agent.post(&path, json!({"team_id": team})).await;
    let told = server
        .telling(async || {
            let raw = give(json!(billing)).await.ok();
            let time = |key: &str| raw[key].as_str().filter(|time| time.len() == 24 && time.ends_with('Z')).unwrap().to_owned();
            let expected = json!({"id": billing, "name": "billing", "description": null, "allow_auto_assign": true, "account_id": office.account,
                "created_at": time("created_at"), "updated_at": time("updated_at"), "icon": "", "icon_color": ""});
            assert_eq!(raw, expected);
            // the same again is no change
            give(json!(billing.to_string())).await.ok();
        })
        .await;
    let push = json!({"id": billing, "name": "billing", "icon": "", "icon_color": ""});
    assert_eq!(told.iter().map(|told| told.name).collect::<Vec<_>>(), ["conversation_updated"]);
    assert_eq!(told[0].payload["meta"]["team"], push);
    assert_eq!(told[0].payload["changed_attributes"][0], json!({"team_id": {"previous_value": null, "current_value": billing}}));
    let drawn = json!({"id": billing, "name": "billing", "description": null, "allow_auto_assign": true, "icon": "", "icon_color": "",
        "account_id": office.account, "is_member": true});
    assert_eq!(office.agent.sees(number).await["meta"]["team"], drawn);
    assert_eq!(office.agent.get("/conversations").await.ok()["data"]["payload"][0]["meta"]["team"], drawn);
    assert_eq!(office.administrator.sees(number).await["meta"]["team"]["is_member"], false);
    let told = server
        .telling(async || {
            visitor.says(number, "Hello").await;
        })
        .await;
    assert_eq!(told[0].payload["conversation"]["meta"]["team"], push);
    // somebody of the team stays, somebody who is not in it does not, and only the team is noticed
    office.agent.post(&path, json!({"assignee_id": office.agent.id})).await.ok();
    give(json!(0)).await.ok();
    give(json!(billing)).await.ok();
    assert_eq!(office.agent.sees(number).await["meta"]["assignee"]["id"], office.agent.id);
    let told = server.telling(async || drop(give(json!(sales)).await.ok())).await;
    let expected = json!([{"assignee_id": {"previous_value": office.agent.id, "current_value": null}},
        {"team_id": {"previous_value": billing, "current_value": sales}}]);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].payload["changed_attributes"].as_array().unwrap()[..2], *expected.as_array().unwrap());
    assert_eq!((&told[0].payload["meta"]["assignee"], &told[0].payload["meta"]["team"]["name"]), (&Value::Null, &json!("sales")));
    for unknown in [999, theirs] {
        give(json!(unknown)).await.error(404);
    }
    assert_eq!(office.agent.sees(number).await["meta"]["team"]["id"], sales);
    for nobody in [json!(null), json!(0), json!("0"), json!("")] {
        give(json!(sales)).await.ok();
        assert_eq!(give(nobody.clone()).await.ok(), Value::Null);
        assert!(office.agent.sees(number).await["meta"].get("team").is_none(), "{nobody}");
    }
    assert_eq!(office.agent.post(&path, json!({})).await.ok(), Value::Null);
    let by_ben = |text: &str| format!("{text} by Ben Agent");
    let said = notices(&office.agent, number).await;
    let (to, from) = (by_ben("Assigned to sales"), by_ben("Unassigned from sales"));
    let first = [by_ben("Assigned to billing"), "Ben Agent self-assigned this conversation".into(), by_ben("Unassigned from billing")];
    assert_eq!(said[..3], first);
    assert_eq!(said[3..], [&by_ben("Assigned to billing"), &to, &from, &to, &from, &to, &from, &to, &from].map(String::clone));
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_begins_with_a_team() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let lea = office.contact(json!({"name": "Lea"})).await;
    let billing = team(&office, "billing", &[office.agent.id]).await;
    let begin = async |team: Value, assignee: i64| {
        let said = json!({"inbox_id": inbox.id, "contact_id": lea, "team_id": team, "assignee_id": assignee});
        office.agent.post("/conversations", said).await
    };
    for (assignee, stays) in [(office.agent.id, json!(office.agent.id)), (office.administrator.id, Value::Null)] {
        let begun = begin(json!(billing), assignee).await.ok();
        assert_eq!((&begun["meta"]["team"]["id"], &begun["meta"]["assignee"]["id"]), (&json!(billing), &stays));
    }
    let told = server.told().await.pop().unwrap();
    assert_eq!((told.name, &told.payload["meta"]["team"]["id"]), ("conversation_created", &json!(billing)));
    for nobody in [json!(null), json!(0), json!("")] {
        let begun = begin(nobody, office.administrator.id).await.ok();
        assert_eq!((begun["meta"].get("team"), &begun["meta"]["assignee"]["id"]), (None, &json!(office.administrator.id)));
    }
    begin(json!(999), office.agent.id).await.error(404);
    begin(json!(team(&server.another_office("b.").await, "theirs", &[]).await), office.agent.id).await.error(404);
    let listed = office.agent.get(&format!("/conversations?team_id={billing}")).await.ok();
    assert_eq!((ids(&listed["data"]["payload"]), &listed["data"]["meta"]["all_count"]), (vec![2, 1], &json!(2)));
    let counts = json!({"mine_count": 1, "assigned_count": 1, "unassigned_count": 1, "all_count": 2});
    assert_eq!(office.agent.get(&format!("/conversations/meta?team_id={billing}")).await.ok(), json!({"meta": counts}));
    server.finish().await;
}

#[actix_rt::test]
async fn a_team_may_open_what_is_given_to_it_and_lists_only_its_members_inboxes() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let cleo = office.another_agent("Cleo", "cleo@acme.example").await;
    let billing = team(&office, "billing", &[cleo.id]).await;
    let path = format!("/conversations/{number}");
    cleo.get(&path).await.error(401);
    office.agent.post(&format!("{path}/assignments"), json!({"team_id": billing})).await.ok();
    assert_eq!(cleo.get(&path).await.ok()["meta"]["team"]["is_member"], true);
    cleo.says(number, "Your invoice is on its way").await;
    cleo.post(&format!("{path}/labels"), json!({"labels": ["paid"]})).await.ok();
    assert_eq!(cleo.get("/conversations?status=all").await.ok()["data"]["payload"], json!([]));
    office.agent.post(&format!("{path}/assignments"), json!({"team_id": null})).await.ok();
    cleo.get(&path).await.error(401);
    // whether there is such a team is not told to who may not see the conversation
    cleo.post(&format!("{path}/assignments"), json!({"team_id": 999})).await.error(401);
    cleo.post(&format!("{path}/assignments"), json!({})).await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn a_deleted_team_sets_its_conversations_free_and_tells_nobody() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let other = visitor.begin().await;
    let (billing, sales) = (team(&office, "billing", &[office.agent.id]).await, team(&office, "sales", &[]).await);
    for (number, team) in [(number, billing), (other, sales)] {
        office.agent.post(&format!("/conversations/{number}/assignments"), json!({"team_id": team})).await.ok();
    }
    let told = server.telling(async || office.administrator.delete(&format!("/teams/{billing}")).await.ok_and_empty()).await;
    assert!(told.is_empty());
    assert!(office.agent.sees(number).await["meta"].get("team").is_none());
    assert_eq!(office.agent.sees(other).await["meta"]["team"]["id"], sales);
    let told = server
        .telling(async || {
            visitor.says(number, "Hello").await;
        })
        .await;
    assert_eq!(told[0].payload["conversation"]["meta"]["team"], Value::Null);
    office.agent.post(&format!("/conversations/{number}/assignments"), json!({"team_id": billing})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn nothing_is_given_to_a_team_while_it_is_deleted() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    for round in 0..5 {
        let id = team(&office, &format!("team {round}"), &[]).await;
        let (path, said) = (format!("/conversations/{number}/assignments"), json!({"team_id": id}));
        let deletion = format!("/teams/{id}");
        let (given, gone) = futures_util::future::join(office.agent.post(&path, said), office.administrator.delete(&deletion)).await;
        gone.ok_and_empty();
        assert!([200, 404].contains(&given.status), "{}", given.text());
        assert!(office.agent.sees(number).await["meta"].get("team").is_none());
        assert_eq!(server.count("SELECT count(*) AS number FROM conversations WHERE team_id IS NOT NULL").await, 0);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn notices_are_in_the_language_of_the_account() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    office.administrator.patch("", json!({"locale": "th"})).await.ok();
    let billing = team(&office, "billing", &[]).await;
    office.agent.post(&format!("/conversations/{number}/labels"), json!({"labels": ["vip"]})).await.ok();
    office.agent.post(&format!("/conversations/{number}/labels"), json!({"labels": []})).await.ok();
    office.agent.post(&format!("/conversations/{number}/assignments"), json!({"team_id": billing})).await.ok();
    office.agent.post(&format!("/conversations/{number}/assignments"), json!({"team_id": null})).await.ok();
    let expected =
        ["Ben Agent ติดป้าย vip", "Ben Agent นำป้าย vip ออก", "Ben Agent มอบหมายการสนทนาให้ทีม billing", "Ben Agent ยกเลิกการมอบหมายการสนทนาให้ทีม billing"];
    assert_eq!(notices(&office.agent, number).await, expected);
    server.finish().await;
}

#[actix_rt::test]
async fn people_arrange_teams_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    assert_eq!(visit.sign_in().await.status, 303);
    let teams = "/app/accounts/1/settings/teams";
    let bob = visit.account.post("/agents", json!({"name": "Bob <3", "email": "bob@acme.example"})).await.ok()["id"].to_string();
    let token = visit.token(&format!("{teams}/new")).await;
    let send = async |visit: &mut Visit, path: &str, fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("csrf_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        visit.form(path, &fields).await
    };
    let ticked = format!("name=\"user_ids[]\" value=\"{bob}\" checked");
    let refused = send(&mut visit, teams, &[("name", " "), ("user_ids[]", &bob)]).await;
    let text = refused.text();
    assert!(refused.status == 422 && text.contains("f-name-error") && text.contains(&ticked) && text.contains("Bob &#60;3"), "{text}");
    let made = send(&mut visit, teams, &[("name", "Billing"), ("description", "Who is paid"), ("user_ids[]", &bob)]).await;
    assert_eq!((made.status, made.header("location")), (303, Some(teams)));
    let listed = visit.get(teams).await.text();
    assert!(listed.contains("<strong>billing</strong>") && listed.contains("1 member") && listed.contains("Who is paid"), "{listed}");
    assert!(visit.get(&format!("{teams}/1")).await.text().contains(&ticked));
    let taken = send(&mut visit, teams, &[("name", "billing")]).await;
    assert!(taken.status == 422 && taken.text().contains("This is already taken"), "{}", taken.text());
    // a box that is not ticked takes a member away; what the form does not show stays
    visit.account.patch("/teams/1", json!({"icon": "bank", "allow_auto_assign": false})).await.ok();
    assert_eq!(send(&mut visit, &format!("{teams}/1"), &[("name", "Sales"), ("description", "")]).await.status, 303);
    let saved = visit.account.get("/teams/1").await.ok();
    let kept = (&saved["name"], &saved["description"], &saved["icon"], &saved["allow_auto_assign"]);
    assert_eq!(kept, (&json!("sales"), &Value::Null, &json!("bank"), &json!(false)));
    assert_eq!(visit.account.get("/teams/1/team_members").await.ok(), json!([]));
    assert!(visit.get(&format!("{teams}/1/delete")).await.text().contains("delete the team"));
    assert_eq!(send(&mut visit, &format!("{teams}/1/delete"), &[]).await.status, 303);
    assert_eq!(visit.account.get("/teams").await.ok(), json!([]));
    assert_eq!(visit.get(&format!("{teams}/1")).await.status, 404);
    server.finish().await;
}
