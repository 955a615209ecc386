//! Reports: what is measured while people work, and what is told of it, held against a plain reading of the rules.
use crate::support::{Caller, Office, Receiver, Server, until};
use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, sql_query};
use hookdesk::{
    db::{
        schema::{conversation_labels, conversations, messages, reporting_events},
        types::{ConversationId, DisplayId, Json},
    },
    reports,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn v2(office: &Office, of: &Caller) -> Caller {
    of.below(format!("/api/v2/accounts/{}", office.account))
}

/// What was measured in a conversation: each with its name, its seconds, those in working hours, and whose doing it was.
async fn measured(office: &Office, number: i64) -> Vec<(String, f64, Value, Value)> {
    let events = office.agent.get(&format!("/conversations/{number}/reporting_events")).await.ok();
    let of = |event: &Value| {
        assert_eq!((&event["conversation_id"], &event["account_id"]), (&json!(number), &json!(office.account)));
        let value = event["value"].as_f64().unwrap();
        (event["name"].as_str().unwrap().to_owned(), value, event["value_in_business_hours"].clone(), event["user_id"].clone())
    };
    events.as_array().unwrap().iter().map(of).collect()
}

/// Puts a time of a conversation back.
async fn put_back(server: &Server, number: i64, column: &str, seconds: i64) {
    let sql = format!("SELECT {column} AS at FROM conversations WHERE display_id = {number}");
    #[derive(diesel::QueryableByName)]
    struct At {
        #[diesel(sql_type = diesel::sql_types::Timestamp)]
        at: NaiveDateTime,
    }
    let At { at } = server.read(move |conn| Ok(sql_query(sql).get_result(conn)?)).await;
    let then = at - TimeDelta::seconds(seconds);
    let of = conversations::table.filter(conversations::display_id.eq(DisplayId(number)));
    let column = column.to_owned();
    let work = move |tx: &mut hookdesk::db::Tx| {
        Ok(match column.as_str() {
            "created_at" => diesel::update(of).set(conversations::created_at.eq(then)).execute(tx.conn)?,
            _ => diesel::update(of).set(conversations::waiting_since.eq(then)).execute(tx.conn)?,
        })
    };
    assert_eq!(server.write(work).await, 1);
}

#[actix_rt::test]
async fn what_takes_time_is_measured_as_it_happens() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (lea, number) = office.conversation(&inbox).await;
    lea.says(number, "Hello").await;
    put_back(&server, number, "created_at", 7200).await;
    let path = format!("/conversations/{number}");
    // a note answers nobody
    office.agent.post(&format!("{path}/messages"), json!({"content": "look", "private": true})).await.ok();
    assert_eq!(measured(&office, number).await, []);
    office.agent.says(number, "Hi").await;
    let near = |value: f64, seconds: f64| (value - seconds).abs() <= 10.0;
    let found = measured(&office, number).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].0 == "first_response" && near(found[0].1, 7200.0), "{found:?}");
    assert_eq!((&found[0].2, &found[0].3), (&json!(0.0), &json!(office.agent.id)));
    // nobody waits
    office.agent.says(number, "Are you there?").await;
    assert_eq!(measured(&office, number).await.len(), 1);
    // since the first of them, and whoever answers it
    lea.says(number, "Yes").await;
    lea.says(number, "And you?").await;
    put_back(&server, number, "waiting_since", 600).await;
    office.administrator.says(number, "So am I").await;
    let found = measured(&office, number).await;
    assert!(found.len() == 2 && found[1].0 == "reply_time" && near(found[1].1, 600.0), "{found:?}");
    assert_eq!(found[1].3, json!(office.administrator.id));
    // its end is the assignee's, and it is measured again when it ends again
    office.agent.post(&format!("{path}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    office.administrator.post(&format!("{path}/toggle_status"), json!({"status": "resolved"})).await.ok();
    lea.says(number, "One thing more").await;
    office.agent.post(&format!("{path}/toggle_status"), json!({"status": "resolved"})).await.ok();
    let found = measured(&office, number).await;
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["first_response", "reply_time", "conversation_resolved", "conversation_opened", "conversation_resolved"]);
    assert!(near(found[2].1, 7200.0) && near(found[3].1, 0.0) && found[2..].iter().all(|(.., user)| *user == json!(office.agent.id)), "{found:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn working_hours_are_those_of_the_inbox() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    for open in [true, false] {
        let day = |day: i64| json!({"day_of_week": day, "open_all_day": open, "closed_all_day": !open});
        let week: Vec<Value> = (0..7).map(day).collect();
        let hours = json!({"working_hours_enabled": true, "timezone": "America/New_York", "working_hours": week});
        office.administrator.patch(&format!("/inboxes/{}", inbox.id), hours).await.ok();
        let (lea, number) = office.conversation(&inbox).await;
        lea.says(number, "Hello").await;
        put_back(&server, number, "created_at", 90_000).await;
        office.agent.says(number, "Hi").await;
        let (_, value, within_hours, _) = measured(&office, number).await.remove(0);
        assert!(value >= 90_000.0);
        assert_eq!(within_hours, json!(if open { value } else { 0.0 }));
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_a_bot_leaves_to_people_is_measured_once() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let bot = office.administrator.post("/agent_bots", json!({"name": "Robo", "outgoing_url": receiver.url()})).await.ok();
    office.administrator.post(&format!("/inboxes/{}/set_agent_bot", inbox.id), json!({"agent_bot": bot["id"]})).await;
    let (_, number) = office.conversation(&inbox).await;
    let shown = server.anonymous().0.with("api_access_token", bot["access_token"].as_str().unwrap());
    let robo = shown.below(format!("/api/v1/accounts/{}", office.account));
    // what people open themselves nobody has handed over
    for (by, status) in [(&**office.agent, "open"), (&**office.agent, "pending"), (&robo, "open"), (&**office.agent, "pending"), (&robo, "open")] {
        by.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
    }
    let names = async |number| measured(&office, number).await.into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
    let expected = ["conversation_opened", "conversation_opened", "conversation_bot_handoff", "conversation_opened"];
    assert_eq!(names(number).await, expected);
    // what ends without anybody's answer, the bot has done
    let (_, other) = office.conversation(&inbox).await;
    office.agent.post(&format!("/conversations/{other}/toggle_status"), json!({"status": "resolved"})).await.ok();
    assert_eq!(names(other).await, ["conversation_resolved", "conversation_bot_resolved"]);
    let v2 = v2(&office, &office.administrator);
    let summary = v2.get("/reports/bot_summary").await.ok();
    let previous = json!({"bot_resolutions_count": 0, "bot_handoffs_count": 0});
    assert_eq!(summary, json!({"bot_resolutions_count": 1, "bot_handoffs_count": 1, "previous": previous}));
    let metrics = v2.get("/reports/bot_metrics").await.ok();
    assert_eq!(metrics, json!({"conversation_count": 2, "message_count": 0, "resolution_rate": 50, "handoff_rate": 50}));
    // what happened stays, though the bot is taken away, and what begins without it is none of its
    let set = async |bot: &Value| {
        office.administrator.post(&format!("/inboxes/{}/set_agent_bot", inbox.id), json!({"agent_bot": bot})).await;
    };
    set(&Value::Null).await;
    office.conversation(&inbox).await;
    assert_eq!(v2.get("/reports/bot_metrics").await.ok(), metrics);
    set(&bot["id"]).await;
    let (_, third) = office.conversation(&inbox).await;
    office.agent.says(third, "Hi").await;
    office.administrator.delete(&format!("/agent_bots/{}", bot["id"])).await;
    office.conversation(&inbox).await;
    let three = json!({"conversation_count": 3, "message_count": 1, "resolution_rate": 33, "handoff_rate": 33});
    assert_eq!(v2.get("/reports/bot_metrics").await.ok(), three);
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_measured_is_listed_by_pages() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    for _ in 0..14 {
        for status in ["resolved", "open"] {
            office.agent.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
        }
    }
    let list = async |query: &str| office.administrator.get(&format!("/reporting_events{query}")).await.ok();
    let first = list("").await;
    assert_eq!(first["meta"], json!({"count": 28, "current_page": 1, "total_pages": 2}));
    let length = |page: &Value| page["payload"].as_array().unwrap().len();
    assert_eq!((length(&first), &first["payload"][0]["name"]), (25, &json!("conversation_opened")));
    assert_eq!(length(&list("?page=2").await), 3);
    assert_eq!(list("?page=9&name=conversation_resolved").await["meta"], json!({"count": 14, "current_page": "9", "total_pages": 1}));
    let of_agent = list(&format!("?inbox_id={}&user_id={}&since=1&until=4102444800", inbox.id, office.agent.id)).await;
    // nobody was to answer yet when it was resolved first, unless it was Ben's turn
    assert!(of_agent["meta"]["count"].as_i64().unwrap() >= 27, "{}", of_agent["meta"]);
    assert_eq!(list("?until=5").await["meta"]["count"], 0);
    // published clients ask for names that nothing has, too
    for query in ["?name=resolution", "?name=laughter&page=2"] {
        let nothing = list(query).await;
        assert_eq!((&nothing["meta"]["count"], &nothing["meta"]["total_pages"], &nothing["payload"]), (&json!(0), &json!(0), &json!([])), "{query}");
    }
    assert_eq!(list("?name=").await["meta"]["count"], 28);
    for query in ["?since=x", "?until=yesterday"] {
        office.administrator.get(&format!("/reporting_events{query}")).await.invalid();
    }
    office.agent.get("/reporting_events").await.error(401);
    office.agent.get("/conversations/999/reporting_events").await.error(404);
    server.finish().await;
}

// -- random histories, and the rules written down a second time --

/// Numbers that look random and are the same at each run: xorshift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as i64
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as i64) as usize]
    }
}

