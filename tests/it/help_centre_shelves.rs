//! How what is in a help centre belongs together: orders, neighbours, languages, and how much there is of what.
use crate::{
    help_centre::{article, category, portal},
    pages::csrf_of,
    support::Server,
};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["payload"].as_array().unwrap().iter().map(|category| category["name"].as_str().unwrap()).collect()
}

#[actix_rt::test]
async fn categories_have_neighbours_and_an_order() {
    let server = Server::start().await;
    let (office, stranger) = (server.office().await, server.another_office("b.").await);
    portal(&office, "book", json!({})).await;
    portal(&stranger, "other", json!({})).await;
    let strange = category(&stranger, "other", json!({"name": "Strange", "slug": "strange"})).await;
    let first = category(&office, "book", json!({"name": "First", "slug": "first"})).await;
    let second = category(&office, "book", json!({"name": "Second", "slug": "second"})).await;
    category(&office, "book", json!({"name": "สาม", "slug": "third", "locale": "th"})).await;
    let list = "/portals/book/categories";
    let one = format!("{list}/{first}");
    assert_eq!(office.administrator.get(&one).await.ok()["payload"].get("related_categories"), None);
    // itself, and what is named twice, is passed over
    let said = json!({"related_category_ids": [second, first, second.to_string()]});
    for unknown in [json!(strange), json!(987_654)] {
        assert_eq!(office.administrator.patch(&one, json!({"related_category_ids": [unknown]})).await.invalid(), ["related_categories"]);
    }
    let related = office.administrator.patch(&one, said).await.ok()["payload"]["related_categories"].take();
    assert_eq!(related, json!([{"id": second, "name": "Second", "slug": "second", "locale": "en"}]));
    assert_eq!(office.administrator.patch(&one, json!({"name": "1st"})).await.ok()["payload"]["related_categories"], related);
    assert_eq!(office.administrator.patch(&one, json!({"related_category_ids": []})).await.ok()["payload"].get("related_categories"), None);
    office.administrator.patch(&one, json!({"related_category_ids": [second]})).await.ok();
    let places = json!({"positions_hash": {first.to_string(): 30, second.to_string(): "5", strange.to_string(): 1, "x": 2}});
    office.agent.post(&format!("{list}/reorder"), places.clone()).await.error(401);
    office.administrator.post(&format!("{list}/reorder"), places).await.ok_and_empty();
    assert_eq!(names(&office.agent.get(&format!("{list}?locale=en")).await.ok()), ["Second", "1st"]);
    assert_eq!(names(&office.agent.get(list).await.ok()).len(), 3, "all languages, unless one is named");
    let wrong = json!({"positions_hash": {first.to_string(): "first"}});
    assert_eq!(office.administrator.post(&format!("{list}/reorder"), wrong).await.invalid(), ["position"]);
    office.administrator.delete(&format!("{list}/{second}")).await.ok_and_empty();
    assert_eq!(office.administrator.get(&one).await.ok()["payload"].get("related_categories"), None);
    server.finish().await;
}

#[actix_rt::test]
async fn readers_find_neighbours_in_which_there_is_something() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let of = async |name: &str, locale: &str| category(&office, "book", json!({"name": name, "slug": name.to_lowercase(), "locale": locale})).await;
    let (first, full, empty, thai) = (of("First", "en").await, of("Full", "en").await, of("Empty", "en").await, of("Thai", "th").await);
    for within in [full, thai] {
        article(&office, "book", "Something", json!({"category_id": within})).await;
    }
    article(&office, "book", "Not yet", json!({"category_id": empty, "status": "draft"})).await;
    let nobody = server.anonymous();
    assert!(!nobody.get("/hc/book/en/categories/first").await.text().contains("Related topics"));
    let said = json!({"related_category_ids": [thai, empty, full]});
    office.administrator.patch(&format!("/portals/book/categories/{first}"), said).await.ok();
    let page = nobody.get("/hc/book/en/categories/first").await.text();
    assert!(page.contains("Related topics") && page.contains("/hc/book/en/categories/full"), "{page}");
    assert!(!page.contains("categories/empty") && !page.contains("categories/thai"), "{page}");
    server.finish().await;
}

