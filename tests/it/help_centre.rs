//! Help centres as those who keep them see them.
use crate::{
    pages::Visit,
    profile::{PICTURE, with_file},
    snapshot,
    support::{File, Office, Server},
};
use actix_web::http::Method;
use serde_json::{Value, json};

/// Makes a help centre in English and Thai.
pub async fn portal(office: &Office, slug: &str, more: Value) -> Value {
    let mut said = json!({"name": "Handbook", "slug": slug, "config": {"allowed_locales": ["en", "th"], "default_locale": "en"}});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    office.administrator.post("/portals", said).await.ok()
}

/// Makes a category; gives its id.
pub async fn category(office: &Office, portal: &str, more: Value) -> i64 {
    office.administrator.post(&format!("/portals/{portal}/categories"), more).await.ok()["payload"]["id"].as_i64().unwrap()
}

/// Makes a published article with more said about it.
pub async fn article(office: &Office, portal: &str, title: &str, more: Value) -> Value {
    let mut said = json!({"title": title, "content": format!("All about {title}"), "status": "published"});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    office.administrator.post(&format!("/portals/{portal}/articles"), said).await.ok()["payload"].take()
}

fn titles(list: &Value) -> Vec<&str> {
    list["payload"].as_array().unwrap().iter().map(|article| article["title"].as_str().unwrap()).collect()
}

