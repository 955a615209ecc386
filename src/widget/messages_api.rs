//! `/api/v1/widget/messages`: what is said in the conversation that the visitor is in.
use super::{
    browser::Browser,
    door::{Asked, Shown},
    limits,
    payload::{self, MessagesJson, SubmittedJson, WrittenJson},
};
use crate::{
    contacts::{self, RawContact},
    conversations::{self, ContentType, MessageType, NewConversation, NewMessage, Said, Submission, Thread, Visitor, Window},
    db::{Db, DbConn, Tx, types::MessageId},
    error::{Error, Result},
    files::{self, Links},
    labels,
    storage::{Storage, Upload},
    web::{
        Body, Input, Params,
        fields::{List, Object, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The routes, below `/api/v1/widget`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/messages", |at| {
        let at = at.get("The messages of the conversation that the visitor is in", list).answers::<MessagesJson>();
        at.post("Writes a message", create).answers::<WrittenJson>()
    });
    to.at("/messages/{id}", |at| at.patch("Answers an interactive message", submit).answers::<SubmittedJson>());
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// Only those before this message.
    before: Patch<MessageId>,
    /// Only those after this message, the oldest first.
    after: Patch<MessageId>,
}

impl Input for Listing {}

async fn list(db: Data<Db>, links: Data<Links>, shown: Shown, params: Params<Asked<Listing>>) -> Result<HttpResponse> {
    let (guest, Listing { before, after }) = shown.asks(params.0, limits::ANY)?;
    let window = Window { before: before.set(), after: after.set(), public_only: true };
    let work = move |conn: &mut DbConn| {
        let visitor = guest.visitor(conn)?;
        let found = conversations::latest_of_visitor(conn, &visitor.session)?;
        let heard = match &found {
            Some(found) => {
                let messages = conversations::messages(conn, found.id, window)?;
                visitor.hears(conversations::said(conn, found.account_id, messages)?)
            }
            None => Vec::new(),
        };
        let number = found.as_ref().map(|found| found.display_id);
        let numbered = heard.iter().zip(number.into_iter().cycle());
        let payload = numbered.map(|(heard, number)| conversations::public_message(heard, number, &links)).collect();
        serde_json::to_value(MessagesJson { payload, meta: found.as_ref().map(payload::seen) }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

/// A message that a visitor writes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Writing {
    /// Up to 150,000 characters; files may stand in its place.
    content: Patch<Text>,
    /// The address of the page.
    referer_url: Patch<Text>,
    /// The time as the browser shows it.
    timestamp: Patch<Text>,
    /// Comes back in the answer, so that a client knows its own message again.
    echo_id: Patch<Text>,
    /// The message that it answers.
    reply_to: Patch<MessageId>,
    /// The `signed_id` of files that were announced and have come; in a multipart form also files themselves.
    attachments: List<Value>,
}

/// The same once it was read.
pub(super) struct Written {
    content: Option<String>,
    /// The address of the page.
    pub referer: Option<String>,
    /// The time as the browser shows it.
    pub timestamp: Option<String>,
    /// What the client calls the message.
    pub echo_id: Option<String>,
    reply_to: Option<MessageId>,
    uploads: Vec<Upload>,
    names: Vec<String>,
}

impl Writing {
    /// What is written, with the files that have come with it and the names of those that have come before.
    ///
    /// # Errors
    /// [`Error::Refused`] when it says nothing.
    pub fn read(self, uploads: Vec<Upload>, names: Vec<String>) -> Result<Written> {
        let Writing { content, referer_url, timestamp, echo_id, reply_to, attachments: _ } = self;
        let text = |text: Patch<Text>| text.set().map(|text| text.0).filter(|text| !text.trim().is_empty());
        let content = text(content);
        if content.is_none() && uploads.is_empty() && names.is_empty() {
            return Err(Error::Refused("Content can't be blank".into()));
        }
        let echo_id = echo_id.set().map(|echo| echo.0);
        Ok(Written { content, referer: text(referer_url), timestamp: text(timestamp), echo_id, reply_to: reply_to.set(), uploads, names })
    }
}

/// Posts what a visitor has written.
///
/// # Errors
/// As [`conversations::post`]; [`Error::Refused`] for a name that no file has.
pub(super) fn post(tx: &mut Tx, visitor: &Visitor, thread: &mut Thread, written: Written) -> Result<Said> {
    let Written { content, echo_id, reply_to, uploads, names, .. } = written;
    let file = |name: &String| {
        files::of_token(tx.conn, visitor.account.id, name).map_err(|e| match e {
            Error::NotFound => Error::Refused(format!("attachments: {name} is no uploaded file")),
            e => e,
        })
    };
    let uploaded = names.iter().map(file).collect::<Result<_>>()?;
    let in_reply_to = reply_to.map_or(Value::Null, |id| id.0.into());
    let new = NewMessage {
        content,
        message_type: MessageType::Incoming,
        content_type: ContentType::Text,
        content_attributes: Map::from_iter([("in_reply_to".to_owned(), in_reply_to)]),
        private: false,
        source_id: None,
        sender: Some(thread.contact_as_sender()),
        attachments: uploads,
        uploaded,
        echo_id,
        campaign: None,
        template_params: Map::new(),
    };
    conversations::post(tx, thread, new)
}

/// A message, and what is kept with the conversation if it begins one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Creation {
    #[serde(flatten)]
    message: Writing,
    /// If it begins a conversation: what is kept with that, by the keys that are defined.
    custom_attributes: Patch<Object>,
    /// If it begins a conversation: the titles of labels of the account.
    labels: List<Text>,
}

impl Input for Creation {
    const ROOT: &'static str = "message";
    const FILES: &'static [&'static str] = &["message[attachments][]"];
}

