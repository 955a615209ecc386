//! How long things may be: each limit exactly, and one over it.
use crate::support::{Caller, Office, Server, Visitor, office::settle};
use actix_web::http::Method;
use hookdesk::users::Role;
use serde_json::{Value, json};

/// Who says it.
#[derive(Clone, Copy)]
enum Who {
    Ada,
    Lea,
}
use Who::{Ada, Lea};

/// What a text looks like, so that it fits where it goes.
#[derive(Clone, Copy)]
enum Shape {
    /// Letters that are no ASCII: characters are counted, not bytes.
    Text,
    /// The same, another at each time: for what may be there once only.
    Unique,
    /// Letters and digits.
    Word,
    /// An address.
    Email,
    /// A web address.
    Url,
    /// The number of a telephone.
    Digits,
}
use Shape::{Digits, Email, Text, Unique, Url, Word};

fn text(shape: Shape, length: usize) -> String {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let filled = |begin: String, with: &str, end: &str| {
        let room = length - begin.chars().count() - end.chars().count();
        format!("{begin}{}{end}", with.repeat(room))
    };
    match shape {
        Text => filled(String::new(), "ü", ""),
        Unique => filled(format!("n{number}"), "ü", ""),
        Word => filled(format!("n{number}"), "x", ""),
        Email => filled(format!("n{number}"), "x", "@example.org"),
        Url => filled(format!("https://example.org/n{number}/"), "x", ""),
        Digits => filled("+49".into(), "1", ""),
    }
}

/// A limit: who, how, where, what is sent with `%` in the text's place, its shape, how long it may be, and what is then named as wrong. (No name:
/// an error in one sentence.)
type Limit = (Who, Method, &'static str, Value, Shape, usize, &'static str);

/// The paths have names in the place of ids; see [`Furniture`].
fn limits() -> Vec<Limit> {
    let (post, patch, put) = (Method::POST, Method::PATCH, Method::PUT);
    [of_people(&post, &patch, &put), of_matter(&post, &patch), of_account(&post, &patch)].concat()
}

fn of_people(post: &Method, patch: &Method, put: &Method) -> Vec<Limit> {
    let profile = "/api/v1/profile";
    vec![
        (Ada, put.clone(), profile, json!({"name": "%"}), Text, 255, "name"),
        (Ada, put.clone(), profile, json!({"display_name": "%"}), Text, 255, "display_name"),
        (Ada, put.clone(), profile, json!({"message_signature": "%"}), Text, 20_000, "message_signature"),
        (Ada, post.clone(), "{account}/agents", json!({"name": "%", "email": "new@acme.example"}), Text, 255, "name"),
        (Ada, post.clone(), "{account}/agents", json!({"name": "N", "email": "%"}), Email, 255, "email"),
        (Ada, patch.clone(), "{account}/agents/{agent}", json!({"name": "%"}), Text, 255, "name"),
    ]
}

fn of_matter(post: &Method, patch: &Method) -> Vec<Limit> {
    let contact = |field: &str| json!({field: "%"});
    let (contacts, one, messages) = ("{account}/contacts", "{account}/contacts/{contact}", "{account}/conversations/{number}/messages");
    let attributes = "{account}/conversations/{number}/custom_attributes";
    let (session, theirs) = ("{session}", "{session}/conversations/{number}/messages");
    let mut all = vec![
        (Ada, post.clone(), "{account}/contacts/{contact}/notes", json!({"content": "%"}), Text, 20_000, "content"),
        (Ada, post.clone(), messages, json!({"content": "%"}), Text, 150_000, ""),
        (Ada, post.clone(), messages, json!({"content": "%", "private": true}), Text, 150_000, ""),
        (Lea, post.clone(), theirs, json!({"content": "%"}), Text, 150_000, ""),
        (Ada, post.clone(), messages, json!({"content": "x", "source_id": "%"}), Text, 20_000, ""),
        (Lea, post.clone(), theirs, json!({"content": "x", "source_id": "%"}), Text, 20_000, ""),
        (Ada, patch.clone(), "{account}/conversations/{number}/draft_messages", json!({"message": "%"}), Text, 150_000, "message"),
        (Ada, post.clone(), attributes, json!({"custom_attributes": {"a": "%"}}), Text, 1500, "custom_attributes"),
        (Lea, post.clone(), "{session}/conversations", json!({"custom_attributes": {"a": "%"}}), Text, 1500, "custom_attributes"),
        (
            Ada,
            post.clone(),
            "{account}/conversations",
            json!({"inbox_id": "{inbox}", "contact_id": "{contact}", "additional_attributes": {"a": "%"}}),
            Text,
            1500,
            "additional_attributes",
        ),
        (Ada, post.clone(), "{account}/conversations/{number}/labels", json!({"labels": ["%"]}), Word, 255, "labels"),
        (Ada, post.clone(), "{account}/contacts/{contact}/labels", json!({"labels": ["%"]}), Word, 255, "labels"),
        (
            Ada,
            post.clone(),
            "{account}/contacts/{contact}/contact_inboxes",
            json!({"inbox_id": "{inbox}", "source_id": "%"}),
            Unique,
            255,
            "source_id",
        ),
        (Lea, post.clone(), "{door}/contacts", json!({"source_id": "%"}), Unique, 255, "source_id"),
    ];
    for (who, method, path) in [(Ada, post, contacts), (Ada, patch, one), (Lea, patch, session)] {
        for (field, shape, most) in [("name", Text, 255), ("email", Email, 255), ("phone_number", Digits, 16), ("avatar_url", Url, 2048)] {
            // the number of a contact is one of a kind
            if (field, method) != ("phone_number", post) {
                all.push((who, method.clone(), path, contact(field), shape, most, field));
            }
        }
    }
    all.push((Ada, patch.clone(), one, contact("identifier"), Unique, 255, "identifier"));
    all
}