#[actix_rt::test]
async fn administrators_keep_help_centres_and_agents_see_them() {
    let server = Server::start().await;
    let (office, stranger) = (server.office().await, server.another_office("b.").await);
    let site = office.website().await;
    let said = json!({
        "color": "#1F93FF", "custom_domain": "Help.acme.example", "header_text": "How can we help?", "homepage_link": "acme.example",
        "page_title": "Acme help", "inbox_id": site,
    });
    office.agent.post("/portals", json!({"name": "X", "slug": "x"})).await.error(401);
    let made = portal(&office, "Acme-Help", said).await;
    snapshot!("portal", made);
    assert_eq!(
        (&made["slug"], &made["homepage_link"], &made["custom_domain"]),
        (&json!("acme-help"), &json!("https://acme.example"), &json!("help.acme.example"))
    );
    assert_eq!(office.agent.get("/portals/acme-help").await.ok(), made);
    let listed = office.agent.get("/portals").await.ok();
    assert_eq!(listed, json!({"meta": {"current_page": 1, "portals_count": 1}, "payload": [made]}));
    // what is not said stays; what is emptied goes
    let wrapped =
        json!({"portal": {"color": "", "inbox_id": null, "config": {"allowed_locales": ["en", "th", "pt_BR"], "draft_locales": ["pt_BR", "en"]}}});
    let changed = office.administrator.patch("/portals/acme-help", wrapped).await.ok();
    assert_eq!((&changed["color"], changed.get("inbox"), &changed["header_text"]), (&Value::Null, None, &made["header_text"]));
    let locales: Vec<_> =
        changed["config"]["allowed_locales"].as_array().unwrap().iter().map(|one| (one["code"].as_str().unwrap(), one["draft"] == true)).collect();
    assert_eq!(locales, [("en", false), ("th", false), ("pt_BR", true)]);
    // a name in links, and a host, are one on the whole server, whosever they are
    for (said, attribute) in [(json!({"slug": "acme-help"}), "slug"), (json!({"slug": "b", "custom_domain": "HELP.acme.example"}), "custom_domain")] {
        let mut said = said;
        said["name"] = json!("Other");
        assert_eq!(stranger.administrator.post("/portals", said).await.invalid(), [attribute]);
    }
    stranger.administrator.get("/portals/acme-help").await.error(404);
    stranger.administrator.patch("/portals/acme-help", json!({"name": "x"})).await.error(404);
    stranger.administrator.delete("/portals/acme-help").await.error(404);
    stranger.administrator.get("/portals/acme-help/articles").await.error(404);
    assert_eq!(office.administrator.patch("/portals/acme-help/archive", json!({})).await.ok()["archived"], true);
    assert_eq!(office.administrator.patch("/portals/acme-help", json!({"archived": "false"})).await.ok()["archived"], false);
    article(&office, "acme-help", "Prices", json!({})).await;
    office.agent.delete("/portals/acme-help").await.error(401);
    office.administrator.delete("/portals/acme-help").await.ok_and_empty();
    office.administrator.get("/portals/acme-help").await.error(404);
    assert_eq!(server.count("SELECT count(*) AS number FROM articles").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named() {
    let server = Server::start().await;
    let office = server.office().await;
    let api = office.api_inbox().await.id;
    let strange = server.another_office("b.").await.website().await;
    portal(&office, "book", json!({})).await;
    for (said, attribute) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"slug": "a b"}), "slug"),
        (json!({"slug": "../etc"}), "slug"),
        (json!({"slug": "%2e%2e"}), "slug"),
        (json!({"slug": "ร้าน"}), "slug"),
        (json!({"color": "red"}), "color"),
        (json!({"custom_domain": "localhost"}), "custom_domain"),
        (json!({"custom_domain": "a.example/x"}), "custom_domain"),
        (json!({"homepage_link": "javascript://x"}), "homepage_link"),
        (json!({"page_title": "x".repeat(256)}), "page_title"),
        (json!({"config": {"allowed_locales": ["english"]}}), "config"),
        (json!({"config": {"default_locale": "fr"}}), "config"),
        (json!({"inbox_id": api}), "inbox_id"),
        (json!({"inbox_id": strange}), "inbox_id"),
        (json!({"blob_id": "nothing"}), "logo"),
    ] {
        assert_eq!(office.administrator.patch("/portals/book", said.clone()).await.invalid(), [attribute], "{said:.80}");
    }
    let (categories, articles) = ("/portals/book/categories", "/portals/book/articles");
    let own = category(&office, "book", json!({"name": "A", "slug": "a"})).await;
    let inner = category(&office, "book", json!({"name": "B", "slug": "b", "parent_category_id": own})).await;
    for (said, attribute) in [
        (json!({"slug": "x"}), "name"),
        (json!({"name": "X"}), "slug"),
        (json!({"name": "X", "slug": "a/b"}), "slug"),
        (json!({"name": "X", "slug": "a"}), "slug"),
        (json!({"name": "X", "slug": "x", "locale": "fr"}), "locale"),
        (json!({"name": "X", "slug": "x", "position": "first"}), "position"),
        (json!({"name": "X", "slug": "x", "parent_category_id": 987_654}), "parent_category"),
        (json!({"name": "X", "slug": "x", "associated_category_id": 987_654}), "associated_category"),
        (json!({"name": "X", "slug": "x", "description": "x".repeat(20_001)}), "description"),
    ] {
        assert_eq!(office.administrator.post(categories, said.clone()).await.invalid(), [attribute], "{said:.80}");
    }
    for within in [own, inner] {
        let said = json!({"parent_category_id": within});
        assert_eq!(office.administrator.patch(&format!("{categories}/{own}"), said).await.invalid(), ["parent_category"]);
    }
    let outsider = server.another_office("c.").await.agent.id;
    let thai = category(&office, "book", json!({"name": "ก", "slug": "a", "locale": "th"})).await;
    let id = article(&office, "book", "Taken", json!({})).await["id"].clone();
    for (said, attribute) in [
        (json!({"content": "x"}), "title"),
        (json!({"title": "x".repeat(256)}), "title"),
        (json!({"title": "X", "status": "published"}), "content"),
        (json!({"title": "X", "content": "x".repeat(20_001)}), "content"),
        (json!({"title": "X", "slug": "search"}), "slug"),
        (json!({"title": "X", "slug": "../x"}), "slug"),
        (json!({"title": "X", "slug": "taken"}), "slug"),
        (json!({"title": "X", "locale": "fr"}), "locale"),
        (json!({"title": "X", "locale": "en", "category_id": thai}), "category"),
        (json!({"title": "X", "category_id": 987_654}), "category"),
        (json!({"title": "X", "author_id": outsider}), "author"),
        (json!({"title": "X", "associated_article_id": 987_654}), "associated_article"),
        (json!({"title": "X", "position": -1}), "position"),
    ] {
        assert_eq!(office.administrator.post(articles, said.clone()).await.invalid(), [attribute], "{said:.80}");
    }
    assert_eq!(office.administrator.patch(&format!("{articles}/{id}"), json!({"associated_article_id": id})).await.invalid(), ["associated_article"]);
    office.administrator.post(articles, json!({"title": "X", "status": "finished"})).await.error(422);
    assert_eq!(office.agent.get(articles).await.ok()["meta"]["all_articles_count"], 1);
    server.finish().await;
}

