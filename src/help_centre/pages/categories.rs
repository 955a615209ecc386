//! The categories of a help centre.
use super::{languages, position, within};
use crate::{
    auth::{AdministratorPage, AgentPage},
    db::{
        Db, DbConn,
        types::{AccountId, CategoryId},
    },
    error::{Error, Result},
    help_centre::{
        commands::{self, CategoryInput},
        model::{Category, MOST_CATEGORIES, MOST_RELATED, Portal},
        queries,
    },
    web::{
        Form, Input, NoFields, Params,
        fields::{List, Patch, Text},
        forms::{Choice, FormErrors},
        html, locales, refused, see_other,
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
    cfg.service(resource("/help-centres/at/{portal}/categories").route(get().to(list)).route(post().to(create)))
        .service(resource("/help-centres/at/{portal}/categories/new").route(get().to(new)))
        .service(resource("/help-centres/at/{portal}/categories/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/help-centres/at/{portal}/categories/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account, a help centre and a category.
type At = Path<(String, String, CategoryId)>;

struct Row {
    /// Where administrators change it.
    url: Option<String>,
    icon: Option<String>,
    name: String,
    about: String,
}

#[derive(Template)]
#[template(path = "help_centre/categories.html")]
struct ListPage {
    page: Shell,
    back_url: String,
    back: String,
    list_url: String,
    /// Where administrators make one.
    new_url: Option<String>,
    languages: Vec<Choice>,
    rows: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    locale: Text,
}

impl Input for Wish {}

async fn list(
    db: Data<Db>,
    AgentPage { shell: page, agent }: AgentPage,
    path: Path<(String, String)>,
    Params(Wish { locale }): Params<Wish>,
) -> Result<HttpResponse> {
    let ((_, slug), account) = (path.into_inner(), agent.account_id());
    let work = move |conn: &mut DbConn| {
        let portal = queries::find(conn, account, &slug)?;
        let locale = if locale.0.is_empty() { portal.config.0.default_locale.clone() } else { locale.0 };
        let found = queries::categories(conn, portal.id, Some(&locale))?;
        let ids: Vec<CategoryId> = found.iter().map(|category| category.id).collect();
        let counts = queries::articles_in(conn, &ids, None)?;
        Ok((portal, locale, found, counts))
    };
    let (portal, locale, found, counts) = db.read(work).await?;
    let row = |category: Category| {
        let count = counts.iter().find(|(id, _)| *id == category.id).map_or(0, |(_, number)| *number);
        Row {
            url: agent.is_administrator().then(|| within(&page, &portal.slug, &format!("/categories/{}", category.id))),
            about: [page.ta("hc-count", &[("count", count.into())]), position(&page, category.position)].join(" · "),
            icon: category.icon,
            name: category.name,
        }
    };
    let rows = found.into_iter().map(row).collect();
    let new_url = agent.is_administrator().then(|| within(&page, &portal.slug, &format!("/categories/new?locale={locale}")));
    let (back_url, list_url) = (within(&page, &portal.slug, ""), within(&page, &portal.slug, "/categories"));
    html(&ListPage { languages: languages(&portal, &locale), back: portal.name, back_url, list_url, new_url, rows, page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    slug: Text,
    description: Text,
    icon: Text,
    locale: Text,
    parent: Text,
    associated: Text,
    position: Text,
    related: List<Text>,
}

impl Input for Fields {}

impl Fields {
    fn of(category: &Category, related: &[CategoryId]) -> Fields {
        let id = |id: Option<CategoryId>| Text(id.map(|id| id.to_string()).unwrap_or_default());
        let text = |text: &Option<String>| Text(text.clone().unwrap_or_default());
        Fields {
            name: Text(category.name.clone()),
            slug: Text(category.slug.clone()),
            description: text(&category.description),
            icon: text(&category.icon),
            locale: Text(category.locale.clone()),
            parent: id(category.parent_category_id),
            associated: id(category.associated_category_id),
            position: Text(category.position.to_string()),
            related: List(related.iter().map(|id| Text(id.to_string())).collect()),
        }
    }

    fn input(&self) -> CategoryInput {
        CategoryInput {
            name: self.name.said(),
            slug: self.slug.said(),
            description: self.description.said(),
            icon: self.icon.said(),
            icon_color: Patch::Absent,
            locale: self.locale.said(),
            parent_category_id: self.parent.chosen(CategoryId),
            associated_category_id: self.associated.chosen(CategoryId),
            position: self.position.said(),
            // a box that is not checked sends nothing
            related_category_ids: Some(List(self.related.0.iter().map(|id| id.0.parse().unwrap_or(CategoryId(-1))).collect())),
        }
    }
}

#[derive(Template)]
#[template(path = "help_centre/category.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    delete_url: Option<String>,
    languages: Vec<Choice>,
    parents: Vec<Choice>,
    others: Vec<Choice>,
    related: Vec<Choice>,
    fields: Fields,
    errors: FormErrors,
}

/// A help centre with all its categories.
struct Around {
    portal: Portal,
    categories: Vec<Category>,
}

fn around(conn: &mut DbConn, account: AccountId, slug: &str) -> Result<Around> {
    let portal = queries::find(conn, account, slug)?;
    Ok(Around { categories: queries::categories(conn, portal.id, None)?, portal })
}

fn form_page(page: Shell, category: Option<CategoryId>, Around { portal, categories }: Around, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = within(&page, &portal.slug, "/categories");
    let url = category.map(|id| format!("{list_url}/{id}"));
    let named = |other: &Category, current: &str| {
        let label = format!("{} ({})", other.name, locales::name(&other.locale));
        Choice::new(other.id.to_string(), label, current)
    };
    let choices = |current: &str, fits: &dyn Fn(&Category) -> bool| -> Vec<Choice> {
        let none = Choice::new("", page.t("category-none"), current);
        let some = categories.iter().filter(|other| Some(other.id) != category && fits(other));
        std::iter::once(none).chain(some.map(|other| named(other, current))).collect()
    };
    // those that are chosen come first, in the order in which they were said
    let find = |id: &Text| categories.iter().find(|other| Some(other.id) != category && other.id.to_string() == id.0);
    let chosen = fields.related.0.iter().filter_map(|id| find(id).map(|other| named(other, &id.0)));
    let is_chosen = |other: &Category| fields.related.0.iter().any(|id| id.0 == other.id.to_string());
    let rest = categories.iter().filter(|other| Some(other.id) != category && other.locale == fields.locale.0 && !is_chosen(other));
    OnePage {
        related: chosen.chain(rest.map(|other| named(other, ""))).collect(),
        parents: choices(&fields.parent.0, &|other| other.locale == fields.locale.0),
        others: choices(&fields.associated.0, &|other| other.locale != fields.locale.0 && other.associated_category_id.is_none()),
        title: page.t(if url.is_some() { "category-edit" } else { "category-add" }),
        submit: page.t(if url.is_some() { "save-changes" } else { "category-create" }),
        delete_url: url.as_ref().map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| list_url.clone()),
        languages: languages(&portal, &fields.locale.0),
        list_url,
        fields,
        errors,
        page,
    }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    FormErrors::new(page.lang).refuse_with(error, ("error-categories-most", MOST_CATEGORIES), |errors, attribute| match attribute {
        "slug" => errors.add("slug", "error-article-slug"),
        "position" => errors.add("position", "error-position"),
        "locale" => errors.add("locale", "error-article-locale"),
        "parent_category" => errors.add("parent", "error-category-other"),
        "related_categories" => errors.add_with("related", "error-category-related", &[("count", (MOST_RELATED as i64).into())]),
        _ => errors.add("associated", "error-category-other"),
    })
}

async fn new(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, String)>,
    Params(Wish { locale }): Params<Wish>,
) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let around = db.read(move |conn| around(conn, administrator.account_id(), &slug)).await?;
    let locale = if locale.0.is_empty() { Text(around.portal.config.0.default_locale.clone()) } else { locale };
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, None, around, Fields { locale, ..Fields::default() }, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, slug), input, account) = (path.into_inner(), fields.input(), administrator.account_id());
    let known = slug.clone();
    match db.write(move |tx| commands::create_category(tx, &administrator, &slug, input)).await {
        Ok(made) => Ok(see_other(&list_of(&page, &known, &made), Some(Flash::notice("flash-category-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let around = db.read(move |conn| around(conn, account, &known)).await?;
            refused(&form_page(page, None, around, fields, errors))
        }
    }
}

/// The list in the language of a category.
fn list_of(page: &Shell, portal: &str, category: &Category) -> String {
    within(page, portal, &format!("/categories?locale={}", category.locale))
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, slug, id), account) = (path.into_inner(), administrator.account_id());
    let work = move |conn: &mut DbConn| {
        let around = around(conn, account, &slug)?;
        let category = queries::find_category(conn, around.portal.id, id)?;
        let related: Vec<CategoryId> = queries::related(conn, &[id])?.into_iter().map(|(_, other)| other).collect();
        Ok((Fields::of(&category, &related), around))
    };
    let (fields, around) = db.read(work).await?;
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, Some(id), around, fields, errors))
}

async fn update(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, slug, id), input, account) = (path.into_inner(), fields.input(), administrator.account_id());
    let known = slug.clone();
    match db.write(move |tx| commands::update_category(tx, &administrator, &slug, id, input)).await {
        Ok(changed) => Ok(see_other(&list_of(&page, &known, &changed), Some(Flash::notice("flash-category-saved")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let around = db.read(move |conn| around(conn, account, &known)).await?;
            refused(&form_page(page, Some(id), around, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    let known = slug.clone();
    let work = move |conn: &mut DbConn| {
        let portal = queries::find(conn, administrator.account_id(), &known)?;
        queries::find_category(conn, portal.id, id)
    };
    let category = db.read(work).await?;
    let url = within(&page, &slug, &format!("/categories/{id}"));
    html(&ConfirmDeletion {
        question: page.ta("category-delete-question", &[("name", category.name.as_str().into())]),
        text: page.t("category-delete-text"),
        back: category.name,
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
    let (_, slug, id) = path.into_inner();
    let list_url = within(&page, &slug, "/categories");
    db.write(move |tx| commands::delete_category(tx, &administrator, &slug, id)).await?;
    Ok(see_other(&list_url, Some(Flash::notice("flash-category-deleted"))))
}
