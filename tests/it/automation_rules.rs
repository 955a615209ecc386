//! Automation rules: what begins them, what they ask, what they do, and what they never do: lose something, do it twice, or begin themselves.
use crate::{
    labels::notices,
    snapshot,
    support::{
        Answer, Caller, Office, PostOffice, Process, Receiver, Server, Visitor,
        database::{Place, is_postgres},
        process::database,
        server::count,
        until,
    },
};
use hookdesk::db::Db;
use serde_json::{Value, json};

/// How many runs are in the tables, done or not, that are no rule's log.
pub async fn gone(db: &Db) -> i64 {
    count(db, "SELECT count(*) AS number FROM action_runs WHERE state < 2").await
}

/// Waits until all that is to be done now is done.
pub async fn acted(db: &Db) {
    until("all to be done", async || (count(db, "SELECT count(*) AS number FROM action_runs WHERE state = 0").await == 0).then_some(())).await;
}

/// All that was said in a conversation but notices.
pub async fn said_in(office: &Office, number: i64) -> Vec<Value> {
    let list = office.administrator.get(&format!("/conversations/{number}/messages?after=0")).await.ok();
    list["payload"].as_array().unwrap().iter().filter(|message| message["message_type"] != 2).cloned().collect()
}

fn action(name: &str, params: Value) -> Value {
    json!({"action_name": name, "action_params": params})
}

fn condition(key: &str, operator: &str, values: Value) -> Value {
    json!({"attribute_key": key, "filter_operator": operator, "values": values, "query_operator": null})
}

/// Makes a rule that puts a label on.
async fn labelling(office: &Office, event: &str, conditions: Value, label: &str) -> i64 {
    rule(office, event, conditions, json!([action("add_label", json!([label]))])).await
}

async fn rule(office: &Office, event: &str, conditions: Value, actions: Value) -> i64 {
    let said = json!({"name": "Rule", "event_name": event, "conditions": conditions, "actions": actions});
    office.administrator.post("/automation_rules", said).await.ok()["payload"]["id"].as_i64().unwrap()
}

async fn labels(office: &Office, number: i64) -> Value {
    office.administrator.sees(number).await["labels"].clone()
}

fn by_attribute(answer: &Answer, attribute: &str) -> bool {
    answer.is(422)["error"][attribute][0].is_string()
}

