//! Settings → Help centre.
mod articles;
mod categories;
mod shelf;

use super::{
    commands::{self, ConfigInput, PortalInput},
    model::{MOST_PORTALS, Portal, Status},
    queries,
};
use crate::{
    auth::{AdministratorPage, AgentPage},
    db::{
        Db, DbConn, Tx,
        types::{AccountId, InboxId},
    },
    error::{Error, Result},
    inboxes::{self, ChannelType, Inbox},
    storage::Storage,
    web::{
        FileForm, Form, Input, NoFields,
        fields::{Flag, List, Patch, Text},
        forms::{Choice, FormErrors},
        html, locales, refused, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
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
    cfg.service(resource("/help-centres").route(get().to(list)).route(post().to(create)))
        .service(resource("/help-centres/new").route(get().to(new)))
        .service(resource("/help-centres/at/{portal}/settings").route(get().to(show)).route(post().to(update)))
        .service(resource("/help-centres/at/{portal}/delete").route(get().to(confirm_delete)).route(post().to(destroy)))
        .configure(shelf::routes)
        .configure(categories::routes)
        .configure(articles::routes);
}

/// A path of an account and a help centre.
type At = Path<(String, String)>;

fn url_of(page: &Shell, below: &str) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings(&format!("help-centres{below}"))).unwrap_or_default()
}

/// The page of a help centre, and those below it.
fn within(page: &Shell, portal: &str, below: &str) -> String {
    url_of(page, &format!("/at/{portal}{below}"))
}

/// The languages of a help centre, with the current one chosen.
fn languages(portal: &Portal, current: &str) -> Vec<Choice> {
    let allowed = &portal.config.0.allowed_locales;
    // what is in a language that was given up stays in it until somebody says another
    let former = Some(current).filter(|code| !code.is_empty() && !allowed.iter().any(|known| known == *code));
    allowed.iter().map(String::as_str).chain(former).map(|code| Choice::new(code, locales::name(code), current)).collect()
}

/// Where something stands among its like.
fn position(page: &Shell, position: i32) -> String {
    page.ta("position-is", &[("number", i64::from(position).into())])
}

struct Row {
    url: String,
    name: String,
    about: String,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "help_centre/list.html")]
struct ListPage {
    page: Shell,
    /// Where administrators make one.
    new_url: Option<String>,
    rows: Vec<Row>,
}

fn badge(page: &Shell, portal: &Portal) -> Badge {
    match portal.archived {
        false => Badge { tone: "good", icon: "circle-check", label: page.t("portal-open") },
        true => Badge { tone: "off", icon: "circle-pause", label: page.t("portal-archived") },
    }
}

