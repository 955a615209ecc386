//! Who gets in where: every operation of the description, by everybody who may not. A new route is among them as soon as it is described.
use crate::support::{
    Answer, Caller, Server,
    digest::{Digest, Reader, difference},
    furnished::{FIRST, Furnished, SECOND},
    operations::{self, Operation},
};
use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Map, Value, json};

/// Two accounts, of which nobody may see the other.
struct Stage {
    server: Server,
    ours: Furnished,
    theirs: Furnished,
    reader: Reader,
    stored: Digest,
    /// What has gone wrong so far: a run shows all of it.
    wrong: Vec<String>,
}

impl Stage {
    async fn new() -> Stage {
        let server = Server::start().await;
        let ours = Furnished::new(&server, FIRST, 3).await;
        let theirs = Furnished::new(&server, SECOND, 1).await;
        server.index().await;
        let reader = Reader::of(&server, ours.office.account).await;
        let stored = reader.read(&server).await;
        Stage { server, ours, theirs, reader, stored, wrong: Vec::new() }
    }

    /// Who is asked by nobody who may.
    fn stranger(&self) -> Caller {
        self.server.anonymous().0
    }

    /// Notes what is wrong with a refusal: another status, or a word of our account in it.
    fn judge(&mut self, who: &str, operation: &Operation, answer: &Answer, allowed: &[u16]) {
        let told = format!("{} {}", answer.text(), answer.headers.iter().map(|(_, value)| format!("{value:?}")).collect::<String>());
        if let Some(secret) = self.ours.secrets().iter().find(|secret| told.contains(*secret)) {
            self.wrong.push(format!("{}: {who} is told {secret}: {told:.200}", operation.line()));
        }
        if !allowed.contains(&answer.status) {
            self.wrong.push(format!("{} ({}): {who} gets {}: {:.200}", operation.line(), answer.what(), answer.status, answer.text()));
        }
    }

    /// Notes what has changed in our account since the last look.
    async fn compare(&mut self, who: &str, operation: &Operation) {
        let stored = self.reader.read(&self.server).await;
        let changes = difference(&self.stored, &stored);
        if !changes.is_empty() {
            self.wrong.push(format!("{}: {who} has changed\n  {:.600}", operation.line(), changes.join("\n  ")));
            self.stored = stored;
        }
    }

    async fn finish(self) {
        assert!(self.wrong.is_empty(), "{} mistakes:\n{}", self.wrong.len(), self.wrong.join("\n"));
        self.server.finish().await;
    }
}

/// An operation of ours, whole: the path, and an input in which each name means something of ours.
pub async fn ask(operation: &Operation, caller: &Caller, ids: &Furnished) -> Answer {
    let path = operation.path(|before, name| ids.parameter(before, name));
    send(operation, caller, &path, operation.input(&|name| ids.field(name))).await
}

/// An operation with an input, wherever it reads that.
pub async fn send(operation: &Operation, caller: &Caller, path: &str, input: Map<String, Value>) -> Answer {
    if operation.reads_query() {
        let separator = if input.is_empty() { "" } else { "?" };
        return caller.send(operation.method.clone(), &format!("{path}{separator}{}", query(&input)), None, Vec::new()).await;
    }
    caller.json(operation.method.clone(), path, Value::Object(input)).await
}

/// The fields of an input as a query.
fn query(input: &Map<String, Value>) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = input.iter().flat_map(|(name, value)| match value {
        Value::Array(items) => items.iter().map(|item| (format!("{name}[]"), text(item))).collect(),
        value => vec![(name.clone(), text(value))],
    });
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Whoever is refused at the door is told so with 401.
const NOT_IN: &[u16] = &[401];
/// What is not in one's own account is not there.
const NOT_THERE: &[u16] = &[404];

