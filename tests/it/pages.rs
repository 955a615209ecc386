//! What the pages promise whatever the browser: cookies that nobody else reads, forms that nobody forges, words that stay words.
use crate::support::{Answer, Caller, Receiver, Reply, Server, office::settle};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{auth::hash_password, users::Role};
use serde_json::json;
use std::collections::BTreeSet;

const EMAIL: &str = "ada@acme.example";
const PASSWORD: &str = "Hookdesk-1";
pub const WEBHOOKS: &str = "/app/accounts/1/settings/integrations/webhooks";
const NEW: [(&str, &str); 2] = [("url", "https://receiver.example/hook"), ("subscriptions[]", "message_created")];

/// A browser without a window: it keeps cookies.
pub struct Visit {
    caller: Caller,
    /// The same person's programs.
    pub account: Caller,
    cookies: Vec<(String, String)>,
}

impl Visit {
    pub async fn new(server: &Server) -> Visit {
        let hash = hash_password(PASSWORD.into()).await.unwrap();
        let (_, _, token) = settle(&server.db, None, "Ada", EMAIL, Role::Administrator, Some(hash)).await;
        let account = server.anonymous().below("/api/v1/accounts/1").with("api_access_token", &token);
        Visit { account, ..Visit::of(server) }
    }

    /// Somebody of whom nothing is known.
    pub fn of(server: &Server) -> Visit {
        Visit { caller: server.anonymous().0, account: server.anonymous().0, cookies: Vec::new() }
    }

    /// Another browser of the same person.
    pub fn another(&self) -> Visit {
        Visit { caller: self.caller.clone(), account: self.account.clone(), cookies: Vec::new() }
    }

    /// The cookies as a browser sends them.
    pub fn caller_cookies(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    pub fn caller(&self) -> Caller {
        self.caller.with("cookie", &self.caller_cookies())
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for cookie in set_cookies(&answer) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.caller().get(path).await;
        self.keep(answer)
    }

    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.caller().form(path, fields).await;
        self.keep(answer)
    }

    /// The token of the forms on a page.
    pub async fn token(&mut self, path: &str) -> String {
        csrf_of(&self.get(path).await.text())
    }

    pub async fn sign_in(&mut self) -> Answer {
        self.sign_in_as(EMAIL, PASSWORD).await
    }

    pub async fn sign_in_as(&mut self, email: &str, password: &str) -> Answer {
        let token = self.token("/app/login").await;
        self.form("/app/login", &[("csrf_token", &token), ("email", email), ("password", password)]).await
    }
}

/// The token of the forms on this page.
pub fn csrf_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"csrf_token\" value=\"").unwrap_or_else(|| panic!("no form on {page}"));
    rest.split('"').next().unwrap().to_owned()
}

fn set_cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all("set-cookie").map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[actix_rt::test]
async fn nobody_forges_a_form() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    let strange = visit.token("/app/login").await;
    assert_eq!(visit.form("/app/login", &[("email", EMAIL), ("password", PASSWORD)]).await.status, 422);
    assert_eq!(visit.sign_in().await.status, 303);
    let webhooks = "SELECT count(*) AS number FROM webhooks";
    for token in [None, Some(""), Some("x"), Some(strange.as_str())] {
        let fields: Vec<_> = token.map(|token| ("csrf_token", token)).into_iter().chain(NEW).collect();
        let answer = visit.form(WEBHOOKS, &fields).await;
        assert_eq!(answer.status, 422, "{token:?}");
        assert!(answer.text().contains("The form could not be accepted"), "{}", answer.text());
        assert_eq!(server.count(webhooks).await, 0);
    }
    for path in ["/app/logout", "/app/profile", "/app/theme", "/app/language", "/app/profile/password", "/app/accounts/1/settings/account"] {
        assert_eq!(visit.form(path, &[("name", "Mallory"), ("theme", "dark")]).await.status, 422, "{path}");
    }
    assert_eq!(visit.get("/app/profile").await.status, 200, "still signed in");
    let token = visit.token(WEBHOOKS).await;
    let fields: Vec<_> = [("csrf_token", token.as_str())].into_iter().chain(NEW).collect();
    assert_eq!(visit.form(WEBHOOKS, &fields).await.status, 303);
    assert_eq!(server.count(webhooks).await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_was_signed_out_meanwhile_is_told_and_led_back_to_the_form() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    let form = format!("{WEBHOOKS}/new");
    assert_eq!(visit.get(&format!("{form}?x=1")).await.header("location"), Some(login(&format!("{form}?x=1")).as_str()));
    for (referer, back) in [
        (Some(format!("https://help.example{form}?x=1#y")), format!("{form}?x=1")),
        (Some("https://evil.example//evil.example/".into()), "/".into()),
        (Some("no address".into()), "/".into()),
        (None, "/".into()),
    ] {
        let caller = referer.map_or_else(|| visit.caller(), |referer: String| visit.caller().with("referer", &referer));
        let answer = caller.form(WEBHOOKS, &NEW).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some(login(&back).as_str())));
        let answer = visit.keep(answer);
        let page = visit.get(answer.header("location").unwrap()).await.text();
        assert!(page.contains("You were signed out before this arrived"), "{page}");
    }
    server.finish().await;
}

