//! What is set of an inbox beyond its name: picture, keys, hours, forms, who can be given its conversations; in the API and on pages.
use crate::{
    pages::Visit,
    profile::{PICTURE, with_file},
    support::{Caller, File, Receiver, Server},
};
use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

const INBOXES: &str = "/app/accounts/1/settings/inboxes";

fn ids(answer: &Value) -> Vec<i64> {
    answer["payload"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[actix_rt::test]
async fn an_inbox_has_a_picture() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let path = format!("/inboxes/{}", inbox.id);
    let administrator: &Caller = &office.administrator;
    let told = server
        .telling(async || {
            let shown = with_file(administrator, Method::PATCH, &path, "avatar", "image/png", PICTURE).await.ok();
            assert!(shown["avatar_url"].as_str().unwrap().ends_with("/me.png"), "{shown}");
        })
        .await;
    assert_eq!(told.iter().map(|one| one.name).collect::<Vec<_>>(), ["inbox_updated"]);
    assert_eq!(with_file(administrator, Method::PATCH, &path, "avatar", "image/png", b"x").await.invalid(), ["avatar"]);
    with_file(&office.agent, Method::PATCH, &path, "avatar", "image/png", PICTURE).await.error(401);
    office.agent.delete(&format!("{path}/avatar")).await.error(401);
    let made = administrator
        .upload("/inboxes", &[("name", "New"), ("channel[type]", "api")], &[File::new("avatar", "me.png", "image/png", PICTURE)])
        .await
        .ok();
    assert!(made["avatar_url"].as_str().unwrap().contains("/rails/"), "{made}");
    administrator.delete(&format!("{path}/avatar")).await.ok_and_empty();
    assert_eq!(administrator.get(&path).await.ok()["avatar_url"], "");
    administrator.delete("/inboxes/999/avatar").await.error(404);
    server.another_office("b.").await.administrator.delete(&format!("{path}/avatar")).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn keys_are_made_anew() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let inbox = office.api_inbox_with(json!({"webhook_url": receiver.url()})).await;
    let path = format!("/inboxes/{}", inbox.id);
    let site = office.website().await;
    let now = office.administrator.post(&format!("{path}/reset_secret"), json!({})).await.ok();
    assert!(now["secret"] != inbox.secret.as_str() && now["hmac_token"] == inbox.hmac_token.as_str());
    // what is posted from now on is signed with it
    let signing = format!("SELECT count(*) AS number FROM webhooks WHERE secret = '{}'", now["secret"].as_str().unwrap());
    assert_eq!(server.count(&signing).await, 1);
    let now = office.administrator.post(&format!("{path}/reset_hmac_token"), json!({})).await.ok();
    assert_ne!(now["hmac_token"], inbox.hmac_token.as_str());
    assert!(office.administrator.post(&format!("/inboxes/{site}/reset_hmac_token"), json!({})).await.ok()["hmac_token"].is_string());
    office.administrator.post(&format!("/inboxes/{site}/reset_secret"), json!({})).await.error(404);
    let stranger = server.another_office("b.").await;
    for key in ["reset_secret", "reset_hmac_token"] {
        office.agent.post(&format!("{path}/{key}"), json!({})).await.error(401);
        stranger.administrator.post(&format!("{path}/{key}"), json!({})).await.error(404);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn conversations_can_be_given_to_members_and_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    let (both, site) = (office.api_inbox().await.id, office.website().await);
    let cleo = office.another_agent("Cleo Agent", "cleo@acme.example").await;
    office.administrator.post("/inbox_members", json!({"inbox_id": both, "user_ids": [cleo.id]})).await.ok();
    office
        .administrator
        .json(Method::DELETE, "/inbox_members", json!({"inbox_id": both, "user_ids": [office.administrator.id]}))
        .await
        .ok_and_empty();
    let (ada, ben) = (office.administrator.id, office.agent.id);
    assert_eq!(ids(&office.agent.get(&format!("/inboxes/{both}/assignable_agents")).await.ok()), [ada, ben, cleo.id]);
    let of = |inboxes: &[i64]| inboxes.iter().map(|id| format!("inbox_ids[]={id}")).collect::<Vec<_>>().join("&");
    let asked = async |query: String| office.agent.get(&format!("/assignable_agents?{query}")).await.ok();
    assert_eq!(ids(&asked(of(&[both])).await), [ada, ben, cleo.id]);
    assert_eq!(ids(&asked(of(&[both, site])).await), [ada, ben]);
    assert_eq!(ids(&asked(String::new()).await), [ada]);
    assert!(asked(of(&[both])).await["payload"][0].get("assignee_type").is_none());
    office.administrator.post("/agent_bots", json!({"name": "Botty"})).await.ok();
    let with_bots = asked(format!("{}&include_agent_bots=1", of(&[both, site]))).await;
    let types: Vec<&Value> = with_bots["payload"].as_array().unwrap().iter().map(|one| &one["assignee_type"]).collect();
    assert_eq!(types, ["User", "User", "AgentBot"]);
    cleo.get(&format!("/assignable_agents?{}", of(&[site]))).await.error(401);
    cleo.get(&format!("/inboxes/{site}/assignable_agents")).await.error(401);
    cleo.get("/assignable_agents?inbox_ids[]=999").await.error(404);
    assert_eq!(cleo.get(&format!("/assignable_agents?{}", of(&[1; 101]))).await.invalid(), ["inbox_ids"]);
    server.finish().await;
}

#[actix_rt::test]
async fn null_as_text_empties_a_field_in_a_change_alone() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"name": "Support", "greeting_message": "null", "channel": {"type": "api"}});
    let made = office.administrator.post("/inboxes", said).await.ok();
    assert_eq!(made["greeting_message"], "null");
    let path = format!("/inboxes/{}", made["id"]);
    let nulls = json!({"greeting_message": "null", "out_of_office_message": "null", "business_name": "null", "csat_config": "null", "timezone": "null",
        "working_hours": "null", "greeting_enabled": "null"});
    let changed = office.administrator.patch(&path, nulls).await.ok();
    assert_eq!((&changed["greeting_message"], &changed["business_name"], &changed["timezone"]), (&Value::Null, &Value::Null, &json!("UTC")));
    assert_eq!(office.administrator.patch(&path, json!({"name": "null"})).await.invalid(), ["name"]);
    let refused = office.administrator.patch(&path, json!({"channel": {"hmac_mandatory": {}}})).await.error(422);
    assert!(refused.starts_with("channel.hmac_mandatory: "), "{refused}");
    server.finish().await;
}

