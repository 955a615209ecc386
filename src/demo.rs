//! `hookdesk demo`: the main job from end to end, on a throw-away database: an account, an inbox, a webhook that points at a
//! receiver in this very process, a visitor's message, an agent's answer. Then it goes on serving, to click through: the pages of the server, and
//! a page of a shop that shows the chat.
use crate::{
    app::Server,
    auth::{self, Founding, hash_password},
    config::{Config, Database, Role},
    error::{Error, Result},
    users,
    webhooks::verify,
};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use askama::Template;
use serde_json::{Value, json};
use std::{io::Write, path::PathBuf, time::Duration};
use tokio::sync::mpsc;

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "Hookdesk-1";

/// How long the demo waits for a webhook to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the receiver was sent.
struct Arrived {
    headers: Vec<(String, String)>,
    body: web::Bytes,
}

/// Runs the demo; ends with Ctrl-C.
///
/// # Errors
/// When a step fails: then something is wrong with this machine or this program, and the message says where.
pub async fn run(config: Config) -> Result<()> {
    let folder = throw_away_folder()?;
    let outcome = show(config, folder.clone()).await;
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn show(mut config: Config, folder: PathBuf) -> Result<()> {
    config.database = Database::Sqlite(folder.join("hookdesk.db"));
    config.data_dir = folder;
    config.role = Role::All;
    config.webhook.allow_networks.push(ipnet::IpNet::from(std::net::IpAddr::from([127, 0, 0, 1])));
    if std::net::TcpListener::bind(&config.listen).is_err() {
        config.listen = "127.0.0.1:0".into();
        config.public_url.set_port(Some(0)).map_err(|()| Error::Internal("the public URL takes no port".into()))?;
    }
    let server = Server::start(config).await?;
    let base = server.config.public_url.as_str().trim_end_matches('/').to_owned();
    say(&format!("Hookdesk runs at {base}, with a throw-away database"));
    let token = found(&server).await?;
    say(&format!("1. The account Acme, and its administrator Ada <{EMAIL}>"));
    let api = Api { base: format!("http://{}", server.address), token };
    talk(&api).await?;
    let (shop, inbox) = open_shop(&api, &base).await?;
    say(&format!("6. A page of a shop with the chat: {shop} (under Help it speaks first, after three seconds)"));
    write_down(&api, &inbox).await?;
    say(&format!("7. A help centre in two languages, with the same chat: {base}/hc/lampshade"));
    say(&format!("\nNow look around: {base}/app/login\n  e-mail    {EMAIL}\n  password  {PASSWORD}\nCtrl-C ends it, and leaves nothing behind."));
    server.run().await
}

/// An inbox, a webhook, and a conversation of two messages that each arrive there.
async fn talk(api: &Api) -> Result<()> {
    let (receiver, mut arrived) = receive()?;
    let inbox = api.post("/api/v1/accounts/1/inboxes", json!({"name": "Shop", "channel": {"type": "api"}})).await?;
    let identifier = text(&inbox, "/inbox_identifier")?;
    say(&format!("2. The inbox Shop, for programs that call its client API as {identifier}"));
    let url = format!("http://{receiver}/hook");
    let made = api.post("/api/v1/accounts/1/webhooks", json!({"url": url, "name": "Demo", "subscriptions": ["message_created"]})).await?;
    let secret = text(&made, "/payload/webhook/secret")?;
    say(&format!("3. A webhook for message_created, to a receiver in this process at {url}"));
    let shown = api.post("/api/v1/accounts/1/test_receivers", json!({"name": "Demo receiver"})).await?;
    let shown = text(&shown, "/payload/test_receiver/url")?;
    api.post("/api/v1/accounts/1/webhooks", json!({"url": shown, "name": "To a test receiver", "subscriptions": ["message_created"]})).await?;
    say("   and another one to a test receiver of the server, whose page shows what arrives: see Integrations, Configure, Use a test receiver");
    let contacts = format!("/public/api/v1/inboxes/{identifier}/contacts");
    let visitor = api.post(&contacts, json!({"name": "Lea"})).await?;
    let conversations = format!("{contacts}/{}/conversations", text(&visitor, "/source_id")?);
    let conversation = api.post(&conversations, json!({})).await?;
    let id = conversation.pointer("/id").and_then(Value::as_i64).ok_or_else(|| Error::Internal("the conversation has no id".into()))?;
    api.post(&format!("{conversations}/{id}/messages"), json!({"content": "Is the blue one still in stock?"})).await?;
    say("4. Lea, a visitor, writes: Is the blue one still in stock?");
    arrive(&mut arrived, &secret).await?;
    api.post(&format!("/api/v1/accounts/1/conversations/{id}/messages"), json!({"content": "Yes, two of them."})).await?;
    say("5. Ada answers: Yes, two of them.");
    arrive(&mut arrived, &secret).await
}

/// The page of a shop, as somebody else's server would serve it.
#[derive(Template)]
#[template(path = "demo/shop.html")]
struct ShopPage {
    desk: String,
    snippet: String,
}

/// Opens a shop on a port of its own, so that its origin is another one, with the snippet of a website's inbox in its page, and a campaign for
/// one of its pages. Gives its address and the inbox.
async fn open_shop(api: &Api, base: &str) -> Result<(String, Value)> {
    let settings = json!({
        "type": "web_widget", "website_url": "http://localhost", "widget_color": "#8a4b1f", "welcome_title": "Hello!",
        "welcome_tagline": "Ask us anything about our lamps.", "selected_feature_flags": ["attachments", "emoji_picker", "end_conversation"],
    });
    let inbox = api.post("/api/v1/accounts/1/inboxes", json!({"name": "Lampshade & Co", "channel": settings})).await?;
    let page = ShopPage { desk: format!("{base}/app/login"), snippet: text(&inbox, "/web_widget_script")? };
    let page = page.render().map_err(Error::internal)?;
    let serve = move |request: HttpRequest, page: web::Data<String>| async move {
        match request.path() {
            "/shop.css" => HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("../static/demo/shop.css")),
            "/favicon.ico" => HttpResponse::NotFound().finish(),
            _ => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.as_str().to_owned()),
        }
    };
    let server = HttpServer::new(move || App::new().app_data(web::Data::new(page.clone())).default_service(web::to(serve)))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .map_err(Error::internal)?;
    let address = server.addrs().first().copied().ok_or_else(|| Error::Internal("the shop has no address".into()))?;
    actix_rt::spawn(server.run());
    let rules = json!({"url": format!("http://{address}/help"), "time_on_page": 3});
    let offer = json!({"title": "Help", "message": "Did you find what you were looking for?", "inbox_id": inbox["id"], "trigger_rules": rules});
    api.post("/api/v1/accounts/1/campaigns", offer).await?;
    Ok((format!("http://{address}/"), inbox["id"].clone()))
}