#[actix_rt::test]
async fn administrators_keep_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({
        "name": "Bugs", "description": "Sorts bugs", "event_name": "message_created", "execution_delay": 30,
        "conditions": [
            {"values": ["incoming"], "attribute_key": "message_type", "query_operator": "and", "filter_operator": "equal_to"},
            {"values": ["bug"], "attribute_key": "content", "filter_operator": "contains"}
        ],
        "actions": [{"action_name": "add_label", "action_params": ["bugs", "support-query"]}]
    });
    let made = office.administrator.post("/automation_rules", said.clone()).await.ok();
    snapshot!("automation_rule", made);
    let path = format!("/automation_rules/{}", made["payload"]["id"]);
    assert_eq!(office.administrator.get(&path).await.ok(), made);
    let copy = office.administrator.post(&format!("{path}/clone"), json!({})).await.ok();
    assert_eq!((&copy["name"], &copy["actions"]), (&json!("Bugs"), &made["payload"]["actions"]));
    assert_ne!(copy["id"], made["payload"]["id"]);
    let changed =
        office.administrator.put(&path, json!({"automation_rule": {"active": false, "execution_delay": null, "description": ""}})).await.ok();
    let changed = &changed["payload"];
    assert_eq!((&changed["active"], &changed["execution_delay"], &changed["description"]), (&json!(false), &Value::Null, &Value::Null));
    assert_eq!(changed["conditions"], said["conditions"], "what is not said stays");
    for name in ["conversation_created", "conversation_updated", "conversation_opened", "conversation_resolved"] {
        labelling(&office, name, json!([]), "x").await;
    }
    let list = async |query: &str| office.administrator.get(&format!("/automation_rules{query}")).await.ok()["payload"].as_array().unwrap().len();
    assert_eq!((list("").await, list("?page=1").await, list("?page=2").await), (6, 6, 0));
    for caller in [&office.agent.caller, &server.another_office("b.").await.agent.caller] {
        for answer in [
            caller.get("/automation_rules").await,
            caller.get(&path).await,
            caller.post("/automation_rules", said.clone()).await,
            caller.patch(&path, json!({"name": "x"})).await,
            caller.post(&format!("{path}/clone"), json!({})).await,
            caller.delete(&path).await,
        ] {
            answer.error(401);
        }
    }
    let stranger = server.another_office("c.").await;
    stranger.administrator.get(&path).await.error(404);
    stranger.administrator.delete(&path).await.error(404);
    stranger.administrator.post(&format!("{path}/clone"), json!({})).await.error(404);
    office.administrator.delete(&path).await.ok_and_empty();
    office.administrator.get(&path).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_wrong_is_said_by_attribute() {
    let server = Server::start().await;
    let office = server.office().await;
    let good = json!({"name": "Rule", "event_name": "message_created", "conditions": [], "actions": [action("mute_conversation", json!([]))]});
    let id = office.administrator.post("/automation_rules", good.clone()).await.ok()["payload"]["id"].clone();
    let one = |key: &str, operator: &str, values: Value| json!([condition(key, operator, values)]);
    for (attribute, wrong) in [
        ("name", json!({"name": ""})),
        ("name", json!({"name": "x".repeat(256)})),
        ("description", json!({"description": "x".repeat(1001)})),
        ("event_name", json!({"event_name": "contact_created"})),
        ("event_name", json!({"event_name": null})),
        ("conditions", json!({"conditions": one("nothing", "equal_to", json!(["x"]))})),
        ("conditions", json!({"conditions": one("content", "is_greater_than", json!(["x"]))})),
        ("conditions", json!({"conditions": one("content", "contains", json!([]))})),
        ("conditions", json!({"conditions": one("status", "equal_to", json!(["closed"]))})),
        // what a message is, and what has changed, only where there is such a thing
        ("conditions", json!({"conditions": one("status", "attribute_changed", json!({"to": ["open"]}))})),
        ("conditions", json!({"event_name": "conversation_created", "conditions": one("content", "contains", json!(["x"]))})),
        ("conditions", json!({"event_name": "conversation_updated", "conditions": one("status", "attribute_changed", json!(["open"]))})),
        ("conditions", json!({"conditions": [condition("status", "equal_to", json!(["open"])), condition("status", "equal_to", json!(["open"]))]})),
        ("actions", json!({"actions": []})),
        ("actions", json!({"actions": [action("fly", json!([]))]})),
        ("execution_delay", json!({"execution_delay": 9})),
        ("execution_delay", json!({"execution_delay": 43_201})),
        ("execution_delay", json!({"execution_delay": "soon"})),
    ] {
        let mut said = good.clone();
        said.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert!(by_attribute(&office.administrator.post("/automation_rules", said).await, attribute), "{wrong:.300}");
        assert!(by_attribute(&office.administrator.patch(&format!("/automation_rules/{id}"), wrong.clone()).await, attribute), "{wrong:.300}");
    }
    for missing in ["name", "event_name", "actions"] {
        let mut said = good.clone();
        said.as_object_mut().unwrap().remove(missing);
        assert!(by_attribute(&office.administrator.post("/automation_rules", said).await, missing), "{missing}");
    }
    assert_eq!(office.administrator.get("/automation_rules").await.ok()["payload"].as_array().unwrap().len(), 1);
    server.finish().await;
}

#[actix_rt::test]
async fn each_event_begins_its_rules_and_no_others() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    for (event, label) in [
        ("conversation_created", "created"),
        ("conversation_updated", "updated"),
        ("conversation_opened", "opened"),
        ("conversation_resolved", "resolved"),
        ("message_created", "message"),
    ] {
        labelling(&office, event, json!([]), label).await;
    }
    let (visitor, number) = office.conversation(&inbox).await;
    acted(&server.db).await;
    assert_eq!(labels(&office, number).await, json!(["created"]));
    visitor.says(number, "Hello").await;
    acted(&server.db).await;
    assert_eq!(labels(&office, number).await, json!(["created", "message"]));
    let set = async |status: &str| {
        office.agent.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
        acted(&server.db).await;
    };
    set("resolved").await;
    assert_eq!(labels(&office, number).await, json!(["created", "message", "resolved", "updated"]));
    set("open").await;
    assert_eq!(labels(&office, number).await, json!(["created", "message", "resolved", "updated", "opened"]));
    // as anybody's change, told to receivers, with the system's name in the notice
    let noted = notices(&office.agent, number).await;
    assert!(noted.contains(&"Automation System added created".to_owned()), "{noted:?}");
    server.finish().await;
}

