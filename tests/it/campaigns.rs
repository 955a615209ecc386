//! Campaigns: kept by administrators, shown by the widget, and begun as conversations by visitors who look closer.
use crate::{
    pages::Visit,
    snapshot,
    support::{Office, Receiver, Server, Told, Website, WidgetVisitor},
};
use futures_util::future::{join_all, join3};
use serde_json::{Value, json};

fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name).collect()
}

/// What a campaign of a website says when nothing else matters.
fn offer(site: &Website) -> Value {
    json!({"title": "Prices", "message": "Can I help you?", "inbox_id": site.id, "trigger_rules": {"url": "https://acme.example/pricing", "time_on_page": 10}})
}

/// Makes a campaign with more said about it; gives its number.
async fn campaign(office: &Office, site: &Website, more: Value) -> i64 {
    let mut said = offer(site);
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    office.administrator.post("/campaigns", said).await.ok()["id"].as_i64().unwrap()
}

/// Looks closer at a campaign.
async fn triggers(visitor: &WidgetVisitor, number: impl Into<Value>) {
    let info = json!({"campaign_id": number.into(), "referer": "https://acme.example/pricing", "initiated_at": {"timestamp": "Fri May 01 2026"}});
    let answer = visitor.post("/events", json!({"name": "campaign.triggered", "event_info": info})).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
}

#[actix_rt::test]
async fn administrators_keep_them_and_numbers_are_given_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let (site, other) = (office.website_with(json!({})).await, office.website_with(json!({})).await);
    let mut said = offer(&site);
    said["sender_id"] = json!(office.agent.id);
    let made = office.administrator.post("/campaigns", json!({"campaign": said})).await.ok();
    snapshot!("campaign", made);
    let one = format!("/campaigns/{}", made["id"]);
    assert_eq!(office.administrator.get(&one).await.ok(), made);
    let bare = office.administrator.post("/campaigns", offer(&other)).await.ok();
    assert_eq!((bare.get("sender"), &bare["id"]), (None, &json!(2)));
    assert_eq!(office.administrator.get("/campaigns").await.ok(), json!([made, bare]));
    let of = async |inbox: i64| office.administrator.get(&format!("/inboxes/{inbox}/campaigns")).await.ok();
    assert_eq!((of(site.id).await, of(other.id).await, of(office.api_inbox().await.id).await), (json!([made]), json!([bare]), json!([])));
    // what is not said stays
    let changed =
        office.administrator.patch(&one, json!({"trigger_rules": {"time_on_page": "3"}, "enabled": "false", "description": "x"})).await.ok();
    assert_eq!(changed["trigger_rules"], json!({"url": "https://acme.example/pricing", "time_on_page": 3}));
    assert_eq!((&changed["enabled"], &changed["description"], &changed["sender"]), (&json!(false), &json!("x"), &made["sender"]));
    let moved = office.administrator.patch(&one, json!({"sender_id": null, "inbox_id": other.id, "trigger_rules": null})).await.ok();
    assert_eq!((moved.get("sender"), &moved["trigger_rules"]), (None, &changed["trigger_rules"]));
    assert_eq!(of(other.id).await.as_array().unwrap().len(), 2);
    // another account has its own, which begin at one
    let stranger = server.another_office("b.").await;
    let theirs = stranger.website_with(json!({})).await;
    assert_eq!(campaign(&stranger, &theirs, json!({})).await, 1);
    stranger.administrator.get("/campaigns/2").await.error(404);
    stranger.administrator.patch("/campaigns/2", json!({"title": "x"})).await.error(404);
    stranger.administrator.delete("/campaigns/2").await.error(404);
    stranger.administrator.get(&format!("/inboxes/{}/campaigns", site.id)).await.error(404);
    for path in ["/campaigns", "/campaigns/1", &format!("/inboxes/{}/campaigns", site.id)] {
        office.agent.get(path).await.error(401);
    }
    office.administrator.delete("/campaigns/2").await.ok_and_empty();
    office.administrator.get("/campaigns/2").await.error(404);
    assert_eq!(campaign(&office, &site, json!({})).await, 3, "a number means the same campaign for good");
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named() {
    let server = Server::start().await;
    let office = server.office().await;
    let (site, api) = (office.website_with(json!({})).await, office.api_inbox().await.id);
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let strange = server.another_office("b.").await.website_with(json!({})).await.id;
    let number = campaign(&office, &site, json!({})).await;
    let rules = |url: &str| json!({"url": url});
    for (more, attribute) in [
        (json!({"title": " "}), "title"),
        (json!({"title": "x".repeat(256)}), "title"),
        (json!({"message": " \n"}), "message"),
        (json!({"message": "x".repeat(5001)}), "message"),
        (json!({"description": "x".repeat(1001)}), "description"),
        (json!({"inbox_id": api}), "audience"),
        (json!({"inbox_id": strange}), "inbox"),
        (json!({"inbox_id": 987654}), "inbox"),
        (json!({"sender_id": outsider.id}), "sender"),
        (json!({"sender_id": 987654}), "sender"),
        (json!({"trigger_rules": rules("")}), "url"),
        (json!({"trigger_rules": rules("acme.example")}), "url"),
        (json!({"trigger_rules": rules("javascript://acme.example/%0aalert(1)")}), "url"),
        (json!({"trigger_rules": {"url": "https://acme.example", "time_on_page": -1}}), "time_on_page"),
        (json!({"trigger_rules": {"url": "https://acme.example", "time_on_page": 1.5}}), "time_on_page"),
        (json!({"trigger_rules": {"url": "https://acme.example", "time_on_page": 86_401}}), "time_on_page"),
        (json!({"campaign_type": "one_off", "scheduled_at": "2030-01-01T00:00:00Z"}), "campaign_type"),
    ] {
        let mut said = offer(&site);
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(office.administrator.post("/campaigns", said).await.invalid(), [attribute], "{more:.200}");
        assert_eq!(office.administrator.patch(&format!("/campaigns/{number}"), more).await.invalid(), [attribute]);
    }
    for (missing, attribute) in [("title", "title"), ("message", "message"), ("inbox_id", "inbox"), ("trigger_rules", "url")] {
        let mut said = offer(&site);
        said.as_object_mut().unwrap().remove(missing);
        assert_eq!(office.administrator.post("/campaigns", said).await.invalid(), [attribute]);
    }
    assert_eq!(office.administrator.get("/campaigns").await.ok().as_array().unwrap().len(), 1);
    // whoever answers in the inbox may say it, and administrators answer everywhere
    for (sender, title) in [(office.agent.id, "Ben's"), (office.administrator.id, "Ada's")] {
        campaign(&office, &site, json!({"sender_id": sender, "title": title, "campaign_type": 0})).await;
    }
    server.finish().await;
}

