//! The filter language: what may be asked, what is refused, and that the answer is the one that a plain reading of the rules gives.
use crate::support::{Office, Server, client::Member};
use chrono::{Days, NaiveDate};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn is(key: &str, operator: &str, values: Value) -> Value {
    json!({"attribute_key": key, "filter_operator": operator, "values": values, "query_operator": null})
}

fn joined(conditions: &[Value], joints: &[&str]) -> Value {
    let mut conditions = conditions.to_vec();
    for (condition, joint) in conditions.iter_mut().zip(joints) {
        condition["query_operator"] = json!(joint);
    }
    json!({"payload": conditions})
}

async fn define(office: &Office, model: &str, key: &str, kind: &str) {
    let values = json!(["free", "pro", "Max"]);
    let said = json!({"attribute_display_name": key, "attribute_key": key, "attribute_display_type": kind, "attribute_model": model, "attribute_values": values});
    office.administrator.post("/custom_attribute_definitions", said).await.ok();
}

async fn run(server: &Server, statement: String) {
    server.write(move |tx| Ok(sql_query(statement).execute(tx.conn)?)).await;
}

/// The ids on all pages, in their order, and the count that the first page tells.
async fn asked(of: &Member, path: &str, body: &Value) -> (Vec<i64>, i64) {
    let (mut found, mut count) = (Vec::new(), None);
    for page in 1.. {
        let answer = of.post(&format!("{path}?page={page}"), body.clone()).await.ok();
        let meta = &answer["meta"];
        count.get_or_insert_with(|| meta["count"].as_i64().or(meta["all_count"].as_i64()).unwrap());
        let ids: Vec<i64> = answer["payload"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect();
        if ids.is_empty() {
            break;
        }
        found.extend(ids);
    }
    (found, count.unwrap())
}

#[actix_rt::test]
async fn what_cannot_be_asked_is_refused_with_a_reason() {
    let server = Server::start().await;
    let office = server.office().await;
    define(&office, "contact_attribute", "seats", "number").await;
    let many: Vec<Value> = (0..51).map(|_| is("name", "equal_to", json!("x"))).collect();
    let values: Vec<i64> = (0..101).collect();
    for (body, words) in [
        (json!({}), "1 to 50 conditions"),
        (json!({"payload": []}), "1 to 50 conditions"),
        (joined(&many, &["and"; 50]), "1 to 50 conditions"),
        (joined(&[is("shoe_size", "equal_to", json!([1]))], &[]), "no attribute_key shoe_size"),
        (joined(&[is("status", "equal_to", json!(["open"]))], &[]), "no attribute_key status"),
        (joined(&[is("name; DROP TABLE contacts", "equal_to", json!(["x"]))], &[]), "no attribute_key"),
        (joined(&[is("name", "is_greater_than", json!(["x"]))], &[]), "no filter_operator is_greater_than"),
        (joined(&[is("name", "like", json!(["x"]))], &[]), "no filter_operator like"),
        (joined(&[is("seats", "contains", json!(["x"]))], &[]), "no filter_operator contains"),
        (joined(&[is("name", "equal_to", json!([]))], &[]), "can't be blank"),
        (joined(&[is("name", "equal_to", json!([" "]))], &[]), "can't be blank"),
        (joined(&[is("name", "equal_to", json!([null]))], &[]), "can't be blank"),
        (joined(&[is("name", "equal_to", json!(values))], &[]), "at most 100"),
        (joined(&[is("name", "equal_to", json!(["x".repeat(1001)]))], &[]), "longer than 1000"),
        (joined(&[is("name", "equal_to", json!([["x"]]))], &[]), "values are texts"),
        (joined(&[is("seats", "equal_to", json!(["three"]))], &[]), "no number"),
        (joined(&[is("seats", "is_less_than", json!([1, 2]))], &[]), "one value"),
        (joined(&[is("blocked", "equal_to", json!(["perhaps"]))], &[]), "neither true nor false"),
        (joined(&[is("created_at", "is_less_than", json!(["yesterday"]))], &[]), "no date"),
        (joined(&[is("created_at", "days_before", json!([-1]))], &[]), "number of days"),
        (joined(&[is("created_at", "days_before", json!(["x"]))], &[]), "no whole number"),
        (joined(&[is("name", "equal_to", json!("x")), is("name", "equal_to", json!("y"))], &[]), "Condition 1: query_operator"),
        (joined(&[is("name", "equal_to", json!("x")), is("name", "equal_to", json!("y"))], &["xor"]), "query_operator"),
    ] {
        let error = office.agent.post("/contacts/filter", body.clone()).await.error(422);
        assert!(error.contains(words), "{words}: {error} for {body}");
    }
    office.agent.post("/contacts/filter", json!({"payload": "x"})).await.error(422);
    for (body, words) in [
        (joined(&[is("status", "equal_to", json!(["ajar"]))], &[]), "none of open, resolved"),
        (joined(&[is("assignee_id", "equal_to", json!(["x"]))], &[]), "no whole number"),
        (joined(&[is("contact_id", "is_present", json!([]))], &[]), "no filter_operator is_present"),
        (joined(&[is("seats", "equal_to", json!([1]))], &[]), "no attribute_key seats"),
    ] {
        let error = office.agent.post("/conversations/filter", body.clone()).await.error(422);
        assert!(error.contains(words), "{words}: {error} for {body}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn and_binds_more_closely_than_or_and_nothing_fits_what_is_not_there() {
    let server = Server::start().await;
    let office = server.office().await;
    let mut ids = Vec::new();
    for (name, city) in [("Ann", Some("Lyon")), ("Bob", Some("Paris")), ("Cid", None)] {
        let attributes: Map<String, Value> = city.map(|city| ("city".to_owned(), json!(city))).into_iter().collect();
        ids.push(office.contact(json!({"name": name, "additional_attributes": attributes})).await);
    }
    let [ann, bob, cid] = ids[..] else { panic!("{ids:?}") };
    let (named, in_city) = (|name: &str| is("name", "equal_to", json!([name])), |city: &str| is("city", "equal_to", json!([city])));
    for (body, expected) in [
        // Ann, or whoever is called Bob and lives in Lyon: read from left to right in brackets it would be nobody but Ann as well…
        (joined(&[named("ANN"), named("Bob"), in_city("Lyon")], &["or", "AND"]), vec![ann]),
        // …but here brackets would lose Bob
        (joined(&[named("Bob"), named("Ann"), in_city("lyon")], &["OR", "and"]), vec![ann, bob]),
        (joined(&[is("city", "not_equal_to", json!(["Lyon"]))], &[]), vec![bob, cid]),
        (joined(&[is("city", "does_not_contain", json!(["o", "x"]))], &[]), vec![bob, cid]),
        (joined(&[is("city", "contains", json!(["AR", "yo"]))], &["and"]), vec![ann, bob]),
        (joined(&[is("name", "contains", json!(["%"]))], &[]), vec![]),
        (joined(&[is("name", "equal_to", json!({"id": "Cid", "name": "as dashboards keep it"}))], &[]), vec![cid]),
    ] {
        let (mut found, count) = asked(&office.agent, "/contacts/filter", &body).await;
        found.sort_unstable();
        assert_eq!((found, count), (expected.clone(), expected.len() as i64), "{body}");
    }
    let mine = joined(&[named("Ann")], &[]);
    assert_eq!(asked(&server.another_office("b.").await.agent, "/contacts/filter", &mine).await.0, Vec::<i64>::new());
    server.finish().await;
}

#[actix_rt::test]
async fn conversations_are_shown_to_those_who_may_see_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, first) = office.conversation(&inbox).await;
    let (_, second) = office.conversation(&inbox).await;
    office.agent.post(&format!("/conversations/{second}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    let open = joined(&[is("status", "equal_to", json!(["open"]))], &[]);
    let answer = office.agent.post("/conversations/filter", open.clone()).await.ok();
    assert_eq!(answer["meta"], json!({"mine_count": 1, "unassigned_count": 1, "all_count": 2}));
    let ids: BTreeSet<i64> = answer["payload"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, BTreeSet::from([first, second]));
    let shown = answer["payload"].as_array().unwrap().iter().find(|item| item["id"] == first).unwrap();
    assert_eq!(*shown, office.agent.sees(first).await);
    assert_eq!(office.administrator.post("/conversations/filter", open.clone()).await.ok()["meta"]["mine_count"], 0);
    for (member, seen) in [(&office.administrator.0, 2), (&office.another_agent("Cem", "cem@acme.example").await.0, 0)] {
        assert_eq!(asked(member, "/conversations/filter", &open).await.1, seen);
    }
    assert_eq!(asked(&server.another_office("b.").await.administrator, "/conversations/filter", &open).await.1, 0);
    let unassigned = joined(&[is("assignee_id", "is_not_present", json!([]))], &[]);
    assert_eq!(asked(&office.agent, "/conversations/filter", &unassigned).await.0, [first]);
    server.finish().await;
}

#[actix_rt::test]
async fn labels_find_what_carries_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, first) = office.conversation(&inbox).await;
    let (other, second) = office.conversation(&inbox).await;
    office.agent.post(&format!("/conversations/{first}/labels"), json!({"labels": ["vip", "new"]})).await.ok();
    office.agent.post(&format!("/contacts/{}/labels", visitor.id), json!({"labels": ["vip"]})).await.ok();
    for (path, [carrying, bare]) in [("/conversations/filter", [first, second]), ("/contacts/filter", [visitor.id, other.id])] {
        for (operator, titles, expected) in [
            ("equal_to", json!(["VIP", "other"]), vec![carrying]),
            ("equal_to", json!(["other"]), vec![]),
            ("not_equal_to", json!(["vip"]), vec![bare]),
            ("is_present", json!([]), vec![carrying]),
            ("is_not_present", json!([]), vec![bare]),
        ] {
            let (found, _) = asked(&office.agent, path, &joined(&[is("labels", operator, titles)], &[])).await;
            assert_eq!(found, expected, "{path} {operator}");
        }
    }
    server.finish().await;
}

#[actix_rt::test]
async fn pages_in_the_order_of_creation_hold_everything_once_while_rows_are_added() {
    let server = Server::start().await;
    let office = server.office().await;
    for number in 0..40 {
        office.contact(json!({"name": format!("Lea {number}")})).await;
    }
    let body = joined(&[is("name", "contains", json!(["lea"]))], &[]);
    let mut found = Vec::new();
    for page in 1.. {
        let answer = office.agent.post(&format!("/contacts/filter?sort=created_at&page={page}"), body.clone()).await.ok();
        let names: Vec<String> = answer["payload"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
        if names.is_empty() {
            break;
        }
        found.extend(names);
        if page < 4 {
            for more in 0..5 {
                office.contact(json!({"name": format!("Lea {page}.{more}")})).await;
            }
        }
    }
    let distinct: BTreeSet<&String> = found.iter().collect();
    assert_eq!((found.len(), distinct.len()), (55, 55));
    server.finish().await;
}

// -- random filters against a plain reading of the rules --

/// Numbers that look random and are the same at each run: xorshift.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

/// A key: what values rows may have under it and what is asked for, how, and whose custom attribute it is.
struct Asking {
    key: &'static str,
    operators: &'static [&'static str],
    values: Vec<Value>,
    of: Option<&'static str>,
}

const OPTIONAL: &[&str] = &["equal_to", "not_equal_to", "is_present", "is_not_present"];
const TEXT: &[&str] = &["equal_to", "not_equal_to", "contains", "does_not_contain"];
const NUMBER: &[&str] = &["equal_to", "not_equal_to", "is_present", "is_not_present", "is_greater_than", "is_less_than"];
const TIME: &[&str] = &["is_greater_than", "is_less_than", "days_before"];

fn asking(key: &'static str, operators: &'static [&'static str], values: Value) -> Asking {
    Asking { key, operators, values: values.as_array().unwrap().clone(), of: None }
}

fn custom(of: &'static str, key: &'static str, operators: &'static [&'static str], values: Value) -> Asking {
    Asking { of: Some(of), ..asking(key, operators, values) }
}

/// The custom attributes of one kind of thing; the keys of contacts and conversations differ.
fn customs(of: &'static str, keys: [&'static str; 5]) -> Vec<Asking> {
    let [text, number, list, day, flag] = keys;
    let days: Vec<&str> = NUMBER.iter().copied().chain(["days_before"]).collect();
    vec![
        custom(
            of,
            text,
            &["equal_to", "not_equal_to", "contains", "does_not_contain", "is_present", "is_not_present", "starts_with"],
            json!(["Ä 1", "ä", "true", "50%_", "x"]),
        ),
        custom(of, number, NUMBER, json!([-1, 0, 2.5, 3, 100])),
        custom(of, list, OPTIONAL, json!(["free", "pro", "Max"])),
        custom(of, day, Vec::leak(days), json!(["2026-03-01", "2026-03-02", "2025-12-31"])),
        custom(of, flag, OPTIONAL, json!([true, false])),
    ]
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_lowercase()
}