async fn list(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let (account, by) = (agent.account_id(), agent.user_id());
    let work = move |conn: &mut DbConn| {
        let all = queries::list(conn, account)?;
        let ids: Vec<_> = all.iter().map(|portal| portal.id).collect();
        Ok((queries::tally(conn, &ids, by)?, all))
    };
    let (tally, all) = db.read(work).await?;
    let row = |portal: Portal| {
        let count = page.ta("portal-published", &[("count", tally.articles(portal.id, None, Some(Status::Published)).into())]);
        Row {
            url: within(&page, &portal.slug, ""), about: format!("/hc/{} · {count}", portal.slug), badge: badge(&page, &portal), name: portal.name
        }
    };
    let rows = all.into_iter().map(row).collect();
    let new_url = agent.is_administrator().then(|| url_of(&page, "/new"));
    html(&ListPage { rows, new_url, page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    slug: Text,
    color: Text,
    header_text: Text,
    page_title: Text,
    homepage_link: Text,
    custom_domain: Text,
    /// Codes with commas between them.
    locales: Text,
    default_locale: Text,
    draft_locales: Text,
    inbox: Text,
    archived: Flag,
    delete_logo: Flag,
}

impl Input for Fields {
    const FILES: &'static [&'static str] = &["logo"];
}

impl Fields {
    fn of(portal: &Portal) -> Fields {
        let text = |text: &Option<String>| Text(text.clone().unwrap_or_default());
        let config = &portal.config.0;
        Fields {
            name: Text(portal.name.clone()),
            slug: Text(portal.slug.clone()),
            color: text(&portal.color),
            header_text: text(&portal.header_text),
            page_title: text(&portal.page_title),
            homepage_link: text(&portal.homepage_link),
            custom_domain: text(&portal.custom_domain),
            locales: Text(config.allowed_locales.join(", ")),
            default_locale: Text(config.default_locale.clone()),
            draft_locales: Text(config.draft_locales.join(", ")),
            inbox: Text(portal.inbox_id.map(|id| id.to_string()).unwrap_or_default()),
            archived: Flag(portal.archived),
            delete_logo: Flag(false),
        }
    }

    fn input(&self) -> PortalInput {
        let codes = |text: &Text| List(text.0.split([',', ' ']).filter(|code| !code.is_empty()).map(|code| Text(code.to_owned())).collect());
        PortalInput {
            name: self.name.said(),
            slug: self.slug.said(),
            color: self.color.said(),
            header_text: self.header_text.said(),
            page_title: self.page_title.said(),
            homepage_link: self.homepage_link.said(),
            custom_domain: self.custom_domain.said(),
            config: Patch::Set(ConfigInput {
                allowed_locales: Some(codes(&self.locales)),
                default_locale: self.default_locale.said(),
                draft_locales: Some(codes(&self.draft_locales)),
            }),
            inbox_id: self.inbox.chosen(InboxId),
            // a box that is not checked sends nothing
            archived: Patch::Set(self.archived),
            blob_id: Patch::Absent,
            logo: None,
        }
    }
}

#[derive(Template)]
#[template(path = "help_centre/form.html")]
struct OnePage {
    page: Shell,
    back_url: String,
    back: String,
    title: String,
    action: String,
    submit: String,
    delete_url: Option<String>,
    has_logo: bool,
    websites: Vec<Choice>,
    fields: Fields,
    errors: FormErrors,
}

/// The form; of a help centre that is there, if one is given.
fn form_page(page: Shell, portal: Option<&Portal>, websites: &[Inbox], fields: Fields, errors: FormErrors) -> OnePage {
    let none = Choice::new("", page.t("portal-inbox-none"), &fields.inbox.0);
    let some = websites.iter().map(|inbox| Choice::new(inbox.id.to_string(), inbox.name.as_str(), &fields.inbox.0));
    let below = |below: &str| portal.map(|portal| within(&page, &portal.slug, below));
    OnePage {
        back_url: below("").unwrap_or_else(|| url_of(&page, "")),
        back: portal.map_or_else(|| page.t("portals-title"), |portal| portal.name.clone()),
        title: page.t(if portal.is_some() { "portal-settings" } else { "portals-add" }),
        submit: page.t(if portal.is_some() { "save-changes" } else { "portal-create" }),
        action: below("/settings").unwrap_or_else(|| url_of(&page, "")),
        delete_url: below("/delete"),
        has_logo: portal.is_some_and(|portal| portal.logo_blob_id.is_some()),
        websites: std::iter::once(none).chain(some).collect(),
        fields,
        errors,
        page,
    }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    FormErrors::new(page.lang).refuse_with(error, ("error-portals-most", MOST_PORTALS), |errors, attribute| match attribute {
        "slug" => errors.add("slug", "error-portal-slug"),
        "custom_domain" => errors.add("custom_domain", "error-portal-domain"),
        "homepage_link" => errors.add("homepage_link", "error-portal-link"),
        "config" => errors.add("locales", "error-portal-locales"),
        "inbox_id" => errors.add("inbox", "error-portal-inbox"),
        "logo" => errors.add("logo", "error-portal-logo"),
        attribute => errors.add(attribute, "error-color"),
    })
}

fn websites(conn: &mut DbConn, account: AccountId) -> Result<Vec<Inbox>> {
    inboxes::of_kind(conn, account, ChannelType::WebWidget)
}

async fn new(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let websites = db.read(move |conn| websites(conn, administrator.account_id())).await?;
    let code = page.lang.code().to_owned();
    let fields = Fields { locales: Text(code.clone()), default_locale: Text(code), ..Fields::default() };
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, None, &websites, fields, errors))
}

async fn create(
    db: Data<Db>,
    storage: Data<Storage>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    form: FileForm<Fields>,
) -> Result<HttpResponse> {
    let (fields, mut uploads) = form.read(&storage).await?;
    let (input, account) = (PortalInput { logo: uploads.take_one("logo"), ..fields.input() }, administrator.account_id());
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(portal) => Ok(see_other(&within(&page, &portal.slug, ""), Some(Flash::notice("flash-portal-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let websites = db.read(move |conn| websites(conn, account)).await?;
            refused(&form_page(page, None, &websites, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, slug), account) = (path.into_inner(), administrator.account_id());
    let (portal, websites) = db.read(move |conn| Ok((queries::find(conn, account, &slug)?, websites(conn, account)?))).await?;
    let (fields, errors) = (Fields::of(&portal), FormErrors::new(page.lang));
    html(&form_page(page, Some(&portal), &websites, fields, errors))
}

async fn update(
    db: Data<Db>,
    storage: Data<Storage>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    form: FileForm<Fields>,
) -> Result<HttpResponse> {
    let ((_, slug), account) = (path.into_inner(), administrator.account_id());
    let (fields, mut uploads) = form.read(&storage).await?;
    let input = PortalInput { logo: uploads.take_one("logo"), ..fields.input() };
    let (known, no_logo) = (slug.clone(), fields.delete_logo.0 && input.logo.is_none());
    let work = move |tx: &mut Tx| {
        let portal = commands::update(tx, &administrator, &slug, input)?;
        if no_logo { commands::delete_logo(tx, &administrator, &portal.slug).map(|()| portal) } else { Ok(portal) }
    };
    match db.write(work).await {
        Ok(portal) => Ok(see_other(&within(&page, &portal.slug, ""), Some(Flash::notice("flash-portal-saved")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let (portal, websites) = db.read(move |conn| Ok((queries::find(conn, account, &known)?, websites(conn, account)?))).await?;
            refused(&form_page(page, Some(&portal), &websites, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let portal = db.read(move |conn| queries::find(conn, administrator.account_id(), &slug)).await?;
    html(&ConfirmDeletion {
        question: page.ta("portal-delete-question", &[("name", portal.name.as_str().into())]),
        text: page.t("portal-delete-text"),
        back: portal.name,
        action: within(&page, &portal.slug, "/delete"),
        cancel_url: within(&page, &portal.slug, "/settings"),
        page,
    })
}

async fn destroy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    commands::delete(&db, administrator, slug).await?;
    Ok(see_other(&url_of(&page, ""), Some(Flash::notice("flash-portal-deleted"))))
}
