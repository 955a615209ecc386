//! What the widget needs when it starts: how the website looks, who the visitor is, and what the installation is called.
use crate::{
    config::Config,
    contacts::{ContactInbox, SeenContact},
    custom_attributes::{Definition, Model},
    db::types::{ContactId, now},
    help_centre::PortalOfWidget,
    inboxes::{self, ReplyTime, WorkingHour},
    web::{Language, assets},
    widget::door::Door,
};
use chrono::{Offset, TimeZone};
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// All that the widget needs when it starts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetConfig")]
pub(in crate::widget) struct ConfigJson<'a> {
    website_channel_config: WebsiteJson<'a>,
    contact: VisitorJson<'a>,
    global_config: InstallationJson<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetWebsite")]
struct WebsiteJson<'a> {
    allow_messages_after_resolved: bool,
    api_host: &'a str,
    /// The session: what `X-Auth-Token` is from now on.
    auth_token: &'a str,
    /// A link to the picture of the inbox; empty without one.
    avatar_url: &'a str,
    csat_survey_enabled: bool,
    disable_branding: bool,
    /// Of `attachments`, `emoji_picker`, `end_conversation`, `use_inbox_avatar_for_bot` and `allow_mobile_webview` those that are on.
    enabled_features: &'a [String],
    enabled_languages: Vec<LanguageJson>,
    locale: &'a str,
    out_of_office_message: Option<&'a str>,
    /// The help centre that belongs to the website.
    portal: Option<&'a PortalOfWidget>,
    pre_chat_form_enabled: bool,
    pre_chat_form_options: Map<String, Value>,
    reply_time: ReplyTime,
    /// As the IANA names it; the hours are meant there.
    timezone: &'a str,
    /// How far that is from UTC now, as in `+01:00`.
    utc_off_set: String,
    website_name: &'a str,
    website_token: &'a str,
    welcome_tagline: Option<&'a str>,
    welcome_title: Option<&'a str>,
    /// `#rrggbb`.
    widget_color: &'a str,
    /// From Sunday on.
    working_hours: &'a [WorkingHour],
    working_hours_enabled: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct LanguageJson {
    name: String,
    iso_639_1_code: &'static str,
}

/// Who the visitor is.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct VisitorJson<'a> {
    email: Option<&'a str>,
    id: ContactId,
    identifier: Option<&'a str>,
    name: &'a str,
    phone_number: Option<&'a str>,
    /// Opens the visitor's socket.
    pubsub_token: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
struct InstallationJson<'a> {
    logo_thumbnail: String,
    brand_name: &'a str,
    widget_brand_url: &'a str,
    /// In megabytes.
    maximum_file_upload_size: u64,
    installation_name: &'a str,
}

/// What is drawn of a website.
pub(in crate::widget) struct Site<'a> {
    pub door: &'a Door,
    pub hours: &'a [WorkingHour],
    pub definitions: &'a [Definition],
    pub portal: Option<&'a PortalOfWidget>,
    pub config: &'a Config,
}

/// Draws what the widget needs for a visitor whose session this token is.
pub(in crate::widget) fn config<'a>(site: &Site<'a>, session: &'a ContactInbox, seen: &'a SeenContact, token: &'a str) -> ConfigJson<'a> {
    let contact = seen.as_contact();
    let Site { door: Door { account, inbox, channel }, hours, definitions, portal, config } = site;
    let base = config.public_url.as_str().trim_end_matches('/');
    ConfigJson {
        website_channel_config: WebsiteJson {
            allow_messages_after_resolved: inbox.allow_messages_after_resolved,
            api_host: base,
            auth_token: token,
            avatar_url: inboxes::avatar(inbox),
            csat_survey_enabled: inbox.csat_survey_enabled,
            disable_branding: false,
            enabled_features: &channel.feature_flags.0,
            enabled_languages: Language::ALL.map(language).into(),
            locale: &account.locale,
            out_of_office_message: inbox.out_of_office_message.as_deref(),
            portal: *portal,
            pre_chat_form_enabled: channel.pre_chat_form_enabled,
            pre_chat_form_options: with_definitions(&channel.pre_chat_form_options.0, definitions),
            reply_time: channel.reply_time,
            timezone: &inbox.timezone,
            utc_off_set: offset(&inbox.timezone),
            website_name: &inbox.name,
            website_token: &channel.website_token,
            welcome_tagline: channel.welcome_tagline.as_deref(),
            welcome_title: channel.welcome_title.as_deref(),
            widget_color: &channel.widget_color,
            working_hours: hours,
            working_hours_enabled: inbox.working_hours_enabled,
        },
        contact: VisitorJson {
            email: contact.email.as_deref(),
            id: contact.id,
            identifier: contact.identifier.as_deref(),
            name: &contact.name,
            phone_number: contact.phone_number.as_deref(),
            pubsub_token: &session.pubsub_token,
        },
        global_config: InstallationJson {
            logo_thumbnail: format!("{base}{}", assets::url("favicon.svg")),
            brand_name: &config.brand_name,
            widget_brand_url: base,
            maximum_file_upload_size: config.upload_limit,
            installation_name: &config.brand_name,
        },
    }
}

fn language(language: Language) -> LanguageJson {
    LanguageJson { name: format!("{} ({})", language.name(), language.code()), iso_639_1_code: language.code() }
}

/// How far a time zone is from UTC now, as in `+01:00`.
fn offset(zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let minutes = zone.offset_from_utc_datetime(&now()).fix().local_minus_utc() / 60;
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}

/// The form before a conversation. Fields that are attributes of the account are as these are defined now; one that is defined no more is left
/// out.
fn with_definitions(options: &Map<String, Value>, definitions: &[Definition]) -> Map<String, Value> {
    let mut options = options.clone();
    let Some(Value::Array(fields)) = options.get_mut("pre_chat_fields") else { return options };
    fields.retain_mut(|field| {
        let Value::Object(field) = field else { return false };
        let model = match field.get("field_type").and_then(Value::as_str) {
            Some("contact_attribute") => Model::Contact,
            Some("conversation_attribute") => Model::Conversation,
            _ => return true,
        };
        let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
        let Some(known) = definitions.iter().find(|known| known.attribute_model == model && known.attribute_key == name) else { return false };
        field.insert("type".into(), known.attribute_display_type.name().into());
        field.insert("values".into(), known.attribute_values.0.clone().into());
        field.insert("regex_pattern".into(), known.regex_pattern.clone().into());
        field.insert("regex_cue".into(), known.regex_cue.clone().into());
        true
    });
    options
}