fn day(value: &Value) -> NaiveDate {
    NaiveDate::parse_from_str(&value.as_str().unwrap()[..10], "%Y-%m-%d").unwrap()
}

/// Whether a row fits a condition: the rules, read plainly.
fn holds(row: &Map<String, Value>, condition: &Value) -> bool {
    let value = row.get(condition["attribute_key"].as_str().unwrap()).filter(|value| !value.is_null());
    let wanted = condition["values"].as_array().unwrap();
    let same = |value: &Value| wanted.iter().any(|wanted| value.as_f64().zip(wanted.as_f64()).map_or(text(value) == text(wanted), |(a, b)| a == b));
    let inside = |value: &Value| wanted.iter().any(|wanted| text(value).contains(&text(wanted)));
    let larger = |value: &Value, than: &Value| match (value.as_f64(), than.as_f64()) {
        (Some(value), Some(than)) => value > than,
        _ => day(value) > day(than),
    };
    match condition["filter_operator"].as_str().unwrap() {
        "equal_to" => value.is_some_and(same),
        "not_equal_to" => !value.is_some_and(same),
        "contains" => value.is_some_and(inside),
        "does_not_contain" => !value.is_some_and(inside),
        "starts_with" => value.is_some_and(|value| wanted.iter().any(|wanted| text(value).starts_with(&text(wanted)))),
        "is_present" => value.is_some(),
        "is_not_present" => value.is_none(),
        "is_greater_than" => value.is_some_and(|value| larger(value, &wanted[0])),
        "is_less_than" => value.is_some_and(|value| larger(&wanted[0], value)),
        "days_before" => {
            let line = chrono::Utc::now().date_naive() - Days::new(wanted[0].as_u64().unwrap());
            value.is_some_and(|value| day(value) < line)
        }
        other => panic!("{other}"),
    }
}

