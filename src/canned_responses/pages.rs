//! Settings → Canned responses, for every member of the account.
use super::{
    commands::{self, CannedResponseInput},
    model::{CannedResponse, MOST},
    queries,
};
use crate::{
    auth::AgentPage,
    checks::beginning,
    db::{Db, types::CannedResponseId},
    error::{Error, Result},
    web::{
        Form, Input, NoFields, Params,
        fields::{Patch, Text},
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
    cfg.service(resource("/canned_responses").route(get().to(list)).route(post().to(create)))
        .service(resource("/canned_responses/new").route(get().to(new)))
        .service(resource("/canned_responses/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/canned_responses/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a canned response.
type At = Path<(String, CannedResponseId)>;

fn list_url(page: &Shell) -> String {
    page.settings("canned_responses")
}

struct Row {
    url: String,
    short_code: String,
    content: String,
}

#[derive(Template)]
#[template(path = "canned_responses/list.html")]
struct ListPage {
    page: Shell,
    list_url: String,
    new_url: String,
    sought: String,
    rows: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    q: Text,
}

impl Input for Search {}

/// How much of a text a list shows, in characters.
const GLIMPSE: usize = 120;

async fn list(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, params: Params<Search>) -> Result<HttpResponse> {
    let (list_url, Text(sought)) = (list_url(&page), params.0.q);
    let asked = sought.clone();
    // one more tells that there is more
    let found = db.read(move |conn| queries::glimpses(conn, agent.account_id(), &asked, GLIMPSE as i32 + 1)).await?;
    let row = |(id, short_code, text): (CannedResponseId, String, String)| Row {
        url: format!("{list_url}/{id}"),
        short_code,
        content: beginning(&text, GLIMPSE),
    };
    let rows = found.into_iter().map(row).collect();
    html(&ListPage { new_url: format!("{list_url}/new"), list_url, sought, rows, page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    short_code: Text,
    content: Text,
}

impl Input for Fields {}

impl Fields {
    fn input(&self) -> CannedResponseInput {
        let set = |text: &Text| if text.0.is_empty() { Patch::Null } else { Patch::Set(text.clone()) };
        // browsers end lines with two characters
        CannedResponseInput { short_code: set(&self.short_code), content: set(&self.content) }
    }
}

#[derive(Template)]
#[template(path = "canned_responses/show.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    delete_url: Option<String>,
    fields: Fields,
    errors: FormErrors,
}

fn new_page(page: Shell, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = list_url(&page);
    OnePage { title: page.t("canned-add"), action: list_url.clone(), list_url, delete_url: None, fields, errors, page }
}

fn present_page(page: Shell, present: CannedResponse, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = list_url(&page);
    let action = format!("{list_url}/{}", present.id);
    OnePage { title: present.short_code, delete_url: Some(format!("{action}/delete")), action, list_url, fields, errors, page }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Refused(_) => {
            errors.add_with("", "error-canned-most", &[("count", MOST.into())]);
            Ok(errors)
        }
        error => errors.refuse(error),
    }
}

async fn new(AgentPage { shell: page, .. }: AgentPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, Fields::default(), errors))
}

async fn create(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, Form(fields): Form<Fields>) -> Result<HttpResponse> {
    let input = fields.input();
    match db.write(move |tx| commands::create(tx, &agent, input)).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-canned-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            refused(&new_page(page, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let present = db.read(move |conn| queries::find(conn, agent.account_id(), id)).await?;
    let fields = Fields { short_code: Text(present.short_code.clone()), content: Text(present.content.clone()) };
    let errors = FormErrors::new(page.lang);
    html(&present_page(page, present, fields, errors))
}

async fn update(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At, Form(fields): Form<Fields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (input, account) = (fields.input(), agent.account_id());
    match db.write(move |tx| commands::update(tx, &agent, id, input)).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-canned-saved")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let present = db.read(move |conn| queries::find(conn, account, id)).await?;
            refused(&present_page(page, present, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let present = db.read(move |conn| queries::find(conn, agent.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("canned-delete-question", &[("name", present.short_code.as_str().into())]),
        text: page.t("canned-delete-text"),
        back: present.short_code,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn destroy(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-canned-deleted"))))
}
