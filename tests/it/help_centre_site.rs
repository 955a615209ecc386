//! The pages of help centres, for anybody.
use crate::{
    help_centre::{article, category, portal},
    snapshot,
    support::{Caller, Office, Server, client::Anonymous, config, database::Place, server::count},
};
use actix_web::http::Method;
use hookdesk::app;
use serde_json::json;

const ARTICLE: &str = "# First\n\nSome **words** and <script>alert(1)</script>.\n\n## Inner\n\n[bad](javascript:alert(1)) [good](https://acme.example)\n\n\
                       # Second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

/// A help centre in English and Thai with an article in both.
async fn book(office: &Office) {
    portal(office, "book", json!({"color": "#ffd400", "header_text": "Ask <us>", "homepage_link": "https://acme.example"})).await;
    let billing = category(office, "book", json!({"name": "Billing & more", "slug": "billing", "icon": "💳"})).await;
    let first = article(office, "book", "Prices & <b>", json!({"slug": "prices", "category_id": billing, "content": ARTICLE})).await;
    let thai = json!({"locale": "th", "content": "ราคาสินค้าทั้งหมด", "associated_article_id": first["id"]});
    article(office, "book", "ราคา", thai).await;
    article(office, "book", "Secret", json!({"status": "draft"})).await;
    article(office, "book", "Old", json!({"status": "archived"})).await;
}