/// Conditions are joined as in SQL: OR is looked at last.
fn fits(row: &Map<String, Value>, conditions: &[Value]) -> bool {
    let mut lists = vec![true];
    for condition in conditions {
        *lists.last_mut().unwrap() &= holds(row, condition);
        if condition["query_operator"] == "or" {
            lists.push(true);
        }
    }
    lists.contains(&true)
}

fn random_condition(dice: &mut Dice, keys: &[Asking]) -> Value {
    let Asking { key, operators, values, of } = dice.pick(keys);
    let operator = *dice.pick(operators);
    let single = operator.starts_with("is_");
    let values: Vec<Value> = match operator {
        "days_before" => vec![json!([1, 30, 200, 300][dice.roll(4)])],
        _ => (0..if single { 1 } else { 1 + dice.roll(2) }).map(|_| dice.pick(values).clone()).collect(),
    };
    let mut condition = is(key, operator, json!(values));
    if let Some(of) = of {
        condition["custom_attribute_type"] = json!(of);
    }
    condition
}

/// Asks random filters; what comes back must be what the plain reading says of these rows, which stand with their ids.
async fn compare(of: &Member, path: &str, keys: &[Asking], rows: &[(i64, Map<String, Value>)], seed: u64) {
    let mut dice = Dice(seed);
    let (mut some, rounds) = (0, 120);
    for round in 0..rounds {
        let length = 1 + dice.roll(4);
        let conditions: Vec<Value> = (0..length).map(|_| random_condition(&mut dice, keys)).collect();
        let joints: Vec<&str> = (1..length).map(|_| *dice.pick(&["and", "or"])).collect();
        let body = joined(&conditions, &joints);
        let expected: BTreeSet<i64> = rows.iter().filter(|(_, row)| fits(row, body["payload"].as_array().unwrap())).map(|(id, _)| *id).collect();
        let (found, count) = asked(of, path, &body).await;
        let distinct: BTreeSet<i64> = found.iter().copied().collect();
        assert_eq!(distinct, expected, "seed {seed}, round {round}: {body}");
        assert_eq!((found.len(), count), (expected.len(), expected.len() as i64), "seed {seed}, round {round}: {body}");
        some += usize::from(!expected.is_empty() && expected.len() < rows.len());
    }
    assert!(some * 3 > rounds, "only {some} of {rounds} filters tell rows apart");
}