#[derive(Debug, Clone)]
struct Talk {
    id: i64,
    inbox: i64,
    at: i64,
    assignee: Option<i64>,
    team: Option<i64>,
    labels: BTreeSet<i64>,
}

/// A message (with no name) or something that was measured.
#[derive(Debug, Clone)]
struct Thing {
    talk: usize,
    at: i64,
    name: &'static str,
    user: Option<i64>,
    value: i64,
    within_hours: Option<i64>,
}

const NAMES: [&str; 8] = [
    "first_response",
    "reply_time",
    "conversation_resolved",
    "conversation_bot_handoff",
    "conversation_bot_resolved",
    "conversation_opened",
    "incoming",
    "outgoing",
];

struct History {
    talks: Vec<Talk>,
    things: Vec<Thing>,
    agents: Vec<i64>,
    inboxes: Vec<i64>,
    teams: Vec<i64>,
    /// Ids and titles.
    labels: Vec<(i64, String)>,
}

/// When the history begins: around the day on which clocks change in many countries.
const START: i64 = 1_711_700_000;
const DAYS: i64 = 75;

impl History {
    async fn furnish(office: &Office) -> History {
        let colleague = office.another_agent("Cleo", "cleo@acme.example").await;
        let (mut inboxes, mut teams, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for name in ["one", "two"] {
            inboxes.push(office.api_inbox().await.id);
            teams.push(office.administrator.post("/teams", json!({"name": name})).await.ok()["id"].as_i64().unwrap());
            let label = office.administrator.post("/labels", json!({"title": name})).await.ok();
            labels.push((label["id"].as_i64().unwrap(), name.to_owned()));
        }
        let agents = vec![office.administrator.id, office.agent.id, colleague.id];
        History { talks: Vec::new(), things: Vec::new(), agents, inboxes, teams, labels }
    }

    /// Writes more of it.
    async fn go_on(&mut self, server: &Server, account: i64, dice: &mut Dice) {
        let (known_talks, known_things) = (self.talks.len(), self.things.len());
        for _ in 0..15 {
            let somebody = |dice: &mut Dice, of: &[i64]| (dice.below(4) > 0).then(|| *dice.pick(of));
            let labels = self.labels.iter().map(|(id, _)| *id).filter(|_| dice.below(3) == 0).collect();
            let (assignee, team) = (somebody(dice, &self.agents), somebody(dice, &self.teams));
            self.talks.push(Talk { id: 0, inbox: *dice.pick(&self.inboxes), at: START + dice.below(DAYS * 86_400), assignee, team, labels });
        }
        for _ in 0..220 {
            let name = *dice.pick(&NAMES);
            let user = (name != "incoming" && dice.below(5) > 0).then(|| *dice.pick(&self.agents));
            let took = !["incoming", "outgoing"].contains(&name);
            let value = if took { dice.below(200_000) } else { 0 };
            let within_hours = (dice.below(6) > 0).then_some(value / 3);
            let (talk, at) = (dice.below(self.talks.len() as i64) as usize, START + dice.below(DAYS * 86_400));
            self.things.push(Thing { talk, at, name, user, value, within_hours });
        }
        for talk in &mut self.talks[known_talks..] {
            talk.id = write_talk(server, account, talk, &self.labels).await;
        }
        let written = self.things[known_things..].iter().map(|thing| (thing.clone(), self.talks[thing.talk].clone())).collect();
        write_things(server, account, written).await;
    }
}

fn time(at: i64) -> NaiveDateTime {
    // somewhere within the second
    DateTime::from_timestamp(at, (at % 1000) as u32 * 1_000_000).unwrap().naive_utc()
}

async fn write_talk(server: &Server, account: i64, talk: &Talk, labels: &[(i64, String)]) -> i64 {
    let titles: Vec<String> = labels.iter().filter(|(id, _)| talk.labels.contains(id)).map(|(_, title)| title.clone()).collect();
    let talk = talk.clone();
    server
        .write(move |tx| {
            let like: (i64, i64, i64) = conversations::table
                .order_by(conversations::id)
                .select((
                    conversations::contact_id,
                    conversations::contact_inbox_id,
                    diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT max(display_id) FROM conversations)"),
                ))
                .first(tx.conn)?;
            let at = time(talk.at);
            let row = (
                (conversations::account_id.eq(account), conversations::inbox_id.eq(talk.inbox), conversations::contact_id.eq(like.0)),
                (
                    conversations::contact_inbox_id.eq(like.1),
                    conversations::display_id.eq(like.2 + 1),
                    conversations::uuid.eq(format!("talk-{}", like.2)),
                ),
                (conversations::status.eq(1_i16), conversations::assignee_id.eq(talk.assignee), conversations::team_id.eq(talk.team)),
                (conversations::last_activity_at.eq(at), conversations::created_at.eq(at), conversations::updated_at.eq(at)),
                conversations::labels.eq(Json(titles.clone())),
                conversations::additional_attributes.eq(Json(Map::new())),
                conversations::custom_attributes.eq(Json(Map::new())),
            );
            let id: i64 = diesel::insert_into(conversations::table).values(row).returning(conversations::id).get_result(tx.conn)?;
            for title in titles {
                let carried =
                    (conversation_labels::account_id.eq(account), conversation_labels::conversation_id.eq(id), conversation_labels::title.eq(title));
                diesel::insert_into(conversation_labels::table).values(carried).execute(tx.conn)?;
            }
            Ok(id)
        })
        .await
}