#[actix_rt::test]
async fn articles_are_listed_by_what_they_are() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let billing = category(&office, "book", json!({"name": "Billing", "slug": "billing", "icon": "💳"})).await;
    let said = json!({"name": "การเงิน", "slug": "billing", "locale": "th", "associated_category_id": billing, "parent_category_id": billing});
    let thai = office.administrator.post("/portals/book/categories", said).await.ok();
    snapshot!("category", thai);
    let said =
        json!({"category_id": billing, "author_id": office.agent.id, "description": "What it costs", "meta": {"title": "Prices", "tags": ["money"]}});
    let first = article(&office, "book", "Prices", said).await;
    assert_eq!((&first["locale"], &first["slug"], &first["category"]["slug"]), (&json!("en"), &json!("prices"), &json!("billing")));
    let said = json!({"category_id": thai["payload"]["id"], "associated_article_id": first["id"], "content": "ราคาทั้งหมด"});
    let same = article(&office, "book", "ราคา", said).await;
    assert_eq!((&same["locale"], &same["slug"]), (&json!("th"), &json!("ราคา")));
    // the one that stands for all languages is the first, whichever of them is named
    let third = article(&office, "book", "Prices", json!({"associated_article_id": same["id"], "status": "draft"})).await;
    assert_eq!((&third["slug"], &third["status"]), (&json!("prices-2"), &json!("draft")));
    let one = format!("/portals/book/articles/{}", first["id"]);
    let shown = office.administrator.get(&one).await.ok();
    assert_eq!(shown["payload"]["associated_articles"].as_array().unwrap().len(), 2);
    snapshot!("article", shown);
    office.agent.get(&one).await.error(401);
    office.agent.patch(&one, json!({"title": "x"})).await.error(401);
    office.agent.get(&format!("/portals/book/categories/{billing}")).await.error(401);
    let listed = async |query: &str| office.agent.get(&format!("/portals/book/articles?{query}")).await.ok();
    let all = listed("").await;
    assert_eq!(titles(&all), ["Prices", "ราคา", "Prices"]);
    let counts = json!({"current_page": 1, "articles_count": 3, "all_articles_count": 3, "archived_articles_count": 0, "published_count": 2, "draft_articles_count": 1, "mine_articles_count": 1});
    assert_eq!(all["meta"], counts);
    assert_eq!(titles(&listed("locale=th").await), ["ราคา"]);
    assert_eq!(titles(&listed("category_slug=billing").await), ["Prices"]);
    assert_eq!(titles(&listed("category_slug=billing&locale=th").await), ["ราคา"]);
    assert!(titles(&listed("category_slug=nothing").await).is_empty());
    assert_eq!(titles(&listed("status=0").await), ["Prices"]);
    assert_eq!(titles(&listed("status=published&locale=en").await), ["Prices"]);
    assert_eq!(listed(&format!("author_id={}", office.agent.id)).await["meta"]["articles_count"], 1);
    assert_eq!(titles(&listed("page=2").await), [""; 0]);
    let categories = office.agent.get("/portals/book/categories?locale=en").await.ok();
    assert_eq!((&categories["meta"]["categories_count"], &categories["payload"][0]["meta"]["articles_count"]), (&json!(1), &json!(1)));
    // a category has an order; without one, what was changed last comes first
    let fourth = article(&office, "book", "Refunds", json!({"category_id": billing})).await;
    assert_eq!(titles(&listed("category_slug=billing").await), ["Prices", "Refunds"]);
    let places = json!({"positions_hash": {first["id"].to_string(): 30, fourth["id"].to_string(): "5", "987654": 1, "x": 2}});
    office.agent.post("/portals/book/articles/reorder", places.clone()).await.error(401);
    office.administrator.post("/portals/book/articles/reorder", places).await.ok_and_empty();
    assert_eq!(titles(&listed("category_slug=billing").await), ["Refunds", "Prices"]);
    office.administrator.patch(&one, json!({"description": "What all of it costs"})).await.ok();
    let all = listed("").await;
    let ids: Vec<&Value> = all["payload"].as_array().unwrap().iter().map(|article| &article["id"]).collect();
    assert_eq!(ids, [&first["id"], &fourth["id"], &third["id"], &same["id"]]);
    // a category that goes leaves its articles, and what is in one speaks its language
    office.administrator.delete(&format!("/portals/book/categories/{billing}")).await.ok_and_empty();
    assert_eq!(office.administrator.get(&one).await.ok()["payload"]["category"], Value::Null);
    office.administrator.delete(&one).await.ok_and_empty();
    office.administrator.get(&one).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn articles_are_found_in_every_language() {
    let server = Server::start().await;
    let (office, stranger) = (server.office().await, server.another_office("b.").await);
    portal(&office, "book", json!({})).await;
    portal(&stranger, "other", json!({})).await;
    article(&office, "book", "วิธีสั่งซื้อสินค้า", json!({"locale": "th", "content": "เลือกสินค้าแล้วกดชำระเงินได้ทันที"})).await;
    article(&office, "book", "Returns", json!({"content": "Send it back within 30 days. 100% refund."})).await;
    article(&stranger, "other", "Returns", json!({})).await;
    let found = async |text: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
        office.agent.get(&format!("/search/articles?{query}")).await.ok()["payload"].take()
    };
    for _ in 0..2 {
        for (text, title) in [("ชำระเงิน", "วิธีสั่งซื้อสินค้า"), ("สั่งซื้อ", "วิธีสั่งซื้อสินค้า"), ("RETURNS", "Returns"), ("100%", "Returns"), ("30", "Returns")]
        {
            let found = found(text).await;
            assert_eq!(found["articles"].as_array().unwrap().len(), 1, "{text}");
            assert_eq!(found["articles"][0]["title"], title, "{text}");
        }
        assert_eq!(found("nothing of the kind").await, json!({"articles": []}));
        assert_eq!(found("").await, json!({"articles": []}));
        // what waits to be indexed is found, and so is what is indexed
        server.index().await;
    }
    snapshot!("article_found", found("returns").await);
    let everywhere = office.agent.get("/search?q=returns").await.ok();
    assert_eq!(everywhere["payload"]["articles"].as_array().unwrap().len(), 1);
    let listed = office.agent.get("/portals/book/articles?query=refund").await.ok();
    assert_eq!(titles(&listed), ["Returns"]);
    server.finish().await;
}