#[actix_rt::test]
async fn there_is_an_end_to_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let fill = format!(
        "INSERT INTO campaigns (account_id, display_id, inbox_id, title, message, url, created_at, updated_at) \
         WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t WHERE a < 100) \
         SELECT 1, 1000 + a, {}, 'x', 'x', 'https://acme.example', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM t",
        site.id
    );
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(fill), tx.conn)?)).await;
    let refused = office.administrator.post("/campaigns", offer(&site)).await.error(422);
    assert!(refused.contains("100"), "{refused}");
    server.finish().await;
}

#[actix_rt::test]
async fn the_widget_shows_what_is_on_and_a_closer_look_begins_a_conversation() {
    let server = Server::start().await;
    let office = server.office().await;
    let (site, other) =
        (office.website_with(json!({"greeting_enabled": true, "greeting_message": "Welcome"})).await, office.website_with(json!({})).await);
    let number = campaign(&office, &site, json!({"sender_id": office.agent.id, "trigger_only_during_business_hours": true})).await;
    campaign(&office, &site, json!({"enabled": false})).await;
    campaign(&office, &other, json!({})).await;
    let visitor = office.comes(&site).await;
    let shown = visitor.get("/campaigns").await.ok();
    snapshot!("campaigns_in_the_widget", shown);
    let told = server.telling(async || triggers(&visitor, number).await).await;
    assert_eq!(names(&told), ["conversation_created", "message_created"]);
    let message = &told[1].payload;
    assert_eq!((&message["content"], &message["message_type"]), (&json!("Can I help you?"), &json!("outgoing")));
    assert_eq!((&message["sender"]["id"], &message["additional_attributes"]), (&json!(office.agent.id), &json!({"campaign_id": number})));
    assert_eq!(told[0].payload["additional_attributes"]["referer"], "https://acme.example/pricing");
    assert_eq!(told[0].payload["additional_attributes"]["initiated_at"]["timestamp"], "Fri May 01 2026");
    let begun = office.agent.sees(visitor.number().await).await;
    // nobody has answered yet: a campaign is no answer
    assert_eq!((&begun["status"], &begun["first_reply_created_at"]), (&json!("open"), &json!(0)));
    assert!(begun["waiting_since"].as_i64().unwrap() > 0);
    assert_eq!(visitor.sees().await, ["Can I help you?"]);
    // twice is once, and whoever writes is not greeted in addition
    assert!(server.telling(async || triggers(&visitor, number).await).await.is_empty());
    visitor.says("Yes, please").await;
    assert_eq!(visitor.sees().await, ["Can I help you?", "Yes, please"]);
    office.agent.says(visitor.number().await, "Here I am").await;
    assert!(office.agent.sees(visitor.number().await).await["first_reply_created_at"].as_i64().unwrap() > 0);
    // its row names the campaign as the API does
    visitor.post("/conversations/set_custom_attributes", json!({"custom_attributes": {"a": 1}})).await.ok_and_empty();
    let row = visitor.post("/conversations/destroy_custom_attributes", json!({"custom_attribute": ["a"]})).await.ok();
    assert_eq!(row["campaign_id"], number);
    // whoever has no conversation by a campaign is greeted as ever
    let writes = office.comes(&site).await;
    writes.says("Hello").await;
    assert_eq!(writes.sees().await, ["Hello", "Welcome"]);
    assert!(server.telling(async || triggers(&writes, number).await).await.is_empty(), "not while they talk");
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_no_campaign_here_changes_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let (site, other) = (office.website_with(json!({})).await, office.website_with(json!({})).await);
    let elsewhere = campaign(&office, &other, json!({})).await;
    let off = campaign(&office, &site, json!({"enabled": false})).await;
    let stranger = server.another_office("b.").await;
    let theirs = stranger.website_with(json!({})).await;
    for _ in 0..4 {
        campaign(&stranger, &theirs, json!({})).await;
    }
    let visitor = office.comes(&site).await;
    let told = server
        .telling(async || {
            for number in [
                json!(elsewhere),
                json!(off),
                json!(4),
                json!(0),
                json!(-1),
                json!(i64::MAX),
                json!("1; DROP TABLE campaigns"),
                json!([1]),
                json!({}),
                Value::Null,
            ] {
                triggers(&visitor, number).await;
            }
            let bare = visitor.post("/events", json!({"name": "campaign.triggered"})).await;
            assert_eq!(bare.status, 204);
        })
        .await;
    assert!(told.is_empty(), "{:?}", names(&told));
    assert_eq!(visitor.get("/conversations").await.ok(), json!({}));
    // attributes are as limited as everywhere, and those that are no object are none
    let on = campaign(&office, &site, json!({})).await;
    let with = async |attributes: Value| {
        let info = json!({"campaign_id": on.to_string(), "custom_attributes": attributes, "referer": "no page"});
        visitor.post("/events", json!({"name": "campaign.triggered", "event_info": info})).await
    };
    assert_eq!(with(json!({"plan": "x".repeat(1501)})).await.invalid(), ["custom_attributes"]);
    assert_eq!(with(json!({"plan": "x".repeat(70_000)})).await.invalid(), ["event_info"]);
    assert_eq!(visitor.get("/conversations").await.ok(), json!({}));
    assert_eq!(with(json!({"plan": "pro"})).await.status, 204);
    let begun = office.administrator.sees(visitor.number().await).await;
    assert_eq!((&begun["custom_attributes"], &begun["additional_attributes"]["referer"]), (&json!({"plan": "pro"}), &Value::Null));
    visitor.with_token("x").post("/events", json!({"name": "campaign.triggered", "event_info": {"campaign_id": on}})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn of_two_closer_looks_at_the_same_time_one_begins_a_conversation() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let number = campaign(&office, &site, json!({})).await;
    let visitor = office.comes(&site).await;
    let told = server
        .telling(async || {
            join_all((0..6).map(|_| triggers(&visitor, number))).await;
        })
        .await;
    assert_eq!(names(&told), ["conversation_created", "message_created"]);
    server.finish().await;
}

#[actix_rt::test]
async fn looks_at_one_that_is_changed_and_deleted_meanwhile_begin_whole_conversations_or_none() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    for round in 0..6 {
        let number = campaign(&office, &site, json!({"sender_id": office.agent.id})).await;
        let one = format!("/campaigns/{number}");
        let mut visitors = Vec::new();
        for _ in 0..6 {
            visitors.push(office.comes(&site).await);
        }
        let looks = join_all(visitors.iter().flat_map(|visitor| [triggers(visitor, number), triggers(visitor, number)]));
        let change = office.administrator.patch(&one, json!({"message": "Changed"}));
        let (_, change, deletion) = join3(looks, change, office.administrator.delete(&one)).await;
        // one that is being deleted is over already
        assert!([200, 404, 422].contains(&change.status), "round {round}: {}", change.text());
        assert_eq!(deletion.status, 200, "round {round}: {}", deletion.text());
        for visitor in &visitors {
            let seen = visitor.sees().await;
            assert!(seen.is_empty() || seen == ["Can I help you?"] || seen == ["Changed"], "round {round}: {seen:?}");
        }
    }
    let bare = "SELECT count(*) AS number FROM conversations WHERE campaign_id IS NOT NULL OR id NOT IN (SELECT conversation_id FROM messages)";
    assert_eq!(server.count(bare).await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn a_bot_goes_on_with_what_the_website_says_itself() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let (ours, bens) = (campaign(&office, &site, json!({})).await, campaign(&office, &site, json!({"sender_id": office.agent.id})).await);
    let receiver = Receiver::open();
    let bot = office.administrator.post("/agent_bots", json!({"name": "Botty", "outgoing_url": receiver.url()})).await.ok()["id"].clone();
    office.administrator.post(&format!("/inboxes/{}/set_agent_bot", site.id), json!({"agent_bot": bot})).await.ok_and_empty();
    for (number, status, sender) in [(ours, "pending", Value::Null), (bens, "open", json!("Ben Agent"))] {
        let visitor = office.comes(&site).await;
        triggers(&visitor, number).await;
        assert_eq!(visitor.get("/conversations").await.ok()["status"], status);
        let said = visitor.get("/messages").await.ok()["payload"][0].clone();
        assert_eq!((&said["content"], &said["sender"]["name"]), (&json!("Can I help you?"), &sender));
    }
    receiver.wait_for_those(1, |heard| heard.json()["event"] == "message_created").await;
    // what somebody begins who is blocked is over at once
    let visitor = office.comes(&site).await;
    office.administrator.patch(&format!("/contacts/{}", visitor.id), json!({"blocked": true})).await.ok();
    triggers(&visitor, bens).await;
    assert_eq!(visitor.get("/conversations").await.ok()["status"], "resolved");
    server.finish().await;
}

/// The numbers of the conversations that fit a condition on their campaign.
async fn fitting(office: &Office, operator: &str, values: Value) -> Vec<i64> {
    let condition = json!({"attribute_key": "campaign_id", "filter_operator": operator, "values": values, "query_operator": null});
    let found = office.administrator.post("/conversations/filter", json!({"payload": [condition]})).await.ok();
    let mut numbers: Vec<i64> = found["payload"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

#[actix_rt::test]
async fn one_that_has_begun_many_conversations_goes_in_steps() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let number = campaign(&office, &site, json!({})).await;
    let visitor = office.comes(&site).await;
    triggers(&visitor, number).await;
    let fill = "INSERT INTO conversations (account_id, inbox_id, contact_id, contact_inbox_id, display_id, uuid, status, labels, additional_attributes, \
                custom_attributes, last_activity_at, created_at, updated_at, campaign_id) \
                WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t WHERE a < 1200) \
                SELECT account_id, inbox_id, contact_id, contact_inbox_id, 1000 + a, 'u' || a, status, labels, additional_attributes, \
                custom_attributes, last_activity_at, created_at, updated_at, campaign_id FROM t, conversations";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(fill), tx.conn)?)).await;
    let begun = async || server.count("SELECT count(*) AS number FROM conversations WHERE campaign_id IS NOT NULL").await;
    assert_eq!(begun().await, 1201);
    office.administrator.delete(&format!("/campaigns/{number}")).await.ok_and_empty();
    assert_eq!((begun().await, office.administrator.get("/campaigns").await.ok()), (0, json!([])));
    server.finish().await;
}