/// A help centre of the shop: a category, an article in two languages, and one that is not published yet.
async fn write_down(api: &Api, inbox: &Value) -> Result<()> {
    let config = json!({"allowed_locales": ["en", "th"], "default_locale": "en"});
    let portal = json!({"name": "Lampshade & Co", "slug": "lampshade", "color": "#8a4b1f", "config": config, "inbox_id": inbox});
    api.post("/api/v1/accounts/1/portals", portal).await?;
    let [categories, articles] = ["categories", "articles"].map(|list| format!("/api/v1/accounts/1/portals/lampshade/{list}"));
    let category = json!({"name": "Lamps", "slug": "lamps", "icon": "💡", "description": "Choosing one, and looking after it"});
    let lamps = api.post(&categories, category).await?["payload"]["id"].take();
    let category = json!({"name": "โคมไฟ", "slug": "lamps", "icon": "💡", "locale": "th", "associated_category_id": lamps});
    let thai = api.post(&categories, category).await?["payload"]["id"].take();
    let text = include_str!("../static/demo/bulbs.md");
    let article = json!({"title": "Which bulb fits?", "content": text, "category_id": lamps, "status": "published"});
    let first = api.post(&articles, article).await?["payload"]["id"].take();
    let text = "# ขั้วหลอด\n\nโคมไฟทุกดวงใช้ขั้ว **E27** เว้นแต่จะระบุไว้เป็นอย่างอื่น";
    let article = json!({"title": "ใช้หลอดไฟแบบไหน", "content": text, "category_id": thai, "associated_article_id": first, "status": "published"});
    api.post(&articles, article).await?;
    api.post(&articles, json!({"title": "Cleaning a shade", "content": "With a soft brush.", "category_id": lamps})).await.map(drop)
}

