//! What an inbox is called, how it greets, and how its conversations go.
use super::{At, Head, list_url, load, saved};
use crate::{
    auth::{AdministratorPage, AgentPage},
    db::{
        Db, DbConn, Tx,
        types::{AccountId, InboxId, PortalId},
    },
    error::Result,
    inboxes::{
        commands,
        input::{ChannelInput, FEATURES, InboxInput},
        model::{Channel, ReplyTime, SenderNameType},
        payload::Details,
        queries,
    },
    storage::Storage,
    web::{
        FileForm, Form, Input, NoFields,
        fields::{Flag, List, Object, Patch, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::Shell,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes/{id}").route(get().to(show)).route(post().to(save)))
        .service(resource("/inboxes/{id}/avatar").route(post().to(set_avatar)))
        .service(resource("/inboxes/{id}/avatar/delete").route(post().to(delete_avatar)));
}

#[derive(Template)]
#[template(path = "inboxes/settings.html")]
struct SettingsPage {
    page: Shell,
    inbox: Head,
    fields: Fields,
    reply_times: Vec<Choice>,
    features: Vec<Choice>,
    /// Nothing where the account has none.
    help_centres: Vec<Choice>,
    surveys: Vec<Choice>,
    sender_names: Vec<Choice>,
    errors: FormErrors,
}

/// The fields, as typed; those of a website stay empty for others.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    website_url: Text,
    widget_color: Text,
    welcome_title: Text,
    welcome_tagline: Text,
    reply_time: Text,
    continuity_via_email: Flag,
    features: List<String>,
    /// Not there where there is none to choose.
    portal_id: Patch<Text>,
    greeting_enabled: Flag,
    greeting_message: Text,
    enable_email_collect: Flag,
    csat_survey_enabled: Flag,
    csat_display_type: Text,
    csat_message: Text,
    enable_auto_assignment: Flag,
    allow_messages_after_resolved: Flag,
    lock_to_single_conversation: Flag,
    sender_name_type: Text,
    business_name: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(Details { inbox, channel, .. }: &Details) -> Fields {
        let or_empty = |said: &Option<String>| Text(said.clone().unwrap_or_default());
        let survey = |key: &str| Text(inbox.csat_config.0.get(key).and_then(Value::as_str).unwrap_or_default().to_owned());
        let common = Fields {
            name: Text(inbox.name.clone()),
            greeting_enabled: Flag(inbox.greeting_enabled),
            greeting_message: or_empty(&inbox.greeting_message),
            enable_email_collect: Flag(inbox.enable_email_collect),
            csat_survey_enabled: Flag(inbox.csat_survey_enabled),
            csat_display_type: survey("display_type"),
            csat_message: survey("message"),
            enable_auto_assignment: Flag(inbox.enable_auto_assignment),
            allow_messages_after_resolved: Flag(inbox.allow_messages_after_resolved),
            lock_to_single_conversation: Flag(inbox.lock_to_single_conversation),
            sender_name_type: Text(inbox.sender_name_type.name().into()),
            business_name: or_empty(&inbox.business_name),
            ..Fields::default()
        };
        let Channel::WebWidget(widget) = channel else { return common };
        Fields {
            website_url: Text(widget.website_url.clone()),
            widget_color: Text(widget.widget_color.clone()),
            welcome_title: or_empty(&widget.welcome_title),
            welcome_tagline: or_empty(&widget.welcome_tagline),
            reply_time: Text(widget.reply_time.name().into()),
            continuity_via_email: Flag(widget.continuity_via_email),
            features: List(widget.feature_flags.0.clone()),
            portal_id: inbox.portal_id.map_or(Patch::Null, |id| Patch::Set(Text(id.to_string()))),
            ..common
        }
    }

    /// A box that is not checked sends nothing, so that each of them says what it is.
    fn input(&self, present: &Details) -> InboxInput {
        let set = |said: &Text| if said.0.trim().is_empty() { Patch::Null } else { Patch::Set(Text(said.0.trim().to_owned())) };
        let mut survey = present.inbox.csat_config.0.clone();
        // what is not stored is not stored for being shown
        let mut say = |key: &str, said: &str, usual: &str| {
            if survey.get(key).and_then(Value::as_str).unwrap_or(usual) != said {
                survey.insert(key.to_owned(), said.into());
            }
        };
        say("display_type", if self.csat_display_type.0.is_empty() { "emoji" } else { &self.csat_display_type.0 }, "emoji");
        say("message", self.csat_message.0.trim(), "");
        // visitors of a website alone are asked, so that the form of an API inbox has no such box
        let (enable_email_collect, channel) = match present.channel {
            Channel::Api(_) => (Patch::Absent, ChannelInput::default()),
            Channel::WebWidget(_) => (
                Patch::Set(self.enable_email_collect),
                ChannelInput {
                    website_url: set(&self.website_url),
                    widget_color: set(&self.widget_color),
                    welcome_title: set(&self.welcome_title),
                    welcome_tagline: set(&self.welcome_tagline),
                    reply_time: ReplyTime::from_name(&self.reply_time.0).map_or(Patch::Absent, Patch::Set),
                    continuity_via_email: Patch::Set(self.continuity_via_email),
                    selected_feature_flags: Some(List(self.features.0.clone())),
                    ..ChannelInput::default()
                },
            ),
        };
        InboxInput {
            name: set(&self.name),
            greeting_enabled: Patch::Set(self.greeting_enabled),
            greeting_message: set(&self.greeting_message),
            enable_email_collect,
            csat_survey_enabled: Patch::Set(self.csat_survey_enabled),
            csat_config: Patch::Set(Object(survey)),
            enable_auto_assignment: Patch::Set(self.enable_auto_assignment),
            allow_messages_after_resolved: Patch::Set(self.allow_messages_after_resolved),
            lock_to_single_conversation: Patch::Set(self.lock_to_single_conversation),
            sender_name_type: SenderNameType::from_name(&self.sender_name_type.0).map_or(Patch::Absent, Patch::Set),
            business_name: set(&self.business_name),
            // what is no number is nobody's
            portal_id: self.portal_id.clone().map(|text| text.0.parse().unwrap_or(PortalId(-1))),
            channel,
            ..InboxInput::default()
        }
    }
}

/// An inbox, and the help centres that it can be connected to.
struct Present {
    details: Details,
    help_centres: Vec<(PortalId, String)>,
}

fn look(conn: &mut DbConn, account: AccountId, id: InboxId) -> Result<Present> {
    Ok(Present { details: load(conn, account, id)?, help_centres: queries::help_centres_of(conn, account)? })
}

fn draw(page: Shell, Present { details, help_centres }: &Present, fields: Fields, errors: FormErrors) -> SettingsPage {
    let choice = |name: &str, prefix: &str, chosen: &str| Choice::new(name, page.t(&format!("{prefix}{name}")), chosen);
    let feature = |name: &&str| Choice { selected: fields.features.0.iter().any(|on| on == name), ..choice(name, "widget-feature-", "") };
    let connected = fields.portal_id.clone().set().map(|text| text.0).unwrap_or_default();
    let none = (!help_centres.is_empty()).then(|| Choice::new("", page.t("inbox-help-centre-none"), &connected));
    let some = help_centres.iter().map(|(id, name)| Choice::new(id.to_string(), name.as_str(), &connected));
    SettingsPage {
        inbox: Head::of(&page, &details.inbox, true),
        help_centres: none.into_iter().chain(some).collect(),
        reply_times: ReplyTime::ALL.iter().map(|time| choice(time.name(), "reply-time-", &fields.reply_time.0)).collect(),
        features: FEATURES.iter().map(feature).collect(),
        surveys: ["emoji", "star"].map(|kind| choice(kind, "csat-display-", &fields.csat_display_type.0)).into(),
        sender_names: SenderNameType::ALL.iter().map(|kind| choice(kind.name(), "sender-name-", &fields.sender_name_type.0)).collect(),
        fields,
        errors,
        page,
    }
}

/// Who may change nothing sees how the inbox is reached.
async fn show(db: Data<Db>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    if !agent.is_administrator() {
        return Ok(see_other(&format!("{}/{id}/configuration", list_url(&page)), page.flash));
    }
    let present = db.read(move |conn| look(conn, agent.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&present.details), FormErrors::new(page.lang));
    html(&draw(page, &present, fields, errors))
}

async fn save(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), administrator.account_id());
    let typed = fields.clone();
    let work = move |tx: &mut Tx| {
        // laid over what is there when nobody else can change it
        queries::to_change(tx.conn, account, id)?;
        let input = typed.input(&load(tx.conn, account, id)?);
        commands::update(tx, &administrator, id, input)
    };
    match db.write(work).await {
        Ok(_) => Ok(saved(&page, id, "")),
        Err(error) => {
            let present = db.read(move |conn| look(conn, account, id)).await?;
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&draw(page, &present, fields, errors))
        }
    }
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
    let input = InboxInput { avatar: uploads.take_one("avatar"), ..InboxInput::default() };
    match db.write(move |tx: &mut Tx| commands::update(tx, &administrator, id, input)).await {
        Ok(_) => Ok(saved(&page, id, "")),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            let present = db.read(move |conn| look(conn, account, id)).await?;
            let fields = Fields::of(&present.details);
            refused(&draw(page, &present, fields, errors))
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
    Ok(saved(&page, id, ""))
}
