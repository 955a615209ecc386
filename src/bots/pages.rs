//! Settings → Bots.
use super::{
    commands::{self, BotInput},
    model::AgentBot,
    queries,
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, AgentBotId},
    },
    error::Result,
    files,
    outbound::{self, Policy},
    storage::Storage,
    web::{
        FileForm, Form, Input, NoFields,
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
    cfg.service(resource("/bots").route(get().to(list)).route(post().to(create)))
        .service(resource("/bots/new").route(get().to(new)))
        .service(resource("/bots/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/bots/{id}/avatar").route(post().to(set_avatar)))
        .service(resource("/bots/{id}/avatar/delete").route(post().to(delete_avatar)))
        .service(resource("/bots/{id}/reset_secret").route(post().to(reset_secret)))
        .service(resource("/bots/{id}/reset_access_token").route(post().to(reset_access_token)))
        .service(resource("/bots/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a bot.
type At = Path<(String, AgentBotId)>;

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("bots")).unwrap_or_default()
}

struct BotRow {
    /// Its page; the operator's have none.
    url: Option<String>,
    name: String,
    avatar: String,
    called: Option<String>,
    inboxes: i64,
}

#[derive(Template)]
#[template(path = "bots/list.html")]
struct BotsPage {
    page: Shell,
    bots: Vec<BotRow>,
    new_url: String,
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let account = administrator.account_id();
    let (bots, inboxes) = db.read(move |conn| Ok((queries::list(conn, account)?, queries::inbox_names(conn, account)?))).await?;
    let list_url = list_url(&page);
    let row = |bot: &AgentBot| BotRow {
        url: (!bot.is_of_system()).then(|| format!("{list_url}/{}", bot.id)),
        name: bot.name.clone(),
        avatar: files::local(bot.thumbnail()).to_owned(),
        called: bot.masked_url(),
        inboxes: inboxes.get(&bot.id).map(|names| names.len() as i64).unwrap_or_default(),
    };
    html(&BotsPage { bots: bots.iter().map(row).collect(), new_url: format!("{list_url}/new"), page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    description: Text,
    outgoing_url: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(bot: &AgentBot) -> Fields {
        let text = |text: &Option<String>| Text(text.clone().unwrap_or_default());
        Fields { name: Text(bot.name.clone()), description: text(&bot.description), outgoing_url: text(&bot.outgoing_url) }
    }

    fn input(&self) -> BotInput {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) };
        BotInput {
            name: Patch::Set(self.name.clone()),
            description: set(&self.description),
            outgoing_url: set(&self.outgoing_url),
            ..BotInput::default()
        }
    }

    /// What can be said about the URL without the database, in the language of the page.
    async fn checked(&self, page: &Shell, policy: &Policy) -> FormErrors {
        let mut errors = FormErrors::new(page.lang);
        let url = self.outgoing_url.0.trim();
        if !url.is_empty()
            && let Err(refusal) = outbound::check(url, policy).await
        {
            errors.refuse_url("outgoing_url", &refusal);
        }
        errors
    }
}

/// What a bot that is there has besides its fields.
struct Present {
    /// Where the forms of its page begin.
    url: String,
    name: String,
    avatar: String,
    secret: String,
    access_token: String,
    inboxes: Vec<String>,
    /// The log of what was sent to it, unless nothing is.
    deliveries_url: Option<String>,
}

impl Present {
    fn at(&self, part: &str) -> String {
        format!("{}{part}", self.url)
    }
}

/// A bot with what its page shows of it.
struct Loaded {
    bot: AgentBot,
    access_token: String,
    inboxes: Vec<String>,
}

#[derive(Template)]
#[template(path = "bots/show.html")]
struct BotPage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    fields: Fields,
    errors: FormErrors,
    present: Option<Present>,
}

fn new_page(page: Shell, fields: Fields, errors: FormErrors) -> BotPage {
    let list_url = list_url(&page);
    BotPage { title: page.t("bots-add"), submit: page.t("bots-create"), action: list_url.clone(), list_url, fields, errors, present: None, page }
}

fn present_page(page: Shell, Loaded { bot, access_token, inboxes }: Loaded, fields: Fields, errors: FormErrors) -> BotPage {
    let list_url = list_url(&page);
    let url = format!("{list_url}/{}", bot.id);
    let present = Present {
        name: bot.name.clone(),
        avatar: files::local(bot.thumbnail()).to_owned(),
        inboxes,
        deliveries_url: bot.outgoing_url.is_some().then(|| format!("{url}/deliveries")),
        secret: bot.secret,
        access_token,
        url: url.clone(),
    };
    BotPage { title: bot.name, submit: page.t("save-changes"), action: url, list_url, fields, errors, present: Some(present), page }
}

async fn new(AdministratorPage { shell: page, .. }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, Fields::default(), errors))
}

async fn create(
    db: Data<Db>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (errors, input) = (fields.checked(&page, &policy).await, fields.input());
    if !errors.is_empty() {
        return refused(&new_page(page, fields, errors));
    }
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(bot) => Ok(see_other(&format!("{}/{}", list_url(&page), bot.id), Some(Flash::notice("flash-bot-created")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&new_page(page, fields, errors))
        }
    }
}

/// A bot with its token, and the names of the inboxes that it is at work in.
fn load(conn: &mut DbConn, account: AccountId, id: AgentBotId) -> Result<Loaded> {
    let bot = queries::own(conn, account, id)?;
    let access_token = queries::tokens(conn, std::slice::from_ref(&bot))?.remove(&id).map(|token| token.token).unwrap_or_default();
    let inboxes = queries::inbox_names(conn, account)?.remove(&id).unwrap_or_default();
    Ok(Loaded { bot, access_token, inboxes })
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let loaded = db.read(move |conn| load(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&loaded.bot), FormErrors::new(page.lang));
    html(&present_page(page, loaded, fields, errors))
}

async fn update(
    db: Data<Db>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (mut errors, input, account) = (fields.checked(&page, &policy).await, fields.input(), administrator.account_id());
    if errors.is_empty() {
        match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
            Ok(bot) => return Ok(see_other(&format!("{}/{}", list_url(&page), bot.id), Some(Flash::notice("flash-bot-saved")))),
            Err(error) => errors = errors.refuse(error)?,
        }
    }
    let loaded = db.read(move |conn| load(conn, account, id)).await?;
    refused(&present_page(page, loaded, fields, errors))
}

async fn reset_secret(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx: &mut Tx| commands::reset_secret(tx, &administrator, id)).await?;
    Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-bot-secret-reset"))))
}

async fn reset_access_token(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx: &mut Tx| commands::reset_access_token(tx, &administrator, id)).await?;
    Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-bot-token-reset"))))
}

async fn set_avatar(
    db: Data<Db>,
    storage: Data<Storage>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    form: FileForm<NoFields>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), administrator.account_id());
    let (NoFields {}, mut uploads) = form.read(&storage).await?;
    let input = BotInput { avatar: uploads.take_one("avatar"), ..BotInput::default() };
    match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
        Ok(_) => Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-bot-saved")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let loaded = db.read(move |conn| load(conn, account, id)).await?;
            let fields = Fields::of(&loaded.bot);
            refused(&present_page(page, loaded, fields, errors))
        }
    }
}

async fn delete_avatar(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete_avatar(tx, &administrator, id)).await?;
    Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-bot-saved"))))
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let bot = db.read(move |conn| queries::own(conn, administrator.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("bot-delete-question", &[("name", bot.name.as_str().into())]),
        text: page.t("bot-delete-text"),
        back: bot.name,
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
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-bot-deleted"))))
}
