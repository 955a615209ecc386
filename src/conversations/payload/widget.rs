//! What is told when a visitor opens the chat on a website.
use super::ConversationPush;
use crate::{
    contacts::ContactWebhook,
    db::types::{AccountId, ContactInboxId, InboxId},
    web::json::Named,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// The body of `webwidget_triggered`.
#[derive(Serialize, JsonSchema)]
pub(in crate::conversations) struct WidgetEvent<'a> {
    pub id: ContactInboxId,
    pub contact: ContactWebhook<'a>,
    pub inbox: Named<'a, InboxId>,
    pub account: Named<'a, AccountId>,
    pub current_conversation: Option<ConversationPush<'a>>,
    pub source_id: &'a str,
    pub event: &'static str,
    pub event_info: &'a Map<String, Value>,
}