fn login(next: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("/app/login?{query}")
}

async fn cookies_of(server: &Server) -> Vec<String> {
    let mut visit = Visit::new(server).await;
    let mut cookies = set_cookies(&visit.get("/app/login").await);
    cookies.extend(set_cookies(&visit.sign_in().await));
    let token = visit.token("/app/profile").await;
    cookies.extend(set_cookies(&visit.form("/app/theme", &[("csrf_token", &token), ("theme", "dark"), ("next", "/")]).await));
    cookies.extend(set_cookies(&visit.form("/app/language", &[("csrf_token", &token), ("language", "th"), ("next", "/")]).await));
    let left = visit.form("/app/logout", &[("csrf_token", &token)]).await;
    assert_eq!(left.status, 303);
    cookies.extend(set_cookies(&left));
    for name in ["visit", "session", "theme", "language", "flash"] {
        assert!(cookies.iter().any(|cookie| cookie.starts_with(&format!("hookdesk_{name}="))), "no cookie {name} among {cookies:?}");
    }
    cookies
}

#[actix_rt::test]
async fn cookies_are_for_this_server_and_no_script() {
    for (public_url, secure) in [("http://127.0.0.1:0/", false), ("https://desk.example/", true)] {
        let server = Server::start_with(|config| config.public_url = public_url.parse().unwrap()).await;
        for cookie in cookies_of(&server).await {
            let parts: Vec<&str> = cookie.split("; ").collect();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(parts.contains(&part), "{part} is not said of {cookie}");
            }
            assert_eq!(parts.contains(&"Secure"), secure, "{public_url}: {cookie}");
        }
        server.finish().await;
    }
}

#[actix_rt::test]
async fn a_page_trusts_only_its_own_server() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    for path in ["/", "/app/login", "/app/nothing"] {
        let answer = visit.get(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        for part in ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_path_that_leads_nowhere_is_a_page_for_people() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    for path in ["/app/nothing", "/app/accounts/1/settings/nothing", &format!("{WEBHOOKS}/99"), "/app/accounts/2/settings/inboxes"] {
        let answer = visit.get(path).await;
        assert!(matches!(answer.status, 403 | 404), "{path} answers {}", answer.status);
        assert!(answer.text().contains("<h1>"), "{path}: {}", answer.text());
    }
    server.finish().await;
}

/// The pages of the settings to which a page leads, by their names.
fn rooms(shown: &str, settings: &str) -> BTreeSet<String> {
    let links = shown.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()?.strip_prefix(settings));
    links.map(|link| link.trim_start_matches('/').to_owned()).collect()
}

