//! Rows and rules of inboxes.
use crate::{
    audit::Audited,
    db::{
        schema::{api_channels, inboxes, web_widget_channels, working_hours},
        types::{AccountId, AgentBotId, BlobId, InboxId, Json, UserId},
    },
    error::{Error, Result},
    files::Avatar,
    text_enum,
};
use chrono::{Datelike, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;
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

impl Audited for InboxMember<'_> {
    const TYPE: &'static str = "InboxMember";

    fn id(&self) -> i64 {
        self.inbox_id.0
    }

    fn name(&self) -> &str {
        self.inbox
    }
}

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

impl Audited for InboxBot<'_> {
    const TYPE: &'static str = "Inbox";

    fn id(&self) -> i64 {
        self.inbox.id.0
    }

    fn name(&self) -> &str {
        &self.inbox.name
    }
}

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

/// Whether nobody is there at this time (in UTC), by the hours of a week in this time zone. The closing minute begins the time in which
/// nobody is there; a day of which nothing is said is open.
pub fn is_closed(week: &[WorkingHour], timezone: &str, now: NaiveDateTime) -> bool {
    let zone: Tz = timezone.parse().unwrap_or(Tz::UTC);
    let local = zone.from_utc_datetime(&now).naive_local();
    let today = i64::from(local.weekday().num_days_from_sunday());
    let Some(day) = week.iter().find(|day| i64::from(day.day_of_week) == today) else { return false };
    if day.open_all_day || day.closed_all_day {
        return !day.open_all_day;
    }
    let minute = |hour: Option<i16>, minutes: Option<i16>| i64::from(hour.unwrap_or_default()) * 60 + i64::from(minutes.unwrap_or_default());
    let present = i64::from(local.hour() * 60 + local.minute());
    present < minute(day.open_hour, day.open_minutes) || present >= minute(day.close_hour, day.close_minutes)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;

    fn day(day_of_week: i16, hours: Option<[i16; 4]>) -> WorkingHour {
        let [open_hour, open_minutes, close_hour, close_minutes] = hours.map(|hours| hours.map(Some)).unwrap_or_default();
        let (closed_all_day, open_all_day, at) = (hours.is_none(), false, now());
        let (account_id, inbox_id) = (AccountId(1), InboxId(1));
        WorkingHour {
            id: 0,
            account_id,
            inbox_id,
            day_of_week,
            closed_all_day,
            open_hour,
            open_minutes,
            close_hour,
            close_minutes,
            open_all_day,
            created_at: at,
            updated_at: at,
        }
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn hours_are_meant_where_the_inbox_is() {
        // a Monday from 9:30 to 17:00, and the Sunday before it, closed
        let week = [day(0, None), day(1, Some([9, 30, 17, 0]))];
        for (zone, time, closed) in [
            ("UTC", "2026-11-23T09:29:59", true),
            ("UTC", "2026-11-23T09:30:00", false),
            ("UTC", "2026-11-23T16:59:59", false),
            ("UTC", "2026-11-23T17:00:00", true),
            ("UTC", "2026-11-22T12:00:00", true),
            ("Asia/Bangkok", "2026-11-23T02:30:00", false),
            ("Asia/Bangkok", "2026-11-23T12:00:00", true),
            // it is Monday there already
            ("Pacific/Auckland", "2026-11-22T21:00:00", false),
            // in summer an hour earlier
            ("Europe/Berlin", "2026-11-23T08:00:00", true),
            ("Europe/Berlin", "2026-07-20T07:45:00", false),
            ("Nowhere/Else", "2026-11-23T12:00:00", false),
        ] {
            assert_eq!(is_closed(&week, zone, at(time)), closed, "{zone} {time}");
        }
    }

    #[test]
    fn days_that_are_open_or_closed_as_a_whole() {
        let whole = WorkingHour { open_all_day: true, closed_all_day: false, ..day(1, Some([0, 0, 23, 59])) };
        assert!(!is_closed(&[whole], "UTC", at("2026-11-23T23:59:59")));
        assert!(is_closed(&[day(1, None)], "UTC", at("2026-11-23T12:00:00")));
        // of this day nothing is said
        assert!(!is_closed(&[day(2, None)], "UTC", at("2026-11-23T12:00:00")));
    }
}