#[actix_rt::test]
async fn hours_forms_and_surveys_are_kept_and_checked() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = format!("/inboxes/{}", office.website().await);
    let first = office.administrator.get(&site).await.ok();
    assert_eq!(first["pre_chat_form_options"]["pre_chat_fields"].as_array().map(Vec::len), Some(3));
    let changes = json!({
        "working_hours": [{"day_of_week": 1, "open_hour": 8, "open_minutes": 30, "close_hour": 12, "close_minutes": 0}, {"day_of_week": 6, "open_all_day": true, "closed_all_day": false}],
        "csat_survey_enabled": true, "csat_config": {"display_type": "star", "message": "How was it?", "odd": 1},
        "channel": {"pre_chat_form_enabled": true, "selected_feature_flags": ["attachments", "nonsense"], "reply_time": "in_a_day", "allowed_domains": "shop.example",
            "pre_chat_form_options": {"pre_chat_message": "Hi", "pre_chat_fields": [{"name": "order", "label": "Order", "type": "text", "enabled": true}]}},
    });
    let changed = office.administrator.patch(&site, changes).await.ok();
    let day = |number: usize| &changed["working_hours"][number];
    assert_eq!((&day(1)["open_hour"], &day(1)["open_minutes"], &day(1)["close_hour"]), (&json!(8), &json!(30), &json!(12)));
    assert_eq!((&day(6)["open_all_day"], &day(6)["close_hour"], &day(6)["close_minutes"]), (&json!(true), &json!(23), &json!(59)));
    assert_eq!((&day(2)["open_hour"], changed["working_hours"].as_array().map(Vec::len)), (&json!(9), Some(7)));
    assert_eq!(changed["csat_config"], json!({"display_type": "star", "message": "How was it?"}));
    assert_eq!((&changed["selected_feature_flags"], &changed["reply_time"]), (&json!(["attachments"]), &json!("in_a_day")));
    assert_eq!(changed["pre_chat_form_options"]["pre_chat_fields"][0]["name"], "order");
    for (said, attribute) in [
        (json!({"working_hours": [{"day_of_week": 7, "open_hour": 8}]}), "day_of_week"),
        (json!({"working_hours": [{"open_hour": 8}]}), "day_of_week"),
        (json!({"working_hours": [{"day_of_week": 1, "open_hour": 24}]}), "open_hour"),
        (json!({"working_hours": [{"day_of_week": 1, "close_minutes": 60}]}), "close_minutes"),
        (json!({"working_hours": [{"day_of_week": 1, "close_hour": 8, "close_minutes": 30}]}), "close_hour"),
        (json!({"working_hours": [{"day_of_week": 1, "open_all_day": true, "closed_all_day": true}]}), "open_all_day"),
        (json!({"csat_config": {"display_type": "thumbs"}}), "csat_config"),
        (json!({"channel": {"pre_chat_form_options": {"pre_chat_fields": [{"label": "x"}]}}}), "pre_chat_form_options"),
        (json!({"channel": {"allowed_domains": "x".repeat(20_001)}}), "allowed_domains"),
    ] {
        assert_eq!(office.administrator.patch(&site, said.clone()).await.invalid(), [attribute], "{said}");
    }
    assert_eq!(office.administrator.get(&site).await.ok(), changed);
    server.finish().await;
}