#[actix_rt::test]
async fn the_navigation_leads_to_what_its_reader_may_see_and_nowhere_else() {
    const OF_ALL: [&str; 5] = ["agents", "canned_responses", "help-centres", "inboxes", "macros"];
    const OF_ADMINISTRATORS: [&str; 14] = [
        "account",
        "audit_logs",
        "automation",
        "bots",
        "campaigns",
        "contacts",
        "csat",
        "custom-attributes",
        "integrations",
        "labels",
        "reports",
        "server",
        "service_keys",
        "teams",
    ];
    let server = Server::start().await;
    let office = server.office().await;
    let settings = format!("/app/accounts/{}/settings", office.account);
    let (administrator, agent) = (server.browser_of(office.administrator.id).await, server.browser_of(office.agent.id).await);
    let menu = async |browser: &Caller| {
        let shown = browser.get(&format!("{settings}/agents")).await.text();
        let (_, menu) = shown.split_once("<nav").unwrap();
        rooms(menu.split_once("</nav>").unwrap().0, &settings)
    };
    assert_eq!(menu(&agent).await, BTreeSet::from(OF_ALL.map(str::to_owned)));
    let all: BTreeSet<String> = OF_ALL.iter().chain(&OF_ADMINISTRATORS).map(|room| (*room).to_owned()).collect();
    assert_eq!(menu(&administrator).await, all);
    for room in &all {
        let path = format!("{settings}/{room}");
        assert_eq!(administrator.get(&path).await.status, 200, "{room}");
        assert_eq!(agent.get(&path).await.status == 200, OF_ALL.contains(&room.as_str()), "{room}");
    }
    // and what lies deeper is found from there
    for (room, deeper) in [
        ("integrations", "integrations/webhooks"),
        ("integrations", "integrations/dashboard_apps"),
        ("integrations", "integrations/translation"),
        ("integrations/webhooks", "integrations/webhooks/events"),
        ("integrations/webhooks", "integrations/test_receivers"),
    ] {
        let shown = administrator.get(&format!("{settings}/{room}")).await.text();
        assert!(rooms(&shown, &settings).contains(deeper), "{room} does not lead to {deeper}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_people_write_stays_text() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let token = visit.token(WEBHOOKS).await;
    let name = "\"><script>alert(1)</script>";
    let fields: Vec<_> = [("csrf_token", token.as_str()), ("name", name)].into_iter().chain(NEW).collect();
    assert_eq!(visit.form(WEBHOOKS, &fields).await.status, 303);
    let refused: Vec<_> = [("csrf_token", token.as_str()), ("name", name), ("url", name)].into();
    let redrawn = visit.form(WEBHOOKS, &refused).await;
    assert_eq!(redrawn.status, 422);
    for page in [redrawn.text(), visit.get(WEBHOOKS).await.text(), visit.get(&format!("{WEBHOOKS}?q={}", "%22%3E%3Cscript%3E")).await.text()] {
        assert!(!page.contains("<script>"), "{page}");
    }
    server.finish().await;
}

/// Something happens; then, when nothing is on its way any more, the webhook's page.
async fn page_after_an_event(server: &Server, visit: &mut Visit) -> String {
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    visit.get(&format!("{WEBHOOKS}/1")).await.text()
}

#[actix_rt::test]
async fn a_webhook_says_how_it_is_doing() {
    let server = Server::start_with(|config| config.webhook.allow_networks = vec!["127.0.0.1/32".parse().unwrap()]).await;
    let receiver = Receiver::open();
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    visit.account.post("/webhooks", json!({"url": receiver.url(), "subscriptions": ["contact_created"]})).await.ok();
    let mut says = async |what: &str| {
        let page = page_after_an_event(&server, &mut visit).await;
        assert!(page.contains(what), "{what}: {page}");
    };
    says("All is well: what happens arrives.").await;
    receiver.next(Reply::status(500)).next(Reply::status(500)).next(Reply::status(500)).next(Reply::status(500));
    says("Nothing has arrived since ").await;
    says("Deliveries arrive again, but 1 of the last 24 hours was given up.").await;
    let elsewhere = format!("UPDATE webhooks SET url = 'http://127.0.0.2:{}/hook'", receiver.address.port());
    server.db.write(move |tx| Ok(sql_query(elsewhere).execute(tx.conn)?)).await.unwrap();
    says("127.0.0.2 is an address that this server must not call.").await;
    let delivery = server.count("SELECT max(id) AS number FROM deliveries").await;
    let page = visit.get(&format!("{WEBHOOKS}/1/deliveries/{delivery}")).await.text();
    assert!(page.contains("It was tried 4 times, and is not tried again by itself.") && page.contains("<code>127.0.0.2</code>"), "{page}");
    receiver.next(Reply::status(410));
    let back = format!("UPDATE webhooks SET url = '{}'", receiver.url());
    server.db.write(move |tx| Ok(sql_query(back).execute(tx.conn)?)).await.unwrap();
    let page = page_after_an_event(&server, &mut visit).await;
    assert!(page.contains("The receiver answered 410 Gone"), "{page}");
    let token = visit.token(WEBHOOKS).await;
    let again = format!("{WEBHOOKS}/1/deliveries/{delivery}/send_again");
    assert_eq!(visit.form(&again, &[("csrf_token", &token)]).await.status, 303);
    let page = visit.get(&format!("{WEBHOOKS}/1/deliveries/{delivery}")).await.text();
    assert!(page.contains("The webhook is off. Turn it on first, then send again") && !page.contains(&again), "{page}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_password_is_changed_in_the_profile() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    let mut elsewhere = Visit { caller: server.anonymous().0, account: visit.account.clone(), cookies: Vec::new() };
    elsewhere.sign_in().await;
    visit.sign_in().await;
    let token = visit.token("/app/profile").await;
    let cases = [
        ("wrong", "Hookdesk-2", "Hookdesk-2", "This is not your current password"),
        (PASSWORD, "Hookdesk-2", "Hookdesk-3", "The two entries differ"),
        (PASSWORD, "weak", "weak", "Use 6 to 128 characters"),
        (PASSWORD, "", "", "Please fill this in"),
    ];
    for (current, new, again, error) in cases {
        let fields = [("csrf_token", token.as_str()), ("current_password", current), ("password", new), ("password_confirmation", again)];
        let answer = visit.form("/app/profile/password", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(error), "{error}: {}", answer.text());
    }
    let fields =
        [("csrf_token", token.as_str()), ("current_password", PASSWORD), ("password", "Hookdesk-2"), ("password_confirmation", "Hookdesk-2")];
    assert_eq!(visit.form("/app/profile/password", &fields).await.status, 303);
    assert_eq!(visit.get("/app/profile").await.status, 200);
    assert_eq!(elsewhere.get("/app/profile").await.status, 303, "signed out everywhere else");
    assert_eq!(visit.form("/app/login", &[("csrf_token", &token), ("email", EMAIL), ("password", PASSWORD)]).await.status, 422);
    server.finish().await;
}