#[actix_rt::test]
async fn pages_set_orders_and_neighbours() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let of = async |name: &str| category(&office, "book", json!({"name": name, "slug": name.to_lowercase()})).await;
    let (first, second, third) = (of("First").await, of("Second").await, of("Third").await);
    let thai = category(&office, "book", json!({"name": "สี่", "slug": "fourth", "locale": "th"})).await;
    let browser = server.browser_of(office.administrator.id).await;
    let root = "/app/accounts/1/settings/help-centres/at/book";
    let one = format!("{root}/categories/{first}");
    let page = browser.get(&one).await.text();
    let token = csrf_of(&page);
    for (id, is_offered) in [(first, false), (second, true), (third, true), (thai, false)] {
        assert_eq!(page.contains(&format!("name=\"related[]\" value=\"{id}\">")), is_offered, "{id}: {page}");
    }
    let (second, third) = (second.to_string(), third.to_string());
    let fields = |position: &'static str, related: &[&str]| {
        let fixed = [("csrf_token", token.clone()), ("name", "First".into()), ("slug", "first".into()), ("locale", "en".into())];
        let related = related.iter().map(|id| ("related[]", (*id).to_owned()));
        fixed.into_iter().chain([("position", position.to_owned())]).chain(related).collect::<Vec<(&'static str, String)>>()
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.form(&one, &fields).await
    };
    let neighbours = async || {
        let shown = office.administrator.get(&format!("/portals/book/categories/{first}")).await.ok()["payload"]["related_categories"].take();
        shown.as_array().into_iter().flatten().map(|other| other["id"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(send(fields("25", &[third.as_str(), second.as_str()])).await.status, 303);
    assert_eq!(neighbours().await, [third.clone(), second.clone()]);
    assert_eq!(names(&office.agent.get("/portals/book/categories?locale=en").await.ok()), ["Second", "First", "Third"]);
    let listed = browser.get(&format!("{root}/categories")).await.text();
    assert!(listed.contains("Position 25"), "{listed}");
    // what is chosen comes first, in the order in which it was said, so that saving the page changes nothing
    let page = browser.get(&one).await.text();
    let place = |id: &str| page.find(&format!("name=\"related[]\" value=\"{id}\" checked")).unwrap();
    assert!(place(&third) < place(&second), "{page}");
    for (wrong, said) in [(fields("first", &[]), "whole number from 0 on"), (fields("25", &["987654"]), "at most 20 other categories")] {
        let refused = send(wrong).await;
        assert!(refused.status == 422 && refused.text().contains(said), "{said}: {}", refused.text());
    }
    assert_eq!(neighbours().await.len(), 2);
    assert_eq!(send(fields("25", &[])).await.status, 303);
    assert!(neighbours().await.is_empty());
    // articles, too
    article(&office, "book", "One", json!({})).await;
    let two = article(&office, "book", "Two", json!({})).await["id"].to_string();
    let path = format!("{root}/articles/{two}");
    assert!(browser.get(&path).await.text().contains("name=\"position\" type=\"number\" value=\"20\""));
    for (position, status) in [("-1", 422), ("1.5", 422), ("5", 303), ("", 303)] {
        let fields =
            [("csrf_token", token.as_str()), ("title", "Two"), ("content", "x"), ("locale", "en"), ("status", "published"), ("position", position)];
        assert_eq!(browser.form(&path, &fields).await.status, status, "{position}");
    }
    let listed = server.anonymous().get("/hc/book/en/articles.json").await.ok();
    assert_eq!((&listed["payload"][0]["title"], &listed["payload"][0]["position"]), (&json!("Two"), &json!(5)));
    assert!(browser.get(root).await.text().contains("Position 5"));
    server.finish().await;
}

#[actix_rt::test]
async fn translations_stay_together_when_they_join_others() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({"config": {"allowed_locales": ["en", "th", "fr"], "default_locale": "en"}})).await;
    let thai = article(&office, "book", "ราคา", json!({"locale": "th"})).await;
    let french = article(&office, "book", "Prix", json!({"locale": "fr", "associated_article_id": thai["id"]})).await;
    let english = article(&office, "book", "Prices", json!({})).await;
    let at = |article: &Value| format!("/portals/book/articles/{}", article["id"]);
    office.administrator.patch(&at(&thai), json!({"associated_article_id": english["id"]})).await.ok();
    let root = office.administrator.get(&at(&english)).await.ok();
    assert_eq!(root["payload"]["associated_articles"].as_array().unwrap().len(), 2);
    let page = server.anonymous().get("/hc/book/articles/prix").await.text();
    assert!(page.contains("hreflang=\"th\"") && page.contains("/hc/book/articles/prices"), "{page}");
    // the one that stands for the others joins none of them
    assert_eq!(office.administrator.patch(&at(&english), json!({"associated_article_id": french["id"]})).await.invalid(), ["associated_article"]);
    // and when that one goes, the others still belong together
    office.administrator.delete(&at(&english)).await.ok_and_empty();
    let page = server.anonymous().get("/hc/book/articles/prix").await.text();
    assert!(page.contains("hreflang=\"th\"") && !page.contains("/hc/book/articles/prices"), "{page}");
    let category_of = async |said: Value| category(&office, "book", said).await;
    let first = category_of(json!({"name": "ก", "slug": "a", "locale": "th"})).await;
    let second = category_of(json!({"name": "A", "slug": "a", "locale": "fr", "associated_category_id": first})).await;
    let third = category_of(json!({"name": "A", "slug": "a"})).await;
    let categories = "/portals/book/categories";
    office.administrator.patch(&format!("{categories}/{first}"), json!({"associated_category_id": third})).await.ok();
    let moved = office.administrator.get(&format!("{categories}/{second}")).await.ok();
    assert_eq!(moved["payload"]["root_category"]["id"], third);
    office.administrator.delete(&format!("{categories}/{third}")).await.ok_and_empty();
    let moved = office.administrator.get(&format!("{categories}/{second}")).await.ok();
    assert_eq!(moved["payload"]["root_category"]["id"], first);
    server.finish().await;
}