/// A value of each of these keys, or none.
fn random_row(dice: &mut Dice, keys: &[Asking]) -> Map<String, Value> {
    let mut row = Map::new();
    for Asking { key, values, .. } in keys {
        if dice.roll(4) > 0 {
            row.insert((*key).to_owned(), dice.pick(values).clone());
        }
    }
    row
}

fn part(row: &Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    row.iter().filter(|(key, _)| keys.contains(&key.as_str())).map(|(key, value)| (key.clone(), value.clone())).collect()
}

const OF_CONTACT: [&str; 5] = ["note", "seats", "plan", "since", "vip"];
const OF_CONVERSATION: [&str; 5] = ["topic", "amount", "level", "due", "urgent_one"];
const KINDS: [&str; 5] = ["text", "number", "list", "date", "checkbox"];

#[actix_rt::test]
async fn any_filter_of_contacts_gives_what_the_rules_say() {
    let (server, seed) = (Server::start().await, 0x5eed_0001);
    let office = server.office().await;
    for (key, kind) in OF_CONTACT.into_iter().zip(KINDS) {
        define(&office, "contact_attribute", key, kind).await;
    }
    let days = || json!(["2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z", "2025-12-31T12:00:00Z"]);
    let mut keys = vec![
        asking("name", TEXT, json!(["Ärger", "ärger & co", "100%", "back\\slash"])),
        asking("city", TEXT, json!(["Lyon", "LYON 2", "O'Hara", "กรุงเทพ"])),
        asking("company_name", TEXT, json!(["Acme", "acme 2", "_"])),
        asking("country_code", &["equal_to", "not_equal_to"], json!(["FR", "th"])),
        asking("blocked", &["equal_to", "not_equal_to"], json!([true, false])),
        asking("created_at", TIME, days()),
        asking("last_activity_at", TIME, days()),
    ];
    keys.extend(customs("contact_attribute", OF_CONTACT));
    let (mut dice, mut rows) = (Dice(seed), Vec::new());
    for _ in 0..40 {
        let mut row = random_row(&mut dice, &keys);
        let said = json!({
            "name": row.get("name"), "blocked": row.get("blocked"), "custom_attributes": part(&row, &OF_CONTACT),
            "additional_attributes": part(&row, &["city", "company_name", "country_code"]),
        });
        let id = office.contact(said).await;
        let time = |value: Option<&Value>| value.map(|value| value.as_str().unwrap().replace('T', " ").replace('Z', ""));
        let created = time(row.get("created_at")).unwrap_or_else(|| "2026-03-02 00:00:00".into());
        let active = time(row.get("last_activity_at")).map_or_else(|| "NULL".into(), |time| format!("'{time}'"));
        run(&server, format!("UPDATE contacts SET created_at = '{created}', last_activity_at = {active} WHERE id = {id}")).await;
        row.insert("created_at".into(), json!(created));
        row.entry("blocked").or_insert(json!(false));
        rows.push((id, row));
    }
    compare(&office.agent, "/contacts/filter", &keys, &rows, seed).await;
    server.finish().await;
}

