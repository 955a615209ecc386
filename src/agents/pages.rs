//! Settings → Agents.
use super::{NewAgent, add};
use crate::{
    auth::{AdministratorPage, AgentPage},
    db::{Db, DbConn},
    error::Result,
    random,
    users::{self, Member, Role, strong_password},
    web::{
        Form, Input,
        fields::Text,
        forms::FormErrors,
        html, refused, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/agents").route(get().to(list)).route(post().to(create))).service(resource("/agents/new").route(get().to(new)));
}

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("agents")).unwrap_or_default()
}

struct AgentRow {
    name: String,
    email: String,
    administrator: bool,
    you: bool,
}

#[derive(Template)]
#[template(path = "agents/list.html")]
struct AgentsPage {
    page: Shell,
    agents: Vec<AgentRow>,
    new_url: Option<String>,
}

async fn list(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let (administrator, you) = (agent.is_administrator(), agent.user_id());
    let members = db.read(move |conn| users::members(conn, agent.account_id(), None)).await?;
    let row = |Member { user, membership }: Member| AgentRow {
        you: user.id == you,
        name: user.name,
        email: user.email,
        administrator: membership.role == Role::Administrator,
    };
    let new_url = administrator.then(|| format!("{}/new", list_url(&page)));
    html(&AgentsPage { page, agents: members.into_iter().map(row).collect(), new_url })
}

#[derive(Template)]
#[template(path = "agents/new.html")]
struct AgentNewPage {
    page: Shell,
    action: String,
    cancel_url: String,
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
}

impl Input for Fields {}

fn new_page(page: Shell, fields: Fields, errors: FormErrors) -> AgentNewPage {
    let list_url = list_url(&page);
    let administrator = fields.role.0 == Role::Administrator.name();
    AgentNewPage { page, action: list_url.clone(), cancel_url: list_url, name: fields.name.0, email: fields.email.0, administrator, errors }
}

async fn new(AdministratorPage { shell: page, .. }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, Fields::default(), errors))
}

#[derive(Template)]
#[template(path = "agents/created.html")]
struct AgentCreatedPage {
    page: Shell,
    list_url: String,
    name: String,
    email: String,
    password: String,
}

/// The first password of a new user is shown this once. Somebody who is a user already keeps their own.
async fn create(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, form: Form<Fields>) -> Result<HttpResponse> {
    let (password, email) = (first_password()?, form.0.email.0.trim().to_lowercase());
    let known = db.read(move |conn: &mut DbConn| users::by_email(conn, &email)).await?.is_some();
    let new = NewAgent {
        name: form.0.name.clone(),
        email: form.0.email.clone(),
        role: Role::from_name(&form.0.role.0),
        password: Some(Text(password.clone())),
        ..NewAgent::default()
    };
    match add(&db, &administrator, new).await {
        Ok(_) if known => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-agent-added")))),
        Ok(Member { user, .. }) => html(&AgentCreatedPage { list_url: list_url(&page), page, name: user.name, email: user.email, password }),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&new_page(page, form.0, errors))
        }
    }
}

/// A random password that the rule for passwords allows.
fn first_password() -> Result<String> {
    loop {
        let token = random::token()?;
        let password = format!("{}-{}", &token[..8], &token[8..16]);
        if strong_password(&password).is_ok() {
            return Ok(password);
        }
    }
}
