//! What those who answer say: in a message by itself, or as the first of a conversation.
use super::{
    commands::NewMessage,
    model::{ContentType, MessageType, SenderType},
    thread::{Sender, Thread},
};
use crate::{
    bots::{self, AgentOrBot},
    checks::not_too_large,
    db::{
        Tx,
        types::{AccountId, AgentBotId, CampaignNumber},
    },
    error::{Error, Result},
    files::{self, Blob},
    inboxes::ChannelType,
    web::{
        Input, Uploads,
        fields::{Flag, List, Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// What may be said about a new message.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct MessageInput {
    /// Up to 150,000 characters. Files or `content_attributes` may stand in its place.
    content: Patch<Text>,
    /// `outgoing` unless said otherwise; `incoming` in API inboxes only.
    message_type: Patch<Text>,
    /// Whether it is a note that the contact does not see.
    private: Flag,
    /// Text unless said otherwise.
    content_type: Patch<ContentType>,
    /// What its type needs: the items of a choice, the fields of a form, `in_reply_to`.
    content_attributes: Object,
    /// Comes back in the answer, so that a client knows its own message again.
    echo_id: Patch<Text>,
    /// What it is called in another system.
    source_id: Patch<Text>,
    /// When it was written in another system.
    external_created_at: Patch<Value>,
    /// The number of the campaign that says it.
    campaign_id: Patch<CampaignNumber>,
    /// The template that it was made from, for whatever brings it on: kept with it, up to 64 KiB of JSON.
    template_params: Object,
    /// `AgentBot`, with `sender_id`: a bot of the account says it. Left out: whoever asks.
    sender_type: Patch<Text>,
    /// Which bot.
    sender_id: Patch<AgentBotId>,
    /// The `blob_id` of files that were uploaded before; in a multipart form also files themselves.
    attachments: List<Value>,
}

impl Input for MessageInput {
    const ROOT: &'static str = "message";
    const FILES: &'static [&'static str] = &["attachments[]"];
}

/// Something that is to be said, with the files that came with it. By whom, and which files were uploaded before, the database is still to be asked.
pub(super) struct Wording {
    message: NewMessage,
    bot: Option<AgentBotId>,
    names: Vec<String>,
}

impl MessageInput {
    /// Holds it against the rules, with the files of its request; none if nothing is said.
    ///
    /// # Errors
    /// [`Error::Refused`] and [`Error::Invalid`], which say what is wrong.
    pub fn read(self, uploads: &mut Uploads) -> Result<Option<Wording>> {
        let MessageInput { content, message_type, private, content_type, mut content_attributes, echo_id, source_id, external_created_at, .. } = self;
        let MessageInput { campaign_id, template_params, sender_type, sender_id, attachments, .. } = self;
        let (uploads, names) = uploads.take_with_names("attachments", &attachments)?;
        let message_type = checked_type(message_type)?;
        let content = content.set().map(|content| content.0);
        if content.as_deref().is_none_or(|text| text.trim().is_empty()) && content_attributes.0.is_empty() && uploads.is_empty() && names.is_empty() {
            return Ok(None);
        }
        not_too_large("template_params", &template_params.0)?;
        content_attributes.0.extend(written_elsewhere(external_created_at)?);
        let is_a_bots = sender_type.set().is_some_and(|kind| kind.0 == SenderType::AgentBot.name());
        let message = NewMessage {
            content,
            message_type,
            content_type: content_type.set().unwrap_or(ContentType::Text),
            content_attributes: content_attributes.0,
            // notes are an agent's
            private: private.0 && message_type == MessageType::Outgoing,
            source_id: source_id.set().map(|source| source.0),
            sender: None,
            attachments: uploads,
            uploaded: Vec::new(),
            echo_id: echo_id.set().map(|echo| echo.0),
            campaign: campaign_id.set(),
            template_params: template_params.0,
        };
        Ok(Some(Wording { message, bot: sender_id.set().filter(|_| is_a_bots), names }))
    }
}

impl Wording {
    /// What its client calls it.
    pub fn echo_id(&self) -> Option<&str> {
        self.message.echo_id.as_deref()
    }

    /// The message, as whoever asks says it in a conversation.
    ///
    /// # Errors
    /// [`Error::Refused`] for a bot or a file that is not there, and for a contact's message where only contacts write them.
    pub fn said_by(self, tx: &mut Tx, by: &AgentOrBot, thread: &Thread) -> Result<NewMessage> {
        let Wording { mut message, bot, names } = self;
        message.sender = Some(match message.message_type {
            MessageType::Incoming if thread.inbox.channel_type != ChannelType::Api => {
                return Err(Error::Refused("Incoming messages are only allowed in Api inboxes".into()));
            }
            MessageType::Incoming => thread.contact_as_sender(),
            _ => author(tx, by, bot)?,
        });
        message.uploaded = names.iter().map(|name| uploaded(tx, by.account_id(), name)).collect::<Result<_>>()?;
        Ok(message)
    }
}

fn checked_type(said: Patch<Text>) -> Result<MessageType> {
    match said.set().map(|kind| kind.0).as_deref() {
        None | Some("outgoing" | "1") => Ok(MessageType::Outgoing),
        Some("incoming" | "0") => Ok(MessageType::Incoming),
        Some(other) => Err(Error::Refused(format!("{other} is not a message type that can be created; use outgoing or incoming"))),
    }
}

/// Who says it: whoever asks, or for an agent also a bot.
fn author(tx: &mut Tx, by: &AgentOrBot, bot: Option<AgentBotId>) -> Result<Sender> {
    match (by, bot) {
        (AgentOrBot::Agent(_), Some(id)) => {
            let bot = bots::find(tx.conn, by.account_id(), id).map_err(|e| match e {
                Error::NotFound => Error::Refused(format!("sender_id: {id} is no bot")),
                e => e,
            })?;
            Ok(Sender::Bot(Box::new(bot)))
        }
        _ => Ok(Sender::from(by)),
    }
}

/// A file that was uploaded before.
fn uploaded(tx: &mut Tx, account: AccountId, name: &str) -> Result<Blob> {
    files::of_account(tx.conn, account, name).map_err(|e| match e {
        Error::NotFound => Error::Refused(format!("attachments: {name} is no uploaded file")),
        e => e,
    })
}

/// When a message was written in another system, as it is kept with the message.
fn written_elsewhere(at: Patch<Value>) -> Result<Option<(String, Value)>> {
    match at.set() {
        None => Ok(None),
        Some(at) if at.is_number() || at.is_string() => Ok(Some(("external_created_at".to_owned(), at))),
        Some(_) => Err(Error::Refused("external_created_at: a time is expected here".into())),
    }
}
