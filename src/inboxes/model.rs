//! Rows and rules of inboxes.
use crate::{
    audited,
    db::{
        schema::{api_channels, inboxes, web_widget_channels, working_hours},
        types::{AccountId, AgentBotId, BlobId, InboxId, Json, PortalId, UserId},
    },
    error::{Error, Result},
    files::Avatar,
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

text_enum! {
    /// What an inbox is connected to.
    pub enum ChannelType { WebWidget = 0 "Channel::WebWidget", Api = 1 "Channel::Api" }
}

text_enum! {
    /// How the names of agents appear in mails.
    pub enum SenderNameType { Friendly = 0 "friendly", Professional = 1 "professional" }
}

text_enum! {
    /// When a visitor may expect an answer.
    pub enum ReplyTime { Minutes = 0 "in_a_few_minutes", Hours = 1 "in_a_few_hours", Day = 2 "in_a_day" }
}

/// A row of `inboxes`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = inboxes, treat_none_as_null = true)]
pub struct Inbox {
    /// Its id.
    pub id: InboxId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What it is connected to.
    pub channel_type: ChannelType,
    /// What agents call it.
    pub name: String,
    /// Whether a visitor is greeted.
    pub greeting_enabled: bool,
    /// With what.
    pub greeting_message: Option<String>,
    /// Whether its hours count.
    pub working_hours_enabled: bool,
    /// What is said outside them.
    pub out_of_office_message: Option<String>,
    /// An IANA name; its hours are meant there.
    pub timezone: String,
    /// Whether a visitor is asked for their address.
    pub enable_email_collect: bool,
    /// Whether a visitor is asked how it was.
    pub csat_survey_enabled: bool,
    /// How that question looks.
    pub csat_config: Json<Map<String, Value>>,
    /// Whether conversations are handed to members by turns.
    pub enable_auto_assignment: bool,
    /// By which rules.
    pub auto_assignment_config: Json<Map<String, Value>>,
    /// Whether a visitor may write on after the conversation was resolved.
    pub allow_messages_after_resolved: bool,
    /// Whether a visitor always has the same conversation.
    pub lock_to_single_conversation: bool,
    /// How the names of agents appear in mails.
    pub sender_name_type: SenderNameType,
    /// The name of the business in mails.
    pub business_name: Option<String>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
    /// The file of its picture.
    pub avatar_blob_id: Option<BlobId>,
    /// The link to its picture.
    pub avatar_url: Option<String>,
    /// The help centre whose articles its chat offers.
    pub portal_id: Option<PortalId>,
}

impl Inbox {
    /// Gives it another picture, or none.
    pub fn set_avatar(&mut self, avatar: Option<Avatar>) {
        (self.avatar_blob_id, self.avatar_url) = avatar.map(|Avatar { blob_id, url }| (blob_id, url)).unzip();
    }
}

/// A row of `api_channels`: programs write through the client API, and hear answers at a callback.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = api_channels, treat_none_as_null = true)]
pub struct ApiChannel {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub account_id: AccountId,
    /// The inbox it belongs to.
    pub inbox_id: InboxId,
    /// Where events of the inbox are sent.
    pub webhook_url: Option<String>,
    /// Names the inbox to the public client API.
    pub identifier: String,
    /// The key with which a business proves who a visitor is.
    pub hmac_token: String,
    /// Whether that proof is demanded.
    pub hmac_mandatory: bool,
    /// The key that signs what is sent to `webhook_url`.
    pub secret: String,
    /// `agent_reply_time_window`, in hours.
    pub additional_attributes: Json<Map<String, Value>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

/// A row of `web_widget_channels`: the chat on a website.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = web_widget_channels, treat_none_as_null = true)]
pub struct WidgetChannel {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub account_id: AccountId,
    /// The inbox it belongs to.
    pub inbox_id: InboxId,
    /// The site.
    pub website_url: String,
    /// Names the widget to the site's visitors.
    pub website_token: String,
    /// The key with which a business proves who a visitor is.
    pub hmac_token: String,
    /// Whether that proof is demanded.
    pub hmac_mandatory: bool,
    /// `#rrggbb`.
    pub widget_color: String,
    /// Above the conversation.
    pub welcome_title: Option<String>,
    /// Below the title.
    pub welcome_tagline: Option<String>,
    /// When a visitor may expect an answer.
    pub reply_time: ReplyTime,
    /// Whether a form comes before the conversation.
    pub pre_chat_form_enabled: bool,
    /// That form.
    pub pre_chat_form_options: Json<Map<String, Value>>,
    /// Whether answers that were not seen are mailed.
    pub continuity_via_email: bool,
    /// The sites that may show the widget, separated by commas; empty for all.
    pub allowed_domains: String,
    /// What the widget offers.
    pub feature_flags: Json<Vec<String>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
    /// The key that signs the sessions of visitors. It never leaves the server.
    pub session_key: String,
}

/// An inbox's connection.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Channel {
    /// Through the API.
    Api(ApiChannel),
    /// Through a website's widget.
    WebWidget(WidgetChannel),
}

impl Channel {
    /// The channel's own id, of which each kind has its own sequence.
    pub fn id(&self) -> i64 {
        match self {
            Channel::Api(channel) => channel.id,
            Channel::WebWidget(channel) => channel.id,
        }
    }
}

/// Somebody's place in an inbox, as the audit log names it.
#[derive(Debug, Serialize)]
pub(super) struct InboxMember<'a> {
    inbox_id: InboxId,
    inbox: &'a str,
    user_id: UserId,
}