#[actix_rt::test]
async fn conversations_are_found_by_their_campaign_and_outlive_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    // of another account, so that numbers in the account and ids on the server differ
    let stranger = server.another_office("b.").await;
    campaign(&stranger, &stranger.website_with(json!({})).await, json!({})).await;
    let (one, two) = (campaign(&office, &site, json!({})).await, campaign(&office, &site, json!({})).await);
    let mut numbers = Vec::new();
    for number in [one, two] {
        let visitor = office.comes(&site).await;
        triggers(&visitor, number).await;
        numbers.push(visitor.number().await);
    }
    let writes = office.comes(&site).await;
    writes.says("Hello").await;
    numbers.push(writes.number().await);
    assert_eq!(fitting(&office, "equal_to", json!([one])).await, numbers[..1]);
    assert_eq!(fitting(&office, "equal_to", json!([one, two])).await, numbers[..2]);
    assert_eq!(fitting(&office, "not_equal_to", json!([one])).await, numbers[1..]);
    assert_eq!(fitting(&office, "is_present", json!([])).await, numbers[..2]);
    assert_eq!(fitting(&office, "is_not_present", json!([])).await, numbers[2..]);
    office.administrator.delete(&format!("/campaigns/{one}")).await.ok_and_empty();
    assert_eq!(fitting(&office, "is_present", json!([])).await, numbers[1..2]);
    let kept = office.administrator.get(&format!("/conversations/{}/messages", numbers[0])).await.ok();
    assert_eq!(kept["payload"][0]["content"], "Can I help you?");
    // who leaves the account says nothing any more, and a website takes its campaigns along
    office.administrator.patch(&format!("/campaigns/{two}"), json!({"sender_id": office.agent.id})).await.ok();
    office.administrator.delete(&format!("/agents/{}", office.agent.id)).await.ok_and_empty();
    assert_eq!(office.administrator.get(&format!("/campaigns/{two}")).await.ok().get("sender"), None);
    assert_eq!(writes.get("/campaigns").await.ok()[0]["sender"], Value::Null);
    office.administrator.delete(&format!("/inboxes/{}", site.id)).await.ok();
    assert_eq!(office.administrator.get("/campaigns").await.ok(), json!([]));
    server.finish().await;
}

