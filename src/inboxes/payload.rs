//! How inboxes look in JSON.
mod raw;
mod shown;

pub use raw::{RawInbox, raw};
pub use shown::{InboxJson, draw};

use super::{
    model::{Channel, ChannelType, Inbox, WidgetChannel, WorkingHour},
    queries,
};
use crate::{
    audited,
    db::{
        DbConn,
        types::{AccountId, InboxId, PortalId},
    },
    error::{Error, Result},
    events::Changes,
    web::json::{Iso, Named},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// An inbox inside a contact's sessions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "NestedInbox")]
pub struct SlimInbox<'a> {
    id: InboxId,
    avatar_url: &'a str,
    channel_id: i64,
    name: &'a str,
    channel_type: ChannelType,
    provider: Option<&'static str>,
}

/// Draws an inbox inside a contact's sessions.
pub fn slim<'a>(inbox: &'a Inbox, channel: &Channel) -> SlimInbox<'a> {
    SlimInbox {
        id: inbox.id,
        avatar_url: avatar(inbox),
        channel_id: channel.id(),
        name: &inbox.name,
        channel_type: inbox.channel_type,
        provider: None,
    }
}

/// The link to an inbox's picture; empty without one.
pub fn avatar(inbox: &Inbox) -> &str {
    inbox.avatar_url.as_deref().unwrap_or_default()
}

/// The help centre that an inbox is connected to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct HelpCentre {
    name: String,
    /// What it is called in links.
    slug: String,
}

/// The one of these that an inbox is connected to.
fn help_centre_of(inbox: &Inbox, all: &[(PortalId, String, String)]) -> Option<HelpCentre> {
    let (_, name, slug) = all.iter().find(|(id, ..)| Some(*id) == inbox.portal_id)?;
    Some(HelpCentre { name: name.clone(), slug: slug.clone() })
}

/// The help centre that an inbox is connected to, if there is one.
pub(super) fn help_centre(conn: &mut DbConn, inbox: &Inbox) -> Result<Option<HelpCentre>> {
    Ok(help_centre_of(inbox, &queries::help_centres(conn, std::slice::from_ref(inbox))?))
}

/// An inbox and what is drawn with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Details {
    /// The inbox.
    #[serde(flatten)]
    pub inbox: Inbox,
    /// What it is connected to.
    #[serde(flatten)]
    pub channel: Channel,
    /// Its week, from Sunday on.
    #[serde(rename = "working_hours")]
    pub hours: Vec<WorkingHour>,
    /// What it is connected to; the row has its id.
    #[serde(skip)]
    pub help_center: Option<HelpCentre>,
}

audited!(Details = "Inbox": |it| it.inbox.id.0, &it.inbox.name);

/// Loads what is drawn with these inboxes, in their order.
pub fn details(conn: &mut DbConn, inboxes: Vec<Inbox>) -> Result<Vec<Details>> {
    let mut channels = queries::channels(conn, &inboxes)?;
    let ids: Vec<InboxId> = inboxes.iter().map(|inbox| inbox.id).collect();
    let hours = queries::hours(conn, &ids)?;
    let help_centres = queries::help_centres(conn, &inboxes)?;
    let with_channel = inboxes.into_iter().filter_map(|inbox| {
        let at = channels.iter().position(|(id, _)| *id == inbox.id)?;
        let (_, channel) = channels.swap_remove(at);
        let hours = hours.iter().filter(|hour| hour.inbox_id == inbox.id).cloned().collect();
        let help_center = help_centre_of(&inbox, &help_centres);
        Some(Details { inbox, channel, hours, help_center })
    });
    Ok(with_channel.collect())
}

/// What a website puts into its pages to show the widget.
pub fn script(channel: &WidgetChannel, public_url: &str) -> String {
    let base = public_url.trim_end_matches('/');
    format!(
        "<script>\n  (function (d, t) {{\n    var base = \"{base}\";\n    var g = d.createElement(t), s = d.getElementsByTagName(t)[0];\n    \
         g.src = base + \"/packs/js/sdk.js\";\n    g.async = true;\n    s.parentNode.insertBefore(g, s);\n    \
         g.onload = function () {{ window.chatwootSDK.run({{ websiteToken: \"{}\", baseUrl: base }}); }};\n  }})(document, \"script\");\n</script>\n",
        channel.website_token
    )
}

/// A day of the week as its bare row, as events hold it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkingHour")]
struct RawHour {
    id: i64,
    inbox_id: InboxId,
    account_id: AccountId,
    day_of_week: i16,
    closed_all_day: bool,
    open_hour: Option<i16>,
    open_minutes: Option<i16>,
    close_hour: Option<i16>,
    close_minutes: Option<i16>,
    created_at: Iso,
    updated_at: Iso,
    open_all_day: bool,
}

fn raw_hour(hour: &WorkingHour) -> RawHour {
    let WorkingHour { id, account_id, inbox_id, day_of_week, closed_all_day, open_hour, open_minutes, close_hour, close_minutes, .. } = *hour;
    RawHour {
        id,
        inbox_id,
        account_id,
        day_of_week,
        closed_all_day,
        open_hour,
        open_minutes,
        close_hour,
        close_minutes,
        created_at: Iso(hour.created_at),
        updated_at: Iso(hour.updated_at),
        open_all_day: hour.open_all_day,
    }
}

