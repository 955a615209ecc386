//! Settings → Agents.
use super::{
    commands::{self, AgentChanges, NewAgent},
    limits,
};
use crate::{
    auth::{AdministratorPage, AgentPage, OneTimeLink},
    config::Config,
    db::{Db, types::UserId},
    error::{Error, Result},
    mfa,
    users::{self, Availability, Member, Role},
    web::{
        Form, Input, NoFields, Quotas,
        fields::{Flag, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{ConfirmDeletion, Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/agents").route(get().to(list)).route(post().to(create)))
        .service(resource("/agents/new").route(get().to(new)))
        .service(resource("/agents/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/agents/{id}/invitation").route(post().to(invite_again)))
        .service(resource("/agents/{id}/password_link").route(post().to(make_link)))
        .service(resource("/agents/{id}/mfa/delete").route(post().to(switch_off_second_factor)))
        .service(resource("/agents/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a user.
type At = Path<(String, UserId)>;

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("agents")).unwrap_or_default()
}

struct AgentRow {
    /// Where they are changed, for those who may.
    url: Option<String>,
    name: String,
    /// Where their picture is; empty without one.
    avatar: String,
    email: String,
    administrator: bool,
    you: bool,
    invited: bool,
}

#[derive(Template)]
#[template(path = "agents/list.html")]
struct AgentsPage {
    page: Shell,
    agents: Vec<AgentRow>,
    new_url: Option<String>,
}

async fn list(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let (administrator, you, list_url) = (agent.is_administrator(), agent.user_id(), list_url(&page));
    let members = db.read(move |conn| users::members(conn, agent.account_id(), None)).await?;
    let row = |Member { user, membership }: Member| AgentRow {
        url: administrator.then(|| format!("{list_url}/{}", user.id)),
        you: user.id == you,
        avatar: user.avatar_path().to_owned(),
        name: user.name,
        email: user.email,
        administrator: membership.role == Role::Administrator,
        invited: !user.confirmed,
    };
    html(&AgentsPage { agents: members.into_iter().map(row).collect(), new_url: administrator.then(|| format!("{list_url}/new")), page })
}

#[derive(Template)]
#[template(path = "agents/new.html")]
struct AgentNewPage {
    page: Shell,
    action: String,
    cancel_url: String,
    /// Whether this server sends mail.
    mail: bool,
    name: String,
    email: String,
    administrator: bool,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    email: Text,
    role: Text,
    availability: Text,
    auto_offline: Flag,
}

impl Input for Fields {}

fn new_page(page: Shell, config: &Config, fields: Fields, errors: FormErrors) -> AgentNewPage {
    let (list_url, mail) = (list_url(&page), config.mail.smtp.is_some());
    let administrator = fields.role.0 == Role::Administrator.name();
    AgentNewPage { page, action: list_url.clone(), cancel_url: list_url, mail, name: fields.name.0, email: fields.email.0, administrator, errors }
}

async fn new(config: Data<Config>, AdministratorPage { shell: page, .. }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, &config, Fields::default(), errors))
}

/// Who is new sets their password by a link: from the mail, or else from the next page.
async fn create(
    db: Data<Db>,
    config: Data<Config>,
    quotas: Data<Quotas>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let role = Role::from_name(&fields.role.0);
    let new = NewAgent { name: fields.name.clone(), email: fields.email.clone(), role, ..NewAgent::default() };
    let made = match limits::count_added(&quotas, &administrator, &new.email) {
        Ok(()) => commands::add(&db, &administrator, new).await,
        Err(error) => Err(error),
    };
    let member = match made {
        Ok(member) => member,
        Err(error) => {
            let mut errors = FormErrors::new(page.lang);
            match error {
                Error::Refused(_) => errors.add("email", "error-address-unproved"),
                Error::TooMany(_) => errors.add("", "error-too-many-tries"),
                error => errors = errors.refuse(error)?,
            }
            return refused(&new_page(page, &config, fields, errors));
        }
    };
    let added = |flash: &str| Ok(see_other(&list_url(&page), Some(Flash::notice(flash))));
    if member.user.confirmed {
        return added("flash-agent-added");
    }
    if config.mail.smtp.is_some() {
        return added("flash-agent-invited");
    }
    let id = member.user.id;
    match db.write(move |tx| commands::make_link(tx, &administrator, id)).await {
        Ok(link) => html(&link_page(page, &config, member, &link)),
        Err(Error::Refused(_)) => added("flash-agent-added-elsewhere"),
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "agents/link.html")]
struct LinkPage {
    page: Shell,
    list_url: String,
    name: String,
    email: String,
    invited: bool,
    link: String,
    expires_at: i64,
}

fn link_page(page: Shell, config: &Config, Member { user, .. }: Member, link: &OneTimeLink) -> LinkPage {
    LinkPage {
        list_url: list_url(&page),
        name: user.name,
        email: user.email,
        invited: !user.confirmed,
        link: link.url(&config.public_url),
        expires_at: link.expires_at.and_utc().timestamp(),
        page,
    }
}

#[derive(Template)]
#[template(path = "agents/show.html")]
struct AgentPageOfOne {
    page: Shell,
    list_url: String,
    url: String,
    title: String,
    email: String,
    you: bool,
    invited: bool,
    mail: bool,
    /// Whether a link may be made here: not for somebody who also works elsewhere.
    only_here: bool,
    /// Whether they are asked for a code when they sign in.
    second_factor: bool,
    name: String,
    administrator: bool,
    availabilities: Vec<Choice>,
    auto_offline: bool,
    errors: FormErrors,
}

/// The page of one member, as they are or as was typed.
async fn one(
    db: &Db,
    config: &Config,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    id: UserId,
    typed: Option<(Fields, FormErrors)>,
) -> Result<AgentPageOfOne> {
    let (account, you) = (administrator.account_id(), administrator.user_id());
    let work = move |conn: &mut crate::db::DbConn| {
        let member = users::members(conn, account, Some(&[id]))?.pop().ok_or(Error::NotFound)?;
        Ok((member, users::memberships(conn, id)?.len() == 1, mfa::is_on(conn, id)?))
    };
    let (Member { user, membership }, only_here, second_factor) = db.read(work).await?;
    let present = || Fields {
        name: Text(user.name.clone()),
        email: Text::default(),
        role: Text(membership.role.name().into()),
        availability: Text(membership.availability.name().into()),
        auto_offline: Flag(membership.auto_offline),
    };
    let (fields, errors) = typed.unwrap_or_else(|| (present(), FormErrors::new(page.lang)));
    let list_url = list_url(&page);
    let availability = |one: &Availability| Choice::new(one.name(), page.t(&format!("availability-{}", one.name())), &fields.availability.0);
    Ok(AgentPageOfOne {
        url: format!("{list_url}/{id}"),
        list_url,
        you: id == you,
        invited: !user.confirmed,
        mail: config.mail.smtp.is_some(),
        only_here,
        second_factor,
        administrator: fields.role.0 == Role::Administrator.name(),
        availabilities: Availability::ALL.iter().map(availability).collect(),
        auto_offline: fields.auto_offline.0,
        name: fields.name.0,
        title: user.name,
        email: user.email,
        errors,
        page,
    })
}

async fn show(db: Data<Db>, config: Data<Config>, who: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    html(&one(&db, &config, who, id, None).await?)
}

async fn update(db: Data<Db>, config: Data<Config>, who: AdministratorPage, path: At, Form(fields): Form<Fields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changes = AgentChanges {
        name: Some(fields.name.clone()),
        role: Role::from_name(&fields.role.0),
        availability: Availability::from_name(&fields.availability.0),
        // a box that is not checked sends nothing
        auto_offline: Some(fields.auto_offline),
    };
    let (list_url, by) = (list_url(&who.shell), who.administrator.clone());
    match db.write(move |tx| commands::change(tx, &by, id, changes)).await {
        Ok(_) => Ok(see_other(&list_url, Some(Flash::notice("flash-agent-saved")))),
        Err(Error::Refused(_)) => {
            let mut errors = FormErrors::new(who.shell.lang);
            errors.add("role", "error-last-administrator");
            refused(&one(&db, &config, who, id, Some((fields, errors))).await?)
        }
        Err(error) => {
            let errors = FormErrors::new(who.shell.lang).refuse(error)?;
            refused(&one(&db, &config, who, id, Some((fields, errors))).await?)
        }
    }
}

async fn invite_again(
    db: Data<Db>,
    quotas: Data<Quotas>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::invite_again(tx, &quotas, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-agent-invited"))))
}

async fn make_link(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut crate::db::Tx| {
        let link = commands::make_link(tx, &administrator, id)?;
        let member = users::members(tx.conn, administrator.account_id(), Some(&[id]))?.pop().ok_or(Error::NotFound)?;
        Ok((member, link))
    };
    let (member, link) = db.write(work).await?;
    html(&link_page(page, &config, member, &link))
}

async fn switch_off_second_factor(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::switch_off_second_factor(tx, &administrator, id)).await?;
    Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-mfa-off"))))
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut crate::db::DbConn| users::members(conn, administrator.account_id(), Some(&[id]));
    let Member { user, .. } = db.read(work).await?.pop().ok_or(Error::NotFound)?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("agent-delete-question", &[("name", user.name.as_str().into())]),
        text: page.t("agent-delete-text"),
        back: user.name,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn destroy(
    db: Data<Db>,
    quotas: Data<Quotas>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    limits::count_removed(&quotas, &administrator)?;
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::remove(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-agent-removed"))))
}