const PAGES: &str = "/app/accounts/1/settings/campaigns";

#[actix_rt::test]
async fn they_are_kept_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get(PAGES).await.text().contains("Campaigns need a website"));
    let said = json!({"name": "Shop", "channel": {"type": "web_widget", "website_url": "https://acme.example"}});
    let shop = visit.account.post("/inboxes", said).await.ok()["id"].to_string();
    assert!(visit.get(PAGES).await.text().contains("There are no campaigns yet"));
    let csrf = visit.token(&format!("{PAGES}/new")).await;
    let fields = |title: &'static str, url: &'static str, time: &'static str, on: bool| {
        let fields =
            [("csrf_token", csrf.as_str()), ("title", title), ("message", "Hi\r\nthere"), ("inbox", shop.as_str()), ("sender", ""), ("url", url)];
        let on = on.then_some(("enabled", "1"));
        fields.into_iter().chain([("time_on_page", time)]).chain(on).collect::<Vec<_>>()
    };
    let refused = visit.form(PAGES, &fields("<b>kept</b>", "acme.example", "soon", true)).await;
    let text = refused.text();
    assert!(refused.status == 422 && text.contains("the whole address of a page") && text.contains("&#60;b&#62;kept"), "{text}");
    let refused = visit.form(PAGES, &fields("Prices", "https://acme.example/*", "soon", true)).await.text();
    assert!(refused.contains("a whole number from 0 to 86,400"), "{refused}");
    assert_eq!(visit.form(PAGES, &fields("Prices", "https://acme.example/*", "7", true)).await.status, 303);
    let list = visit.account.get("/campaigns").await.ok();
    assert_eq!((&list[0]["message"], &list[0]["trigger_rules"]["time_on_page"]), (&json!("Hi\nthere"), &json!(7)));
    let (one, shown) = (format!("{PAGES}/1"), visit.get(PAGES).await.text());
    assert!(shown.contains(&one) && shown.contains("Shop · https://acme.example/*") && shown.contains("Shown"), "{shown}");
    assert!(visit.get(&one).await.text().contains("value=\"Prices\""));
    assert_eq!(visit.form(&one, &fields("", "https://acme.example", "", false)).await.status, 422);
    assert_eq!(visit.form(&one, &fields("Home", "https://acme.example", "", false)).await.status, 303);
    let changed = visit.account.get("/campaigns/1").await.ok();
    assert_eq!((&changed["enabled"], &changed["trigger_rules"]["time_on_page"]), (&json!(false), &json!(0)));
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("delete the campaign Home"));
    assert_eq!(visit.form(&format!("{one}/delete"), &[("csrf_token", csrf.as_str())]).await.status, 303);
    assert_eq!(visit.get(&one).await.status, 404);
    server.finish().await;
}