/// A channel in events. Its keys are left out: they are credentials.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Channel")]
enum ChannelEvent<'a> {
    Api {
        id: i64,
        account_id: AccountId,
        webhook_url: Option<&'a str>,
        created_at: Iso,
        updated_at: Iso,
        identifier: &'a str,
        hmac_mandatory: bool,
        additional_attributes: &'a Map<String, Value>,
    },
    WebWidget {
        id: i64,
        account_id: AccountId,
        website_url: &'a str,
        created_at: Iso,
        updated_at: Iso,
        website_token: &'a str,
        widget_color: &'a str,
        welcome_title: Option<&'a str>,
        welcome_tagline: Option<&'a str>,
        hmac_mandatory: bool,
    },
}

fn channel_event(channel: &Channel) -> ChannelEvent<'_> {
    match channel {
        Channel::Api(api) => ChannelEvent::Api {
            id: api.id,
            account_id: api.account_id,
            webhook_url: api.webhook_url.as_deref(),
            created_at: Iso(api.created_at),
            updated_at: Iso(api.updated_at),
            identifier: &api.identifier,
            hmac_mandatory: api.hmac_mandatory,
            additional_attributes: &api.additional_attributes.0,
        },
        Channel::WebWidget(widget) => ChannelEvent::WebWidget {
            id: widget.id,
            account_id: widget.account_id,
            website_url: &widget.website_url,
            created_at: Iso(widget.created_at),
            updated_at: Iso(widget.updated_at),
            website_token: &widget.website_token,
            widget_color: &widget.widget_color,
            welcome_title: widget.welcome_title.as_deref(),
            welcome_tagline: widget.welcome_tagline.as_deref(),
            hmac_mandatory: widget.hmac_mandatory,
        },
    }
}

/// The body of `inbox_created` and `inbox_updated`.
#[derive(Serialize, JsonSchema)]
pub(super) struct InboxEvent<'a> {
    allow_messages_after_resolved: bool,
    lock_to_single_conversation: bool,
    auto_assignment_config: &'a Map<String, Value>,
    enable_auto_assignment: bool,
    enable_email_collect: bool,
    greeting_enabled: bool,
    greeting_message: Option<&'a str>,
    csat_survey_enabled: bool,
    business_name: Option<&'a str>,
    sender_name_type: super::model::SenderNameType,
    timezone: &'a str,
    out_of_office_message: Option<&'a str>,
    working_hours_enabled: bool,
    working_hours: Vec<RawHour>,
    created_at: Iso,
    updated_at: Iso,
    channel: ChannelEvent<'a>,
    account: Named<'a, AccountId>,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_attributes: Option<&'a Changes>,
}

/// Draws the body of an event about an inbox.
pub(super) fn event(details: &Details, account_name: &str, name: &str, changed_attributes: Option<&Changes>) -> Result<String> {
    let Details { inbox, channel, hours, .. } = details;
    let drawn = InboxEvent {
        allow_messages_after_resolved: inbox.allow_messages_after_resolved,
        lock_to_single_conversation: inbox.lock_to_single_conversation,
        auto_assignment_config: &inbox.auto_assignment_config.0,
        enable_auto_assignment: inbox.enable_auto_assignment,
        enable_email_collect: inbox.enable_email_collect,
        greeting_enabled: inbox.greeting_enabled,
        greeting_message: inbox.greeting_message.as_deref(),
        csat_survey_enabled: inbox.csat_survey_enabled,
        business_name: inbox.business_name.as_deref(),
        sender_name_type: inbox.sender_name_type,
        timezone: &inbox.timezone,
        out_of_office_message: inbox.out_of_office_message.as_deref(),
        working_hours_enabled: inbox.working_hours_enabled,
        working_hours: hours.iter().map(raw_hour).collect(),
        created_at: Iso(inbox.created_at),
        updated_at: Iso(inbox.updated_at),
        channel: channel_event(channel),
        account: Named { id: inbox.account_id, name: account_name },
        event: name,
        changed_attributes,
    };
    serde_json::to_string(&drawn).map_err(Error::internal)
}

/// The week alone, as the public client API draws it.
pub fn working_hours(hours: &[WorkingHour]) -> impl Serialize + '_ {
    hours
}

/// What changed between two states of an inbox.
pub(super) fn changes(before: &Inbox, after: &Inbox) -> Changes {
    let mut changes = Changes::default();
    changes.compare("name", &before.name, &after.name);
    changes.compare("enable_auto_assignment", before.enable_auto_assignment, after.enable_auto_assignment);
    changes.compare("greeting_enabled", before.greeting_enabled, after.greeting_enabled);
    changes.compare("greeting_message", &before.greeting_message, &after.greeting_message);
    changes.compare("working_hours_enabled", before.working_hours_enabled, after.working_hours_enabled);
    changes.compare("out_of_office_message", &before.out_of_office_message, &after.out_of_office_message);
    changes.compare("timezone", &before.timezone, &after.timezone);
    changes.compare("enable_email_collect", before.enable_email_collect, after.enable_email_collect);
    changes.compare("csat_survey_enabled", before.csat_survey_enabled, after.csat_survey_enabled);
    changes.compare("allow_messages_after_resolved", before.allow_messages_after_resolved, after.allow_messages_after_resolved);
    changes.compare("lock_to_single_conversation", before.lock_to_single_conversation, after.lock_to_single_conversation);
    changes.compare("sender_name_type", before.sender_name_type, after.sender_name_type);
    changes.compare("business_name", &before.business_name, &after.business_name);
    changes.compare("portal_id", before.portal_id, after.portal_id);
    changes.compare("csat_config", &before.csat_config.0, &after.csat_config.0);
    changes.compare("updated_at", Iso(before.updated_at), Iso(after.updated_at));
    changes
}
