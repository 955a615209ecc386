//! Posting a message, and what follows from it.
use super::{
    assignment,
    change::{fill_last_public, save, save_measured, tell_changes},
    lapses, notify, participants, templates,
};
use crate::{
    both, contacts,
    conversations::{
        aside::Aside,
        content,
        model::{Attachment, CAMPAIGN, ContentType, Conversation, MOST_UNREAD, Message, MessageStatus, MessageType, Status, TEMPLATE},
        occasions::{Occasion, tell_rules},
        pace::{self, Pace},
        payload, queries,
        thread::{Said, Sender, Thread},
    },
    db::{
        Tx,
        schema::{attachments, conversations, messages},
        types::{CampaignNumber, Json, MessageId, now},
    },
    error::{Error, Result},
    events::{self, Actor, Event, EventName},
    files::{self, Blob, FileType},
    inboxes::ChannelType,
    reporting::Lapse,
    storage::Upload,
};
use diesel::prelude::*;
use serde_json::{Map, Value};

/// A message to be posted.
#[derive(Debug)]
pub struct NewMessage {
    /// Its text.
    pub content: Option<String>,
    /// Who it comes from.
    pub message_type: MessageType,
    /// How it is shown.
    pub content_type: ContentType,
    /// What else it holds.
    pub content_attributes: Map<String, Value>,
    /// A note that visitors never see.
    pub private: bool,
    /// What another system calls it.
    pub source_id: Option<String>,
    /// Its author; nobody for notices and automatic texts.
    pub sender: Option<Sender>,
    /// The files that come with it.
    pub attachments: Vec<Upload>,
    /// Files that come with it and were uploaded before.
    pub uploaded: Vec<Blob>,
    /// What the client that writes it calls it, so that it knows its own message again.
    pub echo_id: Option<String>,
    /// The campaign that says it.
    pub campaign: Option<CampaignNumber>,
    /// The template that it was made from; empty without one.
    pub template_params: Map<String, Value>,
}

impl NewMessage {
    /// A text without more.
    pub fn text(message_type: MessageType, sender: Option<Sender>, content: impl Into<String>) -> Self {
        let content_type = ContentType::Text;
        NewMessage {
            content: Some(content.into()),
            message_type,
            content_type,
            content_attributes: Map::new(),
            private: false,
            source_id: None,
            sender,
            attachments: Vec::new(),
            uploaded: Vec::new(),
            echo_id: None,
            campaign: None,
            template_params: Map::new(),
        }
    }
}

/// Posts a message: stores it, tells it, and does what follows. A contact's message reopens the conversation and starts
/// the waiting; a person's answer ends it.
///
/// # Errors
/// [`Error::Refused`] for content that its type does not allow, for a source id that is too long, and for files that websites do not take;
/// [`Error::Invalid`] for more messages than a conversation takes in a minute.
pub fn post(tx: &mut Tx, thread: &mut Thread, mut new: NewMessage) -> Result<Said> {
    keep_pace(tx, thread)?;
    content::check_text(new.content.as_deref())?;
    content::check_source(new.source_id.as_deref())?;
    content::check_attributes(new.content_type, &new.content_attributes)?;
    check_files(thread, &new)?;
    resolve_reply(tx, thread, new.message_type, &mut new.content_attributes)?;
    let echo_id = new.echo_id.take();
    let said = store(tx, thread, new)?;
    let before = thread.conversation.clone();
    let message = &said.message;
    if message.message_type == MessageType::Incoming {
        thread.unread = (thread.unread + 1).min(MOST_UNREAD);
        // the window for an answer opens with it
        thread.can_reply = true;
    }
    if message.is_public() {
        thread.last_public = Some(said.clone());
    }
    let named = if message.private { participants::note_mentions(tx, &thread.conversation, message)? } else { Vec::new() };
    let notified = notify::of_message(tx, thread, &said, &named)?;
    let actor = actor_of(&said);
    if message.is_told() {
        fill_last_public(tx, thread)?;
        tell(tx, thread, &said, &actor, EventName::MessageCreated, &Aside::of_message(echo_id, named, notified))?;
    }
    let (reopened, lapse) = match message.message_type {
        MessageType::Incoming => (follow_incoming(tx, thread, message, &actor)?, None),
        MessageType::Outgoing => (false, follow_answer(tx, thread, &said, &actor)?),
        _ => (false, None),
    };
    match lapse {
        Some(lapse) => save_measured(tx, thread, lapse)?,
        None if thread.conversation != before => save(tx, &thread.conversation)?,
        None => {}
    }
    if let (MessageType::Incoming, Some(Sender::Contact(_))) = (message.message_type, &said.sender) {
        thread.contact = contacts::touch(tx, &thread.account, &thread.contact, message.created_at)?;
    }
    // the notice comes after what it is about
    if reopened && thread.inbox.channel_type == ChannelType::Api {
        let language = thread.account.language();
        let activity = serde_json::json!({"type": "conversation_status_changed", "status": thread.conversation.status});
        notice(tx, thread, language.t("activity-reopened-by-system").to_string(), Some(activity))?;
    }
    if said.message.message_type == MessageType::Incoming {
        templates::answer(tx, thread)?;
    }
    if reopened {
        assignment::hand_over(tx, thread)?;
    }
    Ok(said)
}