async fn write_things(server: &Server, account: i64, things: Vec<(Thing, Talk)>) {
    let work = move |tx: &mut hookdesk::db::Tx| {
        for (thing, talk) in &things {
            let at = time(thing.at);
            if thing.name == "incoming" || thing.name == "outgoing" {
                let (message_type, sender_type) = if thing.name == "incoming" { (0_i16, Some(1_i16)) } else { (1, thing.user.map(|_| 0)) };
                let sender = if thing.name == "incoming" { Some(1) } else { thing.user };
                let row = (
                    (messages::account_id.eq(account), messages::inbox_id.eq(talk.inbox), messages::conversation_id.eq(talk.id)),
                    (
                        messages::message_type.eq(message_type),
                        messages::content_type.eq(0_i16),
                        messages::private.eq(false),
                        messages::status.eq(0_i16),
                    ),
                    (messages::sender_type.eq(sender_type), messages::sender_id.eq(sender)),
                    (messages::content_attributes.eq(Json(Map::new())), messages::additional_attributes.eq(Json(Map::new()))),
                    (messages::created_at.eq(at), messages::updated_at.eq(at)),
                );
                diesel::insert_into(messages::table).values(row).execute(tx.conn)?;
            } else {
                let name = NAMES.iter().position(|name| *name == thing.name).unwrap() as i16;
                let row = (
                    (
                        reporting_events::account_id.eq(account),
                        reporting_events::inbox_id.eq(talk.inbox),
                        reporting_events::conversation_id.eq(talk.id),
                    ),
                    (reporting_events::name.eq(name), reporting_events::user_id.eq(thing.user), reporting_events::value.eq(thing.value as f64)),
                    reporting_events::value_in_business_hours.eq(thing.within_hours.map(|seconds| seconds as f64)),
                    (reporting_events::event_start_time.eq(at), reporting_events::event_end_time.eq(at)),
                    (reporting_events::created_at.eq(at), reporting_events::updated_at.eq(at)),
                );
                diesel::insert_into(reporting_events::table).values(row).execute(tx.conn)?;
            }
        }
        Ok(())
    };
    server.write(work).await;
}

