//! An account in which there is one of everything, with a word in every text that stands nowhere else: whoever gets to see it has got in.
use super::{
    Agent, ApiInbox, Caller, File, Office, Receiver, Server, Visitor, Website, WidgetVisitor,
    operations::{self, Operation},
    until,
};
use hookdesk::{db::types::UserId, platform_api, users};
use serde_json::{Map, Value, json};

/// The account.
pub struct Furnished {
    pub office: Office,
    /// An agent who is a member of no inbox.
    pub outsider: Agent,
    pub inbox: ApiInbox,
    pub visitor: Visitor,
    /// Programs with service keys, by the scope of each: `read`, `write`, `administration`.
    pub keys: [Caller; 3],
    /// A visitor of a website, with a conversation there.
    pub guest: WidgetVisitor,
    pub site: Website,
    /// The word in every text.
    pub mark: &'static str,
    /// The word in what only those see who see the inbox.
    pub inner: String,
    /// What the parameters of paths are, by the part of the path before them.
    parameters: Vec<(&'static str, &'static str, String)>,
    /// What the fields of inputs are that name something.
    names: Map<String, Value>,
    /// What others are, of which not every value will do.
    values: Map<String, Value>,
    /// What a program of the operator's shows.
    platform_token: String,
    /// Hears what happens there.
    _receiver: Receiver,
}

/// What is in the account.
#[derive(Default)]
struct Things {
    conversations: Vec<i64>,
    message: i64,
    form: i64,
    survey: String,
    rating: i64,
    contact: i64,
    other_contact: i64,
    contact_job: i64,
    note: i64,
    label: i64,
    team: i64,
    bot: i64,
    service_key: i64,
    /// Where the agent is signed in.
    session: i64,
    campaign: i64,
    category: i64,
    article: i64,
    canned: i64,
    dashboard_app: i64,
    integration: i64,
    attribute: i64,
    filter: i64,
    rule: i64,
    own_macro: i64,
    webhook: i64,
    replay: i64,
    notification: i64,
    test_receiver: i64,
}

impl Furnished {
    /// With so many conversations. Where the first account has more than the second, its number means nothing there.
    pub async fn new(server: &Server, mark: &'static str, conversations: usize) -> Furnished {
        let office = if mark == FIRST { server.office().await } else { server.another_office(&format!("{mark}.")).await };
        let outsider = office.another_agent(&format!("Cleo {mark}"), &format!("{mark}.cleo@acme.example")).await;
        let (receiver, inner) = (Receiver::open(), format!("{mark}-inner"));
        let channel = json!({"name": format!("Support {mark}"), "greeting_enabled": false, "greeting_message": inner});
        let inbox = office.api_inbox().await;
        office.administrator.patch(&format!("/inboxes/{}", inbox.id), channel).await.ok();
        let visitor = office.visitor(&inbox, json!({"name": format!("Lea {mark}"), "email": format!("lea-{mark}@example.org")})).await;
        let mut things = Things { contact: visitor.id, ..Things::default() };
        let made = Maker { office: &office, mark, inner: &inner, inbox: &inbox, outsider: outsider.id };
        made.groups(&mut things).await;
        made.listeners(&mut things, &receiver).await;
        let keys = made.programs(server, &mut things).await;
        things.session = made.session(server).await;
        let other = office.visitor(&inbox, json!({"name": format!("Nia {mark}")})).await;
        for number in 1..=conversations {
            // only the last one is this visitor's
            let whose = if number == conversations { &visitor } else { &other };
            things.conversations.push(whose.begin().await);
        }
        made.conversation(&mut things, &visitor).await;
        things.rating = made.rating(server, &things.survey).await;
        let (site, guest) = made.website(&mut things).await;
        made.help_centre(&mut things).await;
        made.late(&mut things).await;
        until("a delivery", async || (!receiver.received().is_empty()).then_some(())).await;
        server.settled().await;
        let parameters = parameters(&office, &inbox, &visitor, &things, mark);
        let (platform, platform_token) = platform(server, mark).await;
        let parameters = parameters.into_iter().chain(platform.parameters()).collect();
        let (names, values) = (names(&office, &inbox, &visitor, &site, &things), values(&receiver, mark));
        let names = names.into_iter().chain(platform.names()).collect();
        Furnished { office, outsider, inbox, visitor, keys, guest, site, mark, inner, parameters, names, values, platform_token, _receiver: receiver }
    }

