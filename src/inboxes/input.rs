//! What clients may say about an inbox, when they make one and when they change one; and the rules for it.
use super::{
    forms,
    model::{ApiChannel, Inbox, ReplyTime, SenderNameType, WidgetChannel, WorkingHour},
};
use crate::{
    checks::{LINE, at_most, required, within},
    db::types::{Json, PortalId},
    error::{Error, Result},
    storage::Upload,
    web::{
        Input,
        fields::{Flag, List, Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

/// The features of a widget that can be switched.
pub const FEATURES: [&str; 5] = ["attachments", "emoji_picker", "end_conversation", "use_inbox_avatar_for_bot", "allow_mobile_webview"];

/// What a new inbox is connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A website's widget.
    WebWidget,
    /// The API.
    Api,
}

/// The body of creating or changing an inbox.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct InboxInput {
    /// What agents call it, up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// Whether a visitor is greeted.
    pub greeting_enabled: Patch<Flag>,
    /// Up to 10,000 characters.
    pub greeting_message: Patch<Text>,
    /// Whether its hours count.
    pub working_hours_enabled: Patch<Flag>,
    /// Up to 10,000 characters.
    pub out_of_office_message: Patch<Text>,
    /// An IANA name.
    pub timezone: Patch<Text>,
    /// Whether a visitor is asked for their address.
    pub enable_email_collect: Patch<Flag>,
    /// Whether a visitor is asked how it was.
    pub csat_survey_enabled: Patch<Flag>,
    /// How that question looks.
    pub csat_config: Patch<Object>,
    /// Whether conversations are handed to members by turns.
    pub enable_auto_assignment: Patch<Flag>,
    /// Whether a visitor may write on after the conversation was resolved.
    pub allow_messages_after_resolved: Patch<Flag>,
    /// Whether a visitor always has the same conversation.
    pub lock_to_single_conversation: Patch<Flag>,
    /// How the names of agents appear in mails.
    pub sender_name_type: Patch<SenderNameType>,
    /// The name of the business in mails, up to 255 characters.
    pub business_name: Patch<Text>,
    /// The help centre whose articles its chat offers.
    pub portal_id: Patch<PortalId>,
    /// Days of the week; those that are not named stay. Of no meaning for a new inbox.
    pub working_hours: List<DayInput>,
    /// The channel's own fields.
    pub channel: ChannelInput,
    /// Its picture, as a part of a multipart form.
    #[serde(skip)]
    pub avatar: Option<Upload>,
}

impl Input for InboxInput {
    const FILES: &'static [&'static str] = &["avatar"];
}

/// The body of changing an inbox: some clients write null as text there, for whatever stands at its top.
#[derive(Debug, Default, JsonSchema)]
pub struct InboxUpdate(pub InboxInput);

impl<'de> Deserialize<'de> for InboxUpdate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut said: Map<String, Value> = Map::deserialize(deserializer)?;
        said.values_mut().filter(|value| value.as_str() == Some("null")).for_each(|value| *value = Value::Null);
        // what is wrong is told with where it stands, as everywhere
        serde_path_to_error::deserialize(Value::Object(said)).map(InboxUpdate).map_err(de::Error::custom)
    }
}

impl Input for InboxUpdate {
    const FILES: &'static [&'static str] = &["avatar"];
}

/// What may be said about one day of an inbox's week.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DayInput {
    /// 0 is Sunday.
    pub day_of_week: Patch<Text>,
    /// Nobody is there.
    pub closed_all_day: Patch<Flag>,
    /// 0 to 23.
    pub open_hour: Patch<Text>,
    /// 0 to 59.
    pub open_minutes: Patch<Text>,
    /// 0 to 23.
    pub close_hour: Patch<Text>,
    /// 0 to 59.
    pub close_minutes: Patch<Text>,
    /// Means 0:00 to 23:59.
    pub open_all_day: Patch<Flag>,
}