/// Standard output may be a pipe whose reader has gone; the demo goes on serving then.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn throw_away_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("hookdesk-demo-{}", crate::random::uuid()));
    std::fs::create_dir_all(&folder).map_err(|e| Error::Internal(format!("cannot make the folder {}: {e}", folder.display())))?;
    Ok(folder)
}

/// The account and its administrator, with their access token.
async fn found(server: &Server) -> Result<String> {
    let founding = Founding {
        name: "Ada".into(),
        email: EMAIL.into(),
        password_hash: hash_password(PASSWORD.into()).await?,
        account_name: "Acme".into(),
        locale: "en".into(),
    };
    let work = move |tx: &mut crate::db::Tx| {
        let (user, _) = auth::found(tx, founding)?;
        users::access_token(tx.conn, user.id)
    };
    server.db.write(work).await
}

/// A receiver on a free port of the loopback.
fn receive() -> Result<(std::net::SocketAddr, mpsc::UnboundedReceiver<Arrived>)> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let hear = move |request: HttpRequest, body: web::Bytes, sender: web::Data<mpsc::UnboundedSender<Arrived>>| async move {
        let header = |(name, value): (&actix_web::http::header::HeaderName, &actix_web::http::header::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let _ = sender.send(Arrived { headers: request.headers().iter().map(header).collect(), body });
        HttpResponse::Ok().body("thank you")
    };
    let server = HttpServer::new(move || App::new().app_data(web::Data::new(sender.clone())).default_service(web::to(hear)))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .map_err(Error::internal)?;
    let address = server.addrs().first().copied().ok_or_else(|| Error::Internal("the receiver has no address".into()))?;
    actix_rt::spawn(server.run());
    Ok((address, receiver))
}

async fn arrive(arrived: &mut mpsc::UnboundedReceiver<Arrived>, secret: &str) -> Result<()> {
    let late = || Error::Internal(format!("no webhook has arrived within {} s", PATIENCE.as_secs()));
    let Arrived { headers, body } = tokio::time::timeout(PATIENCE, arrived.recv()).await.ok().flatten().ok_or_else(late)?;
    if !verify(secret, &headers, &body) {
        return Err(Error::Internal("the receiver got a delivery whose signatures are wrong".into()));
    }
    say("   the receiver got it, and both signatures are right:");
    for (name, value) in headers.iter().filter(|(name, _)| name.starts_with("webhook-") || name.starts_with("x-chatwoot-")) {
        say(&format!("     {name}: {value}"));
    }
    let payload: Value = serde_json::from_slice(&body).map_err(Error::internal)?;
    let drawn = serde_json::to_string_pretty(&payload).map_err(Error::internal)?;
    drawn.lines().for_each(|line| say(&format!("     {line}")));
    Ok(())
}

/// The server as a client sees it.
struct Api {
    base: String,
    token: String,
}

impl Api {
    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        let request = awc::Client::default().post(format!("{}{path}", self.base)).insert_header(("api_access_token", self.token.as_str()));
        let mut answer = request.send_json(&body).await.map_err(|e| Error::Internal(format!("POST {path}: {e}")))?;
        let drawn: Value = answer.json().await.map_err(|e| Error::Internal(format!("POST {path}: {e}")))?;
        if answer.status().is_success() { Ok(drawn) } else { Err(Error::Internal(format!("POST {path}: {} {drawn}", answer.status()))) }
    }
}

fn text(value: &Value, at: &str) -> Result<String> {
    value.pointer(at).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| Error::Internal(format!("the answer has no {at}")))
}