#[actix_rt::test]
async fn pictures_stay_as_long_as_they_are_shown() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let shown = with_file(&office.administrator, Method::PATCH, "/portals/book", "logo", "image/png", PICTURE).await.ok();
    assert_eq!((&shown["logo"]["file_type"], &shown["logo"]["portal_id"]), (&json!("image/png"), &shown["id"]));
    assert_eq!(with_file(&office.administrator, Method::PATCH, "/portals/book", "logo", "image/png", b"x").await.invalid(), ["logo"]);
    let kept = office.agent.upload("/upload", &[], &[File::new("attachment", "me.png", "image/png", PICTURE)]).await.ok();
    let named = office.administrator.patch("/portals/book", json!({"blob_id": kept["blob_id"]})).await.ok();
    assert_eq!(named["logo"]["filename"], "me.png");
    server.write(|tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE blobs SET created_at = '2020-01-01 00:00:00'"), tx.conn)?)).await;
    while hookdesk::files::sweep(&server.db, &hookdesk::storage::Storage::new(&server.config).unwrap()).await.unwrap() {}
    let image = server.anonymous().get(server.path(&named["logo"]["file_url"])).await;
    assert_eq!((image.status, image.body.as_ref()), (200, PICTURE));
    office.administrator.delete("/portals/book/logo").await.ok_and_empty();
    assert_eq!(office.agent.get("/portals/book").await.ok().get("logo"), None);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_leaves_leaves_what_they_wrote() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let made = article(&office, "book", "Prices", json!({"author_id": office.agent.id})).await;
    assert_eq!(made["author"]["id"], office.agent.id);
    office.administrator.delete(&format!("/agents/{}", office.agent.id)).await.ok_and_empty();
    let left = office.administrator.get(&format!("/portals/book/articles/{}", made["id"])).await.ok();
    assert_eq!(left["payload"].get("author"), None);
    server.finish().await;
}