impl DayInput {
    /// Puts what was said into the week.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub fn apply(self, week: &mut [WorkingHour]) -> Result<()> {
        let DayInput { day_of_week, closed_all_day, open_hour, open_minutes, close_hour, close_minutes, open_all_day } = self;
        let number = number("day_of_week", 6, day_of_week, None)?;
        let day = week.iter_mut().find(|day| Some(day.day_of_week) == number).ok_or_else(|| Error::blank("day_of_week"))?;
        day.closed_all_day = closed_all_day.set().map_or(day.closed_all_day, |flag| flag.0);
        day.open_all_day = open_all_day.set().map_or(day.open_all_day, |flag| flag.0);
        day.open_hour = self::number("open_hour", 23, open_hour, day.open_hour)?;
        day.open_minutes = self::number("open_minutes", 59, open_minutes, day.open_minutes)?;
        day.close_hour = self::number("close_hour", 23, close_hour, day.close_hour)?;
        day.close_minutes = self::number("close_minutes", 59, close_minutes, day.close_minutes)?;
        day.settle()
    }
}

fn number(attribute: &'static str, most: i16, said: Patch<Text>, present: Option<i16>) -> Result<Option<i16>> {
    let Patch::Set(Text(text)) = said else { return Ok(said.map(|_| 0).or(present)) };
    let number = text.trim().parse().ok().filter(|number| (0..=most).contains(number));
    let wrong = || Error::invalid(attribute, format!("{attribute} must be a whole number from 0 to {most}"));
    number.map(Some).ok_or_else(wrong)
}

/// What may be said about a channel: of either kind, those that the other kind has are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChannelInput {
    /// `api` or `web_widget`; only when the inbox is made.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// API: where events are sent.
    pub webhook_url: Patch<Text>,
    /// Both: whether the proof of identity is demanded.
    pub hmac_mandatory: Patch<Flag>,
    /// API: `agent_reply_time_window`, in hours.
    pub additional_attributes: Patch<Object>,
    /// Widget: the site, up to 255 characters.
    pub website_url: Patch<Text>,
    /// Widget: `#rrggbb`.
    pub widget_color: Patch<Text>,
    /// Widget: above the conversation.
    pub welcome_title: Patch<Text>,
    /// Widget: below the title.
    pub welcome_tagline: Patch<Text>,
    /// Widget: when a visitor may expect an answer.
    pub reply_time: Patch<ReplyTime>,
    /// Widget: whether a form comes before the conversation.
    pub pre_chat_form_enabled: Patch<Flag>,
    /// Widget: that form.
    pub pre_chat_form_options: Patch<Object>,
    /// Widget: whether answers that were not seen are mailed.
    pub continuity_via_email: Patch<Flag>,
    /// Widget: the sites that may show it, separated by commas; empty for all.
    pub allowed_domains: Patch<Text>,
    /// Widget: what it offers.
    pub selected_feature_flags: Option<List<String>>,
}

impl InboxInput {
    /// Puts what was said into the inbox.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub fn apply(self, inbox: &mut Inbox) -> Result<ChannelInput> {
        let InboxInput {
            name,
            greeting_enabled,
            greeting_message,
            working_hours_enabled,
            out_of_office_message,
            timezone,
            enable_email_collect,
            csat_survey_enabled,
            csat_config,
            enable_auto_assignment,
            allow_messages_after_resolved,
            lock_to_single_conversation,
            sender_name_type,
            business_name,
            portal_id,
            // the caller has taken them out: they are rows of their own
            working_hours: _,
            avatar: _,
            channel,
        } = self;
        let said = |text: Patch<Text>, present: &Option<String>| text.map(|text| text.0).or(present.clone());
        inbox.name = required("name", &said(name, &Some(inbox.name.clone())).unwrap_or_default(), LINE)?;
        inbox.greeting_message = at_most("greeting_message", said(greeting_message, &inbox.greeting_message), 10_000)?;
        inbox.out_of_office_message = at_most("out_of_office_message", said(out_of_office_message, &inbox.out_of_office_message), 10_000)?;
        inbox.business_name = at_most("business_name", said(business_name, &inbox.business_name), LINE)?;
        if let Patch::Set(Text(zone)) = timezone {
            if zone.parse::<chrono_tz::Tz>().is_err() {
                return Err(Error::invalid("timezone", "Timezone is not included in the list"));
            }
            inbox.timezone = zone;
        }
        switch(greeting_enabled, &mut inbox.greeting_enabled);
        switch(working_hours_enabled, &mut inbox.working_hours_enabled);
        switch(enable_email_collect, &mut inbox.enable_email_collect);
        switch(csat_survey_enabled, &mut inbox.csat_survey_enabled);
        switch(enable_auto_assignment, &mut inbox.enable_auto_assignment);
        switch(allow_messages_after_resolved, &mut inbox.allow_messages_after_resolved);
        switch(lock_to_single_conversation, &mut inbox.lock_to_single_conversation);
        if let Patch::Set(kind) = sender_name_type {
            inbox.sender_name_type = kind;
        }
        inbox.portal_id = portal_id.or(inbox.portal_id);
        if let Patch::Set(Object(config)) = csat_config {
            inbox.csat_config = Json(forms::checked_survey(config)?);
        }
        Ok(channel)
    }
}

