//! Settings → Macros, for every member of the account.
use super::{
    commands::{self, MacroInput},
    model::{MOST, Macro, Visibility},
    queries,
};
use crate::{
    actions::{self, ActionField, ActionRow, Named},
    auth::{Agent, AgentPage},
    db::{Db, DbConn, types::MacroId},
    error::{Error, Result, Rule},
    web::{
        Form, Input, NoFields,
        fields::{List, Patch, Text},
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
    cfg.service(resource("/macros").route(get().to(list)).route(post().to(create)))
        .service(resource("/macros/new").route(get().to(new)))
        .service(resource("/macros/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/macros/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a macro.
type At = Path<(String, MacroId)>;

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("macros")).unwrap_or_default()
}

struct Row {
    url: String,
    name: String,
    does: String,
    visibility: String,
}

#[derive(Template)]
#[template(path = "macros/list.html")]
struct ListPage {
    page: Shell,
    new_url: String,
    rows: Vec<Row>,
}

async fn list(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let (found, named) = db.read(move |conn| Ok((queries::list(conn, &agent)?, actions::named(conn, agent.account_id())?))).await?;
    let list_url = list_url(&page);
    let row = |one: &Macro| Row {
        url: format!("{list_url}/{}", one.id),
        name: one.name.clone(),
        does: actions::in_words(&one.actions.0, &named, page.lang).join(" · "),
        visibility: page.t(visibility_key(one.visibility)),
    };
    let rows = found.iter().map(row).collect();
    html(&ListPage { new_url: format!("{list_url}/new"), rows, page })
}

fn visibility_key(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Personal => "macro-personal",
        Visibility::Global => "macro-global",
    }
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    visibility: Text,
    actions: List<ActionField>,
    /// Only more rows are wanted.
    more: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(one: &Macro) -> Fields {
        Fields {
            name: Text(one.name.clone()),
            visibility: Text(one.visibility.name().to_owned()),
            actions: List(actions::fields_of(&one.actions.0)),
            more: Text::default(),
        }
    }

    fn input(&self) -> MacroInput {
        MacroInput {
            name: Patch::Set(self.name.clone()),
            visibility: Visibility::from_name(&self.visibility.0).map_or(Patch::Absent, Patch::Set),
            actions: Some(actions::input_of(&self.actions.0)),
        }
    }
}

#[derive(Template)]
#[template(path = "macros/show.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    /// Nothing to choose for agents: theirs are their own.
    visibilities: Vec<Choice>,
    actions: Vec<ActionRow>,
    fields: Fields,
    errors: FormErrors,
    delete_url: Option<String>,
    /// Whether whoever looks may change it.
    changes: bool,
}

fn form_page(page: Shell, agent: &Agent, present: Option<&Macro>, named: &Named, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = list_url(&page);
    let url = present.map(|one| format!("{list_url}/{}", one.id));
    let choice = |one: &Visibility| Choice::new(one.name(), page.t(visibility_key(*one)), &fields.visibility.0);
    let changes = present.is_none_or(|one| one.is_changed_by(agent));
    OnePage {
        submit: page.t(if url.is_some() { "save-changes" } else { "macro-create" }),
        title: present.map_or_else(|| page.t("macros-add"), |one| one.name.clone()),
        visibilities: if agent.is_administrator() { Visibility::ALL.iter().map(choice).collect() } else { Vec::new() },
        actions: actions::rows(&fields.actions.0, named, page.lang, true),
        delete_url: url.as_ref().filter(|_| changes).map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| list_url.clone()),
        list_url,
        fields,
        errors,
        changes,
        page,
    }
}

fn load(conn: &mut DbConn, agent: &Agent, id: Option<MacroId>) -> Result<(Named, Option<Macro>)> {
    Ok((actions::named(conn, agent.account_id())?, id.map(|id| queries::find(conn, agent, id)).transpose()?))
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Refused(_) => errors.add_with("", "error-macros-most", &[("count", MOST.into())]),
        Error::Invalid { message, attributes, rule: Rule::Other } => {
            attributes.into_iter().for_each(|attribute| errors.add_with(attribute, "error-rule-part", &[("why", message.as_str().into())]));
        }
        error => return errors.refuse(error),
    }
    Ok(errors)
}

async fn new(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let looking = agent.clone();
    let (named, _) = db.read(move |conn| load(conn, &looking, None)).await?;
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, &agent, None, &named, Fields::default(), errors))
}

async fn create(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, Form(fields): Form<Fields>) -> Result<HttpResponse> {
    keep(db, page, agent, None, fields).await
}

async fn show(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let ((_, id), looking) = (path.into_inner(), agent.clone());
    let (named, present) = db.read(move |conn| load(conn, &looking, Some(id))).await?;
    let (fields, errors) = (present.as_ref().map(Fields::of).unwrap_or_default(), FormErrors::new(page.lang));
    html(&form_page(page, &agent, present.as_ref(), &named, fields, errors))
}

async fn update(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At, Form(fields): Form<Fields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    keep(db, page, agent, Some(id), fields).await
}

/// Makes or changes one; or draws the form again, with more rows or with what was refused.
async fn keep(db: Data<Db>, page: Shell, agent: Agent, id: Option<MacroId>, fields: Fields) -> Result<HttpResponse> {
    let (input, by, looking) = (fields.input(), agent.clone(), agent.clone());
    let load = move |conn: &mut DbConn| load(conn, &looking, id);
    if !fields.more.0.is_empty() {
        let ((named, present), errors) = (db.read(load).await?, FormErrors::new(page.lang));
        return html(&form_page(page, &agent, present.as_ref(), &named, fields, errors));
    }
    let work = move |tx: &mut crate::db::Tx| match id {
        Some(id) => commands::update(tx, &by, id, input),
        None => commands::create(tx, &by, input),
    };
    match db.write(work).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice(if id.is_some() { "flash-macro-saved" } else { "flash-macro-created" })))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let (named, present) = db.read(load).await?;
            refused(&form_page(page, &agent, present.as_ref(), &named, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let one = db.read(move |conn| queries::find(conn, &agent, id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("macro-delete-question", &[("name", one.name.as_str().into())]),
        text: page.t("macro-delete-text"),
        back: one.name,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn destroy(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-macro-deleted"))))
}