/// Says something automatically: visitors and webhooks get it, and nothing follows from it.
pub(super) fn say(tx: &mut Tx, thread: &mut Thread, text: NewMessage) -> Result<Said> {
    let said = store(tx, thread, text)?;
    thread.last_public = Some(said.clone());
    tell(tx, thread, &said, &Actor::System, EventName::MessageCreated, &Aside::default())?;
    Ok(said)
}

/// Refuses a message where too many were written within the last minute.
fn keep_pace(tx: &mut Tx, thread: &Thread) -> Result<()> {
    let Some(pace) = tx.shared::<Pace>() else { return Ok(()) };
    let (conversation, now) = (&thread.conversation, now());
    if pace.is_to_ask(conversation.id, conversation.last_activity_at, now)
        && queries::nth_newest_at(tx.conn, conversation.id, pace::MOST)?.is_some_and(|at| now - at < pace::WITHIN)
    {
        return Err(Error::invalid("base", format!("The conversation takes no more than {} messages in a minute", pace::MOST)));
    }
    pace.note(conversation.id, now);
    Ok(())
}

/// Writes a notice, which only agents hear of, at their sockets. Whoever has caused what it tells of has not written it.
pub(super) fn notice(tx: &mut Tx, thread: &mut Thread, text: String, activity: Option<Value>) -> Result<()> {
    let mut new = NewMessage::text(MessageType::Activity, None, text);
    new.content_attributes.extend(activity.map(|activity| ("activity".to_owned(), activity)));
    let said = store(tx, thread, new)?;
    tell_notice(tx, thread, &said.message, &Actor::System, EventName::NoticeCreated, &Aside::default())
}

/// Leaves a notice that agents read in the conversation, and nobody else.
///
/// # Errors
/// The database's.
pub fn leave_notice(tx: &mut Tx, thread: &mut Thread, text: String) -> Result<()> {
    notice(tx, thread, text, None)
}

/// Tells agents of a notice, or that it is another one now.
pub(super) fn tell_notice(tx: &mut Tx, thread: &Thread, notice: &Message, actor: &Actor, name: EventName, aside: &Aside) -> Result<()> {
    let event = Event {
        inbox_id: Some(thread.inbox.id),
        conversation_id: Some(thread.conversation.id),
        message_id: Some(notice.id),
        ..Event::for_sockets(name, thread.account.id, actor.clone(), aside)?
    };
    events::publish(tx, event)
}

