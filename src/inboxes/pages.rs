//! Settings → Inboxes.
use super::{
    commands,
    input::{ChannelInput, InboxInput},
    model::{Channel, Inbox},
    payload::{self, Details},
    queries,
};
use crate::{
    auth::{AdministratorPage, AgentPage},
    bots::{self, AgentBot},
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{AgentBotId, InboxId, UserId},
    },
    error::{Error, Result},
    outbound::{self, Policy},
    users::{self, Member},
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
    cfg.service(resource("/inboxes").route(get().to(list)).route(post().to(create)))
        .service(resource("/inboxes/new").route(get().to(new)))
        .service(resource("/inboxes/{id}").route(get().to(show)))
        .service(resource("/inboxes/{id}/members").route(post().to(set_members)))
        .service(resource("/inboxes/{id}/bot").route(post().to(set_bot)))
        .service(resource("/inboxes/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

fn list_url(page: &Shell) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings("inboxes")).unwrap_or_default()
}

struct InboxRow {
    url: String,
    name: String,
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

struct ApiInbox {
    identifier: String,
    webhook_url: String,
    secret: Option<String>,
    curl_contact: String,
    curl_conversation: String,
    curl_message: String,
}

struct WebsiteInbox {
    website_url: String,
    widget_color: String,
    welcome_title: String,
    welcome_tagline: String,
    website_token: String,
    snippet: String,
}

enum InboxChannel {
    Api(ApiInbox),
    Website(WebsiteInbox),
}

struct MemberRow {
    id: i64,
    name: String,
    email: String,
    member: bool,
}

#[derive(Template)]
#[template(path = "inboxes/show.html")]
struct InboxPage {
    page: Shell,
    list_url: String,
    name: String,
    channel: InboxChannel,
    hmac_token: Option<String>,
    members: Vec<MemberRow>,
    members_action: Option<String>,
    /// The bots to choose from, for those who may.
    bots: Vec<Choice>,
    bot_action: Option<String>,
    delete_url: Option<String>,
}

async fn show(
    db: Data<Db>,
    config: Data<Config>,
    AgentPage { shell: page, agent }: AgentPage,
    path: Path<(String, InboxId)>,
) -> Result<HttpResponse> {
    let (administrator, (_, id)) = (agent.is_administrator(), path.into_inner());
    let work = move |conn: &mut DbConn| {
        let inbox = queries::find(conn, &agent, id)?;
        let members = queries::members(conn, inbox.account_id, inbox.id)?;
        let everybody = if administrator { users::members(conn, inbox.account_id, None)? } else { members.clone() };
        let bots = (if administrator { bots::list(conn, inbox.account_id)? } else { Vec::new() }, bots::at_work_in(conn, id)?);
        Ok((payload::details(conn, vec![inbox])?.pop().ok_or(Error::NotFound)?, members, everybody, bots))
    };
    let (Details { inbox, channel, .. }, members, everybody, (bots, bot)) = db.read(work).await?;
    let (list_url, hmac_token) = (list_url(&page), hmac_token(&channel).filter(|_| administrator));
    let is_member = |member: &Member| members.iter().any(|other| other.user.id == member.user.id);
    let row = |member: &Member| MemberRow {
        id: member.user.id.0,
        name: member.user.name.clone(),
        email: member.user.email.clone(),
        member: is_member(member),
    };
    html(&InboxPage {
        channel: channel_view(channel, administrator, config.public_url.as_str()),
        members: everybody.iter().map(row).collect(),
        members_action: administrator.then(|| format!("{list_url}/{id}/members")),
        bots: bot_choices(&page, &bots, bot),
        bot_action: administrator.then(|| format!("{list_url}/{id}/bot")),
        delete_url: administrator.then(|| format!("{list_url}/{id}/delete")),
        name: inbox.name,
        hmac_token,
        list_url,
        page,
    })
}

fn bot_choices(page: &Shell, bots: &[AgentBot], chosen: Option<AgentBotId>) -> Vec<Choice> {
    let chosen = chosen.map(|id| id.to_string()).unwrap_or_default();
    let all = bots.iter().map(|bot| Choice::new(bot.id.to_string(), &bot.name, &chosen));
    std::iter::once(Choice::new("", page.t("inbox-bot-none"), &chosen)).chain(all).collect()
}

fn hmac_token(channel: &Channel) -> Option<String> {
    match channel {
        Channel::Api(channel) => Some(channel.hmac_token.clone()),
        Channel::WebWidget(channel) => Some(channel.hmac_token.clone()),
    }
}

fn channel_view(channel: Channel, administrator: bool, public_url: &str) -> InboxChannel {
    match channel {
        Channel::Api(channel) => {
            let base = format!("{}/public/api/v1/inboxes/{}/contacts", public_url.trim_end_matches('/'), channel.identifier);
            let post = |path: &str, body: &str| format!("curl -X POST {base}{path} \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
            InboxChannel::Api(ApiInbox {
                curl_contact: post("", r#"{"name": "Lea", "email": "lea@example.org"}"#),
                curl_conversation: post("/SOURCE_ID/conversations", "{}"),
                curl_message: post("/SOURCE_ID/conversations/CONVERSATION_ID/messages", r#"{"content": "Hello"}"#),
                identifier: channel.identifier,
                webhook_url: channel.webhook_url.unwrap_or_default(),
                secret: administrator.then_some(channel.secret),
            })
        }
        Channel::WebWidget(channel) => InboxChannel::Website(WebsiteInbox {
            snippet: payload::script(&channel, public_url),
            website_url: channel.website_url,
            widget_color: channel.widget_color,
            welcome_title: channel.welcome_title.unwrap_or_default(),
            welcome_tagline: channel.welcome_tagline.unwrap_or_default(),
            website_token: channel.website_token,
        }),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MembersForm {
    user_ids: List<UserId>,
}

impl Input for MembersForm {}

async fn set_members(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, InboxId)>,
    form: Form<MembersForm>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let inbox = queries::of_account(tx.conn, administrator.account_id(), id)?;
        commands::set_members(tx, &administrator, &inbox, &form.0.user_ids.0)
    };
    db.write(work).await?;
    Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-inbox-members-saved"))))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BotForm {
    agent_bot: Patch<AgentBotId>,
}

impl Input for BotForm {}

async fn set_bot(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, InboxId)>,
    form: Form<BotForm>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::set_bot(tx, &administrator, id, form.0.agent_bot.set())).await?;
    Ok(see_other(&format!("{}/{id}", list_url(&page)), Some(Flash::notice("flash-inbox-bot-saved"))))
}

async fn confirm_delete(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, InboxId)>,
) -> Result<HttpResponse> {
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
    path: Path<(String, InboxId)>,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-inbox-deleted"))))
}