fn of_account(post: &Method, patch: &Method) -> Vec<Limit> {
    let (inbox, hook, bot) = ("{account}/inboxes/{inbox}", "{account}/webhooks/{webhook}", "{account}/agent_bots/{bot}");
    let (team, label, attributes) = ("{account}/teams", "{account}/labels", "{account}/custom_attribute_definitions");
    let query = json!({"payload": [{"attribute_key": "name", "filter_operator": "contains", "values": ["x"], "query_operator": null}]});
    let app = |title: &str, url: &str| json!({"title": title, "content": [{"type": "frame", "url": url}]});
    let account = [
        ("name", Text, 255),
        ("domain", Text, 100),
        ("support_email", Email, 100),
        ("auto_resolve_message", Text, 20_000),
        ("auto_resolve_label", Word, 255),
        ("industry", Text, 255),
    ];
    let of_inbox = [("name", 255), ("greeting_message", 10_000), ("out_of_office_message", 10_000), ("business_name", 255)];
    let of_hook = [("name", Text, 255), ("description", Text, 1000), ("url", Url, 2048)];
    let of_bot = [("name", Text, 255), ("description", Text, 1000), ("outgoing_url", Url, 2048)];
    let fields = |path, list: &[(&'static str, Shape, usize)]| {
        list.iter().map(|(name, shape, most)| (Ada, patch.clone(), path, json!({*name: "%"}), *shape, *most, *name)).collect::<Vec<Limit>>()
    };
    let defined = |field: &str| {
        let mut said = json!({"attribute_display_name": "N", "attribute_key": "key", "attribute_description": "", "attribute_model": 1});
        said[field] = json!("%");
        said
    };
    let described = json!({"attribute_description": "%"});
    let mut all = fields("{account}", &account);
    all.extend(of_inbox.map(|(name, most)| (Ada, patch.clone(), inbox, json!({name: "%"}), Text, most, name)));
    all.extend(fields(hook, &of_hook));
    all.extend(fields(bot, &of_bot));
    all.extend([
        (Ada, patch.clone(), inbox, json!({"channel": {"webhook_url": "%"}}), Url, 2048, "webhook_url"),
        (Ada, patch.clone(), "{account}/inboxes/{website}", json!({"channel": {"website_url": "%"}}), Url, 255, "website_url"),
        (Ada, post.clone(), team, json!({"name": "%"}), Unique, 255, "name"),
        (Ada, post.clone(), label, json!({"title": "%"}), Unique, 255, "title"),
        (Ada, post.clone(), "{account}/canned_responses", json!({"short_code": "%", "content": "C"}), Unique, 255, "short_code"),
        (Ada, post.clone(), "{account}/canned_responses", json!({"short_code": "long", "content": "%"}), Text, 20_000, "content"),
        (Ada, post.clone(), "{account}/dashboard_apps", app("%", "https://one.example"), Text, 255, "title"),
        (Ada, post.clone(), "{account}/dashboard_apps", app("Long", "%"), Url, 2048, "content"),
        (Ada, post.clone(), attributes, defined("attribute_key"), Word, 255, "attribute_key"),
        (Ada, post.clone(), attributes, defined("attribute_display_name"), Text, 255, "attribute_display_name"),
        (Ada, patch.clone(), "{account}/custom_attribute_definitions/{attribute}", described, Text, 20_000, "attribute_description"),
        (Ada, post.clone(), "{account}/custom_filters", json!({"name": "%", "filter_type": "contact", "query": query}), Text, 255, "name"),
        (Ada, post.clone(), "{account}/test_receivers", json!({"name": "%"}), Text, 255, "name"),
    ]);
    all
}

/// What the paths and the ids in bodies stand for.
struct Furniture {
    names: Vec<(&'static str, String)>,
    ada: Caller,
    nobody: Caller,
}

impl Furniture {
    async fn new(server: &Server) -> Furniture {
        let office = server.office().await;
        let inbox = office.api_inbox().await;
        let (visitor, number): (Visitor, i64) = office.conversation(&inbox).await;
        let webhook = office.webhook_with(json!({"url": "https://one.example/hook", "subscriptions": ["contact_created"]})).await;
        let bot = office.administrator.post("/agent_bots", json!({"name": "B"})).await.ok()["id"].clone();
        let attribute = json!({"attribute_display_name": "N", "attribute_key": "kept", "attribute_model": 1});
        let attribute = office.administrator.post("/custom_attribute_definitions", attribute).await.ok()["id"].clone();
        // Ben's name may be changed as long as he is nobody's else
        let (_, agent, _) = settle(&server.db, Some(office.account), "Cleo", "cleo@acme.example", Role::Agent, None).await;
        let door = format!("/public/api/v1/inboxes/{}", inbox.identifier);
        let names = vec![
            ("{account}", format!("/api/v1/accounts/{}", office.account)),
            ("{session}", format!("{door}/contacts/{}", visitor.source_id)),
            ("{door}", door),
            ("{agent}", agent.to_string()),
            ("{contact}", visitor.id.to_string()),
            ("{number}", number.to_string()),
            ("{inbox}", inbox.id.to_string()),
            ("{webhook}", webhook.id.to_string()),
            ("{website}", office.website().await.to_string()),
            ("{bot}", bot.to_string()),
            ("{attribute}", attribute.to_string()),
        ];
        Furniture { names, ada: ada(&office), nobody: server.anonymous().0 }
    }

    fn put_in(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

fn ada(office: &Office) -> Caller {
    office.administrator.below("")
}

#[actix_rt::test]
async fn each_limit_is_kept_to_the_character() {
    let server = Server::start().await;
    let furniture = Furniture::new(&server).await;
    let mut wrong = Vec::new();
    for (who, method, path, said, shape, most, attribute) in limits() {
        let caller = match who {
            Ada => &furniture.ada,
            Lea => &furniture.nobody,
        };
        let (path, said) = (furniture.put_in(path), furniture.put_in(&said.to_string()));
        for length in [most + 1, most] {
            let body: Value = serde_json::from_str(&said.replace('%', &text(shape, length))).unwrap();
            let answer = caller.json(method.clone(), &path, body).await;
            let right = match (length > most, attribute) {
                (false, _) => answer.status == 200,
                (true, "") => answer.status == 422 && answer.json()["error"].is_string(),
                (true, _) => answer.status == 422 && answer.json()["attributes"] == json!([attribute]),
            };
            if !right {
                wrong.push(format!("{method} {path} with {said} of {length}: {} {:.200}", answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
    server.finish().await;
}

#[actix_rt::test]
async fn numbers_have_bounds_as_well() {
    let server = Server::start().await;
    let furniture = Furniture::new(&server).await;
    let inbox = "{account}/inboxes/{inbox}";
    let hours = |open: i64, minutes: i64, close: i64| {
        let day = json!({"day_of_week": 1, "open_hour": open, "open_minutes": minutes, "close_hour": close, "close_minutes": 0});
        json!({"working_hours": [day]})
    };
    let account = |minutes: i64| json!({"auto_resolve_after": minutes});
    let attribute = |number: i64| json!({"custom_attributes": {"a": number}});
    let attributes = "{account}/conversations/{number}/custom_attributes";
    for (method, path, good, bad, named) in [
        (Method::PATCH, "{account}", account(10), account(9), "auto_resolve_after"),
        (Method::PATCH, "{account}", account(1_439_856), account(1_439_857), "auto_resolve_after"),
        (Method::POST, attributes, attribute(9_999_999_999), attribute(10_000_000_000), "custom_attributes"),
        (Method::PATCH, inbox, hours(0, 0, 23), hours(24, 0, 23), ""),
        (Method::PATCH, inbox, hours(9, 59, 17), hours(9, 60, 17), ""),
        (Method::PATCH, inbox, hours(9, 0, 10), hours(9, 0, 9), ""),
        (Method::PATCH, inbox, json!({"timezone": "Asia/Bangkok"}), json!({"timezone": "Mars/Olympus"}), "timezone"),
    ] {
        let path = furniture.put_in(path);
        let answer = furniture.ada.json(method.clone(), &path, good.clone()).await;
        assert_eq!(answer.status, 200, "{path} with {good}: {}", answer.text());
        let names = furniture.ada.json(method, &path, bad.clone()).await.invalid();
        assert!(named.is_empty() || names == [named], "{path} with {bad}: {names:?}");
    }
    server.finish().await;
}