#[actix_rt::test]
async fn anybody_reads_what_is_published() {
    let server = Server::start().await;
    let office = server.office().await;
    book(&office).await;
    let nobody = server.anonymous();
    let start = nobody.get("/hc/book").await;
    assert_eq!((start.status, start.header("location")), (302, Some("/hc/book/en")));
    let home = nobody.get("/hc/book/en").await;
    let text = home.text();
    assert_eq!((home.status, home.header("content-type"), home.header("set-cookie")), (200, Some("text/html; charset=utf-8"), None));
    for part in [
        "<html lang=\"en\" dir=\"ltr\">",
        "Ask &#60;us&#62;",
        "/hc/book/en/categories/billing",
        "1 article<",
        "hreflang=\"th\"",
        "/hc/theme/ffd400.css",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let policy = home.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let page = nobody.get("/hc/book/articles/prices").await;
    let text = page.text();
    for part in [
        "<h1>Prices &#38; &#60;b&#62;</h1>",
        "<h2 id=\"h-first\">First</h2>",
        "<a href=\"#h-second\">Second</a>",
        "&lt;script&gt;",
        "<a href=\"#\">bad</a>",
        "<a href=\"https://acme.example\">good</a>",
        "<td>1</td>",
        "<link rel=\"canonical\" href=\"",
        "hreflang=\"th\" href=\"",
        "property=\"og:type\" content=\"article\"",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("<script>alert") && !text.contains("javascript:"));
    let thai = nobody.get("/hc/book/articles/%E0%B8%A3%E0%B8%B2%E0%B8%84%E0%B8%B2").await.text();
    assert!(thai.contains("<html lang=\"th\" dir=\"ltr\">") && thai.contains("ราคาสินค้าทั้งหมด") && thai.contains("แก้ไขล่าสุด"), "{thai}");
    let within = nobody.get("/hc/book/en/categories/billing").await.text();
    assert!(within.contains("Billing &#38; more") && within.contains("/hc/book/articles/prices"), "{within}");
    let map = nobody.get("/hc/book/sitemap.xml").await;
    assert_eq!(map.header("content-type"), Some("application/xml; charset=utf-8"));
    let map = map.text();
    assert!(map.contains("/hc/book/articles/prices</loc>") && map.contains("/hc/book/th</loc>") && !map.contains("secret"), "{map}");
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_not_for_everybody_is_not_there() {
    let server = Server::start().await;
    let office = server.office().await;
    book(&office).await;
    let nobody = server.anonymous();
    let hostile = [
        "/hc/nothing",
        "/hc/book/fr",
        "/hc/book/EN",
        "/hc/book/articles/secret",
        "/hc/book/articles/old",
        "/hc/book/articles/nothing",
        "/hc/book/en/categories/nothing",
        "/hc/book/th/categories/billing",
        "/hc/book/articles/..%2fprices",
        "/hc/book/articles/%2e%2e%2f%2e%2e%2fapp",
        "/hc/book/articles/prices%00",
        "/hc/book/articles/%ff",
        "/hc/book/articles/prices'--",
        "/hc/%2e%2e/en",
        "/hc/book/en/%3Cscript%3E",
        "/hc/book/en/articles/x/y/z",
        "/hc/theme/red.css",
        "/hc/theme/%22.css",
        "/hc",
    ];
    for path in hostile {
        let answer = nobody.get(path).await;
        assert_eq!(answer.status, 404, "{path} answers {}", answer.text());
        assert!(!answer.text().contains("<script"), "{path}");
    }
    for path in ["/hc/book/nothing", "/hc/book/articles/nothing"] {
        assert!(nobody.get(path).await.text().contains("href=\"/hc/book\""), "{path} leads back");
    }
    // a language that is kept back, and then all of it
    office.administrator.patch("/portals/book", json!({"config": {"draft_locales": ["th"]}})).await.ok();
    assert_eq!(nobody.get("/hc/book/th").await.status, 404);
    assert_eq!(nobody.get("/hc/book/articles/%E0%B8%A3%E0%B8%B2%E0%B8%84%E0%B8%B2").await.status, 404);
    assert!(!nobody.get("/hc/book/sitemap.xml").await.text().contains("%E0%B8%A3"));
    office.administrator.patch("/portals/book/archive", json!({})).await.ok();
    for path in [
        "/hc/book",
        "/hc/book/en",
        "/hc/book/articles/prices",
        "/hc/book/sitemap.xml",
        "/hc/book/en/articles.json",
        "/hc/book/en/search?query=prices",
    ] {
        assert_eq!(nobody.get(path).await.status, 404, "{path}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_a_suspended_account_has_written_is_not_there() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    book(&office).await;
    portal(&other, "other", json!({"custom_domain": "help.beta.example"})).await;
    office.administrator.patch("/portals/book", json!({"custom_domain": "help.acme.example"})).await.ok();
    let nobody = server.anonymous();
    let here = nobody.replacing("host", "help.acme.example");
    let paths = [
        "/hc/book",
        "/hc/book/en",
        "/hc/book/en/articles",
        "/hc/book/en/categories/billing",
        "/hc/book/articles/prices",
        "/hc/book/sitemap.xml",
        "/hc/book/en/articles.json",
        "/hc/book/en/articles.json?query=words",
        "/hc/book/en/categories/billing/articles.json",
        "/hc/book/en/search?query=words",
    ];
    for (account_status, is_there) in [(1, false), (0, true)] {
        let suspend = format!("UPDATE accounts SET status = {account_status} WHERE id = {}", office.account);
        server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(suspend), tx.conn)?)).await;
        for path in paths {
            let answer = nobody.get(path).await;
            assert_eq!(answer.status != 404, is_there, "{path} answers {}", answer.status);
        }
        // its own host is that of nobody in particular
        assert_eq!(here.get("/").await.header("location"), Some(if is_there { "/hc/book/en" } else { "/app" }));
        assert_eq!(nobody.get("/hc/other/en").await.status, 200);
        assert_eq!(nobody.replacing("host", "help.beta.example").get("/").await.header("location"), Some("/hc/other/en"));
    }
    server.finish().await;
}

#[actix_rt::test]
async fn readers_search_and_the_chat_lists() {
    let server = Server::start().await;
    let office = server.office().await;
    book(&office).await;
    let nobody = server.anonymous();
    let found = nobody.get("/hc/book/th/search?query=%E0%B8%AA%E0%B8%B4%E0%B8%99%E0%B8%84%E0%B9%89%E0%B8%B2").await.text();
    assert!(found.contains("/hc/book/articles/%E0%B8%A3%E0%B8%B2%E0%B8%84%E0%B8%B2") && found.contains("noindex"), "{found}");
    for (query, is_there) in [("words", true), ("SECRET", false), ("%3Cscript%3Ealert", true), ("%25", false), ("", false), ("all+about", false)] {
        let text = nobody.get(&format!("/hc/book/en/search?query={query}")).await.text();
        assert_eq!(text.contains("/hc/book/articles/prices"), is_there, "{query}: {text}");
        assert!(!text.contains("<script>alert"), "{query}");
    }
    let long = nobody.get(&format!("/hc/book/en/search?query={}", "x".repeat(3000))).await;
    assert_eq!(long.status, 200);
    let list = nobody.get("/hc/book/en/articles.json?sort=views&per_page=1").await;
    snapshot!("articles_for_readers", list.ok());
    assert_eq!(nobody.get("/hc/book/en/articles.json?query=nothing").await.ok()["payload"], json!([]));
    assert_eq!(nobody.get("/hc/book/en/categories/billing/articles.json").await.ok()["meta"]["articles_count"], 1);
    assert_eq!(nobody.get("/hc/book/en/articles.json?per_page=x&page=-3").await.ok()["meta"]["articles_count"], 1);
    server.finish().await;
}

#[actix_rt::test]
async fn there_is_an_end_to_searching() {
    let server = Server::start_with(|config| (config.rate_limits, config.request_limit_exempt) = (true, Vec::new())).await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let nobody = server.anonymous();
    // within a minute, which may begin anew while they come
    for path in ["/hc/book/en/search?query=words", "/hc/book/en/articles.json?query=words"].repeat(100) {
        if nobody.get(path).await.status == 429 {
            break;
        }
    }
    let answer = nobody.get("/hc/book/en/search?query=words").await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").is_some() && answer.text().contains("Too many searches"));
    assert_eq!(nobody.get("/hc/book/en").await.status, 200);
    server.finish().await;
}

#[actix_rt::test]
async fn there_is_an_end_to_taking_lists() {
    let server = Server::start_with(|config| (config.rate_limits, config.request_limit_exempt) = (true, Vec::new())).await;
    let office = server.office().await;
    book(&office).await;
    let nobody = server.anonymous();
    let (all, some) = ("/hc/book/en/articles.json", "/hc/book/en/categories/billing/articles.json");
    // within a minute, which may begin anew while they come
    for path in [all, some].repeat(100) {
        if nobody.get(path).await.status == 429 {
            break;
        }
    }
    for path in [all, some] {
        let answer = nobody.get(path).await;
        assert_eq!((answer.status, answer.header("retry-after").is_some()), (429, true), "{path}");
    }
    // whoever shares the address can still search
    assert_eq!(nobody.get("/hc/book/en/search?query=words").await.status, 200);
    assert_eq!(nobody.get("/hc/book/en/articles.json?query=words").await.status, 200);
    server.finish().await;
}

#[actix_rt::test]
async fn pages_are_kept_by_browsers_and_readings_are_counted() {
    let place = Place::new();
    let server = app::Server::start(config(&place)).await.unwrap();
    let (nobody, db) = (Caller::new(server.address.to_string()), server.db.clone());
    let office = Office::open(db.clone(), Anonymous(nobody.clone()), "").await;
    book(&office).await;
    let changed = count(&db, "SELECT count(*) AS number FROM articles WHERE updated_at <> created_at").await;
    let path = "/hc/book/articles/prices";
    let page = nobody.get(path).await;
    let tag = page.header("etag").unwrap();
    assert_eq!(page.header("cache-control"), Some("public, max-age=60"));
    let again = nobody.with("if-none-match", tag).get(path).await;
    assert_eq!((again.status, again.text().as_str()), (304, ""));
    nobody.with("user-agent", "Examplebot/1.0").get(path).await;
    nobody.send(Method::HEAD, path, None, Vec::new()).await;
    nobody.get("/hc/book/articles/secret").await;
    let views = "SELECT CAST(coalesce(sum(views), 0) AS BIGINT) AS number FROM articles";
    // what was counted is written when the server stops
    server.stop().await;
    assert_eq!(count(&db, views).await, 2);
    assert_eq!(count(&db, "SELECT count(*) AS number FROM articles WHERE updated_at <> created_at").await, changed);
    drop(db);
    // dropping a database may block
    actix_rt::task::spawn_blocking(move || drop(place)).await.unwrap();
}

#[actix_rt::test]
async fn a_host_of_its_own_and_the_chat() {
    let server = Server::start().await;
    let office = server.office().await;
    book(&office).await;
    let site = office.website_with(json!({})).await;
    let nobody = server.anonymous();
    let here = nobody.replacing("host", "help.acme.example");
    assert_eq!(here.get("/").await.header("location"), Some("/app"));
    office.administrator.patch("/portals/book", json!({"custom_domain": "help.acme.example", "inbox_id": site.id})).await.ok();
    let start = here.get("/").await;
    assert_eq!((start.status, start.header("location")), (302, Some("/hc/book/en")));
    let home = here.get("/hc/book/en").await.text();
    assert!(home.contains("<link rel=\"canonical\" href=\"https://help.acme.example/hc/book/en\">"), "{home}");
    assert!(home.contains(&format!("data-website=\"{}\"", site.token)), "{home}");
    // the server's own start is what it was
    assert_ne!(nobody.get("/").await.header("location"), Some("/hc/book/en"));
    let visitor = office.comes(&site).await;
    let known = visitor.post("/config", json!({})).await.ok()["website_channel_config"]["portal"].clone();
    let config = json!({"allowed_locales": ["en", "th"], "default_locale": "en"});
    assert_eq!(known, json!({"name": "Handbook", "slug": "book", "custom_domain": "help.acme.example", "config": config}));
    // an inbox that goes takes nothing along
    office.administrator.delete(&format!("/inboxes/{}", site.id)).await.ok();
    assert_eq!(office.agent.get("/portals/book").await.ok().get("inbox"), None);
    server.finish().await;
}

#[actix_rt::test]
async fn colours_can_be_read_and_languages_begin_where_they_do() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({"config": {"allowed_locales": ["ar", "en"], "default_locale": "ar"}})).await;
    let nobody = server.anonymous();
    let home = nobody.get("/hc/book/ar").await.text();
    assert!(home.contains("<html lang=\"ar\" dir=\"rtl\">") && home.contains("العربية"), "{home}");
    let sheet = nobody.get("/hc/theme/ffd400.css").await;
    assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(sheet.text().contains("--brand: #ffd400; --on-brand: #000000;"), "{}", sheet.text());
    server.finish().await;
}