/// What does not succeed with what is sent here, each with the status that it has instead: whatever is wrong is wrong with the input.
const UNDONE: [(&str, u16); 21] = [
    ("POST /auth/sign_in", 401),
    ("PATCH /auth/password", 422),
    ("PUT /auth/password", 422),
    ("POST /auth/confirmation", 422),
    // nobody signs up here
    ("POST /api/v1/accounts", 404),
    ("GET /auth/validate_token", 401),
    ("DELETE /auth/sign_out", 404),
    // no mail is sent here
    ("POST /api/v1/accounts/{account_id}/conversations/{id}/transcript", 422),
    ("POST /api/v1/widget/conversations/transcript", 422),
    // no files are sent here
    ("POST /api/v1/accounts/{account_id}/contacts/import", 422),
    ("POST /api/v1/accounts/{account_id}/upload", 422),
    // Ben has accepted his, and Lea has written just now
    ("POST /api/v1/accounts/{account_id}/agents/{id}/invitation", 422),
    ("DELETE /api/v1/accounts/{account_id}/contacts/{id}", 422),
    // there is one of this name
    ("POST /api/v1/accounts/{account_id}/portals", 422),
    // it is set up already, and takes no events
    ("POST /api/v1/accounts/{account_id}/integrations/hooks", 422),
    ("POST /api/v1/accounts/{account_id}/integrations/hooks/{id}/process_event", 422),
    // nobody here has a second factor, and a token sets none up
    ("POST /api/v1/profile/mfa", 422),
    ("DELETE /api/v1/profile/mfa", 422),
    ("POST /api/v1/profile/mfa/verify", 422),
    ("POST /api/v1/profile/mfa/backup_codes", 422),
    ("DELETE /api/v1/accounts/{account_id}/agents/{id}/mfa", 422),
];

