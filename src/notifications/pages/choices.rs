//! What somebody wants to be told, in their browser.
use super::list_url;
use crate::{
    auth::AgentPage,
    db::{Db, Tx},
    error::Result,
    mail::Mailer,
    notifications::{
        commands::{self, ChoicesInput},
        model::{Choices, NotificationType},
        queries,
    },
    web::{
        Form, Input,
        fields::{List, Text},
        html, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The page, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/accounts/{account_id}/notifications/settings").route(get().to(show)).route(post().to(save)));
}

struct Row {
    name: &'static str,
    title: String,
    text: String,
    told: bool,
    mailed: bool,
}

#[derive(Template)]
#[template(path = "notifications/choices.html")]
struct ChoicesPage {
    page: Shell,
    list_url: String,
    rows: Vec<Row>,
    /// Whether there is a mail server.
    mails: bool,
}

/// What it is called, and what it means.
fn words(kind: NotificationType) -> (&'static str, &'static str) {
    match kind {
        NotificationType::ConversationCreation => ("choice-creation", "choice-creation-text"),
        NotificationType::ConversationAssignment => ("choice-assignment", "choice-assignment-text"),
        NotificationType::AssignedConversationNewMessage => ("choice-assigned-message", "choice-assigned-message-text"),
        NotificationType::ConversationMention => ("choice-mention", "choice-mention-text"),
        _ => ("choice-participating-message", "choice-participating-message-text"),
    }
}

async fn show(db: Data<Db>, mailer: Data<Mailer>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let choices = db.read(move |conn| queries::choices(conn, &agent)).await?;
    let row = |kind: NotificationType| {
        let (title, text) = words(kind);
        Row { name: kind.name(), title: page.t(title), text: page.t(text), told: choices.hears(kind), mailed: choices.is_mailed(kind) }
    };
    html(&ChoicesPage { rows: NotificationType::occurring().map(row).collect(), list_url: list_url(&page), mails: mailer.is_set_up(), page })
}

/// The boxes that are checked; those that are not send nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Checked {
    selected_email_flags: List<Text>,
    selected_push_flags: List<Text>,
}

impl Input for Checked {}

impl Checked {
    /// What is checked, and what other programs have chosen that the page does not show.
    fn input(self, present: &Choices) -> ChoicesInput {
        let with_hidden = |prefix: &str, List(mut checked): List<Text>, flags: i64| {
            let hidden =
                NotificationType::to_choose().filter(|kind| flags & kind.bit() != 0 && NotificationType::occurring().all(|shown| shown != *kind));
            checked.extend(hidden.map(|kind| Text(format!("{prefix}{}", kind.name()))));
            Some(List(checked))
        };
        ChoicesInput {
            selected_email_flags: with_hidden("email_", self.selected_email_flags, present.email_flags),
            selected_push_flags: with_hidden("push_", self.selected_push_flags, present.push_flags),
        }
    }
}

async fn save(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, Form(checked): Form<Checked>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        let present = queries::choices(tx.conn, &agent)?;
        commands::choose(tx, &agent, checked.input(&present))
    };
    db.write(work).await?;
    Ok(see_other(&format!("{}/settings", list_url(&page)), Some(Flash::notice("flash-choices-saved"))))
}