/// A conversation with much to ask about.
async fn scene(office: &Office) -> (Visitor, i64, i64) {
    let inbox = office.api_inbox().await;
    for (model, key, kind) in [("conversation_attribute", "tier", "text"), ("contact_attribute", "plan", "text")] {
        let said = json!({"attribute_display_name": key, "attribute_key": key, "attribute_model": model, "attribute_display_type": kind});
        office.administrator.post("/custom_attribute_definitions", said).await.ok();
    }
    let about = json!({
        "name": "Lea", "email": "lea@example.org", "phone_number": "+33611223344", "custom_attributes": {"plan": "gold"},
        "additional_attributes": {"city": "Lyon", "company_name": "Acme", "country_code": "FR"}
    });
    let visitor = office.visitor(&inbox, about).await;
    let number = visitor.begin().await;
    office
        .administrator
        .patch(
            &format!("/contacts/{}", visitor.id),
            json!({
                "additional_attributes": {"city": "Lyon", "company_name": "Acme", "country_code": "FR"}, "custom_attributes": {"plan": "gold"}
            }),
        )
        .await
        .ok();
    let at = |rest: &str| format!("/conversations/{number}{rest}");
    office.administrator.post(&at("/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    office.administrator.post(&at("/toggle_priority"), json!({"priority": "high"})).await.ok_and_empty();
    office.administrator.post(&at("/labels"), json!({"labels": ["vip"]})).await.ok();
    office.administrator.post(&at("/custom_attributes"), json!({"custom_attributes": {"tier": "first"}})).await.ok();
    (visitor, number, inbox.id)
}

#[actix_rt::test]
async fn each_condition_decides() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number, inbox) = scene(&office).await;
    let ben = office.agent.id;
    let mut custom = condition("plan", "equal_to", json!(["gold"]));
    custom["custom_attribute_type"] = json!("contact_attribute");
    let joined = |operator: &str, first: &str, second: &str| {
        let mut one = condition("content", "contains", json!([first]));
        one["query_operator"] = json!(operator);
        json!([one, condition("name", "equal_to", json!([second]))])
    };
    let one = |key: &str, operator: &str, values: Value| json!([condition(key, operator, values)]);
    let all = [
        (one("content", "contains", json!(["REFUND"])), true),
        (one("content", "contains", json!(["other"])), false),
        (one("content", "does_not_contain", json!(["other"])), true),
        (one("content", "equal_to", json!(["a refund, please"])), true),
        (one("message_type", "equal_to", json!(["incoming"])), true),
        (one("message_type", "equal_to", json!(["outgoing"])), false),
        (one("message_type", "not_equal_to", json!(["outgoing"])), true),
        (one("private_note", "equal_to", json!([false])), true),
        (one("private_note", "equal_to", json!(["true"])), false),
        (one("status", "equal_to", json!(["open"])), true),
        (one("status", "not_equal_to", json!(["open"])), false),
        (one("priority", "equal_to", json!(["high", "urgent"])), true),
        (one("priority", "equal_to", json!(["low"])), false),
        (one("assignee_id", "equal_to", json!([ben])), true),
        (one("assignee_id", "is_not_present", json!([])), false),
        (one("team_id", "is_not_present", json!([])), true),
        (one("inbox_id", "equal_to", json!([inbox.to_string()])), true),
        (one("inbox_id", "equal_to", json!([{"id": inbox, "name": "dashboards keep it so"}])), true),
        (one("inbox_id", "not_equal_to", json!([inbox])), false),
        (one("labels", "equal_to", json!(["vip"])), true),
        (one("labels", "is_not_present", json!([])), false),
        (one("email", "contains", json!(["example.org"])), true),
        (one("email", "equal_to", json!(["max@example.org"])), false),
        (one("phone_number", "starts_with", json!(["+33"])), true),
        (one("name", "not_equal_to", json!(["lea"])), false),
        (one("city", "equal_to", json!(["lyon"])), true),
        (one("company_name", "contains", json!(["acm"])), true),
        (one("country_code", "equal_to", json!(["DE"])), false),
        (one("blocked", "equal_to", json!([false])), true),
        (one("created_at", "is_greater_than", json!(["2020-01-01"])), true),
        (one("tier", "equal_to", json!(["first"])), true),
        (one("tier", "equal_to", json!(["second"])), false),
        (json!([custom]), true),
        (joined("and", "refund", "lea"), true),
        (joined("and", "refund", "max"), false),
        (joined("or", "other", "lea"), true),
        (joined("OR", "other", "max"), false),
        (json!([]), true),
    ];
    for (nth, (conditions, _)) in all.iter().enumerate() {
        labelling(&office, "message_created", conditions.clone(), &format!("rule-{nth}")).await;
    }
    visitor.says(number, "A refund, please").await;
    acted(&server.db).await;
    let carried = labels(&office, number).await;
    for (nth, (conditions, holds)) in all.iter().enumerate() {
        let label = json!(format!("rule-{nth}"));
        assert_eq!(carried.as_array().unwrap().contains(&label), *holds, "{conditions}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_has_changed_is_asked_of_the_change_alone() {
    let server = Server::start().await;
    let office = server.office().await;
    let (_, number, _) = scene(&office).await;
    let changed = |key: &str, from: Value, to: Value| json!([condition(key, "attribute_changed", json!({"from": from, "to": to}))]);
    let cases = [
        ("opened-resolved", changed("status", json!(["open"]), json!(["resolved"]))),
        ("any-pending", changed("status", json!([]), json!(["pending"]))),
        ("high-any", changed("priority", json!(["high"]), json!([]))),
        ("to-ada", changed("assignee_id", json!([office.agent.id]), json!([office.administrator.id]))),
        ("label-late", changed("labels", json!([]), json!(["late"]))),
    ];
    for (label, conditions) in &cases {
        // sent as private notes, so that what was done last does not change the labels
        rule(&office, "conversation_updated", conditions.clone(), json!([action("add_private_note", json!([label]))])).await;
    }
    let at = |rest: &str| format!("/conversations/{number}{rest}");
    let steps = [
        ("/toggle_status", json!({"status": "resolved"}), "opened-resolved"),
        ("/toggle_status", json!({"status": "pending"}), "any-pending"),
        ("/toggle_status", json!({"status": "open"}), ""),
        ("/toggle_priority", json!({"priority": "low"}), "high-any"),
        ("/toggle_priority", json!({"priority": "high"}), ""),
        ("/assignments", json!({"assignee_id": office.administrator.id}), "to-ada"),
        ("/assignments", json!({"assignee_id": office.agent.id}), ""),
        ("/labels", json!({"labels": ["vip", "late"]}), "label-late"),
    ];
    for (path, said, expected) in steps {
        let before = said_in(&office, number).await.len();
        assert_eq!(office.administrator.post(&at(path), said.clone()).await.status, 200);
        acted(&server.db).await;
        let new: Vec<Value> = said_in(&office, number).await.drain(before..).map(|message| message["content"].clone()).collect();
        let expected: Vec<Value> = Some(json!(expected)).filter(|one| one != "").into_iter().collect();
        assert_eq!(new, expected, "{path} {said}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn each_action_is_done_by_the_system() {
    let (post, receiver) = (PostOffice::open(), Receiver::open());
    let mail = post.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    let team = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].as_i64().unwrap();
    office.administrator.post(&format!("/teams/{team}/team_members"), json!({"user_ids": [office.agent.id]})).await.ok();
    let actions = json!([
        action("send_message", json!(["We are on it"])),
        action("add_private_note", json!(["Look at this"])),
        action("assign_team", json!([team])),
        action("assign_agent", json!([office.agent.id])),
        action("change_priority", json!(["urgent"])),
        action("send_webhook_event", json!([receiver.url_of("/rule")])),
        action("send_email_to_team", json!([{"team_ids": [team], "message": "Please look"}])),
        action("send_email_transcript", json!(["lea@example.org"])),
        action("resolve_conversation", json!([])),
    ]);
    let id = rule(&office, "message_created", json!([]), actions).await;
    let told = server
        .telling(async || {
            visitor.says(number, "Hello").await;
            acted(&server.db).await;
        })
        .await;
    let names: Vec<&str> = told.iter().map(|told| told.name).skip_while(|name| *name != "contact_updated").skip(1).collect();
    let expected = [
        "message_created",
        "message_created",
        "conversation_updated",
        "conversation_updated",
        "conversation_updated",
        "conversation_status_changed",
        "conversation_updated",
    ];
    assert_eq!(names, expected, "{names:?}");
    let reply = told.iter().find(|told| told.payload["content"] == "We are on it").unwrap();
    assert_eq!((&reply.payload["sender"], &reply.payload["message_type"]), (&Value::Null, &json!("outgoing")));
    assert_eq!(reply.payload["content_attributes"]["automation_rule_id"], id);
    let seen = office.administrator.sees(number).await;
    assert_eq!(
        (&seen["meta"]["team"]["id"], &seen["meta"]["assignee"]["id"], &seen["status"]),
        (&json!(team), &json!(office.agent.id), &json!("resolved"))
    );
    assert_eq!(seen["first_reply_created_at"], 0, "nobody has answered yet");
    let body = receiver.wait_for(1).await[0].json();
    assert_eq!((&body["event"], &body["id"], &body["priority"]), (&json!("automation_event.message_created"), &json!(number), &json!("urgent")));
    until("the transcript", async || post.letters().into_iter().find(|letter| letter.to == "lea@example.org")).await;
    until("the mail", async || post.letters().into_iter().find(|letter| letter.parts()[0].contains("Please look"))).await;
    let noted = notices(&office.agent, number).await;
    for text in [
        "Assigned to billing by Automation System",
        "Assigned to Ben Agent by Automation System",
        "Conversation was marked resolved by Automation System",
    ] {
        assert!(noted.iter().any(|notice| notice == text), "{text}: {noted:?}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn rules_do_not_begin_rules_and_what_outsiders_make_of_them_has_an_end() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    rule(&office, "message_created", json!([]), json!([action("send_message", json!(["Echo"])), action("resolve_conversation", json!([]))])).await;
    rule(&office, "conversation_resolved", json!([]), json!([action("open_conversation", json!([]))])).await;
    rule(&office, "conversation_updated", json!([]), json!([action("change_priority", json!(["high"])), action("send_message", json!(["Again"]))]))
        .await;
    visitor.says(number, "Hello").await;
    acted(&server.db).await;
    let texts: Vec<Value> = said_in(&office, number).await.iter().map(|message| message["content"].clone()).collect();
    assert_eq!(texts, ["Hello", "Echo"]);
    // somebody outside who answers everything
    for nth in 0..70 {
        visitor.says(number, &format!("{nth}")).await;
        acted(&server.db).await;
    }
    let echoes = said_in(&office, number).await.iter().filter(|message| message["content"] == "Echo").count();
    assert!(echoes <= 60, "{echoes}");
    server.finish().await;
}

#[actix_rt::test]
async fn what_does_not_work_any_more_is_turned_off_and_said() {
    let post = PostOffice::open();
    let mail = post.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    let team = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].as_i64().unwrap();
    let label = office.administrator.post("/labels", json!({"title": "late"})).await.ok()["id"].clone();
    let cleo = office.another_agent("Cleo", "cleo@acme.example").await;
    let said = json!({"attribute_display_name": "Tier", "attribute_key": "tier", "attribute_model": "conversation_attribute", "attribute_display_type": "text"});
    let attribute = office.administrator.post("/custom_attribute_definitions", said).await.ok()["id"].clone();
    let to_team = rule(&office, "message_created", json!([]), json!([action("assign_team", json!([team]))])).await;
    let to_cleo = rule(&office, "message_created", json!([]), json!([action("assign_agent", json!([cleo.id]))])).await;
    let labelled = labelling(&office, "message_created", json!([]), "late").await;
    let tiered = labelling(&office, "message_created", json!([condition("tier", "equal_to", json!(["x"]))]), "first").await;
    let fine = labelling(&office, "message_created", json!([]), "fine").await;
    let is_on = async |id: i64| office.administrator.get(&format!("/automation_rules/{id}")).await.ok()["payload"]["active"] == true;
    // a label that is renamed is followed
    office.administrator.patch(&format!("/labels/{label}"), json!({"title": "tardy"})).await.ok();
    let now = office.administrator.get(&format!("/automation_rules/{labelled}")).await.ok();
    assert_eq!(now["payload"]["actions"][0]["action_params"], json!(["tardy"]));
    office.administrator.delete(&format!("/labels/{label}")).await.ok_and_empty();
    office.administrator.delete(&format!("/teams/{team}")).await.ok_and_empty();
    office.administrator.delete(&format!("/agents/{}", cleo.id)).await.ok_and_empty();
    for id in [labelled, to_team, to_cleo] {
        assert!(!is_on(id).await, "{id}");
    }
    // what is only noticed when it is needed
    assert_eq!(office.administrator.delete(&format!("/custom_attribute_definitions/{attribute}")).await.status, 204);
    assert!(is_on(tiered).await);
    visitor.says(number, "Hello").await;
    acted(&server.db).await;
    assert!(!is_on(tiered).await && is_on(fine).await);
    assert_eq!(labels(&office, number).await, json!(["fine"]), "the others go on");
    let told = office.administrator.get("/notifications?includes[]=webhooks").await.ok();
    let ours: Vec<&Value> =
        told["data"]["payload"].as_array().unwrap().iter().filter(|one| one["notification_type"] == "automation_rule_turned_off").collect();
    assert_eq!(ours.len(), 4, "{told}");
    assert!(
        office.agent.get("/notifications?includes[]=webhooks").await.ok()["data"]["payload"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["notification_type"] != "automation_rule_turned_off")
    );
    let noted = office.administrator.get("/audit_logs?auditable_type=AutomationRule&action=update").await.ok();
    let noted: Vec<&Value> = noted["audit_logs"].as_array().unwrap().iter().filter(|entry| entry["user_type"] == "Server").collect();
    assert_eq!(noted.len(), 4, "{noted:?}");
    assert!(noted.iter().all(|entry| entry["user_id"].is_null() && entry["audited_changes"]["active"] == json!([true, false])), "{noted:?}");
    let letters = post.wait_for(4).await;
    assert!(letters.iter().any(|letter| letter.header("subject").contains("was turned off")));
    // whoever has seen to it turns it on again
    office.administrator.patch(&format!("/automation_rules/{to_team}"), json!({"active": true})).await.ok();
    visitor.says(number, "Hello").await;
    acted(&server.db).await;
    assert!(!is_on(to_team).await, "nothing has changed: it does not work");
    server.finish().await;
}

#[actix_rt::test]
async fn a_rule_that_waits_looks_again_when_its_time_has_come() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let ((visitor, first), (other, second)) = (office.conversation(&inbox).await, office.conversation(&inbox).await);
    let conditions = json!([condition("status", "equal_to", json!(["open"]))]);
    let said = json!({"name": "Later", "event_name": "message_created", "execution_delay": 10, "conditions": conditions,
        "actions": [action("add_label", json!(["late"]))]});
    office.administrator.post("/automation_rules", said).await.ok();
    visitor.says(first, "Hello").await;
    other.says(second, "Hello").await;
    acted(&server.db).await;
    let waiting = "SELECT count(*) AS number FROM action_runs WHERE state = 1";
    assert_eq!((count(&server.db, waiting).await, labels(&office, first).await), (2, json!([])));
    office.agent.post(&format!("/conversations/{second}/toggle_status"), json!({"status": "resolved"})).await.ok();
    let past = "UPDATE action_runs SET due_at = created_at WHERE state = 1";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(past), tx.conn)?)).await;
    until("it to be done", async || (count(&server.db, waiting).await == 0).then_some(())).await;
    assert_eq!((labels(&office, first).await, labels(&office, second).await), (json!(["late"]), json!([])));
    server.finish().await;
}