/// Of what a report tells.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Account,
    Agent(i64),
    Inbox(i64),
    Label(i64),
    Team(i64),
}

impl Of {
    fn query(self) -> String {
        match self {
            Of::Account => "type=account".into(),
            Of::Agent(id) => format!("type=agent&id={id}"),
            Of::Inbox(id) => format!("type=inbox&id={id}"),
            Of::Label(id) => format!("type=label&id={id}"),
            Of::Team(id) => format!("type=team&id={id}"),
        }
    }

    fn has(self, talk: &Talk, user: Option<Option<i64>>) -> bool {
        match self {
            Of::Account => true,
            Of::Inbox(id) => talk.inbox == id,
            // of conversations the assignee counts, of all else whoever did it
            Of::Agent(id) => user.unwrap_or(talk.assignee) == Some(id),
            Of::Label(id) => talk.labels.contains(&id),
            Of::Team(id) => talk.team == Some(id),
        }
    }
}

/// How many, and the average: the plain reading.
fn counted(history: &History, of: Of, metric: &str, since: i64, until: i64, business_hours: bool) -> (i64, Option<f64>) {
    if metric == "conversations_count" {
        let fits = |talk: &&Talk| (since..until).contains(&talk.at) && of.has(talk, None);
        return (history.talks.iter().filter(fits).count() as i64, None);
    }
    let name = match metric {
        "incoming_messages_count" => "incoming",
        "outgoing_messages_count" => "outgoing",
        "avg_first_response_time" => "first_response",
        "reply_time" => "reply_time",
        "avg_resolution_time" | "resolutions_count" => "conversation_resolved",
        "bot_resolutions_count" => "conversation_bot_resolved",
        _ => "conversation_bot_handoff",
    };
    let fits = |thing: &&Thing| {
        let talk = &history.talks[thing.talk];
        thing.name == name && talk.id != 0 && (since..until).contains(&thing.at) && of.has(talk, Some(thing.user))
    };
    let fitting: Vec<&Thing> = history.things.iter().filter(fits).collect();
    if metric.starts_with("bot_") {
        return (fitting.iter().map(|thing| thing.talk).collect::<BTreeSet<_>>().len() as i64, None);
    }
    let values: Vec<i64> = if business_hours {
        fitting.iter().filter_map(|thing| thing.within_hours).collect()
    } else {
        fitting.iter().map(|thing| thing.value).collect()
    };
    let average = (!values.is_empty()).then(|| values.iter().sum::<i64>() as f64 / values.len() as f64);
    (fitting.len() as i64, average)
}

const METRICS: [&str; 9] = [
    "conversations_count",
    "incoming_messages_count",
    "outgoing_messages_count",
    "avg_first_response_time",
    "avg_resolution_time",
    "resolutions_count",
    "reply_time",
    "bot_resolutions_count",
    "bot_handoffs_count",
];

/// When the step begins in which something lies: backwards by quarters of an hour, and then by days.
fn step_of(at: i64, group_by: &str, offset: i64) -> i64 {
    let local = |at: i64| DateTime::from_timestamp(at + offset, 0).unwrap();
    let mut begins = at - (at + offset).rem_euclid(900);
    while local(begins).minute() != 0 || (group_by != "hour" && local(begins).hour() != 0) {
        begins -= 900;
    }
    let is_first = |at: i64| match group_by {
        "week" => local(at).weekday() == chrono::Weekday::Sun,
        "month" => local(at).day() == 1,
        "year" => local(at).ordinal() == 1,
        _ => true,
    };
    while !is_first(begins) {
        begins -= 86_400;
    }
    begins
}

fn same(one: &Value, other: Option<f64>) -> bool {
    match (one.as_f64(), other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-6,
        (None, None) => true,
        _ => false,
    }
}

async fn compare_steps(v2: &Caller, history: &History, dice: &mut Dice) {
    let of = random_scope(history, dice);
    let (metric, group_by) = (*dice.pick(&METRICS), *dice.pick(&["hour", "day", "week", "month", "year"]));
    let offset = *dice.pick(&[0.0, 7.0, 5.75, -3.5, -11.0, 14.0]);
    let days = if group_by == "hour" { 9 } else { DAYS + 20 };
    let since = START - 5 * 86_400 + dice.below(DAYS * 86_400);
    let until = since + dice.below(days * 86_400);
    let business_hours = dice.below(2) == 0;
    let query = format!(
        "/reports?metric={metric}&{}&since={since}&until={until}&group_by={group_by}&timezone_offset={offset}&business_hours={business_hours}",
        of.query()
    );
    let points = v2.get(&query).await.ok();
    let points = points.as_array().unwrap();
    let begins: Vec<i64> = points.iter().map(|point| point["timestamp"].as_i64().unwrap()).collect();
    let seconds = (offset * 3600.0) as i64;
    let often = if group_by == "hour" { 900 } else { 21_600 };
    let all = (since..until).step_by(often).chain((since < until).then_some(until - 1));
    let expected: BTreeSet<i64> = all.map(|at| step_of(at, group_by, seconds)).collect();
    assert_eq!(begins, expected.into_iter().collect::<Vec<_>>(), "{query}");
    for (place, point) in points.iter().enumerate() {
        let from = begins[place].max(since);
        let to = begins.get(place + 1).copied().unwrap_or(until);
        let (number, average) = counted(history, of, metric, from, to, business_hours);
        if ["avg_first_response_time", "avg_resolution_time", "reply_time"].contains(&metric) {
            assert!(same(&point["value"], Some(average.unwrap_or_default())) && point["count"] == number, "{query}\n{point} {number} {average:?}");
        } else {
            assert_eq!(point, &json!({"value": number, "timestamp": begins[place]}), "{query}");
        }
    }
}

