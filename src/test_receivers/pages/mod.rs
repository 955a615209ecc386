//! Settings → Integrations → Webhooks → Test receivers.
mod list;
mod show;

use super::{
    limits::Limits,
    model::{Reply, TestReceiver},
    queries, stream,
};
use crate::{
    auth::AdministratorPage,
    db::{Db, types::TestReceiverId},
    error::Result,
    web::shell::{Badge, Shell},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/integrations/test_receivers").route(get().to(list::list)).route(post().to(list::create)))
        .service(resource("/integrations/test_receivers/{id}").route(get().to(show::show)).route(post().to(show::update)))
        .service(resource("/integrations/test_receivers/{id}/clear").route(post().to(show::clear)))
        .service(resource("/integrations/test_receivers/{id}/delete").route(get().to(list::confirm_delete)).route(post().to(list::destroy)))
        .service(resource("/integrations/test_receivers/{id}/stream").route(get().to(watch)));
}

/// A path of an account and a receiver.
type At = Path<(String, TestReceiverId)>;

fn list_url(page: &Shell) -> String {
    settings(page, "integrations/test_receivers")
}

fn webhooks_url(page: &Shell) -> String {
    settings(page, "integrations/webhooks")
}

fn settings(page: &Shell, path: &str) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings(path)).unwrap_or_default()
}

fn url_of(page: &Shell, id: TestReceiverId) -> String {
    format!("{}/{id}", list_url(page))
}

/// What people know it by.
fn title(page: &Shell, receiver: &TestReceiver) -> String {
    receiver.name.clone().unwrap_or_else(|| page.ta("receiver-title", &[("number", receiver.id.to_string().into())]))
}

/// How it answers, in a word.
fn badge(page: &Shell, receiver: &TestReceiver) -> Badge {
    let seconds = i64::from(receiver.seconds);
    let (tone, icon, label) = match receiver.answer {
        Reply::Ok => ("good", "circle-check", "200".to_owned()),
        Reply::Gone => ("off", "power", "410".to_owned()),
        Reply::Fail => ("bad", "circle-x", "500".to_owned()),
        Reply::Slowly => ("warn", "hourglass", page.ta("receiver-late", &[("status", "200".into()), ("seconds", seconds.into())])),
        Reply::HangUp => ("bad", "ban", page.t("receiver-hangs-up")),
    };
    Badge { tone, icon, label }
}

/// What arrives while the page of a receiver is open.
async fn watch(db: Data<Db>, limits: Data<Limits>, page: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), page.administrator.account_id());
    let newest = db.read(move |conn| queries::find(conn, account, id).and_then(|receiver| queries::newest(conn, receiver.id))).await?;
    stream::answer(db.get_ref().clone(), limits.get_ref().clone(), id, newest)
}