async fn create(
    db: Data<Db>,
    links: Data<Links>,
    storage: Data<Storage>,
    browser: Browser,
    shown: Shown,
    body: Body<Asked<Creation>>,
) -> Result<HttpResponse> {
    let (shown, _place) = match body.may_bring_files() {
        // nobody fills the disk who has no session
        true => db.read(move |conn: &mut DbConn| shown.with_files(conn, limits::FILES).map(|place| (shown, Some(place)))).await?,
        false => (shown, None),
    };
    let (asked, mut uploads) = body.read(&storage).await?;
    let (guest, Creation { message, custom_attributes, labels }) = shown.asks(asked, limits::MESSAGES)?;
    let (uploads, names) = uploads.take_with_names("attachments", &message.attachments)?;
    let titles = labels::titles(&labels)?;
    let written = message.read(uploads, names)?;
    let echo_id = written.echo_id.clone();
    let about = NewConversation {
        additional_attributes: browser.attributes(written.referer.clone(), written.timestamp.clone()),
        custom_attributes: custom_attributes.set().unwrap_or_default().0,
        ..NewConversation::default()
    };
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        let (mut thread, is_new) = conversations::go_on_or_start(tx, &visitor, about)?;
        let said = post(tx, &visitor, &mut thread, written)?;
        if is_new && !titles.is_empty() {
            conversations::add_labels(tx, &mut thread, &visitor.contact.actor(), &titles)?;
        }
        Ok((said.heard_in(&visitor.session), thread.conversation.display_id))
    };
    let (heard, number) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::written(&heard, number, echo_id.as_deref(), &links)))
}

/// Who leaves their address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Address {
    /// An e-mail address.
    email: Patch<Text>,
    /// Up to 255 characters.
    name: Patch<Text>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Answering {
    /// Of a message that asks for an address.
    contact: Address,
    /// Of all others: what was chosen or filled in.
    submitted_values: Value,
}

impl Input for Answering {
    const ROOT: &'static str = "message";
}

async fn submit(db: Data<Db>, shown: Shown, path: Path<MessageId>, params: Params<Asked<Answering>>) -> Result<HttpResponse> {
    let (guest, Answering { contact: Address { email, name }, submitted_values: values }) = shown.asks(params.0, limits::CHANGES)?;
    let said = |text: Patch<Text>| text.set().map(|text| text.0);
    let said = Submission { values, email: said(email), name: said(name) };
    let work = move |tx: &mut Tx| {
        let mut visitor = guest.visitor(tx.conn)?;
        visitor.submit(tx, *path, None, &said)?;
        Ok(visitor.sees())
    };
    let seen = db.write(work).await?;
    let contact: RawContact = contacts::raw(&seen);
    Ok(HttpResponse::Ok().json(SubmittedJson { contact }))
}
