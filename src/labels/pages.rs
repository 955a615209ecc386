//! Settings → Labels.
use super::{
    commands::{self, LabelInput},
    model::{Label, USUAL_COLOR},
    queries,
};
use crate::{
    auth::AdministratorPage,
    db::{Db, types::LabelId},
    error::Result,
    web::{
        Form, Input, NoFields,
        fields::{Flag, Patch, Text},
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
    cfg.service(resource("/labels").route(get().to(list)).route(post().to(create)))
        .service(resource("/labels/new").route(get().to(new)))
        .service(resource("/labels/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/labels/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a label.
type At = Path<(String, LabelId)>;

fn list_url(page: &Shell) -> String {
    page.settings("labels")
}

struct LabelRow {
    url: String,
    title: String,
    description: String,
    color: String,
}

#[derive(Template)]
#[template(path = "labels/list.html")]
struct LabelsPage {
    page: Shell,
    labels: Vec<LabelRow>,
    new_url: String,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let labels = db.read(move |conn| queries::list(conn, administrator.account_id())).await?;
    let list_url = list_url(&page);
    let row = |label: Label| LabelRow {
        url: format!("{list_url}/{}", label.id),
        title: label.title,
        description: label.description.unwrap_or_default(),
        color: label.color,
    };
    html(&LabelsPage { labels: labels.into_iter().map(row).collect(), new_url: format!("{list_url}/new"), page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    title: Text,
    description: Text,
    color: Text,
    show_on_sidebar: Flag,
}

impl Input for Fields {}

impl Fields {
    fn of(label: &Label) -> Fields {
        Fields {
            title: Text(label.title.clone()),
            description: Text(label.description.clone().unwrap_or_default()),
            color: Text(label.color.clone()),
            show_on_sidebar: Flag(label.show_on_sidebar),
        }
    }

    fn input(&self) -> LabelInput {
        LabelInput {
            title: Patch::Set(self.title.clone()),
            description: if self.description.0.trim().is_empty() { Patch::Null } else { Patch::Set(self.description.clone()) },
            color: Patch::Set(self.color.clone()),
            // a box that is not checked sends nothing
            show_on_sidebar: Some(self.show_on_sidebar),
        }
    }
}

#[derive(Template)]
#[template(path = "labels/show.html")]
struct LabelPage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    fields: Fields,
    errors: FormErrors,
    delete_url: Option<String>,
}

/// The form; of a label that is there, if one is given.
fn form_page(page: Shell, label: Option<Label>, fields: Fields, errors: FormErrors) -> LabelPage {
    let list_url = list_url(&page);
    let url = label.as_ref().map(|label| format!("{list_url}/{}", label.id));
    LabelPage {
        submit: page.t(if url.is_some() { "save-changes" } else { "labels-create" }),
        title: label.map_or_else(|| page.t("labels-add"), |label| label.title),
        delete_url: url.as_ref().map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| list_url.clone()),
        list_url,
        fields,
        errors,
        page,
    }
}

async fn new(AdministratorPage { shell: page, .. }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    let fields = Fields { color: Text(USUAL_COLOR.into()), show_on_sidebar: Flag(true), ..Fields::default() };
    html(&form_page(page, None, fields, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let input = fields.input();
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-label-created")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&form_page(page, None, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let label = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&label), FormErrors::new(page.lang));
    html(&form_page(page, Some(label), fields, errors))
}

async fn update(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (input, account) = (fields.input(), administrator.account_id());
    match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-label-saved")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let label = db.read(move |conn| queries::find(conn, account, id)).await?;
            refused(&form_page(page, Some(label), fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let label = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("label-delete-question", &[("name", label.title.as_str().into())]),
        text: page.t("label-delete-text"),
        back: label.title,
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
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-label-deleted"))))
}
