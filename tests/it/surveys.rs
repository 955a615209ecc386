//! Surveys: the answer of a contact, by its program, by the client API, and on the page.
use crate::{
    pages::csrf_of,
    snapshot,
    support::{Answer, ApiInbox, Caller, Office, Receiver, Server, Visitor},
};
use actix_web::http::Method;
use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use hookdesk::db::{
    schema::messages,
    types::{MessageId, now},
};
use serde_json::{Value, json};

const ROWS: &str = "SELECT count(*) AS number FROM csat_survey_responses";
const TOO_LATE: &str = "You cannot update the CSAT survey after 14 days";

/// A conversation in which Lea was asked.
struct Asked {
    office: Office,
    inbox: ApiInbox,
    lea: Visitor,
    number: i64,
    message: i64,
    uuid: String,
}

impl Asked {
    async fn new(server: &Server) -> Asked {
        let office = server.office().await;
        let inbox = office.api_inbox().await;
        let (lea, number) = office.conversation(&inbox).await;
        let uuid = lea.get(&format!("/conversations/{number}")).await.ok()["uuid"].as_str().unwrap().to_owned();
        let mut asked = Asked { office, inbox, lea, number, message: 0, uuid };
        asked.message = asked.ask(json!("How was it?"), json!({})).await;
        asked
    }

    /// Asks; gives the message's id.
    async fn ask(&self, content: Value, attributes: Value) -> i64 {
        let said = json!({"content": content, "content_type": "input_csat", "content_attributes": attributes});
        self.office.agent.post(&format!("/conversations/{}/messages", self.number), said).await.ok()["id"].as_i64().unwrap()
    }

    fn api(&self) -> String {
        format!("/public/api/v1/csat_survey/{}", self.uuid)
    }

    fn page(&self) -> String {
        format!("/survey/responses/{}", self.uuid)
    }

    fn patch_path(&self) -> String {
        format!("/conversations/{}/messages/{}", self.number, self.message)
    }

    /// The question was asked so many days ago.
    async fn age(&self, server: &Server, days: i64) {
        let (id, then) = (MessageId(self.message), now() - TimeDelta::days(days));
        let aged = server.write(move |tx| Ok(diesel::update(messages::table.find(id)).set(messages::created_at.eq(then)).execute(tx.conn)?));
        assert_eq!(aged.await, 1);
    }
}

fn rated(rating: impl Into<Value>, feedback: impl Into<Value>) -> Value {
    json!({"submitted_values": {"csat_survey_response": {"rating": rating.into(), "feedback_message": feedback.into()}}})
}

fn nested(rating: impl Into<Value>, feedback: impl Into<Value>) -> Value {
    json!({"message": rated(rating, feedback)})
}

