//! What happens while a webhook's page is open.
use super::At;
use crate::{
    auth::AdministratorPage,
    db::Db,
    error::Result,
    webhooks::{queries, tail::Tail},
};
use actix_web::{HttpResponse, web::Data};

pub(super) async fn stream(db: Data<Db>, tail: Data<Tail>, page: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), page.administrator.account_id());
    db.read(move |conn| queries::find_shown(conn, account, id)).await?;
    tail.answer(account, Some(id))
}
