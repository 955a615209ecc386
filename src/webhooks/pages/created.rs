//! What comes after a webhook is made: its secret, and how to use it.
use super::{
    At, list_url,
    snippets::{self, Snippet},
    url_of,
};
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

#[derive(Template)]
#[template(path = "webhooks/created.html")]
struct WebhookCreatedPage {
    page: Shell,
    list_url: String,
    deliveries_url: String,
    url: String,
    secret: String,
    snippets: Vec<Snippet>,
    verify_url: String,
    /// As settings write it.
    timeout: String,
}

pub(super) async fn created(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let webhook = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let timeout = humantime::format_duration(webhook.timeout(&config.webhook)).to_string();
    html(&WebhookCreatedPage {
        list_url: list_url(&page),
        deliveries_url: url_of(&page, id),
        url: webhook.masked_url(),
        secret: webhook.secret,
        snippets: snippets::all(),
        verify_url: format!("{}/verify", url_of(&page, id)),
        timeout,
        page,
    })
}
