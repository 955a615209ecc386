//! What comes after a webhook is made: its secret, and how to use it.
use super::{At, list_url, url_of};
use crate::{
    auth::AdministratorPage,
    config::Config,
    db::Db,
    error::Result,
    web::{html, shell::Shell},
    webhooks::queries,
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;

/// How a receiver checks a signature.
const SNIPPETS: [(&str, &str); 3] = [
    ("JavaScript", include_str!("snippets/javascript.txt")),
    ("Python", include_str!("snippets/python.txt")),
    ("PHP", include_str!("snippets/php.txt")),
];

struct Snippet {
    id: String,
    language: String,
    code: String,
}

#[derive(Template)]
#[template(path = "webhooks/created.html")]
struct WebhookCreatedPage {
    page: Shell,
    list_url: String,
    deliveries_url: String,
    url: String,
    secret: String,
    snippets: Vec<Snippet>,
    timeout_seconds: i64,
}

pub(super) async fn created(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let webhook = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let snippet = |(language, code): &(&str, &str)| Snippet {
        id: format!("snippet-{}", language.to_lowercase()),
        language: (*language).into(),
        code: (*code).into(),
    };
    html(&WebhookCreatedPage {
        list_url: list_url(&page),
        deliveries_url: url_of(&page, id),
        url: webhook.masked_url(),
        secret: webhook.secret,
        snippets: SNIPPETS.iter().map(snippet).collect(),
        timeout_seconds: config.webhook.timeout.as_secs() as i64,
        page,
    })
}