    /// The value of a parameter of a path. Panics for one that is not known here: a new route's goes into the table below.
    pub fn parameter(&self, before: &str, name: &str) -> String {
        let found = self.parameters.iter().find(|(known, parameter, _)| (*known, *parameter) == (before, name));
        found.map_or_else(|| panic!("what is {{{name}}} after /{before}/? Say so in support/furnished.rs"), |(.., value)| value.clone())
    }

    /// The value of a field that names something.
    pub fn name(&self, field: &str) -> Option<Value> {
        self.names.get(field).cloned()
    }

    /// The value of a field, if not any will do.
    pub fn field(&self, field: &str) -> Option<Value> {
        match self.names.get(field).or_else(|| self.values.get(field))? {
            // what may be there once only
            Value::String(text) if text.contains("{n}") => Some(json!(text.replace("{n}", &operations::number().to_string()))),
            value => Some(value.clone()),
        }
    }

    /// Somebody who may do it, whatever has become of them before.
    pub async fn caller(&self, server: &Server, operation: &Operation) -> Caller {
        let (office, nobody) = (&self.office, server.anonymous());
        let user = match operation.caller {
            "anyone" => return nobody.0,
            "visitor" => return nobody.with("X-Auth-Token", &self.guest.token),
            "platform_app" => return nobody.with("api_access_token", &self.platform_token),
            "administrator" => office.administrator.id,
            "signed_in" => self.outsider.id,
            _ => office.agent.id,
        };
        let token = server.read(move |conn| users::access_token(conn, UserId(user))).await;
        nobody.with("api_access_token", &token)
    }

    /// What no stranger may see: the word, and what opens doors.
    pub fn secrets(&self) -> Vec<String> {
        let office = &self.office;
        let sessions = [self.visitor.source_id.as_str(), self.guest.config["contact"]["pubsub_token"].as_str().unwrap(), &self.guest.token];
        let keys = [self.mark, &self.inbox.hmac_token, &self.inbox.secret, &self.site.hmac_token, &office.administrator.token, &office.agent.token];
        sessions.into_iter().chain(keys).map(str::to_owned).collect()
    }
}

/// What a program of the operator's has made.
struct OfPlatform {
    account: i64,
    user: i64,
    bot: i64,
}

impl OfPlatform {
    fn parameters(&self) -> [(&'static str, &'static str, String); 3] {
        [("accounts", "account", self.account), ("users", "user", self.user), ("agent_bots", "bot", self.bot)]
            .map(|(before, name, id)| (before, name, id.to_string()))
    }

    fn names(&self) -> Map<String, Value> {
        let names = json!({"agent_bots.account_id": self.account, "account_users.user_id": self.user});
        names.as_object().unwrap().clone()
    }
}

async fn platform(server: &Server, mark: &'static str) -> (OfPlatform, String) {
    let (_, token) = server.write(move |tx| platform_api::create_app(tx, mark)).await;
    let app = server.anonymous().below("/platform/api/v1").with("api_access_token", &token);
    let make = async |path: &str, said: Value| app.post(path, said).await.ok()["id"].as_i64().unwrap();
    let account = make("/accounts", json!({"name": "Platform"})).await;
    let user = make("/users", json!({"name": "Dora", "email": format!("dora-{mark}@example.org")})).await;
    let bot = make("/agent_bots", json!({"name": "Robin", "account_id": account})).await;
    app.post(&format!("/accounts/{account}/account_users"), json!({"user_id": user})).await.ok();
    (OfPlatform { account, user, bot }, token)
}