/// Inserts the row, and moves the conversation's last activity, which is all that most messages change in it. (With all of its
/// columns, SQLite would write each index anew and look for each row that it refers to.)
fn store(tx: &mut Tx, thread: &mut Thread, new: NewMessage) -> Result<Said> {
    let NewMessage {
        content,
        message_type,
        content_type,
        content_attributes,
        private,
        source_id,
        sender,
        attachments: uploads,
        uploaded,
        echo_id: _,
        campaign,
        template_params,
    } = new;
    let (sender_type, sender_id) = sender.as_ref().map(Sender::key).unzip();
    let now = now();
    let conversation = &mut thread.conversation;
    let mut message = Message {
        id: MessageId(0),
        account_id: conversation.account_id,
        inbox_id: conversation.inbox_id,
        conversation_id: conversation.id,
        message_type,
        content_type,
        content,
        content_attributes: Json(content_attributes),
        private,
        status: MessageStatus::Sent,
        source_id,
        sender_type,
        sender_id,
        additional_attributes: Json(origin(campaign, template_params)),
        created_at: now,
        updated_at: now,
    };
    let insert = diesel::insert_into(messages::table)
        .values((
            (
                messages::account_id.eq(message.account_id),
                messages::inbox_id.eq(message.inbox_id),
                messages::conversation_id.eq(message.conversation_id),
            ),
            (messages::message_type.eq(message_type), messages::content_type.eq(content_type), messages::content.eq(&message.content)),
            (messages::content_attributes.eq(&message.content_attributes), messages::private.eq(private), messages::source_id.eq(&message.source_id)),
            (messages::sender_type.eq(sender_type), messages::sender_id.eq(sender_id)),
            (messages::additional_attributes.eq(&message.additional_attributes), messages::created_at.eq(now), messages::updated_at.eq(now)),
        ))
        .returning(messages::id);
    (conversation.last_activity_at, conversation.updated_at) = (now, now);
    let times = (conversations::last_activity_at.eq(now), conversations::updated_at.eq(now));
    let activity = diesel::update(conversations::table.find(conversation.id)).set(times);
    message.id = both!(tx.conn, activity, insert)?;
    let received = uploads.into_iter().map(|upload| files::store(tx, message.account_id, upload)).collect::<Result<Vec<_>>>()?;
    let attachments = received.into_iter().chain(uploaded).map(|blob| attach(tx, &message, blob)).collect::<Result<_>>()?;
    Ok(Said { message, sender, attachments })
}

/// What a message says of where it comes from.
fn origin(campaign: Option<CampaignNumber>, template_params: Map<String, Value>) -> Map<String, Value> {
    let campaign = campaign.map(|number| (CAMPAIGN.to_owned(), Value::from(number.0)));
    let template = (!template_params.is_empty()).then(|| (TEMPLATE.to_owned(), Value::Object(template_params)));
    campaign.into_iter().chain(template).collect()
}

fn attach(tx: &mut Tx, message: &Message, blob: Blob) -> Result<Attachment> {
    let file_type = FileType::of(&blob.content_type);
    let insert = diesel::insert_into(attachments::table)
        .values((
            attachments::account_id.eq(message.account_id),
            attachments::message_id.eq(message.id),
            attachments::blob_id.eq(blob.id),
            attachments::file_type.eq(file_type),
            attachments::created_at.eq(message.created_at),
        ))
        .returning(attachments::id);
    let id = insert.get_result(tx.conn)?;
    Ok(Attachment { id, account_id: message.account_id, message_id: message.id, file_type, blob })
}

/// What a website's visitor is sent must be something that their browser is likely to know.
fn check_files(thread: &Thread, new: &NewMessage) -> Result<()> {
    let received = new.attachments.iter().map(|upload| (&upload.filename, &upload.content_type));
    let mut all = received.chain(new.uploaded.iter().map(|blob| (&blob.filename, &blob.content_type)));
    let is_refused = |content_type: &str| thread.inbox.channel_type == ChannelType::WebWidget && !files::may_be_sent_on_websites(content_type);
    match all.find(|(_, content_type)| is_refused(content_type)) {
        Some((filename, _)) => Err(Error::Refused(format!("Attachments: files such as {filename} are not taken in a website's inbox"))),
        None => Ok(()),
    }
}

/// A contact's message reopens what was snoozed or resolved (which a bot has first, where there is one), and starts the waiting. True
/// when it is open for people then and was not before.
fn follow_incoming(tx: &mut Tx, thread: &mut Thread, message: &Message, actor: &Actor) -> Result<bool> {
    if thread.contact.blocked {
        return Ok(false);
    }
    let status = match thread.conversation.status {
        Status::Resolved if thread.is_heard_by_bots() => Some(Status::Pending),
        Status::Resolved | Status::Snoozed => Some(Status::Open),
        Status::Open | Status::Pending => None,
    };
    if let Some(status) = status {
        step(tx, thread, actor, None, |conversation| {
            conversation.status = status;
            conversation.settle_status();
        })?;
    }
    if thread.conversation.waiting_since.is_none() {
        let at = message.created_at;
        step(tx, thread, actor, None, |conversation| conversation.waiting_since = Some(at))?;
    }
    Ok(status == Some(Status::Open))
}