#[actix_rt::test]
async fn numbers_are_of_what_is_looked_at() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "Book", json!({})).await;
    article(&office, "book", "One", json!({"author_id": office.agent.id})).await;
    article(&office, "book", "Two", json!({"status": "draft"})).await;
    article(&office, "book", "หนึ่ง", json!({"locale": "th", "content": "ราคา"})).await;
    // its name in links is kept in small letters, and found in others as well
    let counted = async |query: &str| {
        let meta = office.agent.get(&format!("/portals/Book/articles?{query}")).await.ok()["meta"].take();
        ["articles_count", "all_articles_count", "published_count", "draft_articles_count", "archived_articles_count", "mine_articles_count"]
            .map(|key| meta[key].as_i64().unwrap())
    };
    assert_eq!(counted("").await, [3, 3, 2, 1, 0, 1]);
    assert_eq!(counted("locale=en").await, [2, 3, 1, 1, 0, 1]);
    assert_eq!(counted("locale=en&status=draft").await, [1, 3, 1, 1, 0, 1]);
    assert_eq!(counted("locale=th").await, [1, 3, 1, 0, 0, 0]);
    assert_eq!(counted("query=two").await, [1, 3, 0, 1, 0, 0]);
    assert_eq!(counted("category_slug=nothing").await, [0, 3, 0, 0, 0, 0]);
    let meta = office.agent.get("/portals/book?locale=th").await.ok()["meta"].take();
    assert_eq!((&meta["all_articles_count"], &meta["mine_articles_count"]), (&json!(1), &json!(0)));
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_in_a_language_that_was_given_up_can_be_changed() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let within = category(&office, "book", json!({"name": "ก", "slug": "a", "locale": "th"})).await;
    let made = article(&office, "book", "ราคา", json!({"category_id": within})).await;
    office.administrator.patch("/portals/book", json!({"config": {"allowed_locales": ["en"]}})).await.ok();
    let one = format!("/portals/book/articles/{}", made["id"]);
    assert_eq!(office.administrator.patch(&one, json!({"status": "archived"})).await.ok()["payload"]["locale"], "th");
    let renamed = office.administrator.patch(&format!("/portals/book/categories/{within}"), json!({"name": "ข"})).await.ok();
    assert_eq!(renamed["payload"]["name"], "ข");
    assert_eq!(office.administrator.post("/portals/book/articles", json!({"title": "X", "locale": "th"})).await.invalid(), ["locale"]);
    server.finish().await;
}

#[actix_rt::test]
async fn addresses_of_others_lead_to_ours() {
    let server = Server::start().await;
    let office = server.office().await;
    portal(&office, "book", json!({})).await;
    let nobody = server.anonymous();
    for (path, to) in [
        ("/hc/book/en/articles", "/hc/book/en"),
        ("/hc/book/th/categories", "/hc/book/th"),
        ("/hc/book/en/articles?query=a+%26b", "/hc/book/en/search?query=a%20%26b"),
    ] {
        let answer = nobody.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (302, Some(to)), "{path}");
    }
    assert_eq!(nobody.get("/hc/book/fr/articles").await.status, 404);
    let missing = nobody.get("/hc/book/fr/articles.json").await;
    assert_eq!((missing.status, missing.header("content-type")), (404, Some("application/json")));
    server.finish().await;
}

#[actix_rt::test]
async fn inboxes_are_connected_to_help_centres() {
    let server = Server::start().await;
    let (office, stranger) = (server.office().await, server.another_office("b.").await);
    let made = portal(&office, "book", json!({})).await;
    let strange = portal(&stranger, "other", json!({})).await;
    let site = office.website_with(json!({})).await;
    let one = format!("/inboxes/{}", site.id);
    for wrong in [&strange["id"], &json!(987_654)] {
        assert_eq!(office.administrator.patch(&one, json!({"portal_id": wrong})).await.invalid(), ["portal_id"]);
    }
    assert_eq!(office.administrator.get(&one).await.ok().get("help_center"), None);
    let connected = office.administrator.patch(&one, json!({"portal_id": made["id"]})).await.ok();
    assert_eq!(connected["help_center"], json!({"name": "Handbook", "slug": "book"}));
    assert_eq!(office.administrator.get(&one).await.ok()["help_center"], connected["help_center"]);
    let visitor = office.comes(&site).await;
    let known = visitor.post("/config", json!({})).await.ok()["website_channel_config"]["portal"].take();
    assert_eq!(known["slug"], "book");
    assert_eq!(office.administrator.patch(&one, json!({"name": "Shop"})).await.ok()["help_center"], connected["help_center"]);
    assert_eq!(office.administrator.patch(&one, json!({"portal_id": null})).await.ok().get("help_center"), None);
    office.administrator.patch(&one, json!({"portal_id": made["id"]})).await.ok();
    office.administrator.delete("/portals/book").await.ok_and_empty();
    assert_eq!(office.administrator.get(&one).await.ok().get("help_center"), None);
    assert_eq!(server.count("SELECT count(*) AS number FROM inboxes WHERE portal_id IS NOT NULL").await, 0);
    server.finish().await;
}