#[actix_rt::test]
async fn a_website_is_connected_to_a_help_centre_on_its_page() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let site = json!({"name": "Shop", "channel": {"type": "web_widget", "website_url": "https://shop.example"}});
    visit.account.post("/inboxes", site).await.ok();
    let one = format!("{INBOXES}/1");
    let csrf = visit.token(&one).await;
    assert!(!visit.get(&one).await.text().contains("name=\"portal_id\""), "there is none to choose");
    let id = visit.account.post("/portals", json!({"name": "Handbook", "slug": "book"})).await.ok()["id"].to_string();
    let stranger = server.another_office("b.").await.administrator;
    let strange = stranger.post("/portals", json!({"name": "Strange pages", "slug": "other"})).await.ok()["id"].to_string();
    let page = visit.get(&one).await.text();
    assert!(page.contains("name=\"portal_id\"") && page.contains("Handbook") && !page.contains("Strange pages"), "{page}");
    let kept = [("name", "Shop"), ("website_url", "https://shop.example"), ("widget_color", "#00aa55")];
    let connected = json!({"name": "Handbook", "slug": "book"});
    // a form that does not ask for it leaves it as it is
    for (said, after) in [(Some(id.as_str()), Some(&connected)), (None, Some(&connected)), (Some(""), None)] {
        let fields: Vec<(&str, &str)> = kept.into_iter().chain(said.map(|id| ("portal_id", id))).collect();
        assert_eq!(send(&mut visit, &one, &csrf, &fields).await.status, 303, "{said:?}");
        assert_eq!(visit.account.get("/inboxes/1").await.ok().get("help_center"), after, "{said:?}");
        let chosen = format!("<option value=\"{id}\" selected>");
        assert_eq!(visit.get(&one).await.text().contains(&chosen), after.is_some(), "{said:?}");
    }
    for wrong in [strange.as_str(), "x"] {
        let refused = send(&mut visit, &one, &csrf, &[&kept[..], &[("portal_id", wrong)]].concat()).await;
        assert!(refused.status == 422 && refused.text().contains("choose a help centre"), "{wrong}: {}", refused.text());
    }
    server.finish().await;
}

/// Sends a form of one of the pages; `more` comes after the token.
async fn send(visit: &mut Visit, path: &str, csrf: &str, more: &[(&str, &str)]) -> crate::support::Answer {
    let fields: Vec<(&str, &str)> = std::iter::once(("csrf_token", csrf)).chain(more.iter().copied()).collect();
    visit.form(path, &fields).await
}

