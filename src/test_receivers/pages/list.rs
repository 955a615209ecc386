//! The list of test receivers; making one, and deleting one.
use super::{At, badge, list_url, title, url_of, webhooks_url};
use crate::{
    auth::AdministratorPage,
    config::Config,
    db::{Db, DbConn, Tx},
    error::{Error, Result},
    test_receivers::{
        commands::{self, ReceiverInput},
        model::{MOST, TestReceiver},
        queries,
    },
    web::{
        Form, NoFields, html, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
    },
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;

struct Row {
    page_url: String,
    title: String,
    url: String,
    badge: Badge,
    arrived: i64,
    last: Option<i64>,
}

#[derive(Template)]
#[template(path = "test_receivers/list.html")]
struct ReceiversPage {
    page: Shell,
    webhooks_url: String,
    list_url: String,
    receivers: Vec<Row>,
    has_room: bool,
}

pub(super) async fn list(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
) -> Result<HttpResponse> {
    let account = administrator.account_id();
    let (found, tallies) = db.read(move |conn: &mut DbConn| Ok((queries::list(conn, account)?, queries::tallies(conn, account)?))).await?;
    let row = |receiver: &TestReceiver| {
        let (arrived, last) = tallies.get(&receiver.id).copied().unwrap_or_default();
        Row {
            page_url: url_of(&page, receiver.id),
            title: title(&page, receiver),
            url: receiver.url(&config.public_url),
            badge: badge(&page, receiver),
            arrived,
            last: last.map(|at| at.and_utc().timestamp()),
        }
    };
    html(&ReceiversPage {
        webhooks_url: webhooks_url(&page),
        list_url: list_url(&page),
        receivers: found.iter().map(row).collect(),
        has_room: found.len() < MOST,
        page,
    })
}

pub(super) async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    match db.write(move |tx: &mut Tx| commands::create(tx, &administrator, ReceiverInput::default())).await {
        Ok(made) => Ok(see_other(&url_of(&page, made.id), Some(Flash::notice("flash-receiver-created")))),
        Err(Error::Refused(_)) => Ok(see_other(&list_url(&page), Some(Flash::alert("flash-receivers-most")))),
        Err(e) => Err(e),
    }
}

pub(super) async fn confirm_delete(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let receiver = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (url, title) = (url_of(&page, id), title(&page, &receiver));
    html(&ConfirmDeletion {
        question: page.ta("receiver-delete-question", &[("name", title.as_str().into())]),
        text: page.t("receiver-delete-text"),
        back: title,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

pub(super) async fn destroy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-receiver-deleted"))))
}