#[actix_rt::test]
async fn an_answer_is_kept_told_and_changed() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let asked = Asked::new(&server).await;
    let path = format!("/conversations/{}/assignments", asked.number);
    asked.office.agent.post(&path, json!({"assignee_id": asked.office.agent.id})).await.ok();
    asked.office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_updated"], "payload_format": "chatwoot"})).await;
    let anyone = server.anonymous();
    snapshot!("survey_asked", anyone.get(&asked.api()).await.ok());
    let answered = anyone.put(&asked.api(), nested(5, "ok")).await.ok();
    snapshot!("survey_answered", answered);
    let told = receiver.wait_for(1).await.remove(0);
    assert_eq!(told.event(), "message_updated");
    assert_eq!(told.json()["id"], asked.message);
    assert_eq!(told.json()["content_attributes"], rated(5, "ok"));
    // the same again is no change; and whom a rating is about, it stays about
    let again = async || assert_eq!(anyone.put(&asked.api(), nested(5, "ok")).await.ok(), answered);
    assert_eq!(server.telling(again).await, []);
    asked.office.agent.post(&path, json!({"assignee_id": asked.office.administrator.id})).await.ok();
    let changed = anyone.put(&asked.api(), rated("2", Value::Null)).await.ok();
    let response = &changed["csat_survey_response"];
    assert_eq!((&response["rating"], &response["feedback_message"]), (&json!(2), &Value::Null));
    for same in ["id", "created_at", "assigned_agent_id"] {
        assert_eq!(response[same], answered["csat_survey_response"][same], "{same}");
    }
    assert_eq!(receiver.wait_for(2).await[1].json()["content_attributes"], rated(2, Value::Null));
    assert_eq!(anyone.get(&asked.api()).await.ok(), changed);
    assert_eq!(server.count(ROWS).await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn the_newest_question_is_shown_as_it_says() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let anyone = server.anonymous();
    anyone.put(&asked.api(), nested(5, "ok")).await.ok();
    let second = asked.ask(Value::Null, json!({"display_type": "star"})).await;
    asked.office.agent.says(asked.number, "Bye").await;
    let shown = anyone.get(&asked.api().to_uppercase().replace("/PUBLIC/API/V1/CSAT_SURVEY", "/public/api/v1/csat_survey")).await.ok();
    let keys = ["id", "csat_survey_response", "display_type", "content"];
    assert_eq!(keys.map(|key| shown[key].clone()), [json!(second), Value::Null, json!("star"), Value::Null]);
    anyone.put(&asked.api(), nested(1, "")).await.ok();
    // the client API still reaches the first one
    let kept = asked.lea.patch(&asked.patch_path(), rated(4, "better")).await.ok();
    assert_eq!(kept["content_attributes"], rated(4, "better"));
    let sum = "SELECT sum(rating) AS number FROM csat_survey_responses";
    assert_eq!((server.count(ROWS).await, server.count(sum).await), (2, 5));
    // a form will do as well
    let form = "message%5Bsubmitted_values%5D%5Bcsat_survey_response%5D%5Brating%5D=3".as_bytes().to_vec();
    let answer = anyone.send(Method::PUT, &asked.api(), Some("application/x-www-form-urlencoded"), form).await.ok();
    assert_eq!(answer["csat_survey_response"]["rating"], 3);
    server.finish().await;
}

#[actix_rt::test]
async fn after_two_weeks_an_answer_stays_as_it_is() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let anyone = server.anonymous();
    asked.age(&server, 13).await;
    anyone.put(&asked.api(), nested(5, "ok")).await.ok();
    asked.age(&server, 15).await;
    let before = anyone.get(&asked.api()).await.ok();
    let late = async || {
        assert_eq!(anyone.put(&asked.api(), nested(1, "late")).await.error(422), TOO_LATE);
        assert_eq!(asked.lea.patch(&asked.patch_path(), rated(1, "late")).await.error(422), TOO_LATE);
        let page = anyone.get(&format!("{}?change=1", asked.page())).await;
        assert_eq!(page.status, 200);
        assert!(
            page.text().contains("This survey is closed now. Your answer stays as it is.") && !page.text().contains("f-rating"),
            "{}",
            page.text()
        );
    };
    assert_eq!(server.telling(late).await, []);
    assert_eq!(anyone.get(&asked.api()).await.ok(), before);
    assert_eq!(before["csat_survey_response"]["rating"], 5);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_no_answer_is_refused() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let anyone = server.anonymous();
    for rating in [json!(0), json!(6), json!(-1), json!(65_537), json!(2.5), json!("x"), json!(""), json!([5]), json!({}), json!(true), Value::Null] {
        anyone.put(&asked.api(), nested(rating, "ok")).await.error(422);
    }
    for body in [
        json!({}),
        json!({"message": 1}),
        json!({"message": {"submitted_values": {}}}),
        json!({"message": {"submitted_values": [{"rating": 5}]}}),
        json!({"message": {"submitted_values": {"csat_survey_response": 5}}}),
        json!({"message": {"submitted_values": {"csat_survey_response": {"feedback_message": "ok"}}}}),
    ] {
        anyone.put(&asked.api(), body).await.error(422);
    }
    assert_eq!(anyone.put(&asked.api(), nested(5, "ก".repeat(20_001))).await.invalid(), ["feedback_message"]);
    anyone.send(Method::PUT, &asked.api(), Some("application/json"), b"{\"message\":".to_vec()).await.error(400);
    assert_eq!(server.count(ROWS).await, 0);
    // U+0000 is dropped as everywhere, and what is no text is no feedback
    let kept = anyone.put(&asked.api(), nested("5\u{0}", "a\u{0}b")).await.ok();
    assert_eq!(kept["csat_survey_response"]["feedback_message"], "ab");
    let kept = anyone.put(&asked.api(), nested(5, json!({"a": 1}))).await.ok();
    assert_eq!(kept["csat_survey_response"]["feedback_message"], Value::Null);
    anyone.put(&asked.api(), nested(5, "ก".repeat(20_000))).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn no_survey_is_found_without_its_uuid() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let other = asked.lea.begin().await;
    let without = asked.lea.get(&format!("/conversations/{other}")).await.ok()["uuid"].as_str().unwrap().to_owned();
    // a note is not for contacts, even where it asks
    let note = json!({"content": "?", "content_type": "input_csat", "private": true});
    asked.office.agent.post(&format!("/conversations/{other}/messages"), note).await.ok();
    let half = &asked.uuid[..18];
    let escaped = format!("{}%00", asked.uuid);
    let unknown = "8b7c6d5e-0000-4000-8000-000000000000";
    let anyone = server.anonymous();
    for uuid in [without.as_str(), unknown, half, &escaped, "%00", "1", "x", "%ff", "'%20OR%201=1--", &"0".repeat(3000)] {
        let path = format!("/public/api/v1/csat_survey/{uuid}");
        anyone.get(&path).await.error_of_the_client_api(404);
        anyone.put(&path, nested(5, "ok")).await.error_of_the_client_api(404);
        let page = anyone.get(&format!("/survey/responses/{uuid}")).await;
        assert_eq!(page.status, 404, "{uuid}");
        assert!(page.text().contains("Page not found"), "{uuid}: {}", page.text());
    }
    for path in ["/survey", "/survey/responses", "/survey/nothing"] {
        assert_eq!(anyone.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.count(ROWS).await, 0);
    let site = anyone.with("Origin", "https://shop.example");
    assert!(site.get(&asked.api()).await.header("access-control-allow-origin").is_some());
    let preflight = site.with("Access-Control-Request-Method", "PUT").with("Access-Control-Request-Headers", "content-type");
    assert_eq!(preflight.send(Method::OPTIONS, &asked.api(), None, Vec::new()).await.status, 200);
    server.finish().await;
}

