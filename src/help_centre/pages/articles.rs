//! An article that somebody writes, with a preview that the server draws.
use super::{languages, within};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn,
        types::{AccountId, ArticleId, CategoryId},
    },
    error::{Error, Result},
    help_centre::{
        commands::{self, ArticleInput},
        model::{Article, Category, MOST_ARTICLES, Portal, Status},
        queries,
    },
    web::{
        Form, Input, NoFields, Params,
        fields::{Object, Patch, Text},
        forms::{Choice, FormErrors},
        html, locales,
        markdown::{self, Html},
        refused, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/help-centres/at/{portal}/articles").route(post().to(create)))
        .service(resource("/help-centres/at/{portal}/articles/new").route(get().to(new)))
        .service(resource("/help-centres/at/{portal}/articles/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/help-centres/at/{portal}/articles/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account, a help centre and an article.
type At = Path<(String, String, ArticleId)>;

pub(super) fn status_key(status: Status) -> &'static str {
    match status {
        Status::Draft => "article-draft",
        Status::Published => "article-published",
        Status::Archived => "article-archived",
    }
}

pub(super) fn badge(page: &Shell, status: Status) -> Badge {
    let (tone, icon) = match status {
        Status::Draft => ("warn", "pencil"),
        Status::Published => ("good", "circle-check"),
        Status::Archived => ("off", "circle-pause"),
    };
    Badge { tone, icon, label: page.t(status_key(status)) }
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    title: Text,
    slug: Text,
    description: Text,
    content: Text,
    locale: Text,
    category: Text,
    associated: Text,
    status: Text,
    position: Text,
    meta_title: Text,
    meta_description: Text,
    /// With commas between them.
    tags: Text,
    /// Which button was pressed.
    act: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(article: &Article) -> Fields {
        let text = |text: &Option<String>| Text(text.clone().unwrap_or_default());
        let tags = article.meta.0.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        Fields {
            title: Text(article.title.clone()),
            slug: Text(article.slug.clone()),
            description: text(&article.description),
            content: text(&article.content),
            locale: Text(article.locale.clone()),
            category: Text(article.category_id.map(|id| id.to_string()).unwrap_or_default()),
            associated: Text(article.associated_article_id.map(|id| id.to_string()).unwrap_or_default()),
            status: Text(article.status.name().into()),
            position: Text(article.position.to_string()),
            meta_title: Text(article.said("title").unwrap_or_default().to_owned()),
            meta_description: Text(article.said("description").unwrap_or_default().to_owned()),
            tags: Text(tags.collect::<Vec<_>>().join(", ")),
            act: Text::default(),
        }
    }

    /// What is said, over the meta data that there are.
    fn input(&self, mut meta: Map<String, Value>) -> ArticleInput {
        let tags: Vec<Value> = self.tags.0.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(Value::from).collect();
        meta.insert("title".into(), self.meta_title.0.trim().into());
        meta.insert("description".into(), self.meta_description.0.trim().into());
        meta.insert("tags".into(), tags.into());
        ArticleInput {
            title: self.title.said(),
            slug: self.slug.said(),
            description: self.description.said(),
            content: self.content.said(),
            locale: self.locale.said(),
            category_id: self.category.chosen(CategoryId),
            associated_article_id: self.associated.chosen(ArticleId),
            status: Patch::Set(Status::from_name(&self.status.0).unwrap_or(Status::Draft)),
            meta: Patch::Set(Object(meta)),
            position: self.position.said(),
            author_id: Patch::Absent,
        }
    }

    fn wants_preview(&self) -> bool {
        self.act.0 == "preview"
    }
}

#[derive(Template)]
#[template(path = "help_centre/article.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    list: String,
    title: String,
    action: String,
    submit: String,
    delete_url: Option<String>,
    /// Where everybody reads it.
    public: Option<String>,
    languages: Vec<Choice>,
    categories: Vec<Choice>,
    statuses: Vec<Choice>,
    preview: Option<Html>,
    /// Where it is written in the other languages.
    translate: Vec<Choice>,
    fields: Fields,
    errors: FormErrors,
}

/// A help centre with all its categories, and the article, if there is one already.
struct Around {
    portal: Portal,
    categories: Vec<Category>,
    article: Option<Article>,
}

fn around(conn: &mut DbConn, account: AccountId, slug: &str, id: Option<ArticleId>) -> Result<Around> {
    let portal = queries::find(conn, account, slug)?;
    let article = id.map(|id| queries::find_article(conn, portal.id, id)).transpose()?;
    Ok(Around { categories: queries::categories(conn, portal.id, None)?, article, portal })
}

fn form_page(page: Shell, Around { portal, categories, article }: Around, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = within(&page, &portal.slug, "");
    let url = article.as_ref().map(|article| within(&page, &portal.slug, &format!("/articles/{}", article.id)));
    let named = |category: &Category| {
        let label = format!("{} ({})", category.name, locales::name(&category.locale));
        Choice::new(category.id.to_string(), label, &fields.category.0)
    };
    let none = Choice::new("", page.t("category-none"), &fields.category.0);
    let statuses = Status::ALL.iter().map(|status| Choice::new(status.name(), page.t(status_key(*status)), &fields.status.0));
    let is_offered = |article: &&Article| portal.config.0.open_locales().any(|code| code == article.locale);
    let is_public = article.as_ref().filter(|article| article.status == Status::Published && !portal.archived).filter(is_offered);
    let other = |article: &Article| -> Vec<Choice> {
        let rest = languages(&portal, "").into_iter().filter(|choice| choice.value != article.locale);
        let to = |code: &str| within(&page, &portal.slug, &format!("/articles/new?from={}&locale={code}", article.id));
        rest.map(|choice| Choice { value: to(&choice.value), ..choice }).collect()
    };
    OnePage {
        translate: article.as_ref().map(other).unwrap_or_default(),
        title: article.as_ref().map_or_else(|| page.t("article-add"), |article| article.title.clone()),
        submit: page.t(if url.is_some() { "save-changes" } else { "article-create" }),
        delete_url: url.as_ref().map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| within(&page, &portal.slug, "/articles")),
        public: is_public.map(|article| format!("/hc/{}/articles/{}", portal.slug, article.slug)),
        languages: languages(&portal, &fields.locale.0),
        categories: std::iter::once(none).chain(categories.iter().map(named)).collect(),
        statuses: statuses.collect(),
        preview: fields.wants_preview().then(|| markdown::draw(&fields.content.0).html),
        list: portal.name,
        list_url,
        fields,
        errors,
        page,
    }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    FormErrors::new(page.lang).refuse_with(error, ("error-articles-most", MOST_ARTICLES), |errors, attribute| match attribute {
        "slug" => errors.add("slug", "error-article-slug"),
        "locale" => errors.add("locale", "error-article-locale"),
        "category" => errors.add("category", "error-article-category"),
        "position" => errors.add("position", "error-position"),
        "associated_article" => errors.add("associated", "error-article-associated"),
        _ => errors.add("tags", "error-article-meta"),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    /// The article that is to be written in another language.
    from: Text,
    locale: Text,
}

impl Input for Wish {}

async fn new(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, String)>,
    Params(Wish { from, locale }): Params<Wish>,
) -> Result<HttpResponse> {
    let ((_, slug), from) = (path.into_inner(), from.0.trim().parse().ok());
    let mut around = db.read(move |conn| around(conn, administrator.account_id(), &slug, from)).await?;
    let locale = if locale.0.is_empty() { Text(around.portal.config.0.default_locale.clone()) } else { locale };
    let status = Text(Status::Draft.name().into());
    let fields = match around.article.take() {
        Some(other) => Fields {
            associated: Text(other.root().to_string()),
            locale,
            status,
            content: Text(other.content.unwrap_or_default()),
            ..Fields::default()
        },
        None => Fields { locale, status, ..Fields::default() },
    };
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, around, fields, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, slug), account) = (path.into_inner(), administrator.account_id());
    let known = slug.clone();
    if fields.wants_preview() {
        let around = db.read(move |conn| around(conn, account, &known, None)).await?;
        let errors = FormErrors::new(page.lang);
        return html(&form_page(page, around, fields, errors));
    }
    let input = fields.input(Map::new());
    match db.write(move |tx| commands::create_article(tx, &administrator, &slug, input)).await {
        Ok(made) => Ok(see_other(&within(&page, &known, &format!("/articles/{}", made.id)), Some(Flash::notice("flash-article-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let around = db.read(move |conn| around(conn, account, &known, None)).await?;
            refused(&form_page(page, around, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    let around = db.read(move |conn| around(conn, administrator.account_id(), &slug, Some(id))).await?;
    let (fields, errors) = (around.article.as_ref().map(Fields::of).unwrap_or_default(), FormErrors::new(page.lang));
    html(&form_page(page, around, fields, errors))
}

async fn update(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, slug, id), account) = (path.into_inner(), administrator.account_id());
    let known = slug.clone();
    let present = db.read(move |conn| around(conn, account, &known, Some(id))).await?;
    if fields.wants_preview() {
        let errors = FormErrors::new(page.lang);
        return html(&form_page(page, present, fields, errors));
    }
    let input = fields.input(present.article.as_ref().map(|article| article.meta.0.clone()).unwrap_or_default());
    match db.write(move |tx| commands::update_article(tx, &administrator, &slug, id, input)).await {
        Ok(_) => Ok(see_other(&within(&page, &present.portal.slug, &format!("/articles/{id}")), Some(Flash::notice("flash-article-saved")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            refused(&form_page(page, present, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    let Around { portal, article, .. } = db.read(move |conn| around(conn, administrator.account_id(), &slug, Some(id))).await?;
    let title = article.ok_or(Error::NotFound)?.title;
    let url = within(&page, &portal.slug, &format!("/articles/{id}"));
    html(&ConfirmDeletion {
        question: page.ta("article-delete-question", &[("name", title.as_str().into())]),
        text: page.t("article-delete-text"),
        back: title,
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
    let list_url = within(&page, &slug, "");
    db.write(move |tx| commands::delete_article(tx, &administrator, &slug, id)).await?;
    Ok(see_other(&list_url, Some(Flash::notice("flash-article-deleted"))))
}