fn random_scope(history: &History, dice: &mut Dice) -> Of {
    match dice.below(5) {
        0 => Of::Account,
        1 => Of::Agent(*dice.pick(&history.agents)),
        2 => Of::Inbox(*dice.pick(&history.inboxes)),
        3 => Of::Label(dice.pick(&history.labels).0),
        _ => Of::Team(*dice.pick(&history.teams)),
    }
}

async fn compare_summary(v2: &Caller, history: &History, dice: &mut Dice) {
    let of = random_scope(history, dice);
    let since = START + dice.below(DAYS * 86_400);
    let until = since + 1 + dice.below(30 * 86_400);
    let business_hours = dice.below(2) == 0;
    let query = format!("/reports/summary?{}&since={since}&until={until}&business_hours={business_hours}", of.query());
    let summary = v2.get(&query).await.ok();
    for (shown, since, until) in [(&summary, since, until), (&summary["previous"], since - (until - since), since)] {
        for metric in &METRICS[..7] {
            let (number, average) = counted(history, of, metric, since, until, business_hours);
            let right = if metric.ends_with("_count") { shown[metric] == number } else { same(&shown[metric], average) };
            assert!(right, "{query}\n{metric}: {shown}, and not {number} {average:?}");
        }
    }
}

async fn compare_groups(v2: &Caller, history: &History, dice: &mut Dice) {
    let since = START + dice.below(DAYS * 86_400);
    let until = since + dice.below(40 * 86_400);
    let business_hours = dice.below(2) == 0;
    let labels: Vec<i64> = history.labels.iter().map(|(id, _)| *id).collect();
    type Group<'a> = (&'a str, &'a [i64], fn(i64) -> Of);
    let groups: [Group; 4] = [
        ("agent", &history.agents, Of::Agent),
        ("inbox", &history.inboxes, Of::Inbox),
        ("label", &labels, Of::Label),
        ("team", &history.teams, Of::Team),
    ];
    for (group, ids, of) in groups {
        let query = format!("/summary_reports/{group}?since={since}&until={until}&business_hours={business_hours}");
        let rows = v2.get(&query).await.ok();
        let rows: BTreeMap<i64, &Value> = rows.as_array().unwrap().iter().map(|row| (row["id"].as_i64().unwrap(), row)).collect();
        assert_eq!(rows.keys().copied().collect::<BTreeSet<_>>(), ids.iter().copied().collect(), "{query}");
        let written = v2.get(&format!("/reports/outgoing_messages_count?group_by={group}&since={since}&until={until}")).await.ok();
        for id in ids {
            let row = rows[id];
            let of = |metric| counted(history, of(*id), metric, since, until, business_hours);
            assert_eq!(row["conversations_count"], of("conversations_count").0, "{query} {id}");
            assert_eq!(row["resolved_conversations_count"], of("resolutions_count").0, "{query} {id}");
            for (key, metric) in [
                ("avg_resolution_time", "avg_resolution_time"),
                ("avg_first_response_time", "avg_first_response_time"),
                ("avg_reply_time", "reply_time"),
            ] {
                assert!(same(&row[key], of(metric).1), "{query} {id} {metric}: {row}");
            }
            let shown =
                written.as_array().unwrap().iter().find(|row| row["id"] == *id).map_or(0, |row| row["outgoing_messages_count"].as_i64().unwrap());
            assert_eq!(shown, of("outgoing_messages_count").0, "{query} {id}");
        }
    }
}

async fn compare_the_rest(v2: &Caller, history: &History) {
    let (since, until) = (START, START + DAYS * 86_400);
    let query = format!("since={since}&until={until}");
    let matrix = v2.get(&format!("/reports/inbox_label_matrix?{query}")).await.ok();
    for (row, inbox) in matrix["inboxes"].as_array().unwrap().iter().enumerate() {
        for (column, label) in matrix["labels"].as_array().unwrap().iter().enumerate() {
            let both = |talk: &&Talk| talk.inbox == inbox["id"] && talk.labels.contains(&label["id"].as_i64().unwrap());
            assert_eq!(matrix["matrix"][row][column], history.talks.iter().filter(both).count() as i64);
        }
    }
    let times = v2.get(&format!("/reports/first_response_time_distribution?{query}")).await.ok();
    for (key, hours) in [("0-1h", 0..1), ("1-4h", 1..4), ("4-8h", 4..8), ("8-24h", 8..24), ("24h+", 24..1000)] {
        let fits = |thing: &&Thing| history.talks[thing.talk].id != 0 && thing.name == "first_response" && hours.contains(&(thing.value / 3600));
        assert_eq!(times["Channel::Api"][key], history.things.iter().filter(fits).count() as i64, "{key}");
    }
    let channels = v2.get(&format!("/summary_reports/channel?{query}")).await.ok();
    let all = history.talks.len();
    assert_eq!(channels, json!({"Channel::Api": {"open": 0, "resolved": all, "pending": 0, "snoozed": 0, "total": all}}));
}

/// Packs all that there is. On PostgreSQL it waits for whoever is writing.
pub(crate) async fn pack(server: &Server) {
    let rest = "SELECT count(*) AS number FROM report_progress WHERE conversation_id < (SELECT coalesce(max(id), 0) FROM conversations) \
                OR message_id < (SELECT coalesce(max(id), 0) FROM messages) OR event_id < (SELECT coalesce(max(id), 0) FROM reporting_events)";
    let all = async || {
        while reports::pack(&server.db).await.unwrap() {}
        (server.count(rest).await == 0).then_some(())
    };
    until("all to be packed", all).await;
}

