//! Settings → Custom attributes: a tab for conversations, one for contacts.
use super::{
    commands::{self, DefinitionInput},
    model::{Definition, DisplayType, Model},
    queries,
};
use crate::{
    auth::AdministratorPage,
    checks::beginning,
    db::{Db, DbConn, types::DefinitionId},
    error::Result,
    web::{
        Form, Input, NoFields, Params,
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
    cfg.service(resource("/custom-attributes").route(get().to(list)).route(post().to(create)))
        .service(resource("/custom-attributes/new").route(get().to(new)))
        .service(resource("/custom-attributes/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/custom-attributes/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// How much of a description its row in the list shows, in characters.
const GLIMPSE: usize = 1000;

/// A path of an account and a definition.
type At = Path<(String, DefinitionId)>;

/// Which of the two tabs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tab {
    model: Patch<Model>,
}

impl Input for Tab {}

impl Tab {
    fn model(self) -> Model {
        self.model.set().unwrap_or(Model::Conversation)
    }
}

fn list_url(page: &Shell, model: Model) -> String {
    let url = page.settings("custom-attributes");
    match model {
        Model::Conversation => url,
        Model::Contact => format!("{url}?model={}", model.name()),
    }
}

fn url_of(page: &Shell, id: DefinitionId) -> String {
    format!("{}/{id}", list_url(page, Model::Conversation))
}

fn type_label(page: &Shell, kind: DisplayType) -> String {
    page.t(&format!("attribute-type-{}", kind.name()))
}

struct Row {
    url: String,
    name: String,
    key: String,
    description: String,
    kind: String,
}

#[derive(Template)]
#[template(path = "custom_attributes/list.html")]
struct ListPage {
    page: Shell,
    rows: Vec<Row>,
    /// Label, address, and whether it is this one.
    tabs: Vec<(String, String, bool)>,
    new_url: String,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, tab: Params<Tab>) -> Result<HttpResponse> {
    let model = tab.0.model();
    let found = db.read(move |conn| queries::of_account(conn, administrator.account_id(), Some(model))).await?;
    let row = |definition: Definition| Row {
        url: url_of(&page, definition.id),
        name: definition.attribute_display_name,
        key: definition.attribute_key,
        description: beginning(&definition.attribute_description.unwrap_or_default(), GLIMPSE),
        kind: type_label(&page, definition.attribute_display_type),
    };
    let rows = found.into_iter().map(row).collect();
    let tab = |label: &str, of: Model| (page.t(label), list_url(&page, of), of == model);
    let tabs = vec![tab("attributes-conversation", Model::Conversation), tab("attributes-contact", Model::Contact)];
    let new_url = format!("{}/new?model={}", list_url(&page, Model::Conversation), model.name());
    html(&ListPage { rows, tabs, new_url, page })
}

/// The fields, as typed.
#[derive(Deserialize)]
#[serde(default)]
struct Fields {
    attribute_model: Model,
    attribute_display_name: Text,
    attribute_key: Text,
    attribute_description: Text,
    attribute_display_type: DisplayType,
    /// One on each line.
    attribute_values: Text,
    regex_pattern: Text,
    regex_cue: Text,
}

impl Default for Fields {
    fn default() -> Fields {
        Fields {
            attribute_model: Model::Conversation,
            attribute_display_name: Text::default(),
            attribute_key: Text::default(),
            attribute_description: Text::default(),
            attribute_display_type: DisplayType::Text,
            attribute_values: Text::default(),
            regex_pattern: Text::default(),
            regex_cue: Text::default(),
        }
    }
}

impl Input for Fields {}

impl Fields {
    fn of(definition: &Definition) -> Fields {
        let text = |text: &Option<String>| Text(text.clone().unwrap_or_default());
        Fields {
            attribute_model: definition.attribute_model,
            attribute_display_name: Text(definition.attribute_display_name.clone()),
            attribute_key: Text(definition.attribute_key.clone()),
            attribute_description: text(&definition.attribute_description),
            attribute_display_type: definition.attribute_display_type,
            attribute_values: Text(definition.attribute_values.0.join("\n")),
            regex_pattern: text(&definition.regex_pattern),
            regex_cue: text(&definition.regex_cue),
        }
    }

    fn input(&self) -> DefinitionInput {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) };
        DefinitionInput {
            attribute_display_name: set(&self.attribute_display_name),
            attribute_description: set(&self.attribute_description),
            attribute_display_type: Patch::Set(self.attribute_display_type),
            attribute_key: set(&self.attribute_key),
            attribute_model: Patch::Set(self.attribute_model),
            attribute_values: Some(List(self.attribute_values.0.lines().map(|line| Text(line.to_owned())).collect())),
            regex_pattern: set(&self.regex_pattern),
            regex_cue: set(&self.regex_cue),
        }
    }
}

#[derive(Template)]
#[template(path = "custom_attributes/show.html")]
struct DefinitionPage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    fields: Fields,
    errors: FormErrors,
    types: Vec<Choice>,
    /// What it is called, of one that is there: its type is said once.
    present_type: Option<String>,
    delete_url: String,
}

