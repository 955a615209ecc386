//! Settings → Teams.
use super::{
    commands::{self, TeamInput},
    model::Team,
    queries,
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, TeamId, UserId},
    },
    error::Result,
    users::{self, Member},
    web::{
        Form, Input, NoFields,
        fields::{List, Patch, Text},
        forms::FormErrors,
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
    cfg.service(resource("/teams").route(get().to(list)).route(post().to(create)))
        .service(resource("/teams/new").route(get().to(new)))
        .service(resource("/teams/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/teams/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a team.
type At = Path<(String, TeamId)>;

fn list_url(page: &Shell) -> String {
    page.settings("teams")
}

struct TeamRow {
    url: String,
    name: String,
    description: String,
    members: i64,
}

#[derive(Template)]
#[template(path = "teams/list.html")]
struct TeamsPage {
    page: Shell,
    teams: Vec<TeamRow>,
    new_url: String,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let account = administrator.account_id();
    let (teams, members) = db.read(move |conn| Ok((queries::list(conn, account)?, queries::member_counts(conn, account)?))).await?;
    let list_url = list_url(&page);
    let row = |team: Team| TeamRow {
        url: format!("{list_url}/{}", team.id),
        name: team.name,
        description: team.description.unwrap_or_default(),
        members: members.get(&team.id).copied().unwrap_or_default(),
    };
    html(&TeamsPage { teams: teams.into_iter().map(row).collect(), new_url: format!("{list_url}/new"), page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    description: Text,
    user_ids: List<UserId>,
}

impl Input for Fields {}

impl Fields {
    fn input(&self) -> TeamInput {
        TeamInput {
            name: Patch::Set(self.name.clone()),
            description: if self.description.0.trim().is_empty() { Patch::Null } else { Patch::Set(self.description.clone()) },
            ..TeamInput::default()
        }
    }
}

struct PersonRow {
    id: i64,
    name: String,
    email: String,
    member: bool,
}

#[derive(Template)]
#[template(path = "teams/show.html")]
struct TeamPage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    fields: Fields,
    people: Vec<PersonRow>,
    errors: FormErrors,
    delete_url: Option<String>,
}

/// The form; of a team that is there, if one is given.
fn form_page(page: Shell, team: Option<Team>, everybody: Vec<Member>, fields: Fields, errors: FormErrors) -> TeamPage {
    let list_url = list_url(&page);
    let row = |member: Member| PersonRow {
        id: member.user.id.0,
        member: fields.user_ids.0.contains(&member.user.id),
        name: member.user.name,
        email: member.user.email,
    };
    let people = everybody.into_iter().map(row).collect();
    let url = team.as_ref().map(|team| format!("{list_url}/{}", team.id));
    TeamPage {
        submit: page.t(if url.is_some() { "save-changes" } else { "teams-create" }),
        title: team.map_or_else(|| page.t("teams-add"), |team| team.name),
        delete_url: url.as_ref().map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| list_url.clone()),
        list_url,
        fields,
        people,
        errors,
        page,
    }
}

async fn new(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let everybody = db.read(move |conn| users::members(conn, administrator.account_id(), None)).await?;
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, None, everybody, Fields::default(), errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (input, account, chosen) = (fields.input(), administrator.account_id(), users::named(fields.user_ids.clone())?);
    let work = move |tx: &mut Tx| {
        let team = commands::create(tx, &administrator, input)?;
        commands::add_members(tx, &administrator, team.id, &chosen)
    };
    match db.write(work).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-team-created")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let everybody = db.read(move |conn| users::members(conn, account, None)).await?;
            refused(&form_page(page, None, everybody, fields, errors))
        }
    }
}

/// A team, its members, and everybody who may be one.
fn load(conn: &mut DbConn, account: AccountId, id: TeamId) -> Result<(Team, Vec<UserId>, Vec<Member>)> {
    let team = queries::find(conn, account, id)?;
    Ok((team, queries::member_ids(conn, id)?, users::members(conn, account, None)?))
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (team, members, everybody) = db.read(move |conn| load(conn, administrator.account_id(), id)).await?;
    let (name, description) = (Text(team.name.clone()), Text(team.description.clone().unwrap_or_default()));
    let (fields, errors) = (Fields { name, description, user_ids: List(members) }, FormErrors::new(page.lang));
    html(&form_page(page, Some(team), everybody, fields, errors))
}

async fn update(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (input, account, chosen) = (fields.input(), administrator.account_id(), users::named(fields.user_ids.clone())?);
    let work = move |tx: &mut Tx| {
        commands::update(tx, &administrator, id, input)?;
        commands::set_members(tx, &administrator, id, &chosen)
    };
    match db.write(work).await {
        Ok(_) => Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-team-saved")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let (team, _, everybody) = db.read(move |conn| load(conn, account, id)).await?;
            refused(&form_page(page, Some(team), everybody, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let team = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("team-delete-question", &[("name", team.name.as_str().into())]),
        text: page.t("team-delete-text"),
        back: team.name,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn destroy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-team-deleted"))))
}
