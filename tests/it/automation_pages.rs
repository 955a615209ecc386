//! Settings → Automation and Settings → Macros, without a script.
use crate::{automation_rules::acted, pages::Visit, support::Server};
use serde_json::{Value, json};

const RULES: &str = "/app/accounts/1/settings/automation";
const MACROS: &str = "/app/accounts/1/settings/macros";

fn chosen(value: &Value) -> String {
    value.to_string()
}

#[actix_rt::test]
async fn a_rule_is_put_together_tried_and_switched() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get(RULES).await.text().contains("There are no rules yet"));
    let team = visit.account.post("/teams", json!({"name": "billing"})).await.ok()["id"].clone();
    visit.account.post("/labels", json!({"title": "vip"})).await.ok();
    let csrf = visit.token(&format!("{RULES}/new")).await;
    let form = visit.get(&format!("{RULES}/new")).await.text();
    for part in ["billing", "vip", "Send a message", "A message is written", "Text of the message", "does not contain"] {
        assert!(form.contains(part), "{part}");
    }
    let (label, message) = (chosen(&json!({"action_name": "add_label", "action_params": ["vip"]})), chosen(&json!({"action_name": "send_message"})));
    let (mail, content) = (
        chosen(&json!({"action_name": "send_email_to_team", "action_params": [{"team_ids": [team]}]})),
        chosen(&json!({"attribute_key": "content"})),
    );
    let status = chosen(&json!({"attribute_key": "status", "values": ["open"]}));
    let fields = |name: &'static str, delay: &'static str, more: &'static str| {
        [
            ("csrf_token", csrf.as_str()),
            ("name", name),
            ("event_name", "message_created"),
            ("conditions[1][what]", content.as_str()),
            ("conditions[1][operator]", "contains"),
            ("conditions[1][text]", "refund\r\nmoney back"),
            ("conditions[2][join]", "or"),
            ("conditions[2][what]", status.as_str()),
            ("conditions[2][operator]", "not_equal_to"),
            ("conditions[3][what]", ""),
            ("actions[1][what]", label.as_str()),
            ("actions[2][what]", message.as_str()),
            ("actions[2][text]", "We are on it"),
            ("actions[3][what]", mail.as_str()),
            ("actions[3][text]", "Please look"),
            ("execution_delay", delay),
            ("active", "1"),
            ("more", more),
        ]
    };
    let more = visit.form(RULES, &fields("<b>kept</b>", "", "1")).await;
    assert!(more.status == 200 && more.text().contains("&#60;b&#62;kept"), "nothing is made when only more rows are wanted");
    assert!(more.text().contains("actions[5][what]"));
    let refused = visit.form(RULES, &fields("", "", "")).await;
    assert_eq!(refused.status, 422);
    assert!(visit.form(RULES, &fields("Refunds", "soon", "")).await.text().contains("a whole number from 10 to 43200"));
    assert_eq!(visit.form(RULES, &fields("Refunds", "", "")).await.status, 303);
    let made = visit.account.get("/automation_rules/1").await.ok()["payload"].clone();
    let conditions = json!([
        {"attribute_key": "content", "filter_operator": "contains", "values": ["refund", "money back"], "query_operator": "or"},
        {"attribute_key": "status", "values": ["open"], "filter_operator": "not_equal_to", "query_operator": null}
    ]);
    assert_eq!(made["conditions"], conditions);
    assert_eq!(made["actions"][2]["action_params"], json!([{"team_ids": [team], "message": "Please look"}]));
    // what is shown is what was said, and saving it again changes nothing
    let one = format!("{RULES}/1");
    let shown = visit.get(&one).await.text();
    assert!(shown.contains("We are on it") && shown.contains("Please look") && shown.contains("It has not acted yet"), "{shown}");
    assert_eq!(visit.form(&one, &fields("Refunds", "", "")).await.status, 303);
    let again = visit.account.get("/automation_rules/1").await.ok()["payload"].clone();
    assert_eq!((&again["conditions"], &again["actions"]), (&made["conditions"], &made["actions"]));
    // what came from a program and has no entry stays
    let odd = json!([{"attribute_key": "inbox_id", "filter_operator": "equal_to", "values": [1, 2], "query_operator": null}]);
    visit
        .account
        .patch("/automation_rules/1", json!({"conditions": odd, "actions": [{"action_name": "add_label", "action_params": ["a", "b"]}]}))
        .await
        .ok();
    assert!(visit.get(&one).await.text().contains("add_label a, b"));
    assert!(visit.get(&format!("{one}/try")).await.text().contains("What it would do"));
    assert_eq!(visit.form(&format!("{one}/turn"), &[("csrf_token", csrf.as_str()), ("on", "0")]).await.status, 303);
    assert_eq!(visit.account.get("/automation_rules/1").await.ok()["payload"]["active"], false);
    assert_eq!(visit.form(&format!("{one}/clone"), &[("csrf_token", csrf.as_str())]).await.status, 303);
    assert_eq!(visit.account.get("/automation_rules").await.ok()["payload"].as_array().unwrap().len(), 2);
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("delete the rule Refunds"));
    assert_eq!(visit.form(&format!("{one}/delete"), &[("csrf_token", csrf.as_str())]).await.status, 303);
    assert_eq!(visit.get(&one).await.status, 404);
    server.finish().await;
}