fn new_page(page: Shell, fields: Fields, errors: FormErrors) -> DefinitionPage {
    let choice = |kind: &DisplayType| Choice {
        value: kind.name().to_owned(),
        label: type_label(&page, *kind),
        selected: *kind == fields.attribute_display_type,
    };
    DefinitionPage {
        types: DisplayType::ALL.iter().map(choice).collect(),
        title: page.t(if fields.attribute_model == Model::Contact { "attribute-add-contact" } else { "attribute-add-conversation" }),
        submit: page.t("attribute-create"),
        action: list_url(&page, Model::Conversation),
        list_url: list_url(&page, fields.attribute_model),
        present_type: None,
        delete_url: String::new(),
        fields,
        errors,
        page,
    }
}

fn present_page(page: Shell, definition: Definition, fields: Fields, errors: FormErrors) -> DefinitionPage {
    let url = url_of(&page, definition.id);
    // a refused form holds neither, since it sends neither
    let (attribute_key, attribute_display_type) = (Text(definition.attribute_key), definition.attribute_display_type);
    DefinitionPage {
        types: Vec::new(),
        title: definition.attribute_display_name,
        submit: page.t("save-changes"),
        list_url: list_url(&page, definition.attribute_model),
        present_type: Some(type_label(&page, attribute_display_type)),
        delete_url: format!("{url}/delete"),
        action: url,
        fields: Fields { attribute_key, attribute_display_type, ..fields },
        errors,
        page,
    }
}

async fn new(AdministratorPage { shell: page, .. }: AdministratorPage, tab: Params<Tab>) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, Fields { attribute_model: tab.0.model(), ..Fields::default() }, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let input = fields.input();
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(made) => Ok(see_other(&list_url(&page, made.attribute_model), Some(Flash::notice("flash-attribute-created")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&new_page(page, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let definition = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&definition), FormErrors::new(page.lang));
    html(&present_page(page, definition, fields, errors))
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
        Ok(saved) => Ok(see_other(&list_url(&page, saved.attribute_model), Some(Flash::notice("flash-attribute-saved")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let definition = db.read(move |conn: &mut DbConn| queries::find(conn, account, id)).await?;
            refused(&present_page(page, definition, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let definition = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let url = url_of(&page, id);
    html(&ConfirmDeletion {
        question: page.ta("attribute-delete-question", &[("name", definition.attribute_display_name.as_str().into())]),
        text: page.t("attribute-delete-text"),
        back: definition.attribute_display_name,
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
    let model = db
        .write(move |tx| {
            let model = queries::find(tx.conn, administrator.account_id(), id)?.attribute_model;
            commands::delete(tx, &administrator, id).map(|()| model)
        })
        .await?;
    Ok(see_other(&list_url(&page, model), Some(Flash::notice("flash-attribute-deleted"))))
}