/// The word of the first account.
pub const FIRST: &str = "zqxwv";
/// The word of another.
pub const SECOND: &str = "jkvpf";

struct Maker<'a> {
    office: &'a Office,
    mark: &'a str,
    inner: &'a str,
    inbox: &'a ApiInbox,
    /// The agent who is a member of no inbox.
    outsider: i64,
}

impl Maker<'_> {
    async fn make(&self, path: &str, said: Value) -> i64 {
        let made = self.office.administrator.post(path, said).await.ok();
        id_in(&made).unwrap_or_else(|| panic!("{path} answers without an id: {made}"))
    }

    /// What conversations are sorted by, and what people keep for themselves.
    async fn groups(&self, things: &mut Things) {
        let (mark, office) = (self.mark, self.office);
        let said = json!({"name": format!("Acme {mark}"), "domain": format!("{mark}.example"), "support_email": format!("{mark}@acme.example")});
        office.administrator.patch("", said).await.ok();
        office.administrator.patch("", json!({"conversation_unread_counts": true})).await.ok();
        office.administrator.patch(&format!("/agents/{}", office.agent.id), json!({"name": format!("Ben {mark}")})).await.ok();
        things.label = self.make("/labels", json!({"title": mark, "description": mark, "show_on_sidebar": true})).await;
        things.team = self.make("/teams", json!({"name": format!("team {mark}"), "description": mark})).await;
        let members = json!({"user_ids": [office.agent.id]});
        office.administrator.post(&format!("/teams/{}/team_members", things.team), members).await.ok();
        things.canned = self.make("/canned_responses", json!({"short_code": mark, "content": mark})).await;
        let content = json!([{"type": "frame", "url": format!("https://{mark}.example")}]);
        things.dashboard_app = self.make("/dashboard_apps", json!({"title": mark, "content": content})).await;
        let said = json!({"attribute_display_name": mark, "attribute_key": mark, "attribute_model": "contact_attribute"});
        things.attribute = self.make("/custom_attribute_definitions", said).await;
        let query = json!({"payload": [{"attribute_key": "name", "filter_operator": "contains", "values": [mark], "query_operator": null}]});
        let said = json!({"name": mark, "filter_type": "contact", "query": query});
        things.filter = office.agent.post("/custom_filters", said).await.ok()["id"].as_i64().unwrap();
        things.other_contact = self.make("/contacts", json!({"name": format!("Max {mark}"), "identifier": mark})).await;
        things.contact_job = self.table().await;
        office.agent.post(&format!("/contacts/{}/labels", things.contact), json!({"labels": [mark]})).await.ok();
        things.note = self.make(&format!("/contacts/{}/notes", things.contact), json!({"content": mark})).await;
    }

    /// A table of contacts that was brought: one who is known, and one who is refused.
    async fn table(&self) -> i64 {
        let (mark, administrator) = (self.mark, &self.office.administrator);
        let (name, content) = (format!("{mark}.csv"), format!("name,identifier,phone_number\nMax {mark},{mark},\n{mark},,none\n"));
        let file = File::new("import_file", &name, "text/csv", content.as_bytes());
        administrator.upload("/contacts/import", &[], &[file]).await.ok_and_empty();
        until("the end of the import", async || {
            let job = administrator.get("/contact_jobs").await.ok()["payload"][0].clone();
            job["finished_at"].is_string().then(|| job["id"].as_i64().unwrap())
        })
        .await
    }

    /// Who hears what happens.
    async fn listeners(&self, things: &mut Things, receiver: &Receiver) {
        let mark = self.mark;
        let hook = self.office.webhook(&receiver.url()).await;
        things.webhook = hook.id;
        let said = json!({"name": mark, "description": mark, "headers": {"X-Mark": mark}});
        self.office.administrator.patch(&format!("/webhooks/{}", hook.id), said).await.ok();
        let said = json!({"name": mark, "description": mark, "outgoing_url": receiver.url_of(&format!("/bot/{mark}"))});
        things.bot = self.make("/agent_bots", said).await;
        // off: whoever tries all there is asks nobody to translate
        let settings = json!({"endpoint_url": receiver.url_of(&format!("/translate/{mark}")), "api_key": mark});
        things.integration = self.make("/integrations/hooks", json!({"app_id": "libretranslate", "status": "disabled", "settings": settings})).await;
        things.test_receiver = self.make("/test_receivers", json!({"name": mark})).await;
    }

    /// Who acts for nobody.
    async fn programs(&self, server: &Server, things: &mut Things) -> [Caller; 3] {
        let mut callers = Vec::new();
        for scope in ["read", "write", "administration"] {
            let key = self.office.administrator.post("/service_keys", json!({"name": format!("{scope} {}", self.mark), "scope": scope})).await.ok();
            things.service_key = key["id"].as_i64().unwrap();
            callers.push(server.anonymous().with("api_access_token", key["token"].as_str().unwrap()));
        }
        callers.try_into().unwrap_or_else(|_| unreachable!())
    }

    /// Where the agent outside is signed in.
    async fn session(&self, server: &Server) -> i64 {
        server.browser_of(self.outsider).await;
        server.count(&format!("SELECT max(id) AS number FROM sessions WHERE user_id = {}", self.outsider)).await
    }

    /// The last conversation, with all that can be in one.
    async fn conversation(&self, things: &mut Things, visitor: &Visitor) {
        let (mark, inner, office) = (self.mark, self.inner, self.office);
        let number = *things.conversations.last().unwrap();
        let conversation = format!("/conversations/{number}");
        let at = |rest: &str| format!("{conversation}{rest}");
        let door = at("/messages");
        let form =
            json!({"content": inner, "content_type": "form", "content_attributes": {"items": [{"name": "email", "type": "email", "label": inner}]}});
        things.message = office.agent.post(&door, form).await.ok()["id"].as_i64().unwrap();
        visitor.says(number, inner).await;
        office.agent.post(&door, json!({"content": format!("a note: {inner}"), "private": true})).await.ok();
        let name = format!("{inner}.txt");
        let file = File::new("attachments[]", &name, "text/plain", inner.as_bytes());
        office.agent.upload(&at("/messages"), &[("content", inner)], &[file]).await.ok();
        office.agent.post(&door, json!({"content": inner, "content_type": "input_csat"})).await.ok();
        office.agent.post(&at("/labels"), json!({"labels": [mark]})).await.ok();
        office.agent.post(&at("/custom_attributes"), json!({"custom_attributes": {"plan": inner}})).await.ok();
        office.agent.patch(&at("/draft_messages"), json!({"message": inner})).await.ok();
        office.administrator.post(&at("/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
        let seen = visitor.get(&conversation).await.ok();
        things.survey = seen["uuid"].as_str().unwrap().to_owned();
    }

    /// What the visitor answers to a survey.
    async fn rating(&self, server: &Server, survey: &str) -> i64 {
        let answer = json!({"submitted_values": {"csat_survey_response": {"rating": 4, "feedback_message": self.inner}}});
        server.anonymous().put(&format!("/public/api/v1/csat_survey/{survey}"), answer).await.ok();
        self.office.administrator.get("/csat_survey_responses").await.ok()[0]["id"].as_i64().unwrap()
    }

    /// A help centre with a category and an article.
    async fn help_centre(&self, things: &mut Things) {
        let mark = self.mark;
        self.make("/portals", json!({"name": mark, "slug": mark, "header_text": mark, "page_title": mark})).await;
        let at = |rest: &str| format!("/portals/{mark}/{rest}");
        things.category = self.make(&at("categories"), json!({"name": mark, "slug": mark, "description": mark})).await;
        let said = json!({"title": mark, "content": mark, "status": "published", "category_id": things.category, "meta": {"tags": [mark]}});
        things.article = self.make(&at("articles"), said).await;
    }

    /// A website, and a visitor there who is asked something.
    async fn website(&self, things: &mut Things) -> (Website, WidgetVisitor) {
        let site = self.office.website_with(json!({"name": format!("Site {}", self.mark)})).await;
        // as many as conversations, for the same reason
        for _ in &things.conversations {
            let rules = json!({"url": "https://one.example/*", "time_on_page": 5});
            let said = json!({"title": self.mark, "description": self.mark, "message": self.mark, "inbox_id": site.id, "trigger_rules": rules});
            things.campaign = self.make("/campaigns", said).await;
        }
        let guest = self.office.comes(&site).await;
        guest.says(self.inner).await;
        let form = json!({"items": [{"name": "email", "type": "email", "label": self.inner}]});
        let said = json!({"content": self.inner, "content_type": "form", "content_attributes": form});
        let door = format!("/conversations/{}/messages", guest.number().await);
        things.form = self.office.agent.post(&door, said).await.ok()["id"].as_i64().unwrap();
        (site, guest)
    }

    /// What comes of all the rest.
    async fn late(&self, things: &mut Things) {
        let office = self.office;
        let actions = json!([{"action_name": "add_label", "action_params": [self.mark]}]);
        let said = json!({"name": self.mark, "description": self.mark, "event_name": "conversation_resolved", "conditions": [], "actions": actions});
        things.rule = self.make("/automation_rules", said).await;
        let said = json!({"name": self.mark, "actions": actions});
        things.own_macro = office.agent.post("/macros", said).await.ok()["payload"]["id"].as_i64().unwrap();
        let bot = json!({"agent_bot": things.bot});
        office.administrator.post(&format!("/inboxes/{}/set_agent_bot", self.inbox.id), bot).await.ok_and_empty();
        let replay = json!({"from": "2020-01-01", "what": "everything", "events": ["contact_created"]});
        let replays = format!("/webhooks/{}/replays", things.webhook);
        things.replay = self.make(&replays, replay).await;
        until("the end of the replay", async || {
            let replay = office.administrator.get(&format!("{replays}/{}", things.replay)).await.ok();
            (replay["payload"]["replay"]["state"] != "running").then_some(())
        })
        .await;
        let told = office.agent.get("/notifications").await.ok();
        things.notification = told["data"]["payload"][0]["id"].as_i64().unwrap_or_else(|| panic!("Ben is told of nothing: {told}"));
    }
}

/// The id of what was made, wherever the answer has it.
fn id_in(made: &Value) -> Option<i64> {
    made["id"].as_i64().or_else(|| made.as_object()?.values().find_map(id_in))
}

fn parameters(office: &Office, inbox: &ApiInbox, visitor: &Visitor, things: &Things, mark: &str) -> Vec<(&'static str, &'static str, String)> {
    let number = *things.conversations.last().unwrap();
    let numbers = [
        ("accounts", "account_id", office.account),
        ("agents", "id", office.agent.id),
        ("agent_bots", "id", things.bot),
        ("campaigns", "id", things.campaign),
        ("articles", "article_id", things.article),
        ("categories", "category_id", things.category),
        ("contact_jobs", "id", things.contact_job),
        ("canned_responses", "id", things.canned),
        ("dashboard_apps", "id", things.dashboard_app),
        ("hooks", "id", things.integration),
        ("contacts", "id", things.contact),
        ("contacts", "contact", things.contact),
        ("notes", "id", things.note),
        ("conversations", "id", number),
        ("messages", "message_id", things.message),
        ("messages", "message", things.message),
        ("messages", "id", things.form),
        ("csat_survey_responses", "id", things.rating),
        ("custom_attribute_definitions", "id", things.attribute),
        ("custom_filters", "id", things.filter),
        ("automation_rules", "id", things.rule),
        ("macros", "id", things.own_macro),
        ("inboxes", "id", inbox.id),
        ("inbox_members", "inbox_id", inbox.id),
        ("labels", "id", things.label),
        ("notifications", "id", things.notification),
        ("service_keys", "id", things.service_key),
        ("sessions", "id", things.session),
        ("teams", "id", things.team),
        ("test_receivers", "id", things.test_receiver),
        ("webhooks", "id", things.webhook),
        ("replays", "replay", things.replay),
    ];
    let texts = [
        ("apps", "id", "libretranslate".to_owned()),
        ("csat_survey", "uuid", things.survey.clone()),
        ("inboxes", "identifier", inbox.identifier.clone()),
        ("contacts", "source_id", visitor.source_id.clone()),
        ("labels", "label", mark.to_owned()),
        ("portals", "id", mark.to_owned()),
    ];
    numbers.map(|(before, name, id)| (before, name, id.to_string())).into_iter().chain(texts).collect()
}

/// What names something in an input.
fn names(office: &Office, inbox: &ApiInbox, visitor: &Visitor, site: &Website, things: &Things) -> Map<String, Value> {
    let number = *things.conversations.last().unwrap();
    let fields = json!({
        "account_id": office.account,
        "agent_bot": things.bot,
        "assignee_id": office.agent.id,
        "author_id": office.agent.id,
        "base_contact_id": things.contact,
        "campaigns.inbox_id": site.id,
        "category_id": things.category,
        "contact_id": things.contact,
        "conversation_ids": [number],
        "filter.source_id": visitor.source_id,
        "portals.inbox_id": site.id,
        "ids": [number],
        "inbox_id": inbox.id,
        "inbox_ids": [inbox.id],
        "label_ids": [things.label],
        "mergee_contact_id": things.other_contact,
        "related_category_ids": [things.category],
        "sender_id": office.agent.id,
        "team_id": things.team,
        "user_id": office.agent.id,
        "user_ids": [office.agent.id],
        "website_token": site.token,
    });
    fields.as_object().unwrap().clone()
}

/// What is not made of any word; null: what is left out, since it wants more than words.
fn values(receiver: &Receiver, mark: &str) -> Map<String, Value> {
    let url = receiver.url_of("/elsewhere");
    let condition = json!({"attribute_key": "created_at", "filter_operator": "is_greater_than", "values": ["2020-01-01"], "query_operator": null});
    let hours = json!({"day_of_week": 1, "open_hour": 9, "open_minutes": 0, "close_hour": 17, "close_minutes": 0});
    let reach = [
        ("avatar_url", json!("https://one.example/a.png")),
        ("custom_domain", json!("help-{n}.example.org")),
        ("homepage_link", json!("https://one.example")),
        ("email", json!("new-{n}@example.org")),
        ("emails", json!([format!("newer-{mark}@example.org")])),
        ("outgoing_url", json!(url)),
        ("phone_number", json!("+3361122{n}")),
        ("subscription_attributes", json!({"endpoint": format!("https://one.example/{mark}"), "push_token": mark})),
        ("support_email", json!("help@acme.example")),
        ("url", json!(format!("{url}/{{n}}"))),
        ("channel", json!({"type": "api", "webhook_url": url})),
        ("checksum", json!("1B2M2Y8AsgTpgAmY7PhCfg==")),
    ];
    let choices = [
        ("actions", json!([{"action_name": "add_label", "action_params": ["vip"]}])),
        ("answer", json!(200)),
        ("app_id", json!("libretranslate")),
        ("attribute_display_type", json!("text")),
        ("attribute_model", json!("contact_attribute")),
        ("availability", json!("online")),
        ("bot_type", json!("webhook")),
        ("campaign_type", json!("ongoing")),
        ("color", json!("#ffffff")),
        ("column_names", json!(["name"])),
        ("config", json!({"allowed_locales": ["en", "th"]})),
        ("content_attributes", json!({})),
        ("dashboard_apps.content", json!([{"type": "frame", "url": url}])),
        ("hooks.status", json!("disabled")),
        ("settings", json!({"endpoint_url": url})),
        ("target_language", json!("de")),
        ("content_type", json!("text")),
        ("direct_uploads.content_type", json!("text/plain")),
        ("conditions", json!([{"attribute_key": "status", "filter_operator": "equal_to", "values": ["open"], "query_operator": null}])),
        ("event_name", json!("conversation_resolved")),
        ("events", json!(["contact_created"])),
        ("filter_type", json!("contact")),
        ("locale", json!("en")),
        ("message_type", json!("outgoing")),
        ("payload", json!([condition])),
        ("query", json!({"payload": [condition]})),
        ("selected_email_flags", json!(["email_conversation_creation"])),
        ("selected_push_flags", json!(["push_conversation_creation"])),
        ("submitted_values", json!([{"name": "email", "value": "nia@example.org"}])),
        ("csat_survey.submitted_values", json!({"csat_survey_response": {"rating": 5, "feedback_message": "ok"}})),
        ("status", json!("open")),
        ("accounts.status", json!("active")),
        ("articles.status", json!("draft")),
        ("portals.slug", json!(mark)),
        ("subscriptions", json!(["contact_created"])),
        ("timezone", json!("UTC")),
        ("trigger_rules", json!({"url": "https://one.example/*", "time_on_page": 5})),
        ("type", json!("Conversation")),
        ("conversations.type", json!("account")),
        ("grouped_conversation_metrics.group_by", json!("team_id")),
        ("metric", json!("conversations_count")),
        ("outgoing_messages_count.group_by", json!("agent")),
        ("reporting_events.name", json!("first_response")),
        ("reports.group_by", json!("day")),
        ("reports.type", json!("account")),
        ("drilldown.group_by", json!("day")),
        ("drilldown.type", json!("account")),
        ("summary.type", json!("account")),
        ("bot_summary.type", json!("account")),
        ("timezone_offset", json!("5.75")),
        ("typing_status", json!("on")),
        ("visibility", json!("global")),
        ("what", json!("everything")),
        ("working_hours", json!([hours])),
    ];
    let (soon, late) = (json!("2020-01-02"), json!(4_102_444_800_i64));
    let numbers = [
        ("auto_resolve_after", json!(60)),
        ("execution_delay", json!(10)),
        ("channel.since", json!(4_102_000_000_i64)),
        ("bucket_timestamp", json!(1_700_000_000)),
        ("days_before", json!(3)),
        ("from", json!("2020-01-01")),
        ("limit", json!(50)),
        ("position", json!(5)),
        ("max_in_flight", json!(5)),
        ("rate", json!(50)),
        ("rate_limit", json!(50)),
        ("rating", json!(5)),
        ("reports.since", json!(4_102_000_000_i64)),
        ("retry_schedule", json!("5s,5m")),
        ("seconds", json!(1)),
        ("since", json!(1)),
        ("snoozed_until", late.clone()),
        ("timeout", json!("5s")),
        ("to", soon),
        ("until", late.clone()),
        ("scheduled_at", late.clone()),
        ("expires_at", late),
    ];
    let left_out = ["after", "attachment", "attachments", "audience", "avatar", "current_password", "identifier_hash", "import_file", "password"];
    let of_others =
        ["associated_article_id", "associated_category_id", "blob_id", "parent_category_id", "portal_id", "password_confirmation", "profile.email"];
    let left_out = left_out.into_iter().chain(of_others).map(|name| (name, Value::Null));
    reach.into_iter().chain(choices).chain(numbers).chain(left_out).map(|(name, value)| (name.to_owned(), value)).collect()
}
