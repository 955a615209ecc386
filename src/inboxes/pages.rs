//! Settings → Inboxes: the list, a new one, the end of one. What is set of one has pages of their own, one for each tab.
mod bot;
mod configuration;
mod hours;
mod members;
mod pre_chat;
mod settings;

use super::{
    commands,
    input::{ChannelInput, InboxInput},
    model::{Channel, ChannelType, Inbox},
    payload::{self, Details},
    queries,
};
use crate::{
    auth::{AdministratorPage, AgentPage},
    db::{
        Db, DbConn,
        types::{AccountId, InboxId},
    },
    error::{Error, Result},
    files,
    outbound::{self, Policy},
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
    cfg.service(resource("/inboxes").route(get().to(list)).route(post().to(create)))
        .service(resource("/inboxes/new").route(get().to(new)))
        .configure(settings::routes)
        .configure(members::routes)
        .configure(hours::routes)
        .configure(pre_chat::routes)
        .configure(bot::routes)
        .configure(configuration::routes)
        .service(resource("/inboxes/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and an inbox.
type At = Path<(String, InboxId)>;

/// The head of an inbox's pages: what it is, and its tabs.
struct Head {
    list_url: String,
    /// Where its pages begin.
    path: String,
    name: String,
    /// Where its picture is; empty without one.
    avatar: String,
    website: bool,
    /// Whether whoever looks may change anything.
    administrator: bool,
}

impl Head {
    fn of(page: &Shell, inbox: &Inbox, administrator: bool) -> Head {
        let list_url = list_url(page);
        Head {
            path: format!("{list_url}/{}", inbox.id),
            list_url,
            name: inbox.name.clone(),
            avatar: files::local(payload::avatar(inbox)).to_owned(),
            website: inbox.channel_type == ChannelType::WebWidget,
            administrator,
        }
    }

    /// Where one of its pages is.
    fn at(&self, tab: &str) -> String {
        format!("{}{tab}", self.path)
    }
}

/// Back to a page of an inbox, where it says that it was saved.
fn saved(page: &Shell, id: InboxId, tab: &str) -> HttpResponse {
    see_other(&format!("{}/{id}{tab}", list_url(page)), Some(Flash::notice("flash-inbox-saved")))
}

/// An inbox with all that is drawn with it.
fn load(conn: &mut DbConn, account: AccountId, id: InboxId) -> Result<Details> {
    let inbox = queries::of_account(conn, account, id)?;
    payload::details(conn, vec![inbox])?.pop().ok_or(Error::NotFound)
}

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("inboxes")).unwrap_or_default()
}

struct InboxRow {
    url: String,
    name: String,
    /// Where its picture is; empty without one.
    avatar: String,
    website: bool,
    detail: String,
    members: i64,
}

#[derive(Template)]
#[template(path = "inboxes/list.html")]
struct InboxesPage {
    page: Shell,
    inboxes: Vec<InboxRow>,
    new_url: Option<String>,
}

async fn list(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage) -> Result<HttpResponse> {
    let (list_url, administrator) = (list_url(&page), agent.is_administrator());
    let work = move |conn: &mut DbConn| {
        let details = queries::list(conn, &agent).and_then(|inboxes| payload::details(conn, inboxes))?;
        let ids: Vec<InboxId> = details.iter().map(|details| details.inbox.id).collect();
        Ok((details, queries::member_counts(conn, &ids)?))
    };
    let (found, members) = db.read(work).await?;
    let row = |details: &Details| {
        let (website, detail) = match &details.channel {
            Channel::Api(channel) => (false, channel.webhook_url.clone().unwrap_or_default()),
            Channel::WebWidget(channel) => (true, channel.website_url.clone()),
        };
        let id = details.inbox.id;
        InboxRow {
            url: format!("{list_url}/{id}"),
            name: details.inbox.name.clone(),
            avatar: files::local(payload::avatar(&details.inbox)).to_owned(),
            website,
            detail,
            members: members.get(&id).copied().unwrap_or_default(),
        }
    };
    let inboxes = found.iter().map(row).collect();
    html(&InboxesPage { page, inboxes, new_url: administrator.then(|| format!("{list_url}/new")) })
}

/// The fields of the form for a new inbox, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct InboxForm {
    channel: String,
    name: String,
    webhook_url: String,
    website_url: String,
    widget_color: String,
    welcome_title: String,
    welcome_tagline: String,
}

impl Input for InboxForm {}

impl InboxForm {
    fn input(&self) -> InboxInput {
        let set = |text: &String| {
            if text.trim().is_empty() { Patch::Absent } else { Patch::Set(Text(text.trim().to_owned())) }
        };
        let channel = ChannelInput {
            kind: Some(Text(self.channel.clone())),
            webhook_url: set(&self.webhook_url),
            website_url: set(&self.website_url),
            widget_color: set(&self.widget_color),
            welcome_title: set(&self.welcome_title),
            welcome_tagline: set(&self.welcome_tagline),
            ..ChannelInput::default()
        };
        InboxInput { name: set(&self.name), channel, ..InboxInput::default() }
    }
}

#[derive(Template)]
#[template(path = "inboxes/new.html")]
struct InboxNewPage {
    page: Shell,
    channel: String,
    form: InboxForm,
    action: String,
    list_url: String,
    choose_url: String,
    errors: FormErrors,
}

fn new_page(page: Shell, form: InboxForm, errors: FormErrors) -> InboxNewPage {
    let list_url = list_url(&page);
    let channel = if matches!(form.channel.as_str(), "api" | "web_widget") { form.channel.clone() } else { String::new() };
    InboxNewPage { page, channel, form, action: list_url.clone(), choose_url: format!("{list_url}/new"), list_url, errors }
}

async fn new(AdministratorPage { shell: page, .. }: AdministratorPage, params: Params<InboxForm>) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    let form = InboxForm { widget_color: "#1f93ff".into(), ..params.0 };
    html(&new_page(page, form, errors))
}

async fn create(
    db: Data<Db>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    form: Form<InboxForm>,
) -> Result<HttpResponse> {
    let input = form.0.input();
    if let Some(url) = input.channel.said_callback().map(str::trim).filter(|url| !url.is_empty())
        && let Err(refusal) = outbound::check(url, &policy).await
    {
        let mut errors = FormErrors::new(page.lang);
        errors.refuse_url("webhook_url", &refusal);
        return refused(&new_page(page, form.0, errors));
    }
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(made) => Ok(see_other(&format!("{}/{}", list_url(&page), made.inbox.id), Some(Flash::notice("flash-inbox-created")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&new_page(page, form.0, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let inbox: Inbox = db.read(move |conn| queries::of_account(conn, administrator.account_id(), id)).await?;
    let url = format!("{}/{id}", list_url(&page));
    html(&ConfirmDeletion {
        question: page.ta("inbox-delete-question", &[("name", inbox.name.as_str().into())]),
        text: page.t("inbox-delete-text"),
        back: inbox.name,
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
    commands::delete(&db, &administrator, id).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-inbox-deleted"))))
}