impl InboxMember<'_> {
    /// The place of a user in an inbox.
    pub fn new(inbox: &Inbox, user_id: UserId) -> InboxMember<'_> {
        InboxMember { inbox_id: inbox.id, inbox: &inbox.name, user_id }
    }
}

audited!(InboxMember<'_> = "InboxMember": |it| it.inbox_id.0, it.inbox);

/// Which bot is at work in an inbox, as the audit log names it.
#[derive(Debug, Serialize)]
pub(super) struct InboxBot<'a> {
    #[serde(skip)]
    inbox: &'a Inbox,
    agent_bot_id: Option<AgentBotId>,
}

impl InboxBot<'_> {
    /// This bot in that inbox, or none.
    pub fn new(inbox: &Inbox, agent_bot_id: Option<AgentBotId>) -> InboxBot<'_> {
        InboxBot { inbox, agent_bot_id }
    }
}

audited!(InboxBot<'_> = "Inbox": |it| it.inbox.id.0, &it.inbox.name);

/// A row of `working_hours`: one day of an inbox's week.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize, JsonSchema)]
#[diesel(table_name = working_hours, treat_none_as_null = true)]
pub struct WorkingHour {
    /// Its id.
    #[serde(skip)]
    pub id: i64,
    /// Whose it is.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The inbox it belongs to.
    #[serde(skip)]
    pub inbox_id: InboxId,
    /// 0 is Sunday.
    pub day_of_week: i16,
    /// Nobody is there.
    pub closed_all_day: bool,
    /// 0 to 23.
    pub open_hour: Option<i16>,
    /// 0 to 59.
    pub open_minutes: Option<i16>,
    /// 0 to 23.
    pub close_hour: Option<i16>,
    /// 0 to 59.
    pub close_minutes: Option<i16>,
    /// Somebody is always there.
    pub open_all_day: bool,
    /// When it was made.
    #[serde(skip)]
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    #[serde(skip)]
    pub updated_at: NaiveDateTime,
}

impl WorkingHour {
    /// Puts right what follows from the whole day, and checks the hours of a day that has some.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub fn settle(&mut self) -> Result<()> {
        if self.open_all_day && self.closed_all_day {
            return Err(Error::invalid("open_all_day", "Open all day and closed all day cannot both be set"));
        }
        if self.open_all_day {
            (self.open_hour, self.open_minutes, self.close_hour, self.close_minutes) = (Some(0), Some(0), Some(23), Some(59));
        }
        if self.closed_all_day {
            return Ok(());
        }
        let opens = self.open_hour.zip(self.open_minutes).ok_or_else(|| Error::blank("open_hour"))?;
        let closes = self.close_hour.zip(self.close_minutes).ok_or_else(|| Error::blank("close_hour"))?;
        if closes > opens { Ok(()) } else { Err(Error::invalid("close_hour", "Closing time must be after opening time")) }
    }
}

/// Whether an agent may still answer in an API inbox: always, unless the channel has a window, counted from the visitor's
/// last message (as Chatwoot's).
pub fn within_reply_window(channel_attributes: &Map<String, Value>, last_incoming: Option<NaiveDateTime>, now: NaiveDateTime) -> bool {
    let window = channel_attributes.get("agent_reply_time_window");
    let hours = window.and_then(|hours| hours.as_f64().or_else(|| hours.as_str().and_then(|text| text.parse().ok())));
    match hours {
        // compared as floats: a window may be longer than a time difference can be
        Some(hours) if hours > 0.0 => last_incoming.is_some_and(|at| ((now - at).num_milliseconds() as f64) < hours * 3_600_000.0),
        _ => true,
    }
}