#[actix_rt::test]
async fn reports_are_what_a_plain_reading_of_the_rules_says() {
    let server = Server::start().await;
    let office = server.office().await;
    let v2 = v2(&office, &office.administrator);
    let mut history = History::furnish(&office).await;
    office.conversation(&office.api_inbox().await).await;
    history.inboxes =
        office.administrator.get("/inboxes").await.ok()["payload"].as_array().unwrap().iter().map(|inbox| inbox["id"].as_i64().unwrap()).collect();
    for seed in 1..=4_u64 {
        let mut dice = Dice(seed * 7919);
        history.go_on(&server, office.account, &mut dice).await;
        for packed in [false, true] {
            if packed {
                pack(&server).await;
            }
            for _ in 0..20 {
                compare_steps(&v2, &history, &mut dice).await;
                compare_summary(&v2, &history, &mut dice).await;
            }
            compare_groups(&v2, &history, &mut dice).await;
            compare_the_rest(&v2, &history).await;
        }
    }
    // another node packs nothing twice, and what was deleted counts no more, packed or not
    let hours = server.count("SELECT count(*) AS number FROM report_hours").await;
    assert!(hours > 300, "{hours}");
    let gone: Vec<i64> = history.talks.iter().step_by(3).map(|talk| talk.id).collect();
    let doomed = gone.iter().map(|id| ConversationId(*id)).collect::<Vec<_>>();
    server.write(move |tx| Ok(diesel::delete(conversations::table.filter(conversations::id.eq_any(doomed))).execute(tx.conn)?)).await;
    for talk in history.talks.iter_mut().filter(|talk| gone.contains(&talk.id)) {
        (talk.id, talk.at, talk.inbox) = (0, 0, 0);
        talk.labels.clear();
    }
    let mut dice = Dice(99);
    for cleared in [false, true] {
        if cleared {
            while reports::clear_deleted(&server.db, 1).await.unwrap() {}
            assert_eq!(server.count("SELECT count(*) AS number FROM report_omissions").await, 0);
        }
        for _ in 0..20 {
            compare_steps(&v2, &history, &mut dice).await;
            compare_summary(&v2, &history, &mut dice).await;
        }
        compare_groups(&v2, &history, &mut dice).await;
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_others_have_counts_nowhere() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("other.").await);
    for of in [&office, &other, &other] {
        let inbox = of.api_inbox().await;
        let (lea, number) = of.conversation(&inbox).await;
        lea.says(number, "Hello").await;
        of.agent.says(number, "Hi").await;
    }
    for packed in [false, true] {
        if packed {
            pack(&server).await;
        }
        for (of, number) in [(&office, 1), (&other, 2)] {
            let summary = v2(of, &of.administrator).get("/reports/summary").await.ok();
            let numbers = ["conversations_count", "incoming_messages_count", "outgoing_messages_count"].map(|key| summary[key].clone());
            assert_eq!(numbers, [json!(number), json!(number), json!(number)]);
        }
    }
    let inbox = other.api_inbox().await.id;
    let strange = [
        format!("type=inbox&id={inbox}"),
        format!("type=agent&id={}", other.agent.id),
        "type=team&id=77".into(),
        "type=label&id=x".into(),
        "type=label".into(),
    ];
    for query in strange {
        for path in ["/reports?metric=reply_time&", "/reports/summary?", "/reports/bot_summary?"] {
            v2(&office, &office.administrator).get(&format!("{path}{query}")).await.error(404);
        }
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_step_is_told_one_by_one() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (lea, number) = office.conversation(&inbox).await;
    lea.says(number, "Hello").await;
    put_back(&server, number, "created_at", 60).await;
    for text in ["Hi", "Still there?"] {
        office.agent.says(number, text).await;
    }
    let v2 = v2(&office, &office.administrator);
    let step = v2.get("/reports?metric=reply_time&group_by=year").await.ok().as_array().unwrap().last().unwrap()["timestamp"].clone();
    let drill = async |query: &str| v2.get(&format!("/reports/drilldown?bucket_timestamp={step}&group_by=year&{query}")).await.ok();
    for packed in [false, true] {
        if packed {
            pack(&server).await;
        }
        let sent = drill("metric=outgoing_messages_count").await;
        let numbers = ["record_type", "total_count", "conversation_count", "current_page", "per_page"].map(|key| sent["meta"][key].clone());
        assert_eq!(numbers, [json!("message"), json!(2), json!(1), json!(1), json!(25)]);
        let texts: Vec<&Value> = sent["payload"].as_array().unwrap().iter().map(|record| &record["message"]["content"]).collect();
        assert_eq!(texts, ["Still there?", "Hi"]);
        let second = drill("metric=outgoing_messages_count&page=2&per_page=1").await;
        let record = &second["payload"][0];
        assert_eq!((&record["message"]["content"], &record["metric_value"]), (&json!("Hi"), &Value::Null));
        assert_eq!((&record["conversation"]["display_id"], &record["conversation"]["inbox_id"]), (&json!(number), &json!(inbox.id)));
        let answered = drill(&format!("metric=avg_first_response_time&type=agent&id={}", office.agent.id)).await;
        let record = &answered["payload"][0];
        assert_eq!((&record["message"]["content"], &record["conversation"]["last_message"]["content"]), (&json!("Hi"), &json!("Still there?")));
        assert!(record["metric_value"].as_f64().unwrap() >= 60.0, "{record}");
        assert_eq!(drill("metric=avg_first_response_time&business_hours=1").await["payload"][0]["metric_value"], 0.0);
        let begun = drill(&format!("metric=conversations_count&type=inbox&id={}", inbox.id)).await;
        assert_eq!((&begun["meta"]["total_count"], &begun["payload"][0]["record_type"]), (&json!(1), &json!("conversation")));
        assert_eq!(drill("metric=resolutions_count").await["payload"], json!([]));
    }
    let before = v2.get("/reports/drilldown?metric=conversations_count&bucket_timestamp=1000000000").await.ok();
    assert_eq!((&before["meta"]["total_count"], &before["payload"]), (&json!(0), &json!([])));
    for query in ["metric=reply_time", "metric=laughter&bucket_timestamp=5", "metric=reply_time&bucket_timestamp=5&group_by=decade"] {
        v2.get(&format!("/reports/drilldown?{query}")).await.invalid();
    }
    let stranger = server.another_office("other.").await.api_inbox().await.id;
    v2.get(&format!("/reports/drilldown?metric=reply_time&bucket_timestamp=5&type=inbox&id={stranger}")).await.error(404);
    server.finish().await;
}

const PATHS: [&str; 22] = [
    "/reports?metric=conversations_count",
    "/reports/summary",
    "/reports/bot_summary",
    "/reports/bot_metrics",
    "/reports/conversations?type=account",
    "/reports/conversations/?type=agent",
    "/reports/agents",
    "/reports/inboxes",
    "/reports/labels",
    "/reports/teams",
    "/reports/conversations_summary",
    "/reports/conversation_traffic",
    "/reports/inbox_label_matrix",
    "/reports/first_response_time_distribution",
    "/reports/outgoing_messages_count?group_by=agent",
    "/reports/drilldown?metric=reply_time&bucket_timestamp=1700000000",
    "/summary_reports/agent",
    "/summary_reports/label",
    "/summary_reports/channel",
    "/live_reports/conversation_metrics",
    "/live_reports/grouped_conversation_metrics?group_by=team_id",
    "/live_reports/grouped_conversation_metrics?group_by=assignee_id",
];

#[actix_rt::test]
async fn reports_are_for_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    for path in PATHS {
        assert_eq!(v2(&office, &office.administrator).get(path).await.status, 200, "{path}");
        v2(&office, &office.agent).get(path).await.error(401);
        assert_eq!(v2(&office, &server.anonymous()).get(path).await.status, 401);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_asked_wrongly_is_refused_and_what_is_too_much_is_bounded() {
    let server = Server::start().await;
    let office = server.office().await;
    let v2 = v2(&office, &office.administrator);
    for query in [
        "metric=laughter",
        "",
        "metric=reply_time&group_by=decade",
        "metric=reply_time&since=yesterday",
        "metric=reply_time&until=99999999999999999999",
        "metric=reply_time&timezone_offset=99",
        "metric=reply_time&timezone_offset=NaN",
        "metric=reply_time&type=galaxy&id=1",
        // more points than a report has
        "metric=reply_time&since=0&until=253000000000&group_by=day",
        "metric=reply_time&since=0&until=1700000000&group_by=hour",
    ] {
        v2.get(&format!("/reports?{query}")).await.invalid();
    }
    let far = v2.get("/reports?metric=reply_time&since=0&until=253000000000&group_by=year").await.ok();
    assert!(far.as_array().unwrap().len() > 8000);
    v2.get("/reports/summary?since=0&until=253000000000").await.ok();
    assert_eq!(v2.get("/reports?metric=reply_time&since=2000000000&until=1000000000").await.ok(), json!([]));
    v2.get("/reports/summary?since=2000000000&until=1000000000").await.ok();
    v2.get("/reports/conversations").await.invalid();
    v2.get("/reports/conversation_traffic?days_before=366").await.invalid();
    v2.get("/reports/conversation_traffic?days_before=-1").await.invalid();
    v2.get("/live_reports/grouped_conversation_metrics?group_by=mood").await.error(422);
    v2.get("/reports/outgoing_messages_count").await.invalid();
    let six_months = 1_700_000_000 + 184 * 86_400;
    v2.get(&format!("/summary_reports/channel?since=1700000000&until={six_months}")).await.ok();
    v2.get(&format!("/summary_reports/channel?since=1700000000&until={}", six_months + 1)).await.error(400);
    server.finish().await;
}

#[actix_rt::test]
async fn how_conversations_stand_now() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let team = office.administrator.post("/teams", json!({"name": "sales", "allow_auto_assign": false})).await.ok()["id"].clone();
    let v2 = v2(&office, &office.administrator);
    let mut numbers = Vec::new();
    for _ in 0..5 {
        let (lea, number) = office.conversation(&inbox).await;
        lea.says(number, "Hello").await;
        numbers.push(number);
    }
    let to = async |number: i64, said: Value| office.administrator.post(&format!("/conversations/{number}/assignments"), said).await.ok();
    to(numbers[0], json!({"assignee_id": office.agent.id})).await;
    to(numbers[1], json!({"assignee_id": office.agent.id})).await;
    office.agent.says(numbers[1], "Hi").await;
    to(numbers[2], json!({"team_id": team})).await;
    for (number, status) in [(numbers[3], "pending"), (numbers[4], "resolved")] {
        office.administrator.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
    }
    let account = json!({"open": 3, "unattended": 2, "unassigned": 1, "pending": 1});
    assert_eq!(v2.get("/reports/conversations?type=account").await.ok(), account);
    assert_eq!(v2.get("/live_reports/conversation_metrics").await.ok(), account);
    let of_team = v2.get(&format!("/live_reports/conversation_metrics?team_id={team}")).await.ok();
    assert_eq!(of_team, json!({"open": 1, "unattended": 1, "unassigned": 1, "pending": 0}));
    let by_team = v2.get("/live_reports/grouped_conversation_metrics?group_by=team_id").await.ok();
    let teams = json!([
        {"team_id": null, "open": 2, "unattended": 1, "unassigned": 0},
        {"team_id": team, "open": 1, "unattended": 1, "unassigned": 1}
    ]);
    assert_eq!(by_team, teams);
    let by_assignee = v2.get("/live_reports/grouped_conversation_metrics?group_by=assignee_id").await.ok();
    let agents = json!([{"assignee_id": null, "open": 1, "unattended": 1}, {"assignee_id": office.agent.id, "open": 2, "unattended": 1}]);
    assert_eq!(by_assignee, agents);
    let one = v2.get(&format!("/reports/conversations?type=agent&user_id={}", office.agent.id)).await.ok();
    let expected = json!([{"id": office.agent.id, "name": "Ben Agent", "email": one[0]["email"], "thumbnail": "", "availability": one[0]["availability"], "metric": {"open": 2, "unattended": 1}}]);
    assert_eq!(one, expected);
    let all = v2.get("/reports/conversations?type=agent").await.ok();
    assert_eq!((all.as_array().unwrap().len(), v2.get("/reports/conversations?type=agent&page=2").await.ok()), (2, json!([])));
    server.finish().await;
}

#[actix_rt::test]
async fn tables_are_named_and_hold_what_the_summaries_say() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), json!({"name": "=HYPERLINK(\"x\")"})).await.ok();
    let (lea, number) = office.conversation(&inbox).await;
    lea.says(number, "Hello").await;
    put_back(&server, number, "created_at", 3723).await;
    office.agent.says(number, "Hi").await;
    let v2 = v2(&office, &office.administrator);
    let table = async |path: &str, name: &str| {
        let answer = v2.get(path).await;
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(answer.header("content-disposition"), Some(format!("attachment; filename=\"{name}.csv\"").as_str()));
        answer.text().trim_start_matches('\u{feff}').lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let inboxes = table("/reports/inboxes", "inboxes_report").await;
    assert_eq!(inboxes[0], "Inbox name,Conversations,Avg first response time,Avg resolution time,Avg customer waiting time,Resolution count");
    assert!(inboxes[1].starts_with("\"'=HYPERLINK(\"\"x\"\")\",1,1:02:0"), "{inboxes:?}");
    assert_eq!(table("/reports/agents", "agents_report").await.len(), 3);
    assert_eq!(table("/reports/labels", "labels_report").await.len(), 1);
    assert_eq!(table("/reports/teams", "teams_report").await.len(), 1);
    let summary = table("/reports/conversations_summary", "conversations_summary_report").await;
    assert!(summary.len() == 2 && summary[1].contains(",1,1,1:02:0"), "{summary:?}");
    let traffic = table("/reports/conversation_traffic?days_before=2&timezone_offset=5.75", "conversation_traffic_reports").await;
    assert_eq!((traffic.len(), traffic[0].matches(',').count()), (25, 3));
    assert!(traffic[0].starts_with("Start of the hour,20") && traffic[24].starts_with("23:00,"));
    let sum: i64 = traffic[1..].iter().flat_map(|line| line.split(',').skip(1).map(|cell| cell.parse::<i64>().unwrap()).collect::<Vec<_>>()).sum();
    assert_eq!(sum, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn the_page_shows_figures_plots_and_tables_in_both_languages() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let label = office.administrator.post("/labels", json!({"title": "vip"})).await.ok()["id"].clone();
    let (lea, number) = office.conversation(&inbox).await;
    lea.says(number, "Hello").await;
    put_back(&server, number, "created_at", 3723).await;
    office.agent.says(number, "Hi").await;
    office.agent.post(&format!("/conversations/{number}/labels"), json!({"labels": ["vip"]})).await.ok();
    let browser = server.browser_of(office.administrator.id).await;
    let path = format!("/app/accounts/{}/settings/reports", office.account);
    let page = async |query: &str| {
        let answer = browser.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        answer.text()
    };
    let usual = page("").await;
    // of today, and of the days before it
    assert_eq!((usual.matches("class=\"plot-bar\"").count(), usual.matches("<th scope=\"row\">20").count()), (7, 7), "{usual}");
    for shown in ["Right now", "1 h 2 min", "before: –", "Who did what", "Ben"] {
        assert!(usual.contains(shown), "{shown}: {usual}");
    }
    let labelled =
        page(&format!("of=label-{label}&metric=avg_first_response_time&by=label&days=30&group_by=hour&timezone_offset=5.75&business_hours=1")).await;
    assert_eq!(labelled.matches("class=\"plot-bar\"").count(), 30 * 24);
    assert!(labelled.contains("UTC+05:45") && labelled.contains("vip") && labelled.contains("reports/table.csv?days=30"), "{labelled}");
    // odd words are the usual choices, and a thing that is gone is not there
    assert_eq!(page("days=x&metric=&of=planet-1&group_by=decade&timezone_offset=99&by=moon").await.matches("class=\"plot-bar\"").count(), 7);
    assert_eq!(page("days=365&group_by=hour").await.matches("class=\"plot-bar\"").count(), 53);
    assert_eq!(browser.get(&format!("{path}?of=team-77")).await.status, 404);
    let table = browser.get(&format!("{path}/table.csv?by=label")).await;
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"labels_report.csv\""));
    assert!(table.text().contains("vip,1,1:02:0"), "{}", table.text());
    office.administrator.below("").put("/api/v1/profile", json!({"profile": {"ui_settings": {"locale": "th"}}})).await.ok();
    let thai = browser.get(&path).await.text();
    assert!(thai.contains("lang=\"th\"") && thai.contains("รายงาน"), "{thai}");
    assert_ne!(server.browser_of(office.agent.id).await.get(&path).await.status, 200);
    server.finish().await;
}
