//! Settings → Integrations → Dashboard apps.
use super::{
    commands::{self, DashboardAppInput},
    model::{DashboardApp, Frame, FrameType, MOST, unfit},
    queries,
};
use crate::{
    auth::AdministratorPage,
    db::{Db, types::DashboardAppId},
    error::{Error, Result},
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
    cfg.service(resource("/integrations/dashboard_apps").route(get().to(list)).route(post().to(create)))
        .service(resource("/integrations/dashboard_apps/new").route(get().to(new)))
        .service(resource("/integrations/dashboard_apps/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/integrations/dashboard_apps/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a dashboard app.
type At = Path<(String, DashboardAppId)>;

fn list_url(page: &Shell) -> String {
    page.settings("integrations/dashboard_apps")
}

struct Row {
    url: String,
    title: String,
    addresses: String,
}

#[derive(Template)]
#[template(path = "dashboard_apps/list.html")]
struct ListPage {
    page: Shell,
    integrations_url: String,
    new_url: String,
    rows: Vec<Row>,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let found = db.read(move |conn| queries::list(conn, administrator.account_id())).await?;
    let list_url = list_url(&page);
    let row = |app: DashboardApp| Row {
        url: format!("{list_url}/{}", app.id),
        addresses: app.content.0.iter().map(|frame| frame.url.as_str()).collect::<Vec<_>>().join(" · "),
        title: app.title,
    };
    html(&ListPage {
        integrations_url: page.settings("integrations"),
        new_url: format!("{list_url}/new"),
        rows: found.into_iter().map(row).collect(),
        page,
    })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    title: Text,
    /// An address in each line.
    content: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(app: &DashboardApp) -> Fields {
        let addresses: Vec<&str> = app.content.0.iter().map(|frame| frame.url.as_str()).collect();
        Fields { title: Text(app.title.clone()), content: Text(addresses.join("\n")) }
    }

    fn addresses(&self) -> impl Iterator<Item = &str> {
        self.content.0.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    fn input(&self) -> DashboardAppInput {
        let frames = self.addresses().map(|url| Frame { kind: FrameType::Frame, url: url.to_owned() });
        DashboardAppInput { title: Patch::Set(self.title.clone()), content: Patch::Set(List(frames.collect())) }
    }

    /// What was refused, beside its field.
    fn refusal(&self, page: &Shell, error: Error) -> Result<FormErrors> {
        let mut errors = FormErrors::new(page.lang);
        match error {
            Error::Refused(_) => errors.add_with("", "error-dashboard-apps-most", &[("count", MOST.into())]),
            Error::Invalid { ref attributes, .. } if attributes.contains(&"content") && self.addresses().any(|url| unfit(url).is_some()) => {
                errors.add("content", "error-invalid-url");
            }
            error => return errors.refuse(error),
        }
        Ok(errors)
    }
}

#[derive(Template)]
#[template(path = "dashboard_apps/show.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    delete_url: Option<String>,
    fields: Fields,
    errors: FormErrors,
}

/// The form; of an app that is there, if one is given.
fn form_page(page: Shell, present: Option<DashboardApp>, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = list_url(&page);
    let url = present.as_ref().map(|app| format!("{list_url}/{}", app.id));
    OnePage {
        title: present.map_or_else(|| page.t("dashboard-apps-add"), |app| app.title),
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
    html(&form_page(page, None, Fields::default(), errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let input = fields.input();
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-dashboard-app-created")))),
        Err(error) => {
            let errors = fields.refusal(&page, error)?;
            refused(&form_page(page, None, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let present = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&present), FormErrors::new(page.lang));
    html(&form_page(page, Some(present), fields, errors))
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
        Ok(_) => Ok(see_other(&list_url(&page), Some(Flash::notice("flash-dashboard-app-saved")))),
        Err(error) => {
            let errors = fields.refusal(&page, error)?;
            let present = db.read(move |conn| queries::find(conn, account, id)).await?;
            refused(&form_page(page, Some(present), fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let present = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("dashboard-app-delete-question", &[("name", present.title.as_str().into())]),
        text: page.t("dashboard-app-delete-text"),
        back: present.title,
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
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-dashboard-app-deleted"))))
}