#[actix_rt::test]
async fn whoever_may_gets_in() {
    let server = Server::start().await;
    let ours = Furnished::new(&server, FIRST, 3).await;
    let mut wrong = Vec::new();
    for operation in operations::all_in_turn().iter().filter(|operation| !operation.template.ends_with("/stream")) {
        let answer = ask(operation, &ours.caller(&server, operation).await, &ours).await;
        let line = operation.line();
        let undone = UNDONE.iter().find(|(known, _)| *known == line).map(|(_, status)| *status);
        if undone.map_or(!(200..400).contains(&answer.status), |status| answer.status != status) {
            wrong.push(format!("{line}: {} {:.200}", answer.status, answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
    server.finish().await;
}

#[actix_rt::test]
async fn nobody_gets_in_without_credentials() {
    let mut stage = Stage::new().await;
    let pubsub = stage.ours.visitor.get("").await.ok()["pubsub_token"].as_str().unwrap().to_owned();
    let (visitor, nobody) = (stage.ours.visitor.source_id.clone(), stage.stranger());
    let session = |secret: &str| nobody.with("uid", "ada@acme.example").with("client", secret).with("access-token", secret);
    let cookie = stage.server.browser_of(stage.ours.office.administrator.id).await;
    let strangers = [
        ("nobody", nobody.clone()),
        ("a visitor's session name as a token", nobody.with("api_access_token", &visitor)),
        ("a visitor's pubsub token as a token", nobody.with("api_access_token", &pubsub)),
        ("a visitor's session name as a session", session(&visitor)),
        ("a visitor's pubsub token as a session", session(&pubsub)),
        ("a website's session as a token", nobody.with("api_access_token", &stage.ours.guest.token)),
        ("a website's session", nobody.with("X-Auth-Token", &stage.ours.guest.token)),
        ("an inbox's key as a token", nobody.with("api_access_token", &stage.ours.inbox.hmac_token)),
        ("a receiver's key as a token", nobody.with("api_access_token", &stage.ours.inbox.secret)),
        // no other site makes a browser call the API
        ("an administrator's cookie", cookie),
    ];
    stage.stored = stage.reader.read(&stage.server).await;
    for operation in operations::all().iter().filter(|operation| !["anyone", "visitor"].contains(&operation.caller)) {
        for (who, caller) in &strangers {
            let answer = ask(operation, caller, &stage.ours).await;
            stage.judge(who, operation, &answer, NOT_IN);
        }
        stage.compare("somebody without credentials", operation).await;
    }
    stage.finish().await;
}

#[actix_rt::test]
async fn people_of_another_account_get_in_nowhere() {
    let mut stage = Stage::new().await;
    let office = &stage.theirs.office;
    let strangers =
        [("an administrator of another account", office.administrator.below("")), ("an agent of another account", office.agent.below(""))];
    for operation in operations::all().iter().filter(|operation| operation.is_of_account() && operation.caller != "anyone") {
        for (who, caller) in &strangers {
            let answer = ask(operation, caller, &stage.ours).await;
            stage.judge(who, operation, &answer, NOT_IN);
        }
        stage.compare("somebody of another account", operation).await;
    }
    stage.finish().await;
}

/// Where a name that means nothing in the account counts as none: the first is asked for somebody's name or nobody's, the second for one only where it is
/// a bot's, the others for those of many.
const HARMLESS: [&str; 4] = [
    "POST /api/v1/accounts/{account_id}/conversations/{id}/assignments",
    "POST /api/v1/accounts/{account_id}/conversations/{id}/messages",
    "POST /api/v1/accounts/{account_id}/bulk_actions",
    "POST /api/v1/accounts/{account_id}/macros/{id}/execute",
];

/// What has the same name in every account.
const OF_ALL: [&str; 1] = ["GET /api/v1/accounts/{account_id}/integrations/apps/{id}"];

#[actix_rt::test]
async fn ids_of_another_account_lead_nowhere_in_ones_own() {
    let mut stage = Stage::new().await;
    let who = "an administrator with ids of another account";
    let caller = stage.theirs.office.administrator.below("");
    let of_one = |operation: &&Operation| operation.is_of_account() && !OF_ALL.contains(&operation.line().as_str());
    for operation in operations::all().iter().filter(of_one) {
        let parameters = operation.parameters();
        // first all that the path names, then only the last: within a thing of one's own
        for strange in (1..parameters.len()).map(|first| &parameters[first..]) {
            let (ours, theirs) = (&stage.ours, &stage.theirs);
            let of = |before: &str, name: &str| if strange.contains(&(before, name)) { ours } else { theirs };
            let path = operation.path(|before, name| of(before, name).parameter(before, name));
            let answer = send(operation, &caller, &path, operation.input(&|name| theirs.field(name))).await;
            stage.judge(who, operation, &answer, NOT_THERE);
        }
        // then each name in the input
        let named = operation.fields.iter().map(|(field, _)| field).filter(|field| stage.ours.name(field).is_some());
        let named: Vec<&String> = named.filter(|_| operation.method != Method::DELETE).collect();
        for field in named {
            let (ours, theirs) = (&stage.ours, &stage.theirs);
            let path = operation.path(|before, name| theirs.parameter(before, name));
            let mut input = operation.input(&|name| theirs.field(name));
            input.insert(field.clone(), ours.name(field).unwrap());
            let answer = send(operation, &caller, &path, input).await;
            let harmless = operation.reads_query() || HARMLESS.contains(&operation.line().as_str());
            stage.judge(&format!("{who} as {field}"), operation, &answer, if harmless { &[200, 401, 404] } else { &[401, 404, 422] });
        }
        stage.compare(who, operation).await;
    }
    stage.finish().await;
}

#[actix_rt::test]
async fn agents_do_nothing_that_administrators_do() {
    let mut stage = Stage::new().await;
    let caller = stage.ours.office.agent.below("");
    let all = operations::all();
    let theirs: Vec<&Operation> = all.iter().filter(|operation| operation.caller == "administrator").collect();
    assert!(theirs.len() > 40, "{}", theirs.len());
    for operation in theirs {
        let answer = ask(operation, &caller, &stage.ours).await;
        stage.judge("an agent", operation, &answer, NOT_IN);
        stage.compare("an agent", operation).await;
    }
    stage.finish().await;
}

/// Doors that stay open when a key is gone: only people make them.
const FOR_PEOPLE: [&str; 3] = ["/service_keys", "/agents/{id}/password_link", "/agents/{id}/mfa"];

#[actix_rt::test]
async fn programs_do_nothing_beyond_the_scope_of_their_key() {
    let mut stage = Stage::new().await;
    let [reads, writes, administers] = stage.ours.keys.clone();
    let foreign = stage.theirs.keys[2].clone();
    // that a key is used is noted once in a minute: not now
    stage.server.write(|tx| Ok(sql_query("UPDATE service_keys SET last_used_at = '2999-01-01 00:00:00'").execute(tx.conn)?)).await;
    stage.stored = stage.reader.read(&stage.server).await;
    for operation in operations::all().iter().filter(|operation| !["anyone", "visitor"].contains(&operation.caller)) {
        let path = operation.template.trim_start_matches("/api/v1/accounts/{account_id}");
        let changes = operation.method != Method::GET && !READING.contains(&path);
        let beyond = [
            ("a key of another account", &foreign, true),
            ("a key that reads", &reads, changes || operation.caller != "agent"),
            ("a key that writes", &writes, operation.caller != "agent"),
            ("a key that administers", &administers, operation.caller == "signed_in" || is_for_people(operation, path)),
        ];
        for (who, caller, _) in beyond.iter().filter(|(.., beyond)| *beyond) {
            let answer = ask(operation, caller, &stage.ours).await;
            stage.judge(who, operation, &answer, NOT_IN);
        }
        stage.compare("a key", operation).await;
    }
    stage.finish().await;
}

fn is_for_people(operation: &Operation, path: &str) -> bool {
    operation.method != Method::GET && FOR_PEOPLE.iter().any(|root| path.starts_with(root))
}

#[actix_rt::test]
async fn programs_do_all_that_is_within_the_scope_of_their_key() {
    let stage = Stage::new().await;
    let [reads, writes, administers] = &stage.ours.keys;
    let mut wrong = Vec::new();
    // what is one's own, a program has none of
    let own = ["/notifications/{id}", "/notification_settings", "/custom_filters/{id}", "/macros/{id}"];
    for operation in operations::all().iter().filter(|operation| operation.is_of_account() && operation.method == Method::GET) {
        let path = operation.template.trim_start_matches("/api/v1/accounts/{account_id}");
        if own.iter().any(|root| path.starts_with(root)) || path.ends_with("/stream") {
            continue;
        }
        let within: &[&Caller] = if operation.caller == "agent" { &[reads, writes, administers] } else { &[administers] };
        for caller in within {
            let answer = ask(operation, caller, &stage.ours).await;
            if !(200..400).contains(&answer.status) {
                wrong.push(format!("{}: {} {:.200}", operation.line(), answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    stage.finish().await;
}

/// Who may what, as clients of Chatwoot know it: what begins so, by these methods, is for administrators; what else begins so is for agents as well.
const ARRANGED: [(&str, &[&str]); 28] = [
    ("/agents", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/agent_bots", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/audit_logs", &["GET"]),
    ("/automation_rules", &["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ("/campaigns", &["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ("/contact_jobs", &["GET", "POST"]),
    ("/contacts/import", &["POST"]),
    ("/contacts/export", &["POST"]),
    ("/csat_survey_responses", &["GET", "PATCH", "PUT"]),
    ("/custom_attribute_definitions", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/dashboard_apps", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/integrations/hooks", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/inboxes", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/inbox_members", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/labels", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/labels/{id}", &["GET"]),
    ("/portals", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/portals/{id}/categories/{category_id}", &["GET"]),
    ("/portals/{id}/articles/{article_id}", &["GET"]),
    ("/reporting_events", &["GET"]),
    ("/service_keys", &["GET", "POST", "DELETE"]),
    ("/teams", &["POST", "PATCH", "PUT", "DELETE"]),
    ("/webhook_events", &["GET"]),
    ("/webhooks", &["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ("/test_receivers", &["GET", "POST", "PATCH", "PUT", "DELETE"]),
    // a thing itself, not what hangs on it
    ("/contacts/{id}", &["DELETE"]),
    ("/conversations/{id}", &["DELETE"]),
    ("/inboxes/{id}/campaigns", &["GET"]),
];

#[test]
fn administrators_arrange_what_they_do_elsewhere() {
    let mut wrong = Vec::new();
    for operation in operations::all().iter().filter(|operation| operation.is_of_account()) {
        let path = operation.template.trim_start_matches("/api/v1/accounts/{account_id}");
        let is_below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') && !root.contains("{id}"));
        let arranged = ARRANGED.iter().any(|(root, methods)| is_below(root) && methods.contains(&operation.method.as_str()));
        // agents hand apps their events
        let arranged = arranged && !path.ends_with("/process_event");
        let itself = path.is_empty() && matches!(operation.method.as_str(), "PATCH" | "PUT");
        let expected = if arranged || itself { "administrator" } else { "agent" };
        if operation.caller != expected {
            wrong.push(format!("{} is for an {}, not for an {expected}", operation.line(), operation.caller));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an agent keeps for themselves.
const OWN: [&str; 2] = ["/notifications/{id}", "/custom_filters/{id}"];
/// What reads by POST.
const READING: [&str; 3] = ["/contacts/filter", "/conversations/filter", "/contact_inboxes/filter"];

#[actix_rt::test]
async fn an_agent_outside_an_inbox_sees_nothing_of_it() {
    let mut stage = Stage::new().await;
    let (caller, inner) = (stage.ours.outsider.below(""), stage.ours.inner.clone());
    for operation in operations::all().iter().filter(|operation| operation.is_of_account() && operation.caller == "agent") {
        let path = operation.template.trim_start_matches("/api/v1/accounts/{account_id}");
        let inside = ["/conversations/{id}", "/inboxes/{id}", "/inbox_members/{inbox_id}"].iter().any(|root| path.starts_with(root));
        let own = OWN.iter().any(|root| path.starts_with(root));
        if !(inside || own || operation.method == Method::GET || READING.contains(&path)) {
            continue;
        }
        let answer = ask(operation, &caller, &stage.ours).await;
        if answer.text().contains(&inner) {
            stage.wrong.push(format!("{}: an agent outside is told {:.300}", operation.line(), answer.text()));
        }
        let allowed: &[u16] = match (inside, own) {
            (true, _) => &[401],
            (_, true) => &[404],
            _ => &[200, 401, 422],
        };
        if !allowed.contains(&answer.status) {
            stage.wrong.push(format!("{}: an agent outside gets {}: {:.300}", operation.line(), answer.status, answer.text()));
        }
        stage.compare("an agent outside", operation).await;
    }
    // what the path does not name
    let (ours, agent) = (&stage.ours, stage.ours.outsider.clone());
    let (inbox, contact) = (&ours.inbox, ours.field("contact_id").unwrap());
    let sessions = format!("/contacts/{contact}/contact_inboxes");
    agent.post("/conversations", json!({"inbox_id": inbox.id, "contact_id": contact})).await.error(401);
    agent.post("/conversations", json!({"source_id": ours.visitor.source_id, "inbox_id": inbox.id})).await.error(401);
    agent.post(&sessions, json!({"inbox_id": inbox.id})).await.error(401);
    agent.get(&format!("/assignable_agents?inbox_ids[]={}", inbox.id)).await.error(401);
    stage.finish().await;
}

#[actix_rt::test]
async fn nobody_gets_into_the_session_of_a_visitor() {
    let mut stage = Stage::new().await;
    let (ours, theirs, nobody) = (&stage.ours, &stage.theirs, stage.stranger());
    let shows = |token: &str| nobody.with("X-Auth-Token", token);
    let strangers = [
        ("nobody", nobody.clone()),
        ("a visitor of another website", shows(&theirs.guest.token)),
        ("somebody with the name of a session", shows(ours.guest.claims()["source_id"].as_str().unwrap())),
        ("somebody with a pubsub token", shows(ours.guest.config["contact"]["pubsub_token"].as_str().unwrap())),
        ("somebody with the token of the website", shows(&ours.site.token)),
        ("an administrator", nobody.with("api_access_token", &ours.office.administrator.token)),
        ("an administrator's token as a session", shows(&ours.office.administrator.token)),
    ];
    for operation in operations::all().iter().filter(|operation| operation.caller == "visitor") {
        for (who, caller) in &strangers {
            let answer = ask(operation, caller, &stage.ours).await;
            stage.judge(who, operation, &answer, NOT_THERE);
        }
        // in a session of one's own, what others have is not there
        if operation.template.ends_with("/messages/{id}") {
            let path = operation.path(|before, name| stage.ours.parameter(before, name));
            let input = operation.input(&|name| stage.theirs.field(name));
            let answer = send(operation, &shows(&stage.theirs.guest.token), &path, input).await;
            stage.judge("a visitor who guesses", operation, &answer, NOT_THERE);
        }
        stage.compare("somebody without a session", operation).await;
    }
    stage.finish().await;
}

/// What is open to anyone, why that is safe, and how it answers to a wrong secret.
const PUBLIC: [(&str, &str, &[u16]); 12] = [
    ("POST /auth/sign_in", "takes a password", &[401]),
    ("GET /auth/sign_in", "leads to the form, whoever asks", &[302]),
    ("POST /auth/password", "says the same whether somebody is known or not", &[200]),
    ("PATCH /auth/password", "takes the token of a mail", &[422]),
    ("PUT /auth/password", "takes the token of a mail", &[422]),
    ("POST /auth/confirmation", "takes the token of a mail, and the password", &[422]),
    ("POST /resend_confirmation", "says the same whether somebody waits for a link or not", &[200]),
    ("POST /api/v1/accounts", "makes nothing for a stranger before a mail is answered, and is off unless the operator wants it", &[404]),
    ("DELETE /auth/sign_out", "takes a session, which it ends", &[404]),
    ("GET /auth/validate_token", "takes a session", &[401]),
    // each parameter of their paths is a secret, or means something only behind one
    ("/public/api/v1/", "takes a secret in its path", &[404]),
    ("/api/v1/widget/", "takes the token of a website, and tells what its pages show to everybody", &[404]),
];

#[actix_rt::test]
async fn what_is_open_to_anyone_asks_for_a_secret() {
    let mut stage = Stage::new().await;
    let nobody = stage.stranger();
    for operation in operations::all().iter().filter(|operation| operation.caller == "anyone") {
        let line = operation.line();
        let known = PUBLIC.iter().find(|(known, ..)| line == *known || known.starts_with('/') && operation.template.starts_with(known));
        let (_, _, allowed) = known.unwrap_or_else(|| panic!("{line} is open to anyone: say in PUBLIC why that is safe"));
        let (ours, theirs) = (&stage.ours, &stage.theirs);
        let mut input = operation.input(&|name| ours.field(name));
        input.entry("website_token").and_modify(|token| *token = json!("8WgGBQPyTh6JLLKyxY8vUiPs"));
        let mut answers = Vec::new();
        // one wrong secret among right ones, also one that is right elsewhere
        for (wrong, _) in operation.parameters().iter().enumerate() {
            let place = std::cell::Cell::new(0);
            let path = |strange: &dyn Fn(&str, &str) -> String| {
                place.set(0);
                operation.path(|before, name| {
                    let at = place.replace(place.get() + 1);
                    if at == wrong { strange(before, name) } else { ours.parameter(before, name) }
                })
            };
            let mut paths = vec![path(&|_, _| "8WgGBQPyTh6JLLKyxY8vUiPs".to_owned()), path(&|_, _| "0".to_owned())];
            if operation.parameters().len() > 1 {
                paths.push(path(&|before, name| theirs.parameter(before, name)));
            }
            for path in paths {
                answers.push(send(operation, &nobody, &path, input.clone()).await);
            }
        }
        if operation.parameters().is_empty() {
            answers.push(send(operation, &nobody, operation.template, input).await);
        }
        for answer in answers {
            stage.judge("somebody with a wrong secret", operation, &answer, allowed);
        }
        stage.compare("somebody with a wrong secret", operation).await;
    }
    stage.finish().await;
}