#[actix_rt::test]
async fn trying_a_rule_changes_nothing_and_its_runs_are_shown() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let said = json!({"name": "Support", "channel": {"type": "api"}});
    let inbox = visit.account.post("/inboxes", said).await.ok();
    let contact = visit.account.post("/contacts", json!({"name": "Lea", "inbox_id": inbox["id"]})).await.ok()["payload"]["contact"]["id"].clone();
    let begin = json!({"inbox_id": inbox["id"], "contact_id": contact, "message": {"content": "A refund, please"}});
    let number = visit.account.post("/conversations", begin).await.ok()["id"].clone();
    let conditions = json!([{"attribute_key": "content", "filter_operator": "contains", "values": ["refund"], "query_operator": null}]);
    let actions = json!([{"action_name": "add_label", "action_params": ["money"]}]);
    let rule = json!({"name": "Refunds", "event_name": "message_created", "conditions": conditions, "actions": actions});
    visit.account.post("/automation_rules", rule).await.ok();
    let tried = visit.get(&format!("{RULES}/1/try")).await.text();
    assert!(tried.contains("In one conversation") && tried.contains(&format!("#{number}")) && tried.contains("A refund, please"), "{tried}");
    assert_eq!(visit.account.get(&format!("/conversations/{number}")).await.ok()["labels"], json!([]));
    visit.account.post(&format!("/conversations/{number}/messages"), json!({"content": "Another refund"})).await.ok();
    acted(&server.db).await;
    let shown = visit.get(&format!("{RULES}/1")).await.text();
    assert!(shown.contains("Done") && shown.contains(&format!("#{number}")), "{shown}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_macro_is_put_together() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get(MACROS).await.text().contains("There are no macros yet"));
    let csrf = visit.token(&format!("{MACROS}/new")).await;
    let myself = chosen(&json!({"action_name": "assign_agent", "action_params": ["self"]}));
    let fields = |name: &'static str| {
        [("csrf_token", csrf.as_str()), ("name", name), ("visibility", "global"), ("actions[1][what]", myself.as_str()), ("actions[1][text]", "")]
    };
    assert_eq!(visit.form(MACROS, &fields("")).await.status, 422);
    assert_eq!(visit.form(MACROS, &fields("Take it")).await.status, 303);
    let made = visit.account.get("/macros/1").await.ok()["payload"].clone();
    assert_eq!((&made["visibility"], &made["actions"][0]["action_params"]), (&json!("global"), &json!(["self"])));
    assert!(visit.get(MACROS).await.text().contains("Whoever runs it"));
    let one = format!("{MACROS}/1");
    assert_eq!(visit.form(&one, &fields("Take it all")).await.status, 303);
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("delete the macro Take it all"));
    assert_eq!(visit.form(&format!("{one}/delete"), &[("csrf_token", csrf.as_str())]).await.status, 303);
    assert_eq!(visit.get(&one).await.status, 404);
    server.finish().await;
}
