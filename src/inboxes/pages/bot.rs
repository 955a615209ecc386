//! Which bot answers in an inbox first.
use super::{At, Head, saved};
use crate::{
    auth::AdministratorPage,
    bots,
    db::{Db, DbConn, types::AgentBotId},
    error::Result,
    inboxes::{commands, queries},
    web::{
        Form, Input,
        fields::Patch,
        forms::{Choice, FormErrors},
        html,
        shell::Shell,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes/{id}/bot").route(get().to(show)).route(post().to(save)));
}

#[derive(Template)]
#[template(path = "inboxes/bot.html")]
struct BotPage {
    page: Shell,
    inbox: Head,
    bots: Vec<Choice>,
    errors: FormErrors,
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let inbox = queries::of_account(conn, administrator.account_id(), id)?;
        Ok((inbox, bots::list(conn, administrator.account_id())?, bots::at_work_in(conn, id)?))
    };
    let (inbox, bots, chosen) = db.read(work).await?;
    let chosen = chosen.map(|id| id.to_string()).unwrap_or_default();
    let all = bots.iter().map(|bot| Choice::new(bot.id.to_string(), &bot.name, &chosen));
    let bots = std::iter::once(Choice::new("", page.t("inbox-bot-none"), &chosen)).chain(all).collect();
    html(&BotPage { inbox: Head::of(&page, &inbox, true), bots, errors: FormErrors::new(page.lang), page })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BotForm {
    agent_bot: Patch<AgentBotId>,
}

impl Input for BotForm {}

async fn save(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    form: Form<BotForm>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::set_bot(tx, &administrator, id, form.0.agent_bot.set())).await?;
    Ok(saved(&page, id, "/bot"))
}