#[actix_rt::test]
async fn pages_keep_a_help_centre() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let root = "/app/accounts/1/settings/help-centres";
    assert!(visit.get(root).await.text().contains("There is no help centre yet"));
    let token = visit.token(&format!("{root}/new")).await;
    let filled = |more: &[(&'static str, &'static str)]| {
        let fields = [("name", "Handbook"), ("slug", "book"), ("locales", "en, th"), ("default_locale", "en"), ("color", "#8a4b1f")];
        let kept = fields.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        kept.chain(more.iter().copied()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let send = async |visit: &Visit, path: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        visit.caller().multipart(path, &[&[("csrf_token", token.as_str())], &fields[..]].concat()).await
    };
    for (more, said) in [
        (("name", ""), "Please fill in"),
        (("slug", "a b"), "Latin letters"),
        (("locales", "english"), "codes of languages"),
        (("default_locale", "fr"), "codes of languages"),
        (("custom_domain", "localhost"), "host of your own"),
        (("homepage_link", "javascript://x"), "address of a page"),
        (("inbox", "987654"), "choose a website"),
    ] {
        let again = send(&visit, root, filled(&[more])).await;
        assert_eq!(again.status, 422, "{more:?}");
        assert!(more.0 == "name" || again.text().contains(said), "{more:?}: {}", again.text());
    }
    assert_eq!(send(&visit, root, filled(&[])).await.header("location"), Some("/app/accounts/1/settings/help-centres/at/book"));
    let at = |rest: &str| format!("{root}/at/book{rest}");
    assert!(visit.get(&at("")).await.text().contains("There are no articles yet"));
    let fields = [("csrf_token", token.as_str()), ("name", "Billing"), ("slug", "billing"), ("locale", "en")];
    assert_eq!(visit.form(&at("/categories"), &fields).await.header("location"), Some(at("/categories?locale=en").as_str()));
    assert_eq!(visit.form(&at("/categories"), &fields).await.status, 422, "its name in links is taken");
    assert!(visit.get(&at("/categories")).await.text().contains("Billing"));
    // a preview saves nothing, and draws what readers will see
    let id = visit.account.get("/portals/book/categories").await.ok()["payload"][0]["id"].to_string();
    let said = |act: &'static str, status: &'static str, content: &'static str| {
        vec![
            ("csrf_token", token.as_str()),
            ("title", "Prices"),
            ("content", content),
            ("locale", "en"),
            ("status", status),
            ("act", act),
            ("tags", "a, b"),
        ]
    };
    let drawn = visit.form(&at("/articles"), &said("preview", "draft", "Some **words** <script>x</script>")).await.text();
    assert!(drawn.contains("<strong>words</strong>") && !drawn.contains("<script>x"), "{drawn}");
    assert_eq!(visit.account.get("/portals/book/articles").await.ok()["meta"]["all_articles_count"], 0);
    assert_eq!(visit.form(&at("/articles"), &said("", "published", "")).await.status, 422, "what is published says something");
    let mut fields = said("", "published", "Some words");
    fields.push(("category", &id));
    let made = visit.form(&at("/articles"), &fields).await;
    let one = made.header("location").unwrap().to_owned();
    let page = visit.get(&one).await.text();
    assert!(page.contains("/hc/book/articles/prices") && page.contains("ไทย") && page.contains("value=\"a, b\""), "{page}");
    let listed = visit.get(&at("?status=published&q=words")).await.text();
    assert!(listed.contains("Prices") && listed.contains("Billing"), "{listed}");
    assert!(visit.get(&at("?locale=th")).await.text().contains("No article fits"));
    // in another language
    let number = one.rsplit('/').next().unwrap().to_owned();
    let other = visit.get(&at(&format!("/articles/new?from={number}&locale=th"))).await.text();
    assert!(other.contains("Some words") && other.contains(&format!("name=\"associated\" value=\"{number}\"")), "{other}");
    let fields = [
        ("csrf_token", token.as_str()),
        ("title", "ราคา"),
        ("content", "ราคา"),
        ("locale", "th"),
        ("status", "published"),
        ("associated", number.as_str()),
    ];
    let thai = visit.form(&at("/articles"), &fields).await.header("location").unwrap().to_owned();
    assert!(server.anonymous().get("/hc/book/articles/prices").await.text().contains("hreflang=\"th\""));
    // a language that readers are not offered has no page to be opened
    assert!(visit.get(&thai).await.text().contains("/hc/book/articles/"));
    visit.account.patch("/portals/book", json!({"config": {"draft_locales": ["th"]}})).await.ok();
    assert!(!visit.get(&thai).await.text().contains("/hc/book/articles/"));
    assert!(visit.get(&one).await.text().contains("/hc/book/articles/prices"));
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("Are you sure"));
    assert_eq!(visit.form(&format!("{one}/delete"), &[("csrf_token", token.as_str())]).await.status, 303);
    assert_eq!(send(&visit, &at("/settings"), filled(&[("archived", "1")])).await.status, 303);
    assert_eq!(server.anonymous().get("/hc/book").await.status, 404);
    assert_eq!(visit.form(&at("/delete"), &[("csrf_token", token.as_str())]).await.status, 303);
    assert_eq!(visit.get(&at("")).await.status, 404);
    server.finish().await;
}

#[actix_rt::test]
async fn agents_look_at_the_pages_and_change_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let number = article(&office, "book", "Prices", json!({})).await["id"].to_string();
    let browser = server.browser_of(office.agent.id).await;
    let root = "/app/accounts/1/settings/help-centres";
    for path in ["", "/at/book", "/at/book/categories"] {
        let page = browser.get(&format!("{root}{path}")).await;
        assert_eq!(page.status, 200, "{path}");
        let text = page.text();
        for door in ["/new", "/settings\"", &format!("/articles/{number}")] {
            assert!(!text.contains(&format!("help-centres{door}")) && !text.contains(&format!("at/book{door}")), "{path} leads to {door}");
        }
    }
    for path in
        ["/new", "/at/book/settings", "/at/book/delete", "/at/book/categories/new", "/at/book/articles/new", &format!("/at/book/articles/{number}")]
    {
        assert_eq!(browser.get(&format!("{root}{path}")).await.status, 403, "{path}");
    }
    let stranger = server.another_office("b.").await;
    let theirs = server.browser_of(stranger.administrator.id).await;
    assert_eq!(theirs.get(&format!("/app/accounts/{}/settings/help-centres/at/book", stranger.account)).await.status, 404);
    server.finish().await;
}
