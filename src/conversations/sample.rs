//! The conversation of samples, and what the catalogue says about the events of conversations and messages.
use super::{
    content,
    model::{Attachment, ContentType, Conversation, Message, MessageStatus, MessageType, SenderType, Status},
    payload::{self, ConversationEvent, MessageEvent, TypingEvent, WidgetEvent},
    thread::{Said, Sender, Thread},
};
use crate::{
    accounts::Account,
    contacts,
    db::types::{AttachmentId, BlobId, ConversationId, DisplayId, Json, MessageId},
    error::{Error, Result},
    events::{
        EventName,
        catalogue::{self, Sample, moment},
    },
    files::{Blob, FileType, Links},
    inboxes::Inbox,
    users,
    web::json::Named,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The schema of an event about a conversation or a message; none for the others.
pub fn event_schema(name: EventName) -> Option<Value> {
    match name {
        EventName::MessageCreated | EventName::MessageUpdated => {
            let mut schema = catalogue::schema::<MessageEvent>(name);
            schema["allOf"] = content::rules().into();
            Some(schema)
        }
        EventName::ConversationCreated
        | EventName::ConversationUpdated
        | EventName::ConversationStatusChanged
        | EventName::ConversationOpened
        | EventName::ConversationResolved => Some(catalogue::schema::<ConversationEvent>(name)),
        EventName::ConversationTypingOn | EventName::ConversationTypingOff => Some(catalogue::schema::<TypingEvent>(name)),
        EventName::WebwidgetTriggered => Some(catalogue::schema::<WidgetEvent>(name)),
        _ => None,
    }
}

/// Samples of an event about a conversation or a message in this inbox; none for the others.
///
/// # Errors
/// When one cannot be drawn, which would be our mistake.
pub fn samples(name: EventName, account: &Account, inbox: &Inbox, links: &Links) -> Result<Vec<Sample>> {
    let after = thread(account, inbox);
    let mut before = after.conversation.clone();
    before.updated_at = moment(0);
    let changed = |before: &Conversation, after: &Thread| {
        let changes = before.changes(&after.conversation);
        let conversation = payload::conversation_push(after, links);
        drawn(&ConversationEvent { conversation, event: name.name(), changed_attributes: Some(&changes) })
    };
    let told = |thread: &Thread| {
        let conversation = payload::conversation_push(thread, links);
        drawn(&ConversationEvent { conversation, event: name.name(), changed_attributes: None })
    };
    match name {
        EventName::MessageCreated | EventName::MessageUpdated => messages(name, after, links),
        EventName::ConversationCreated => {
            let begun = Thread { last_public: None, unread: 0, ..after };
            told(&begun)
        }
        EventName::ConversationUpdated => {
            before.assignee_id = None;
            changed(&before, &after)
        }
        EventName::ConversationStatusChanged => {
            before.waiting_since = None;
            changed(&before, &resolved(after))
        }
        EventName::ConversationOpened => told(&after),
        EventName::ConversationResolved => told(&resolved(after)),
        EventName::ConversationTypingOn | EventName::ConversationTypingOff => {
            drawn(&payload::typing_event(&after, &Sender::User(Box::new(users::sample())), name.name(), false, links))
        }
        EventName::WebwidgetTriggered => widget(name, &after),
        _ => Ok(Vec::new()),
    }
}

fn resolved(mut thread: Thread) -> Thread {
    thread.conversation.status = Status::Resolved;
    thread.conversation.waiting_since = None;
    thread
}

fn drawn(body: &impl Serialize) -> Result<Vec<Sample>> {
    serde_json::to_string(body).map(Sample::plain).map_err(Error::internal)
}

fn thread(account: &Account, inbox: &Inbox) -> Thread {
    let contact = contacts::sample(account.id);
    let conversation = Conversation {
        id: ConversationId(12),
        account_id: account.id,
        inbox_id: inbox.id,
        contact_id: contact.id,
        contact_inbox_id: contacts::sample_session(inbox.id).id,
        display_id: DisplayId(12),
        uuid: String::new(),
        status: Status::Open,
        priority: None,
        assignee_id: Some(users::sample().id),
        team_id: None,
        snoozed_until: None,
        first_reply_created_at: None,
        waiting_since: Some(moment(0)),
        last_activity_at: moment(0),
        agent_last_seen_at: None,
        assignee_last_seen_at: None,
        contact_last_seen_at: None,
        labels: Json(Vec::new()),
        additional_attributes: Json(object(visit())),
        custom_attributes: Json(Map::new()),
        created_at: moment(0),
        updated_at: moment(60),
        campaign_id: None,
        assignee_agent_bot_id: None,
    };
    let mut thread = Thread {
        contact_inbox: contacts::sample_session(inbox.id),
        contact,
        inbox: inbox.clone(),
        account: account.clone(),
        assignee: Some(users::sample()),
        assignee_bot: None,
        team: None,
        has_bot: false,
        is_followed: false,
        unread: 1,
        can_reply: true,
        last_public: None,
        conversation,
    };
    thread.last_public = Some(incoming(&thread));
    thread
}

/// What a browser tells of itself.
fn visit() -> Value {
    json!({
        "browser": {
            "device_name": "Macbook", "browser_name": "Chrome", "platform_name": "Macintosh",
            "browser_version": "80.0.3987.122", "platform_version": "10.15.2"
        },
        "referer": "https://shop.example",
        "initiated_at": {"timestamp": "Fri May 01 2026 12:20:30 GMT+0200 (Central European Summer Time)"}
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn incoming(thread: &Thread) -> Said {
    let conversation = &thread.conversation;
    let message = Message {
        id: MessageId(9001),
        account_id: conversation.account_id,
        inbox_id: conversation.inbox_id,
        conversation_id: conversation.id,
        message_type: MessageType::Incoming,
        content_type: ContentType::Text,
        content: Some("Hi".into()),
        content_attributes: Json(Map::new()),
        private: false,
        status: MessageStatus::Sent,
        source_id: None,
        sender_type: Some(SenderType::Contact),
        sender_id: Some(thread.contact.id.0),
        additional_attributes: Json(Map::new()),
        created_at: moment(0),
        updated_at: moment(0),
    };
    Said { message, sender: Some(Sender::Contact(Box::new(thread.contact.clone()))), attachments: Vec::new() }
}

fn outgoing(thread: &Thread, content_type: ContentType, content: &str, attributes: Value) -> Said {
    let (user, incoming) = (users::sample(), incoming(thread).message);
    let message = Message {
        id: MessageId(9002),
        message_type: MessageType::Outgoing,
        content_type,
        content: Some(content.into()),
        content_attributes: Json(object(attributes)),
        sender_type: Some(SenderType::User),
        sender_id: Some(user.id.0),
        created_at: moment(60),
        updated_at: moment(60),
        ..incoming
    };
    Said { message, sender: Some(Sender::User(Box::new(user))), attachments: Vec::new() }
}

/// A message as each kind of content has it. What can be answered is answered in `message_updated`: that is when it is told.
fn messages(name: EventName, thread: Thread, links: &Links) -> Result<Vec<Sample>> {
    let answered = name == EventName::MessageUpdated;
    let choice = |content_type, text, attributes| outgoing(&thread, content_type, text, attributes);
    let mut kinds = vec![("text", incoming(&thread))];
    if !answered {
        kinds.push(("reply", choice(ContentType::Text, "Hello Lea", json!({}))));
        let note = outgoing(&thread, ContentType::Text, "Has asked twice", json!({}));
        kinds.push(("note", Said { message: Message { private: true, ..note.message }, ..note }));
        kinds.push(("picture", picture(&thread)));
    }
    kinds.push(("input_select", choice(ContentType::InputSelect, "Pick a colour", options(answered))));
    kinds.push(("form", choice(ContentType::Form, "Tell us where to write", form(answered))));
    if !answered {
        kinds.push(("cards", choice(ContentType::Cards, "Our favourites", cards())));
    }
    let draw = |(kind, said): (&'static str, Said)| {
        let mut thread = thread.clone();
        if !said.message.private {
            thread.conversation.last_activity_at = said.message.created_at;
            thread.last_public = Some(said.clone());
        }
        let body = serde_json::to_string(&payload::message_event(&thread, &said, name.name(), links));
        body.map(|payload| Sample { kind, payload }).map_err(Error::internal)
    };
    kinds.into_iter().map(draw).collect()
}

fn options(answered: bool) -> Value {
    let mut attributes = json!({"items": [{"title": "Option 1", "value": "option_1"}, {"title": "Option 2", "value": "option_2"}]});
    if answered {
        attributes["submitted_values"] = json!([{"title": "Option 1", "value": "option_1"}]);
    }
    attributes
}

fn form(answered: bool) -> Value {
    let mut attributes = json!({"items": [
        {"type": "email", "placeholder": "you@example.org", "name": "email", "label": "E-mail"},
        {"type": "text_area", "placeholder": "In your own words", "name": "wish", "label": "What can we do for you?"}
    ]});
    if answered {
        attributes["submitted_values"] = json!([{"name": "email", "value": "lea@example.org"}, {"name": "wish", "value": "A larger one"}]);
    }
    attributes
}

fn cards() -> Value {
    json!({"items": [{
        "media_url": "https://shop.example/lamp.jpg", "title": "Lamp", "description": "Bright and small",
        "actions": [{"type": "link", "text": "View More", "uri": "https://shop.example/lamp"}]
    }]})
}

fn picture(thread: &Thread) -> Said {
    let said = incoming(thread);
    let blob = Blob {
        id: BlobId(4),
        key: "kT4mWq8ZrY2nXv6pHs9bJcLd".into(),
        filename: "lamp.png".into(),
        content_type: "image/png".into(),
        byte_size: 48_213,
        width: Some(640),
        height: Some(480),
        created_at: said.message.created_at,
    };
    let attachment =
        Attachment { id: AttachmentId(5), account_id: said.message.account_id, message_id: said.message.id, file_type: FileType::Image, blob };
    Said { message: Message { content: None, ..said.message }, attachments: vec![attachment], ..said }
}

fn widget(name: EventName, thread: &Thread) -> Result<Vec<Sample>> {
    let about = json!({
        "initiated_at": {"timestamp": "Fri May 01 2026 12:20:30 GMT+0200 (CEST)"},
        "referer": "https://shop.example/lamps",
        "widget_language": "en",
        "browser_language": "fr",
        "browser": {
            "browser_name": "Firefox", "browser_version": "138.0", "device_name": "Unknown", "platform_name": "Generic Linux", "platform_version": "0"
        },
    });
    drawn(&WidgetEvent {
        id: thread.contact_inbox.id,
        contact: contacts::webhook(&thread.contact, &thread.account),
        inbox: Named { id: thread.inbox.id, name: &thread.inbox.name },
        account: Named { id: thread.account.id, name: &thread.account.name },
        current_conversation: None,
        source_id: &thread.contact_inbox.source_id,
        event: name.name(),
        event_info: &object(about),
    })
}
