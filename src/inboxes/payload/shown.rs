//! An inbox as the API shows it.
use super::{Details, HelpCentre, avatar, script};
use crate::{
    db::types::InboxId,
    inboxes::model::{ApiChannel, Channel, ChannelType, ReplyTime, SenderNameType, WidgetChannel, WorkingHour},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// An inbox in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Inbox")]
pub enum InboxJson<'a> {
    /// The chat on a website.
    WebWidget(Box<WidgetInbox<'a>>),
    /// What programs write through.
    Api(Box<ApiInbox<'a>>),
}

/// What inboxes have in common.
#[derive(Debug, Serialize, JsonSchema)]
struct Common<'a> {
    id: InboxId,
    /// A link to its picture; empty without one.
    avatar_url: &'a str,
    channel_id: i64,
    name: &'a str,
    channel_type: ChannelType,
    greeting_enabled: bool,
    greeting_message: Option<&'a str>,
    working_hours_enabled: bool,
    enable_email_collect: bool,
    csat_survey_enabled: bool,
    csat_config: &'a Map<String, Value>,
    enable_auto_assignment: bool,
    auto_assignment_config: &'a Map<String, Value>,
    out_of_office_message: Option<&'a str>,
    /// From Sunday on.
    working_hours: &'a [WorkingHour],
    /// As the IANA names it; the hours are meant there.
    timezone: &'a str,
    /// Where events of the inbox are sent.
    callback_webhook_url: Option<&'a str>,
    allow_messages_after_resolved: bool,
    lock_to_single_conversation: bool,
    sender_name_type: SenderNameType,
    business_name: Option<&'a str>,
    /// The help centre whose articles its chat offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    help_center: Option<&'a HelpCentre>,
}

/// The inbox of a website.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WidgetInbox<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    /// Separated by commas; empty for all.
    allowed_domains: &'a str,
    widget_color: &'a str,
    website_url: &'a str,
    hmac_mandatory: bool,
    welcome_title: Option<&'a str>,
    welcome_tagline: Option<&'a str>,
    /// What a website puts into its pages.
    web_widget_script: String,
    website_token: &'a str,
    selected_feature_flags: &'a [String],
    reply_time: ReplyTime,
    /// For administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    hmac_token: Option<&'a str>,
    pre_chat_form_enabled: bool,
    pre_chat_form_options: &'a Map<String, Value>,
    continuity_via_email: bool,
    messaging_service_sid: (),
    phone_number: (),
    provider: (),
}

/// The inbox of programs. What only websites have is there as null: strict clients read one shape for both.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApiInbox<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    allowed_domains: (),
    widget_color: (),
    website_url: (),
    welcome_title: (),
    welcome_tagline: (),
    web_widget_script: (),
    website_token: (),
    selected_feature_flags: (),
    reply_time: (),
    messaging_service_sid: (),
    phone_number: (),
    hmac_mandatory: bool,
    /// For administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    hmac_token: Option<&'a str>,
    /// What signs events of the inbox; for administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    webhook_url: Option<&'a str>,
    /// What the public API calls the inbox.
    inbox_identifier: &'a str,
    additional_attributes: &'a Map<String, Value>,
    provider: (),
}

/// Draws an inbox; keys that prove identity are for administrators alone.
pub fn draw<'a>(details: &'a Details, administrator: bool, public_url: &str) -> InboxJson<'a> {
    match &details.channel {
        Channel::Api(channel) => InboxJson::Api(Box::new(api(common(details, channel.webhook_url.as_deref()), channel, administrator))),
        Channel::WebWidget(channel) => InboxJson::WebWidget(Box::new(widget(common(details, None), channel, administrator, public_url))),
    }
}

fn common<'a>(Details { inbox, channel, hours, help_center }: &'a Details, callback: Option<&'a str>) -> Common<'a> {
    Common {
        id: inbox.id,
        avatar_url: avatar(inbox),
        channel_id: channel.id(),
        name: &inbox.name,
        channel_type: inbox.channel_type,
        greeting_enabled: inbox.greeting_enabled,
        greeting_message: inbox.greeting_message.as_deref(),
        working_hours_enabled: inbox.working_hours_enabled,
        enable_email_collect: inbox.enable_email_collect,
        csat_survey_enabled: inbox.csat_survey_enabled,
        csat_config: &inbox.csat_config.0,
        enable_auto_assignment: inbox.enable_auto_assignment,
        auto_assignment_config: &inbox.auto_assignment_config.0,
        out_of_office_message: inbox.out_of_office_message.as_deref(),
        working_hours: hours,
        timezone: &inbox.timezone,
        callback_webhook_url: callback,
        allow_messages_after_resolved: inbox.allow_messages_after_resolved,
        lock_to_single_conversation: inbox.lock_to_single_conversation,
        sender_name_type: inbox.sender_name_type,
        business_name: inbox.business_name.as_deref(),
        help_center: help_center.as_ref(),
    }
}

fn widget<'a>(common: Common<'a>, channel: &'a WidgetChannel, administrator: bool, public_url: &str) -> WidgetInbox<'a> {
    WidgetInbox {
        common,
        allowed_domains: &channel.allowed_domains,
        widget_color: &channel.widget_color,
        website_url: &channel.website_url,
        hmac_mandatory: channel.hmac_mandatory,
        welcome_title: channel.welcome_title.as_deref(),
        welcome_tagline: channel.welcome_tagline.as_deref(),
        web_widget_script: script(channel, public_url),
        website_token: &channel.website_token,
        selected_feature_flags: &channel.feature_flags.0,
        reply_time: channel.reply_time,
        hmac_token: administrator.then_some(&channel.hmac_token),
        pre_chat_form_enabled: channel.pre_chat_form_enabled,
        pre_chat_form_options: &channel.pre_chat_form_options.0,
        continuity_via_email: channel.continuity_via_email,
        messaging_service_sid: (),
        phone_number: (),
        provider: (),
    }
}

fn api<'a>(common: Common<'a>, channel: &'a ApiChannel, administrator: bool) -> ApiInbox<'a> {
    ApiInbox {
        common,
        allowed_domains: (),
        widget_color: (),
        website_url: (),
        welcome_title: (),
        welcome_tagline: (),
        web_widget_script: (),
        website_token: (),
        selected_feature_flags: (),
        reply_time: (),
        messaging_service_sid: (),
        phone_number: (),
        hmac_mandatory: channel.hmac_mandatory,
        hmac_token: administrator.then_some(&channel.hmac_token),
        secret: administrator.then_some(&channel.secret),
        webhook_url: channel.webhook_url.as_deref(),
        inbox_identifier: &channel.identifier,
        additional_attributes: &channel.additional_attributes.0,
        provider: (),
    }
}
