//! What can be integrated: the list of apps, and the hooks that administrators set up.
use crate::{
    pages::Visit,
    snapshot,
    support::{Office, Server},
};
use serde_json::{Value, json};

const PAGES: &str = "/app/accounts/1/settings/integrations";
const SECRET: &str = "key-of-the-service";

fn hook() -> Value {
    json!({"app_id": "libretranslate", "settings": {"endpoint_url": "https://translate.example/translate", "api_key": SECRET}})
}

/// The app of that name, as somebody sees it.
fn app<'a>(list: &'a Value, id: &str) -> &'a Value {
    list["payload"].as_array().unwrap().iter().find(|app| app["id"] == id).unwrap_or_else(|| panic!("no {id} in {list}"))
}

async fn settings_in_the_database(server: &Server, office: &Office, words: &str) -> i64 {
    let account = office.account;
    server.count(&format!("SELECT count(*) AS number FROM integration_hooks WHERE account_id = {account} AND CAST(settings AS TEXT) {words}")).await
}

#[actix_rt::test]
async fn apps_say_what_is_set_up() {
    let server = Server::start().await;
    let office = server.office().await;
    let empty = office.agent.get("/integrations/apps").await.ok();
    for id in ["webhook", "dashboard_apps", "libretranslate"] {
        assert_eq!((&app(&empty, id)["enabled"], &app(&empty, id)["hooks"]), (&json!(false), &json!([])), "{id}");
    }
    assert_eq!(empty["payload"].as_array().unwrap().len(), 3, "what does not work here is not listed");
    office.webhook("https://crm.example/in").await;
    let content = json!([{"type": "frame", "url": "https://a.example"}]);
    office.administrator.post("/dashboard_apps", json!({"title": "Orders", "content": content})).await.ok();
    let made = office.administrator.post("/integrations/hooks", hook()).await.ok();
    let seen = office.administrator.get("/integrations/apps").await.ok();
    snapshot!("integration_apps", seen);
    assert!(seen["payload"].as_array().unwrap().iter().all(|app| app["enabled"] == true));
    let for_agent = office.agent.get("/integrations/apps").await.ok();
    let (of_agent, of_administrator) = (app(&for_agent, "libretranslate")["hooks"][0].clone(), made);
    assert_eq!((of_agent.get("settings"), &of_agent["id"]), (None, &of_administrator["id"]), "what is set is nothing for agents");
    assert_eq!((of_agent.get("reference_id"), of_administrator.get("reference_id")), (None, Some(&Value::Null)));
    let keys: Vec<String> = for_agent["payload"][2].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["id", "name", "description", "short_description", "enabled", "hooks"]);
    for caller in [&*office.agent, &*office.administrator] {
        let list = caller.get("/integrations/apps").await.ok();
        assert_eq!(caller.get("/integrations/apps/libretranslate").await.ok(), *app(&list, "libretranslate"));
        caller.get("/integrations/apps/slack").await.error(404);
    }
    let stranger = server.another_office("b.").await;
    assert!(stranger.administrator.get("/integrations/apps").await.ok()["payload"].as_array().unwrap().iter().all(|app| app["enabled"] == false));
    server.anonymous().below("/api/v1/accounts/1").get("/integrations/apps").await.is(401);
    office.administrator.patch("", json!({"locale": "th"})).await.ok();
    assert_eq!(app(&office.agent.get("/integrations/apps").await.ok(), "webhook")["name"], "เว็บฮุค");
    server.finish().await;
}

#[actix_rt::test]
async fn hooks_are_set_up_changed_and_ended_by_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = office.administrator.post("/integrations/hooks", json!({"hook": hook()})).await.ok();
    snapshot!("integration_hook", made);
    let one = format!("/integrations/hooks/{}", made["id"]);
    assert!(!made.to_string().contains(SECRET), "{made}");
    assert_eq!(office.administrator.post("/integrations/hooks", hook()).await.invalid(), ["app_id"], "one of it is enough");
    let changed = office.administrator.patch(&one, json!({"status": 0})).await.ok();
    assert_eq!((&changed["status"], &changed["settings"]), (&json!(false), &made["settings"]));
    let settings = json!({"endpoint_url": "https://other.example/translate"});
    let changed = office.administrator.put(&one, json!({"status": "enabled", "settings": settings})).await.ok();
    assert_eq!((&changed["status"], &changed["settings"]), (&json!(true), &settings));
    assert_eq!(settings_in_the_database(&server, &office, &format!("LIKE '%{SECRET}%'")).await, 1, "what nobody can read stays");
    let settings = json!({"endpoint_url": "https://other.example/translate", "api_key": null});
    office.administrator.patch(&one, json!({"settings": settings})).await.ok();
    assert_eq!(settings_in_the_database(&server, &office, "LIKE '%api_key%'").await, 0);
    let refused = office.agent.post(&format!("{one}/process_event"), json!({"event": {"name": "rephrase"}})).await.error(422);
    assert!(refused.contains("processor"), "{refused}");
    let stranger = server.another_office("b.").await;
    office.agent.post("/integrations/hooks", hook()).await.error(401);
    office.agent.patch(&one, json!({"status": 0})).await.error(401);
    office.agent.delete(&one).await.error(401);
    stranger.administrator.patch(&one, json!({"status": 0})).await.error(404);
    stranger.administrator.delete(&one).await.error(404);
    stranger.agent.post(&format!("{one}/process_event"), json!({})).await.error(404);
    stranger.administrator.post("/integrations/hooks", hook()).await.ok();
    office.administrator.delete(&one).await.ok_and_empty();
    office.administrator.delete(&one).await.error(404);
    office.administrator.patch(&one, json!({"status": 0})).await.error(404);
    assert_eq!(app(&office.agent.get("/integrations/apps").await.ok(), "libretranslate")["enabled"], false);
    server.finish().await;
}

