//! An inbox as its bare row.
use crate::{
    db::types::{AccountId, InboxId, PortalId},
    inboxes::model::{Channel, ChannelType, Inbox, SenderNameType},
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// An inbox as its bare row, as the answer to a created contact holds it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InboxRow")]
pub struct RawInbox<'a> {
    id: InboxId,
    channel_id: i64,
    account_id: AccountId,
    name: &'a str,
    created_at: Iso,
    updated_at: Iso,
    channel_type: ChannelType,
    enable_auto_assignment: bool,
    greeting_enabled: bool,
    greeting_message: Option<&'a str>,
    email_address: Option<&'a str>,
    working_hours_enabled: bool,
    out_of_office_message: Option<&'a str>,
    timezone: &'a str,
    enable_email_collect: bool,
    csat_survey_enabled: bool,
    allow_messages_after_resolved: bool,
    auto_assignment_config: &'a Map<String, Value>,
    lock_to_single_conversation: bool,
    portal_id: Option<PortalId>,
    sender_name_type: SenderNameType,
    business_name: Option<&'a str>,
    csat_config: &'a Map<String, Value>,
}

/// Draws an inbox as its bare row.
pub fn raw<'a>(inbox: &'a Inbox, channel: &Channel) -> RawInbox<'a> {
    RawInbox {
        id: inbox.id,
        channel_id: channel.id(),
        account_id: inbox.account_id,
        name: &inbox.name,
        created_at: Iso(inbox.created_at),
        updated_at: Iso(inbox.updated_at),
        channel_type: inbox.channel_type,
        enable_auto_assignment: inbox.enable_auto_assignment,
        greeting_enabled: inbox.greeting_enabled,
        greeting_message: inbox.greeting_message.as_deref(),
        email_address: None,
        working_hours_enabled: inbox.working_hours_enabled,
        out_of_office_message: inbox.out_of_office_message.as_deref(),
        timezone: &inbox.timezone,
        enable_email_collect: inbox.enable_email_collect,
        csat_survey_enabled: inbox.csat_survey_enabled,
        allow_messages_after_resolved: inbox.allow_messages_after_resolved,
        auto_assignment_config: &inbox.auto_assignment_config.0,
        lock_to_single_conversation: inbox.lock_to_single_conversation,
        portal_id: inbox.portal_id,
        sender_name_type: inbox.sender_name_type,
        business_name: inbox.business_name.as_deref(),
        csat_config: &inbox.csat_config.0,
    }
}
