//! What a user was told, in their browser.
mod choices;

use super::{
    commands::{self, Change},
    model::{Notification, NotificationType},
    queries::{self, Which},
    teller::{Readers, Tellers, Told},
};
use crate::{
    auth::AgentPage,
    db::{
        Db, DbConn, Tx,
        types::{NotificationId, now},
    },
    error::{Error, Result},
    files::Links,
    web::{
        Form, Input, NoFields, Params,
        fields::Patch,
        html, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// The pages, below `/app`.
pub fn routes(cfg: &mut ServiceConfig) {
    let all = "/accounts/{account_id}/notifications";
    cfg.service(resource(all).route(get().to(list)))
        .service(resource(format!("{all}/read_all")).route(post().to(read_all)))
        .configure(choices::routes)
        .service(resource(format!("{all}/{{id}}")).route(get().to(open)))
        .service(resource(format!("{all}/{{id}}/read")).route(post().to(read)))
        .service(resource(format!("{all}/{{id}}/unread")).route(post().to(unread)))
        .service(resource(format!("{all}/{{id}}/snooze")).route(post().to(snooze)))
        .service(resource(format!("{all}/{{id}}/delete")).route(post().to(delete)));
}

struct Row {
    url: String,
    /// Whether its page leads on to its matter.
    leads: bool,
    icon: &'static str,
    title: String,
    body: String,
    unread: bool,
    at: i64,
}

#[derive(Template)]
#[template(path = "notifications/list.html")]
struct NotificationsPage {
    page: Shell,
    list_url: String,
    choices_url: String,
    notifications: Vec<Row>,
    /// Whether this is not the first page.
    paged: bool,
    older_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    before: Patch<NotificationId>,
}

impl Input for Place {}

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.notifications()).unwrap_or_default()
}

async fn list(
    db: Data<Db>,
    tellers: Data<Tellers>,
    links: Data<Links>,
    AgentPage { shell: page, agent }: AgentPage,
    params: Params<Place>,
) -> Result<HttpResponse> {
    let (before, language) = (params.0.before.set(), page.lang);
    let work = move |conn: &mut DbConn| {
        let (found, more) = queries::newest(conn, &agent, before)?;
        let told = tellers.tell(conn, &Readers { account: &agent.account, language: &|_| language, links: &links }, &found)?;
        Ok((found, more, told))
    };
    let (found, more, mut told) = db.read(work).await?;
    let list_url = list_url(&page);
    let older_url = found.last().filter(|_| more).map(|last| format!("{list_url}?before={}", last.id));
    let row = |one: &Notification| {
        let Told { title, body, path, primary_actor: _, secondary_actor: _ } = told.remove(&one.id)?;
        let (url, at) = (format!("{list_url}/{}", one.id), one.last_activity_at.and_utc().timestamp());
        Some(Row { url, leads: path.is_some(), icon: icon(one.notification_type), title, body, unread: one.read_at.is_none(), at })
    };
    let notifications = found.iter().filter_map(row).collect();
    html(&NotificationsPage { choices_url: format!("{list_url}/settings"), list_url, notifications, paged: before.is_some(), older_url, page })
}

fn icon(notification_type: NotificationType) -> &'static str {
    match notification_type {
        NotificationType::WebhookTurnedOff => "webhook",
        NotificationType::AutomationRuleTurnedOff => "zap",
        NotificationType::ContactJobEnded => "contact",
        NotificationType::ConversationCreation => "inbox",
        NotificationType::ConversationAssignment => "circle-user",
        _ => "message-square",
    }
}

type At = Path<(String, NotificationId)>;

/// Leads to the matter, or back to the list where no page shows it, which makes it read. (It is the link's purpose, and it can be undone: so a GET
/// may do it.)
async fn open(
    db: Data<Db>,
    tellers: Data<Tellers>,
    links: Data<Links>,
    AgentPage { shell: page, agent }: AgentPage,
    path: At,
) -> Result<HttpResponse> {
    let ((_, id), language) = (path.into_inner(), page.lang);
    let work = move |tx: &mut Tx| {
        let one = commands::change(tx, &agent, id, Change::Read)?;
        let mut told =
            tellers.tell(tx.conn, &Readers { account: &agent.account, language: &|_| language, links: &links }, std::slice::from_ref(&one))?;
        told.remove(&id).map(|told| told.path).ok_or(Error::NotFound)
    };
    let to = db.write(work).await?;
    Ok(see_other(&to.unwrap_or_else(|| list_url(&page)), None))
}

async fn changed(db: &Db, AgentPage { shell: page, agent }: AgentPage, path: At, change: Change) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::change(tx, &agent, id, change)).await?;
    Ok(see_other(&list_url(&page), None))
}

async fn read(db: Data<Db>, who: AgentPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    changed(&db, who, path, Change::Read).await
}

async fn unread(db: Data<Db>, who: AgentPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    changed(&db, who, path, Change::Unread).await
}

/// For how long a page puts one off.
const PUT_OFF: TimeDelta = TimeDelta::hours(1);

async fn snooze(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::change(tx, &agent, id, Change::Snooze(now() + PUT_OFF))).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-notification-snoozed"))))
}

async fn delete(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-notification-deleted"))))
}

async fn read_all(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, _: Form<NoFields>) -> Result<HttpResponse> {
    db.write(move |tx| commands::read_all(tx, &agent, Which::All)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-notifications-read"))))
}