#[actix_rt::test]
async fn any_filter_of_conversations_gives_what_the_rules_say() {
    let (server, seed) = (Server::start().await, 0x5eed_0002);
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    for (key, kind) in OF_CONVERSATION.into_iter().zip(KINDS) {
        define(&office, "conversation_attribute", key, kind).await;
    }
    define(&office, "contact_attribute", "seats", "number").await;
    let mut keys = vec![
        asking("status", &["equal_to", "not_equal_to"], json!(["open", "resolved", "pending", "snoozed"])),
        asking("priority", &["equal_to", "not_equal_to"], json!(["low", "medium", "high", "urgent"])),
        asking("assignee_id", OPTIONAL, json!([office.agent.id, office.administrator.id])),
        asking("inbox_id", OPTIONAL, json!([inbox.id, 999])),
        asking("team_id", OPTIONAL, json!([4, 5])),
        asking("display_id", TEXT, json!([1, 2, 11])),
        asking("referer", TEXT, json!(["https://acme.example/a", "HTTPS://ACME", "b"])),
        asking("created_at", TIME, json!(["2026-03-01", "2026-03-02", "2025-12-31"])),
    ];
    keys.extend(customs("conversation_attribute", OF_CONVERSATION));
    keys.push(custom("contact_attribute", "seats", NUMBER, json!([1, 2, 3])));
    let (mut dice, mut rows) = (Dice(seed), Vec::new());
    for _ in 0..40 {
        let mut row = random_row(&mut dice, &keys);
        let contact = office.contact(json!({"name": "Lea", "custom_attributes": part(&row, &["seats"])})).await;
        let said = json!({"inbox_id": inbox.id, "contact_id": contact, "custom_attributes": part(&row, &OF_CONVERSATION), "additional_attributes": part(&row, &["referer"])});
        let number = office.agent.post("/conversations", said).await.ok()["id"].as_i64().unwrap();
        let at = |names: &[&str], value: Option<&Value>| names.iter().position(|name| value.is_some_and(|value| value == name));
        let status = at(&["open", "resolved", "pending", "snoozed"], row.get("status")).unwrap_or(0);
        let priority = at(&["low", "medium", "high", "urgent"], row.get("priority")).map_or("NULL".into(), |number| number.to_string());
        let number_or_null = |key: &str| row.get(key).map_or("NULL".into(), Value::to_string);
        let created = row.get("created_at").and_then(Value::as_str).unwrap_or("2026-03-02").to_owned();
        let set = format!(
            "status = {status}, priority = {priority}, assignee_id = {}, team_id = {}",
            number_or_null("assignee_id"),
            number_or_null("team_id")
        );
        run(&server, format!("UPDATE conversations SET {set}, created_at = '{created} 23:00:00' WHERE display_id = {number}")).await;
        row.entry("status").or_insert(json!("open"));
        row.insert("created_at".into(), json!(created));
        row.insert("inbox_id".into(), json!(inbox.id));
        row.insert("display_id".into(), json!(number));
        rows.push((number, row));
    }
    compare(&office.agent, "/conversations/filter", &keys, &rows, seed).await;
    server.finish().await;
}