fn switch(said: Patch<Flag>, present: &mut bool) {
    *present = said.set().map_or(*present, |flag| flag.0);
}

impl ChannelInput {
    /// Which kind of channel is to be made.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a kind that this server does not have.
    pub fn kind(&self) -> Result<Kind> {
        match self.kind.as_ref().map(|kind| kind.0.as_str()) {
            Some("web_widget") => Ok(Kind::WebWidget),
            Some("api") => Ok(Kind::Api),
            _ => Err(Error::invalid("channel", "Channel type must be web_widget or api")),
        }
    }

    /// The callback that is to be called, if one is said.
    pub fn said_callback(&self) -> Option<&str> {
        match &self.webhook_url {
            Patch::Set(url) => Some(&url.0),
            _ => None,
        }
    }

    /// Puts what was said into an API channel.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub fn apply_to_api(self, channel: &mut ApiChannel) -> Result<()> {
        channel.webhook_url = at_most("webhook_url", self.webhook_url.map(|text| text.0.trim().to_owned()).or(channel.webhook_url.take()), 2048)?;
        switch(self.hmac_mandatory, &mut channel.hmac_mandatory);
        if let Patch::Set(Object(attributes)) = self.additional_attributes {
            let window = attributes.get("agent_reply_time_window").filter(|window| !window.is_null() && window.as_str() != Some(""));
            let hours = window.map(|window| window.as_f64().or_else(|| window.as_str().and_then(|text| text.parse().ok())));
            if matches!(hours, Some(hours) if !hours.is_some_and(|hours: f64| hours > 0.0)) {
                return Err(Error::invalid("agent_reply_time_window", "Agent reply time window must be greater than 0"));
            }
            channel.additional_attributes = Json(attributes);
        }
        Ok(())
    }

    /// Puts what was said into a widget.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub fn apply_to_widget(self, channel: &mut WidgetChannel) -> Result<()> {
        let said = |text: Patch<Text>, present: Option<String>| text.map(|text| text.0).or(present);
        channel.website_url = required("website_url", &said(self.website_url, Some(channel.website_url.clone())).unwrap_or_default(), LINE)?;
        channel.widget_color = required("widget_color", &said(self.widget_color, Some(channel.widget_color.clone())).unwrap_or_default(), 32)?;
        channel.welcome_title = at_most("welcome_title", said(self.welcome_title, channel.welcome_title.take()), LINE)?;
        channel.welcome_tagline = at_most("welcome_tagline", said(self.welcome_tagline, channel.welcome_tagline.take()), LINE)?;
        if let Some(domains) = said(self.allowed_domains, Some(channel.allowed_domains.clone())) {
            within("allowed_domains", &domains, 20_000)?;
            channel.allowed_domains = domains;
        }
        if let Patch::Set(time) = self.reply_time {
            channel.reply_time = time;
        }
        switch(self.hmac_mandatory, &mut channel.hmac_mandatory);
        switch(self.pre_chat_form_enabled, &mut channel.pre_chat_form_enabled);
        switch(self.continuity_via_email, &mut channel.continuity_via_email);
        if let Patch::Set(Object(options)) = self.pre_chat_form_options {
            channel.pre_chat_form_options = Json(forms::checked_pre_chat(options)?);
            forms::complete_pre_chat(&mut channel.pre_chat_form_options.0);
        }
        if let Some(List(flags)) = self.selected_feature_flags {
            channel.feature_flags = Json(flags.into_iter().filter(|flag| FEATURES.contains(&flag.as_str())).collect());
        }
        Ok(())
    }
}
