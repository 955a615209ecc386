//! Who answers in an inbox.
use super::{At, Head, saved};
use crate::{
    auth::{AdministratorPage, AgentPage},
    db::{Db, DbConn, Tx, types::UserId},
    error::Result,
    inboxes::{commands, queries},
    users::{self, Member},
    web::{Form, Input, fields::List, html, shell::Shell},
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes/{id}/members").route(get().to(show)).route(post().to(save)));
}

struct MemberRow {
    id: i64,
    name: String,
    avatar: String,
    email: String,
    member: bool,
}

#[derive(Template)]
#[template(path = "inboxes/members.html")]
struct MembersPage {
    page: Shell,
    inbox: Head,
    members: Vec<MemberRow>,
}

async fn show(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let (administrator, (_, id)) = (agent.is_administrator(), path.into_inner());
    let work = move |conn: &mut DbConn| {
        let inbox = queries::find(conn, &agent, id)?;
        let members = queries::members(conn, inbox.account_id, inbox.id)?;
        let everybody = if administrator { users::members(conn, inbox.account_id, None)? } else { members.clone() };
        Ok((inbox, members, everybody))
    };
    let (inbox, members, everybody) = db.read(work).await?;
    let row = |member: &Member| MemberRow {
        id: member.user.id.0,
        name: member.user.name.clone(),
        avatar: member.user.avatar_path().to_owned(),
        email: member.user.email.clone(),
        member: members.iter().any(|other| other.user.id == member.user.id),
    };
    html(&MembersPage { inbox: Head::of(&page, &inbox, administrator), members: everybody.iter().map(row).collect(), page })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MembersForm {
    user_ids: List<UserId>,
}

impl Input for MembersForm {}

async fn save(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    form: Form<MembersForm>,
) -> Result<HttpResponse> {
    let ((_, id), users) = (path.into_inner(), users::named(form.0.user_ids)?);
    let work = move |tx: &mut Tx| {
        let inbox = queries::of_account(tx.conn, administrator.account_id(), id)?;
        commands::set_members(tx, &administrator, &inbox, &users)
    };
    db.write(work).await?;
    Ok(saved(&page, id, "/members"))
}