/// A person's answer ends the waiting; the first one is remembered. Gives how long they took, if somebody waited. A bot's answer ends it, too.
fn follow_answer(tx: &mut Tx, thread: &mut Thread, said: &Said, actor: &Actor) -> Result<Option<Lapse>> {
    let message = &said.message;
    let user = match &said.sender {
        Some(Sender::User(user)) => user,
        Some(Sender::Bot(_)) if !message.private => return end_waiting(tx, thread, actor).map(|()| None),
        _ => return Ok(None),
    };
    let conversation = &thread.conversation;
    let is_waited_for = conversation.first_reply_created_at.is_none() || conversation.waiting_since.is_some();
    if message.private || message.is_of_campaign() || !is_waited_for {
        return Ok(None);
    }
    let lapse = lapses::of_answer(tx, conversation, message, user.id)?;
    let (at, first) = (message.created_at, conversation.first_reply_created_at.is_none().then_some(message.id));
    step(tx, thread, actor, first, |conversation| {
        conversation.first_reply_created_at.get_or_insert(at);
        conversation.waiting_since = None;
    })?;
    Ok(lapse)
}

/// Nobody waits any more; but the first answer is a person's.
fn end_waiting(tx: &mut Tx, thread: &mut Thread, actor: &Actor) -> Result<()> {
    match thread.conversation.waiting_since {
        Some(_) => step(tx, thread, actor, None, |conversation| conversation.waiting_since = None),
        None => Ok(()),
    }
}

/// One change that is told by itself, with the message that was the first answer; the row is saved once, after all of them.
fn step(tx: &mut Tx, thread: &mut Thread, actor: &Actor, first_reply: Option<MessageId>, edit: impl FnOnce(&mut Conversation)) -> Result<()> {
    let before = thread.conversation.clone();
    edit(&mut thread.conversation);
    thread.conversation.updated_at = now();
    tell_changes(tx, thread, &before, actor, first_reply)
}

/// Tells `message_created` or `message_updated`.
pub(super) fn tell(tx: &mut Tx, thread: &Thread, said: &Said, actor: &Actor, name: EventName, aside: &Aside) -> Result<()> {
    let links = files::links(tx)?;
    let event = Event {
        name,
        account_id: thread.account.id,
        inbox_id: Some(thread.inbox.id),
        conversation_id: Some(thread.conversation.id),
        message_id: Some(said.message.id),
        is_private: said.message.private,
        actor: actor.clone(),
        payload: serde_json::to_string(&payload::message_event(thread, said, name.name(), &links)).map_err(Error::internal)?,
        aside: aside.text()?,
        at: said.message.updated_at,
    };
    events::publish(tx, event)?;
    match name {
        EventName::MessageCreated => tell_rules(tx, Occasion { event: name, thread, message: Some(&said.message), changes: None }),
        _ => Ok(()),
    }
}

fn actor_of(said: &Said) -> Actor {
    said.sender.as_ref().map_or(Actor::System, Sender::actor)
}

/// A reply names the message it answers by our id or by the other system's; the one is filled in from the other. What
/// names no message of the conversation becomes null; so does what names a note or a notice to a visitor.
fn resolve_reply(tx: &mut Tx, thread: &Thread, reply: MessageType, attributes: &mut Map<String, Value>) -> Result<()> {
    let conversation = thread.conversation.id;
    let by_id = attributes.get("in_reply_to").and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok()));
    let by_source = attributes.get("in_reply_to_external_id").and_then(Value::as_str).map(str::to_owned);
    let answered = match (by_id, by_source) {
        (Some(id), _) => queries::message(tx.conn, conversation, MessageId(id))
            .map(Some)
            .or_else(|e| if matches!(e, Error::NotFound) { Ok(None) } else { Err(e) })?,
        (None, Some(source)) => queries::by_source(tx.conn, conversation, &source)?,
        (None, None) => return Ok(()),
    };
    let answered = answered.filter(|message| reply != MessageType::Incoming || message.is_public());
    attributes.insert("in_reply_to".into(), answered.as_ref().map_or(Value::Null, |message| message.id.0.into()));
    if let Some(source) = answered.and_then(|message| message.source_id) {
        attributes.insert("in_reply_to_external_id".into(), source.into());
    }
    Ok(())
}