#[actix_rt::test]
async fn a_website_is_set_up_on_its_tabs() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let site = json!({"name": "Shop", "channel": {"type": "web_widget", "website_url": "https://shop.example"}});
    visit.account.post("/inboxes", site).await.ok();
    let one = format!("{INBOXES}/1");
    let csrf = visit.token(&one).await;
    let fields = [
        ("name", "Our shop"),
        ("website_url", "https://shop.example/th"),
        ("widget_color", "#00aa55"),
        ("reply_time", "in_a_day"),
        ("features[]", "emoji_picker"),
        ("greeting_enabled", "1"),
        // as browsers end lines
        ("greeting_message", "Hello!\r\nAsk us."),
        ("csat_display_type", "star"),
        ("sender_name_type", "professional"),
        ("business_name", "Shop Ltd"),
    ];
    assert_eq!(send(&mut visit, &one, &csrf, &fields).await.status, 303);
    let inbox = visit.account.get("/inboxes/1").await.ok();
    for (key, value) in [
        ("name", json!("Our shop")),
        ("widget_color", json!("#00aa55")),
        ("reply_time", json!("in_a_day")),
        ("selected_feature_flags", json!(["emoji_picker"])),
        ("greeting_message", json!("Hello!\nAsk us.")),
        ("greeting_enabled", json!(true)),
        ("enable_email_collect", json!(false)),
        ("csat_config", json!({"display_type": "star"})),
        ("sender_name_type", json!("professional")),
    ] {
        assert_eq!(inbox[key], value, "{key}");
    }
    // the same once more changes nothing, and is not told
    let told = "SELECT count(*) AS number FROM events";
    let before = server.count(told).await;
    assert_eq!(send(&mut visit, &one, &csrf, &fields).await.status, 303);
    assert_eq!(server.count(told).await, before);
    // nor does a form that an older inbox has not, unless it is asked for
    server.write(|tx| Ok(sql_query("UPDATE web_widget_channels SET pre_chat_form_options = '{}'").execute(tx.conn)?)).await;
    visit.account.patch("/inboxes/1", json!({"name": "Our shop"})).await.ok();
    assert_eq!(server.count(told).await, before);
    let refused = send(&mut visit, &one, &csrf, &[("name", ""), ("website_url", "https://shop.example")]).await;
    assert!(refused.status == 422 && refused.text().contains("Please fill this in"), "{}", refused.text());
    let hours = format!("{one}/hours");
    let day = |number: &'static str, state: &'static str, opens: &'static str, closes: &'static str| {
        [("days[][day_of_week]", number), ("days[][state]", state), ("days[][opens]", opens), ("days[][closes]", closes)]
    };
    let week = [day("0", "all_day", "", ""), day("1", "open", "08:30", "12:00"), day("2", "closed", "09:00", "17:00")].concat();
    let said = [&[("working_hours_enabled", "1"), ("timezone", "Asia/Bangkok"), ("out_of_office_message", "Back soon")][..], &week].concat();
    assert_eq!(send(&mut visit, &hours, &csrf, &said).await.status, 303);
    let inbox = visit.account.get("/inboxes/1").await.ok();
    let days = &inbox["working_hours"];
    assert_eq!((&days[0]["open_all_day"], &days[1]["open_minutes"], &days[2]["closed_all_day"]), (&json!(true), &json!(30), &json!(true)));
    assert_eq!(
        (&inbox["timezone"], &inbox["out_of_office_message"], &days[3]["open_hour"]),
        (&json!("Asia/Bangkok"), &json!("Back soon"), &json!(9))
    );
    for wrong in [day("1", "open", "12:00", "08:00"), day("1", "open", "", "08:00")] {
        let right = day("2", "open", "08:00", "12:00");
        let refused = send(&mut visit, &hours, &csrf, &[&[("timezone", "UTC")][..], &wrong, &right].concat()).await;
        assert!(refused.status == 422 && refused.text().contains("Each open day needs"), "{}", refused.text());
        assert_eq!(refused.text().matches("aria-invalid").count(), 2, "the times of the one day: {}", refused.text());
    }
    let form = format!("{one}/pre_chat_form");
    let said = [
        ("pre_chat_form_enabled", "1"),
        ("pre_chat_message", "First things first"),
        ("fields[][name]", "emailAddress"),
        ("fields[][label]", "E-mail"),
        ("fields[][enabled]", "1"),
        ("fields[][name]", "fullName"),
        ("fields[][label]", "Name"),
        ("fields[][required]", "1"),
    ];
    assert_eq!(send(&mut visit, &form, &csrf, &said).await.status, 303);
    let options = visit.account.get("/inboxes/1").await.ok()["pre_chat_form_options"].clone();
    let fields = &options["pre_chat_fields"];
    assert_eq!((&fields[0]["label"], &fields[0]["enabled"], &fields[0]["required"]), (&json!("E-mail"), &json!(true), &json!(false)));
    assert_eq!((&fields[1]["required"], &fields[1]["type"], &fields[2]["name"]), (&json!(true), &json!("text"), &json!("phoneNumber")));
    let configuration = format!("{one}/configuration");
    assert_eq!(send(&mut visit, &configuration, &csrf, &[("allowed_domains", "shop.example"), ("hmac_mandatory", "1")]).await.status, 303);
    let inbox = visit.account.get("/inboxes/1").await.ok();
    assert_eq!((&inbox["allowed_domains"], &inbox["hmac_mandatory"]), (&json!("shop.example"), &json!(true)));
    assert_eq!(send(&mut visit, &format!("{one}/reset_hmac_token"), &csrf, &[]).await.status, 303);
    assert_ne!(visit.account.get("/inboxes/1").await.ok()["hmac_token"], inbox["hmac_token"]);
    let picture = [File::new("avatar", "me.png", "image/png", PICTURE)];
    assert_eq!(visit.caller().upload(&format!("{one}/avatar"), &[("csrf_token", &csrf)], &picture).await.status, 303);
    assert!(visit.get(INBOXES).await.text().contains("src=\"/rails/"));
    assert_eq!(send(&mut visit, &format!("{one}/avatar/delete"), &csrf, &[]).await.status, 303);
    assert_eq!(send(&mut visit, &format!("{one}/members"), &csrf, &[]).await.status, 303);
    assert!(ids(&visit.account.get("/inbox_members/1").await.ok()).is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn an_api_inbox_is_set_up_on_its_tabs_and_agents_see_no_keys() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let one = format!("{INBOXES}/{}", inbox.id);
    let (ada, ben) = (server.browser_of(office.administrator.id).await, server.browser_of(office.agent.id).await);
    let page = ada.get(&format!("{one}/configuration")).await.text();
    assert!(page.contains(&inbox.secret) && page.contains(&inbox.hmac_token) && page.contains(&inbox.identifier), "{page}");
    let csrf = crate::pages::csrf_of(&page);
    let form = async |path: &str, more: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = std::iter::once(("csrf_token", csrf.as_str())).chain(more.iter().copied()).collect();
        ada.form(&format!("{one}{path}"), &fields).await
    };
    // only a website asks its visitors for their addresses: here is no box, and what is stored stays
    assert!(!ada.get(&one).await.text().contains("enable_email_collect"));
    assert_eq!(form("", &[("name", "Bridge")]).await.status, 303);
    let named = office.administrator.get(&format!("/inboxes/{}", inbox.id)).await.ok();
    assert_eq!((&named["name"], &named["enable_email_collect"]), (&json!("Bridge"), &json!(true)));
    assert_eq!(form("/configuration", &[("webhook_url", "https://bridge.example/x"), ("agent_reply_time_window", "24")]).await.status, 303);
    let now = office.administrator.get(&format!("/inboxes/{}", inbox.id)).await.ok();
    assert_eq!((&now["webhook_url"], &now["additional_attributes"]), (&json!("https://bridge.example/x"), &json!({"agent_reply_time_window": 24})));
    // what is saved as it is stays as it is, however it was written
    for window in [json!(24), json!(0.5), json!("24")] {
        let stored = json!({"agent_reply_time_window": window, "mine": {"a": [1]}});
        let said = json!({"channel": {"additional_attributes": stored}});
        office.administrator.patch(&format!("/inboxes/{}", inbox.id), said).await.ok();
        let shown = window.as_str().map_or_else(|| window.to_string(), str::to_owned);
        assert_eq!(form("/configuration", &[("agent_reply_time_window", shown.as_str())]).await.status, 303);
        assert_eq!(office.administrator.get(&format!("/inboxes/{}", inbox.id)).await.ok()["additional_attributes"], stored, "{shown}");
    }
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), json!({"channel": {"additional_attributes": {}}})).await.ok();
    for wrong in [("webhook_url", "http://10.0.0.1/"), ("agent_reply_time_window", "0")] {
        assert_eq!(form("/configuration", &[wrong]).await.status, 422, "{wrong:?}");
    }
    assert_eq!(form("/configuration", &[]).await.status, 303);
    assert_eq!(form("/reset_secret", &[]).await.status, 303);
    let emptied = office.administrator.get(&format!("/inboxes/{}", inbox.id)).await.ok();
    assert_eq!((&emptied["webhook_url"], &emptied["additional_attributes"]), (&Value::Null, &json!({})));
    assert_ne!(emptied["secret"], now["secret"]);
    assert_eq!(ada.get(&format!("{one}/pre_chat_form")).await.status, 404, "a website's alone");
    assert_eq!(ben.get(&one).await.header("location"), Some(format!("{one}/configuration").as_str()));
    let seen = ben.get(&format!("{one}/configuration")).await.text();
    assert!(seen.contains(&inbox.identifier) && !seen.contains(&inbox.hmac_token) && !seen.contains(emptied["secret"].as_str().unwrap()), "{seen}");
    assert!(ben.get(&format!("{one}/members")).await.text().contains("Ben Agent"));
    for tab in ["hours", "bot", "delete"] {
        assert_eq!(ben.get(&format!("{one}/{tab}")).await.status, 403, "{tab}");
    }
    let csrf = crate::pages::csrf_of(&ben.get("/app/profile").await.text());
    for action in ["", "/members", "/hours", "/bot", "/configuration", "/reset_secret", "/reset_hmac_token", "/avatar/delete", "/delete"] {
        let refused = ben.form(&format!("{one}{action}"), &[("csrf_token", &csrf)]).await;
        assert_eq!(refused.status, 403, "{action}");
    }
    server.finish().await;
}