#[actix_rt::test]
async fn what_does_not_fit_an_app_is_refused() {
    let server = Server::start().await;
    let administrator = server.office().await.administrator;
    for app_id in ["", "slack", "openai", "webhook", "dashboard_apps"] {
        let said = json!({"app_id": app_id, "settings": {"endpoint_url": "https://translate.example/"}});
        assert_eq!(administrator.post("/integrations/hooks", said).await.invalid(), ["app_id"], "{app_id}");
    }
    let wrong = [
        json!({}),
        json!({"api_key": "k"}),
        json!({"endpoint_url": "translate.example"}),
        json!({"endpoint_url": ["https://translate.example"]}),
        json!({"endpoint_url": "https://translate.example/", "project_id": "p"}),
        // not where the operator lets the server go
        json!({"endpoint_url": "http://10.0.0.1/translate"}),
        json!({"endpoint_url": "http://169.254.169.254/latest/meta-data"}),
    ];
    for settings in &wrong {
        let said = json!({"app_id": "libretranslate", "settings": settings});
        assert_eq!(administrator.post("/integrations/hooks", said).await.invalid(), ["settings"], "{settings}");
    }
    let made = administrator.post("/integrations/hooks", hook()).await.ok();
    let one = format!("/integrations/hooks/{}", made["id"]);
    for settings in &wrong {
        assert_eq!(administrator.patch(&one, json!({"settings": settings})).await.invalid(), ["settings"], "{settings}");
    }
    for said in [json!({"status": "open"}), json!({"status": 2}), json!({"settings": 1})] {
        assert_eq!(administrator.patch(&one, said.clone()).await.status, 422, "{said}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn the_translation_service_is_set_up_on_a_page() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let here = format!("{PAGES}/translation");
    assert!(visit.get(PAGES).await.text().contains(&here));
    assert_eq!(visit.get(&format!("{here}/delete")).await.status, 404);
    let csrf = visit.token(&here).await;
    let csrf = ("csrf_token", csrf.as_str());
    let (url, key) = (("endpoint_url", "https://translate.example/translate"), ("api_key", SECRET));
    assert!(visit.form(&here, &[csrf, ("endpoint_url", "")]).await.text().contains("Please fill this in"));
    let refused = visit.form(&here, &[csrf, ("endpoint_url", "http://10.0.0.1/translate"), key]).await;
    assert!(refused.status == 422 && refused.text().contains("10.0.0.1") && !refused.text().contains(SECRET), "{}", refused.text());
    assert_eq!(visit.form(&here, &[csrf, url, key, ("enabled", "1")]).await.status, 303);
    let set = visit.account.get("/integrations/apps/libretranslate").await.ok()["hooks"][0].clone();
    assert_eq!((&set["status"], &set["settings"]), (&json!(true), &json!({"endpoint_url": url.1})));
    let shown = visit.get(&here).await.text();
    assert!(shown.contains(url.1) && shown.contains("There is one") && !shown.contains(SECRET), "{shown}");
    // a box that is not checked sends nothing
    assert_eq!(visit.form(&here, &[csrf, url, ("api_key", "")]).await.status, 303);
    let set = visit.account.get("/integrations/apps/libretranslate").await.ok()["hooks"][0].clone();
    assert_eq!(set["status"], false);
    assert!(visit.get(&here).await.text().contains("There is one"), "the key stays");
    assert!(visit.get(&format!("{here}/delete")).await.text().contains("delete the translation service"));
    assert_eq!(visit.form(&format!("{here}/delete"), &[csrf]).await.status, 303);
    assert_eq!(visit.account.get("/integrations/apps/libretranslate").await.ok()["hooks"], json!([]));
    assert_eq!(visit.form(&format!("{here}/delete"), &[csrf]).await.status, 404);
    server.finish().await;
}