#[actix_rt::test]
async fn a_rule_that_is_refused_something_does_nothing_of_it_and_others_go_on() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    // no mail server is set up
    let half = json!([action("add_label", json!(["half"])), action("send_email_transcript", json!(["lea@example.org"]))]);
    let id = rule(&office, "message_created", json!([]), half).await;
    labelling(&office, "message_created", json!([condition("labels", "is_not_present", json!([]))]), "whole").await;
    visitor.says(number, "Hello").await;
    acted(&server.db).await;
    assert_eq!(labels(&office, number).await, json!(["whole"]));
    assert_eq!(count(&server.db, &format!("SELECT count(*) AS number FROM action_runs WHERE automation_rule_id = {id} AND state = 3")).await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn nothing_is_lost_and_nothing_done_twice_when_processes_are_killed() {
    let place = Place::new();
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    rule(
        &office,
        "message_created",
        json!([condition("message_type", "equal_to", json!(["incoming"]))]),
        json!([action("send_message", json!(["Echo"]))]),
    )
    .await;
    let (visitor, number) = office.conversation(&office.api_inbox().await).await;
    let mut said = 0;
    for _ in 0..5 {
        let there = Visitor { caller: visitor.moved_to(&server.address), ..visitor.clone() };
        for _ in 0..8 {
            there.says(number, "Hello").await;
            said += 1;
        }
        server.kill();
        server = Process::start(&place, &[]).await;
    }
    acted(&db).await;
    until("nothing to do", async || (gone(&db).await == 0).then_some(())).await;
    assert_eq!(count(&db, "SELECT count(*) AS number FROM messages WHERE content = 'Echo'").await, said);
}

#[actix_rt::test]
async fn two_nodes_share_the_work_and_keep_the_order() {
    if !is_postgres() {
        return; // SQLite has one node
    }
    let place = Place::new();
    let db = database(&place).await;
    let (one, two) = futures_util::future::join(Process::start(&place, &[]), Process::start(&place, &[])).await;
    let office = Office::open(db.clone(), one.anonymous(), "").await;
    let said = condition("message_type", "equal_to", json!(["incoming"]));
    rule(&office, "message_created", json!([said]), json!([action("send_message", json!(["Echo"])), action("change_status", json!(["pending"]))]))
        .await;
    let inbox = office.api_inbox().await;
    let mut conversations = Vec::new();
    for _ in 0..6 {
        conversations.push(office.conversation(&inbox).await);
    }
    for nth in 0..8 {
        let address = if nth % 2 == 0 { &one.address } else { &two.address };
        let all = conversations.iter().map(|(visitor, number)| {
            let there = Visitor { caller: visitor.moved_to(address), ..visitor.clone() };
            async move { there.says(*number, "Hello").await }
        });
        futures_util::future::join_all(all).await;
    }
    acted(&db).await;
    assert_eq!(count(&db, "SELECT count(*) AS number FROM messages WHERE content = 'Echo'").await, 48);
    for (_, number) in &conversations {
        let done = format!(
            "SELECT count(*) AS number FROM (SELECT message_id, lag(message_id) OVER (ORDER BY r.id) AS earlier FROM action_runs r \
             JOIN conversations c ON c.id = r.conversation_id WHERE c.display_id = {number}) t WHERE earlier > message_id"
        );
        assert_eq!(count(&db, &done).await, 0, "in the order of what began them");
    }
}

/// Anybody who may arrange things, and nobody else, keeps rules that run with all rights.
#[actix_rt::test]
async fn an_agent_cannot_make_a_rule_by_another_door() {
    let server = Server::start().await;
    let office = server.office().await;
    let caller: &Caller = &office.agent.caller;
    caller.post("/automation_rules", json!({"automation_rule": {"name": "x"}})).await.error(401);
    assert_eq!(count(&server.db, "SELECT count(*) AS number FROM automation_rules").await, 0);
    server.finish().await;
}