#[actix_rt::test]
async fn a_response_goes_with_its_contact() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    server.anonymous().put(&asked.api(), nested(5, "ok")).await.ok();
    // she turns out to be somebody else
    let known = asked.office.visitor(&asked.inbox, json!({"name": "Lea at home", "email": "lea@example.org"})).await;
    asked.lea.patch("", json!({"email": "lea@example.org"})).await.ok();
    let shown = server.anonymous().get(&asked.api()).await.ok();
    assert_eq!(shown["csat_survey_response"]["contact_id"], known.id);
    server.finish().await;
}

/// A browser without a window, on the page of one survey.
struct Reader {
    caller: Caller,
    token: String,
}

impl Reader {
    async fn new(server: &Server, page: &str) -> Reader {
        let first = server.anonymous().get(page).await;
        let cookie = first.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let token = first.text().split("name=\"csrf_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Reader { caller: server.anonymous().with("cookie", &cookie), token }
    }

    async fn sends(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = [("csrf_token", self.token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.caller.form(page, &fields).await
    }
}

#[actix_rt::test]
async fn people_answer_on_a_page() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let page = asked.page();
    let reader = Reader::new(&server, &page).await;
    let shown = reader.caller.get(&page).await;
    let policy = shown.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let text = shown.text();
    for what in ["<html lang=\"en\"", "How was it?", "Support", "type=\"radio\"", "Very bad", "Great", "<textarea"] {
        assert!(text.contains(what), "{what}: {text}");
    }
    assert!(!text.contains(" checked"), "{text}");
    // an incomplete form comes back as it was
    let refused = reader.sends(&page, &[("rating", ""), ("feedback_message", "</textarea><script>alert(1)</script>")]).await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("Please choose one of the five") && text.contains("alert(1)") && !text.contains("<script>"), "{text}");
    let long = "x".repeat(20_001);
    let refused = reader.sends(&page, &[("rating", "2"), ("feedback_message", &long)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Please use at most 20,000 characters") && refused.text().contains("value=\"2\" required checked"));
    for wrong in [vec![("rating", "6")], vec![("rating", "x")], vec![("rating[]", "5")], vec![]] {
        assert_eq!(reader.sends(&page, &wrong).await.status, 422, "{wrong:?}");
    }
    assert_eq!(reader.caller.form(&page, &[("rating", "5")]).await.status, 422, "a form without its token");
    assert_eq!(server.count(ROWS).await, 0);
    let sent = reader.sends(&page, &[("rating", "4"), ("feedback_message", "Quick,\r\nand <b>kind</b>")]).await;
    assert_eq!((sent.status, sent.header("location")), (303, Some(page.as_str())));
    let thanks = reader.caller.get(&page).await.text();
    for what in ["Thank you!", "Your answer has arrived: Good.", "Quick,\nand &#60;b&#62;kind", "Change your answer"] {
        assert!(thanks.contains(what), "{what}: {thanks}");
    }
    let change = reader.caller.get(&format!("{page}?change=1")).await.text();
    assert!(change.contains("value=\"4\" required checked") && change.contains("Quick,\nand"), "{change}");
    reader.sends(&page, &[("rating", "5"), ("feedback_message", " \r\n")]).await;
    let response = server.anonymous().get(&asked.api()).await.ok()["csat_survey_response"].clone();
    assert_eq!((&response["rating"], &response["feedback_message"]), (&json!(5), &Value::Null));
    assert_eq!(server.count(ROWS).await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn the_page_speaks_the_readers_language_until_it_closes() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let page = asked.page();
    let reader = Reader::new(&server, &page).await;
    let thai = server.anonymous().with("accept-language", "th-TH,th;q=0.9");
    assert!(thai.get(&page).await.text().contains("<html lang=\"th\""));
    // without a question of its own it asks in the reader's language, and a long one is no heading
    asked.ask(Value::Null, json!({"display_type": "star"})).await;
    assert!(thai.get(&page).await.text().contains("การพูดคุยกับ Support เป็นอย่างไรบ้าง"));
    asked.ask(json!("line\nline"), json!({})).await;
    let text = reader.caller.get(&page).await.text();
    assert!(text.contains("<h1>How was your conversation with Support?</h1>") && text.contains("line\nline"), "{text}");
    let newest = Asked { message: server.count("SELECT max(id) AS number FROM messages").await, ..asked };
    newest.age(&server, 15).await;
    assert!(reader.caller.get(&page).await.text().contains("This survey is closed"));
    let late = reader.sends(&page, &[("rating", "5")]).await;
    assert_eq!(late.status, 422);
    assert!(late.text().contains("It could be answered for 14 days."), "{}", late.text());
    assert_eq!(server.count(ROWS).await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn administrators_read_what_was_answered() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let (office, administrator) = (&asked.office, &asked.office.administrator);
    office.agent.post(&format!("/conversations/{}/assignments", asked.number), json!({"assignee_id": office.agent.id})).await.ok();
    let answer = json!({"submitted_values": {"csat_survey_response": {"rating": 4, "feedback_message": "=1+1"}}});
    asked.lea.patch(&asked.patch_path(), answer).await.ok();
    let (max, other) = office.conversation(&asked.inbox).await;
    let said = json!({"content": "?", "content_type": "input_csat"});
    let question = office.agent.post(&format!("/conversations/{other}/messages"), said.clone()).await.ok()["id"].clone();
    let answer = json!({"submitted_values": {"csat_survey_response": {"rating": 2}}});
    max.patch(&format!("/conversations/{other}/messages/{question}"), answer).await.ok();
    office.agent.post(&format!("/conversations/{other}/messages"), said).await.ok();

    let list = administrator.get("/csat_survey_responses").await.ok();
    let of = |list: &Value| list.as_array().unwrap().iter().map(|one| one["rating"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(of(&list), [2, 4]);
    let first = &list[1];
    assert_eq!(
        (&first["conversation_id"], &first["feedback_message"], &first["message_id"]),
        (&json!(asked.number), &json!("=1+1"), &json!(asked.message))
    );
    assert_eq!((&first["assigned_agent"]["id"], &first["contact"]["name"]), (&json!(office.agent.id), &json!("Lea")));
    assert!(list[0].get("assigned_agent").is_none());
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    let expected = [
        "id",
        "rating",
        "feedback_message",
        "csat_review_notes",
        "review_notes_updated_at",
        "account_id",
        "message_id",
        "contact",
        "conversation_id",
        "assigned_agent",
        "created_at",
    ];
    assert_eq!(keys, expected);
    let (soon, ben) = (now().and_utc().timestamp() + 60, office.agent.id);
    for (query, ratings) in [
        ("rating=4".to_owned(), vec![4]),
        (format!("user_ids[]={ben}"), vec![4]),
        (format!("inbox_id={}", asked.inbox.id), vec![2, 4]),
        ("inbox_id=999".to_owned(), vec![]),
        ("team_id=1".to_owned(), vec![]),
        (format!("since={soon}"), vec![]),
        (format!("until={soon}"), vec![2, 4]),
        ("sort=-rating".to_owned(), vec![4, 2]),
        ("sort=created_at".to_owned(), vec![4, 2]),
        ("page=2".to_owned(), vec![]),
    ] {
        assert_eq!(of(&administrator.get(&format!("/csat_survey_responses?{query}")).await.ok()), ratings, "{query}");
    }
    let metrics = administrator.get("/csat_survey_responses/metrics").await.ok();
    assert_eq!(metrics, json!({"total_count": 2, "ratings_count": {"2": 1, "4": 1}, "total_sent_messages_count": 3}));
    let table = administrator.get("/csat_survey_responses/download").await;
    assert_eq!(table.header("content-type").unwrap(), "text/csv; charset=utf-8");
    let text = table.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with("agent_name,rating,feedback,contact_name,contact_email,contact_phone_number,conversation_id,recorded_at"));
    // a spreadsheet reckons with nothing that strangers have written
    assert!(lines.len() == 3 && lines[2].starts_with(&format!("Ben Agent,4,'=1+1,Lea,,,{},20", asked.number)), "{lines:?}");
    for (query, attribute) in [("rating=6", "rating"), ("since=yesterday", "since"), ("until=x", "until")] {
        assert_eq!(administrator.get(&format!("/csat_survey_responses?{query}")).await.invalid(), [attribute]);
    }
    for path in ["", "/metrics", "/download"] {
        office.agent.get(&format!("/csat_survey_responses{path}")).await.error(401);
    }
    let stranger = server.another_office("b.").await;
    assert_eq!(stranger.administrator.get("/csat_survey_responses").await.ok(), json!([]));
    server.finish().await;
}

#[actix_rt::test]
async fn administrators_note_what_they_think_of_an_answer() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let (office, ada) = (&asked.office, &asked.office.administrator);
    server.anonymous().put(&asked.api(), nested(2, "slow")).await.ok();
    let list = async || ada.get("/csat_survey_responses").await.ok()[0].clone();
    let before = list().await;
    assert_eq!((&before["csat_review_notes"], &before["review_notes_updated_at"]), (&Value::Null, &Value::Null));
    let path = format!("/csat_survey_responses/{}", before["id"]);
    let noted = ada.patch(&path, json!({"csat_review_notes": "Called back"})).await.ok();
    assert_eq!((&noted["csat_review_notes"], &noted["review_notes_updated_by"]["id"]), (&json!("Called back"), &json!(ada.id)));
    assert!(noted["review_notes_updated_at"].as_i64().is_some_and(|at| (now().and_utc().timestamp() - at).abs() < 60), "{noted}");
    assert_eq!(list().await, noted);
    // it stays when the answer changes, and the contact is not shown it
    let shown = server.anonymous().put(&asked.api(), nested(5, "ok")).await.ok();
    assert!(!shown.to_string().contains("Called back"), "{shown}");
    let kept = list().await;
    assert_eq!((&kept["rating"], &kept["csat_review_notes"]), (&json!(5), &json!("Called back")));
    for nothing_new in [json!({}), json!({"csat_review_notes": "Called back"})] {
        assert_eq!(ada.patch(&path, nothing_new).await.ok(), kept);
    }
    let longest = "ก".repeat(20_000);
    let noted = ada.put(&path, json!({"csat_survey_response": {"csat_review_notes": longest}})).await.ok();
    assert_eq!(noted["csat_review_notes"], json!(longest));
    assert_eq!(ada.patch(&path, json!({"csat_review_notes": longest + "ก"})).await.invalid(), ["csat_review_notes"]);
    let cleared = ada.patch(&path, json!({"csat_review_notes": null})).await.ok();
    assert!(cleared["csat_review_notes"].is_null() && cleared["review_notes_updated_at"].is_i64(), "{cleared}");
    office.agent.patch(&path, json!({"csat_review_notes": "x"})).await.error(401);
    let stranger = server.another_office("b.").await;
    stranger.administrator.patch(&path, json!({"csat_review_notes": "x"})).await.error(404);
    ada.patch("/csat_survey_responses/0", json!({"csat_review_notes": "x"})).await.error(404);
    let log = ada.get("/audit_logs?auditable_type=CsatSurveyResponse").await.ok()["audit_logs"].clone();
    assert_eq!((log.as_array().unwrap().len(), &log[2]["audited_changes"]["csat_review_notes"]), (3, &json!([null, "Called back"])));
    server.finish().await;
}

#[actix_rt::test]
async fn they_do_so_on_a_page() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    server.anonymous().put(&asked.api(), nested(2, "slow")).await.ok();
    let browser = server.browser_of(asked.office.administrator.id).await;
    let list = format!("/app/accounts/{}/settings/csat", asked.office.account);
    let one = format!("{list}/1?rating=2&page=1");
    let shown = browser.get(&format!("{list}?rating=2")).await.text();
    assert!(shown.contains("Write a note") && shown.contains(&format!("{list}/1?rating=2")), "{shown}");
    let page = browser.get(&one).await.text();
    assert!(page.contains("slow") && page.contains("name=\"csat_review_notes\""), "{page}");
    let token = csrf_of(&page);
    let note = async |text: &str| browser.form(&one, &[("csrf_token", token.as_str()), ("csat_review_notes", text)]).await;
    let refused = note(&"x".repeat(20_001)).await;
    assert!(refused.status == 422 && refused.text().contains("Please use at most 20,000 characters"), "{}", refused.text());
    assert_eq!(browser.form(&one, &[("csat_review_notes", "x")]).await.status, 422, "a form without its token");
    let sent = note("<b>Called</b> back").await;
    assert_eq!((sent.status, sent.header("location")), (303, Some(format!("{list}?rating=2&page=1").as_str())));
    let shown = browser.get(&list).await.text();
    assert!(shown.contains("&#60;b&#62;Called&#60;/b&#62; back") && shown.contains("Change the note"), "{shown}");
    assert!(browser.get(&one).await.text().contains("Ada"));
    let agent = server.browser_of(asked.office.agent.id).await;
    assert_ne!(agent.get(&one).await.status, 200);
    assert_eq!(browser.get(&format!("{list}/99")).await.status, 404);
    server.finish().await;
}

#[actix_rt::test]
async fn administrators_see_the_answers_on_a_page() {
    let server = Server::start().await;
    let asked = Asked::new(&server).await;
    let path = format!("/app/accounts/{}/settings/csat", asked.office.account);
    let browser = server.browser_of(asked.office.administrator.id).await;
    let page = async |query: &str| {
        let answer = browser.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        answer.text()
    };
    assert!(page("").await.contains("No answers"));
    server.anonymous().put(&asked.api(), nested(5, "=fine <b>thanks</b>")).await.ok();
    let shown = page("days=90").await;
    for text in ["Lea", "=fine &#60;b&#62;thanks", "100 %", "Great"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(page("rating=1").await.contains("No answers") && page("agent=77").await.contains("No answers"));
    assert!(page("rating=5&days=x&agent=y&page=-3").await.contains("Lea") && page("page=2").await.contains("No answers"));
    let table = browser.get(&format!("{path}/table.csv?rating=5")).await;
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"csat_report.csv\""));
    assert!(table.text().contains("'=fine"), "{}", table.text());
    assert_ne!(server.browser_of(asked.office.agent.id).await.get(&path).await.status, 200);
    server.finish().await;
}
