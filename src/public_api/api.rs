//! `/public/api/v1/inboxes/{identifier}`, and `/public/api/v1/csat_survey/{uuid}`.
use super::{
    payload::{self, ConversationJson, InboxJson, SurveyJson, VisitorJson},
    survey::Survey,
    visitor::{self, Door},
};
use crate::{
    contacts::{self, ContactInput},
    conversations::{self, ContentType, Conversation, MessageType, NewConversation, NewMessage, PublicMessage, Status, Submission, Visitor, Window},
    db::{
        Db, DbConn, Tx,
        types::{DisplayId, MessageId},
    },
    error::{Error, Result},
    files::Links,
    inboxes::{self, Claim},
    storage::Storage,
    web::{
        Body, Input, Params, any_site, empty,
        fields::{List, Object, Patch, Text},
        plain::{self, Plain},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    middleware::from_fn,
    web::{Data, Path, ServiceConfig, scope},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The routes. Any site may call them.
pub fn routes(cfg: &mut ServiceConfig) {
    for part in parts() {
        cfg.service(scope(part.path()).wrap(from_fn(plain::refused_or_missing)).wrap(any_site()).configure(|cfg| part.register(cfg)));
    }
}

/// What they are.
pub fn parts() -> [Routes; 2] {
    let mut survey = Routes::below("/public/api/v1/csat_survey/{uuid}");
    survey.at("", |at| {
        let at = at.get("A satisfaction survey", show_survey).answers::<SurveyJson>();
        at.patch("Answers a satisfaction survey", answer_survey).answers::<SurveyJson>()
    });
    let mut client = Routes::below("/public/api/v1/inboxes/{identifier}");
    client
        .at("", |at| at.get("An inbox", show_inbox).answers::<InboxJson>())
        .at("/contacts", |at| at.post("Begins a session", create_contact).answers::<VisitorJson>())
        .at("/contacts/{source_id}", |at| {
            at.get("Who one is", show_contact).answers::<VisitorJson>().patch("Says who one is", update_contact).answers::<VisitorJson>()
        })
        .at("/contacts/{source_id}/conversations", |at| {
            let at = at.get("One’s conversations", list).answers::<Vec<ConversationJson>>();
            at.post("Begins a conversation", create).answers::<ConversationJson>()
        })
        .at("/contacts/{source_id}/conversations/{id}", |at| at.get("A conversation", show).answers::<ConversationJson>())
        .at("/contacts/{source_id}/conversations/{id}/toggle_status", |at| at.post("Resolves a conversation", resolve).answers::<ConversationJson>())
        .at("/contacts/{source_id}/conversations/{id}/toggle_typing", |at| at.post("Tells that one is typing", toggle_typing))
        .at("/contacts/{source_id}/conversations/{id}/update_last_seen", |at| at.post("Notes that one has seen the conversation", update_last_seen))
        .at("/contacts/{source_id}/conversations/{id}/messages", |at| {
            let at = at.get("The messages of a conversation", messages).answers::<Vec<PublicMessage>>();
            at.post("Writes a message", create_message).answers::<PublicMessage>()
        })
        .at("/contacts/{source_id}/conversations/{id}/messages/{message}", |at| {
            at.patch("Answers an interactive message", submit).answers::<PublicMessage>()
        });
    [survey, client].map(|part| part.or::<Plain>(401, "The account is suspended, or who one is has not been proved"))
}

async fn show_inbox(db: Data<Db>, path: Path<String>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let door = Door::find(conn, &path)?;
        let hours = inboxes::hours(conn, &[door.inbox.id])?;
        Ok(payload::inbox(door, hours))
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Introduction {
    #[serde(flatten)]
    contact: ContactInput,
    /// A name for the session; unless it is said, one is drawn.
    source_id: Patch<Text>,
    /// The proof of `identifier`: its HMAC-SHA256 with the key of the inbox, in hexadecimal digits.
    identifier_hash: Patch<Text>,
}

impl Input for Introduction {
    const ROOT: &'static str = "contact";
}

impl Introduction {
    fn claim(&self) -> Claim {
        let text = |text: &Patch<Text>| text.clone().set().map(|text| text.0);
        Claim { identifier: text(&self.contact.identifier), hash: text(&self.identifier_hash) }
    }
}

async fn create_contact(db: Data<Db>, path: Path<String>, params: Params<Introduction>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        let door = Door::find(tx.conn, &path)?;
        door.check(&params.0.claim())?;
        let Introduction { contact, source_id, identifier_hash: _ } = params.0;
        contacts::find_or_create_visitor(tx, &door.account, &door.inbox, source_id.set().map(|source| source.0), contact)
    };
    let (session, contact) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::visitor(&session, &session.sees(&contact))))
}

async fn show_contact(db: Data<Db>, path: Path<(String, String)>, params: Params<Introduction>) -> Result<HttpResponse> {
    let (inbox, source_id) = path.into_inner();
    let claim = params.0.claim();
    let visitor = match claim.hash {
        None => {
            let find = move |conn: &mut DbConn| {
                let door = Door::find(conn, &inbox)?;
                let visitor = door.visitor(conn, &source_id)?;
                door.check(&claim).map(|_| visitor)
            };
            db.read(find).await?
        }
        Some(_) => db.write(move |tx: &mut Tx| visitor::find_and_verify(tx, &inbox, &source_id, &claim)).await?,
    };
    Ok(HttpResponse::Ok().json(payload::visitor(&visitor.session, &visitor.sees())))
}

async fn update_contact(db: Data<Db>, path: Path<(String, String)>, params: Params<Introduction>) -> Result<HttpResponse> {
    let (inbox, source_id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let claim = params.0.claim();
        let (mut visitor, proved) = visitor::find_and_check(tx.conn, &inbox, &source_id, &claim)?;
        // who somebody is cannot be changed by their own word
        let said = ContactInput { identifier: Patch::Absent, blocked: Patch::Absent, ..params.0.contact };
        visitor.introduce(tx, said)?;
        // a session is changed after its contact, as everywhere
        if proved {
            visitor.prove(tx, claim.identifier.as_deref())?;
        }
        Ok(visitor)
    };
    let visitor = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::visitor(&visitor.session, &visitor.sees())))
}

async fn list(db: Data<Db>, links: Data<Links>, path: Path<(String, String)>) -> Result<HttpResponse> {
    let (inbox, source_id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let visitor = visitor::find(conn, &inbox, &source_id)?;
        let found = conversations::of_visitor(conn, &visitor.session)?;
        found.iter().map(|found| payload::conversation(conn, &visitor, found, payload::END, &links)).collect::<Result<Vec<_>>>()
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Opening {
    /// By the keys that are defined.
    custom_attributes: Patch<Object>,
}

impl Input for Opening {}

async fn create(db: Data<Db>, links: Data<Links>, path: Path<(String, String)>, params: Params<Opening>) -> Result<HttpResponse> {
    let (inbox, source_id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let visitor = visitor::find(tx.conn, &inbox, &source_id)?;
        let custom_attributes = params.0.custom_attributes.set().unwrap_or_default().0;
        let thread = visitor.start(tx, NewConversation { custom_attributes, ..NewConversation::default() })?;
        Ok((visitor, thread.conversation))
    };
    let written = db.write(work).await?;
    whole(&db, links, written).await
}

/// The whole of a conversation. What was written is drawn afterwards: there may be much of it, and others wait to write.
async fn whole(db: &Db, links: Data<Links>, (visitor, conversation): (Visitor, Conversation)) -> Result<HttpResponse> {
    let draw = move |conn: &mut DbConn| payload::conversation(conn, &visitor, &conversation, payload::WHOLE, &links);
    Ok(HttpResponse::Ok().json(db.read(draw).await?))
}

/// The inbox, the session and the conversation's number.
type At = Path<(String, String, DisplayId)>;

async fn show(db: Data<Db>, links: Data<Links>, path: At) -> Result<HttpResponse> {
    let (inbox, source_id, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let visitor = visitor::find(conn, &inbox, &source_id)?;
        let found = visitor.conversation(conn, id)?;
        payload::conversation(conn, &visitor, &found, payload::WHOLE, &links)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn resolve(db: Data<Db>, links: Data<Links>, path: At) -> Result<HttpResponse> {
    let (inbox, source_id, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let visitor = visitor::find(tx.conn, &inbox, &source_id)?;
        let mut thread = visitor.thread(tx.conn, id)?;
        conversations::change_status(tx, &mut thread, &visitor.contact.actor(), Some(Status::Resolved), None, None)?;
        Ok((visitor, thread.conversation))
    };
    let written = db.write(work).await?;
    whole(&db, links, written).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Typing {
    /// `on` or `off`.
    typing_status: Text,
}

impl Input for Typing {}

async fn toggle_typing(db: Data<Db>, path: At, params: Params<Typing>) -> Result<HttpResponse> {
    let (inbox, source_id, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let visitor = visitor::find(tx.conn, &inbox, &source_id)?;
        let mut thread = visitor.thread(tx.conn, id)?;
        let typist = thread.contact_as_sender();
        conversations::toggle_typing(tx, &mut thread, &typist, &params.0.typing_status.0, false)
    };
    db.write(work).await?;
    Ok(empty())
}

async fn update_last_seen(db: Data<Db>, path: At) -> Result<HttpResponse> {
    let (inbox, source_id, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let visitor = visitor::find(tx.conn, &inbox, &source_id)?;
        let mut thread = visitor.thread(tx.conn, id)?;
        conversations::see_as_contact(tx, &mut thread)
    };
    db.write(work).await?;
    Ok(empty())
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// Only those before this message.
    before: Patch<MessageId>,
    /// Only those after this message, the oldest first.
    after: Patch<MessageId>,
}

impl Input for Listing {}

async fn messages(db: Data<Db>, links: Data<Links>, path: At, params: Params<Listing>) -> Result<HttpResponse> {
    let (inbox, source_id, id) = path.into_inner();
    let Listing { before, after } = params.0;
    let window = Window { before: before.set(), after: after.set(), public_only: true };
    let work = move |conn: &mut DbConn| {
        let visitor = visitor::find(conn, &inbox, &source_id)?;
        let found = visitor.conversation(conn, id)?;
        let messages = conversations::messages(conn, found.id, window)?;
        let heard = visitor.hears(conversations::said(conn, found.account_id, messages)?);
        let drawn = heard.iter().map(|heard| conversations::public_message(heard, id, &links)).collect::<Vec<_>>();
        serde_json::to_value(drawn).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Writing {
    /// Up to 150,000 characters; files may stand in its place.
    content: Patch<Text>,
    /// What it is called in another system.
    source_id: Patch<Text>,
    /// `in_reply_to`; all else is left out.
    content_attributes: Object,
    /// Comes back with the message at sockets, so that a client knows its own message again.
    echo_id: Patch<Text>,
    /// Files, in a multipart form.
    attachments: List<Value>,
}

impl Input for Writing {
    const ROOT: &'static str = "message";
    const FILES: &'static [&'static str] = &["attachments[]"];
}

async fn create_message(db: Data<Db>, links: Data<Links>, storage: Data<Storage>, path: At, body: Body<Writing>) -> Result<HttpResponse> {
    let (inbox, source_id, id) = path.into_inner();
    if body.may_bring_files() {
        // nobody fills the disk who may not write here
        let (inbox, source_id) = (inbox.clone(), source_id.clone());
        db.read(move |conn: &mut DbConn| visitor::find(conn, &inbox, &source_id)?.conversation(conn, id)).await?;
    }
    let (writing, mut uploads) = body.read(&storage).await?;
    let Writing { content, source_id: external_id, content_attributes, echo_id, attachments } = writing;
    let uploads = uploads.take("attachments", &attachments)?;
    let content = content.set().map(|content| content.0).filter(|content| !content.trim().is_empty());
    if content.is_none() && uploads.is_empty() {
        return Err(Error::Refused("Content can't be blank".into()));
    }
    // all else that a message may hold is for agents and the server to say
    let content_attributes = content_attributes.0.into_iter().filter(|(key, _)| key.starts_with("in_reply_to")).collect();
    let work = move |tx: &mut Tx| {
        let visitor = visitor::find(tx.conn, &inbox, &source_id)?;
        let mut thread = visitor.thread(tx.conn, id)?;
        let new = NewMessage {
            content,
            message_type: MessageType::Incoming,
            content_type: ContentType::Text,
            content_attributes,
            private: false,
            source_id: external_id.set().map(|source| source.0),
            sender: Some(thread.contact_as_sender()),
            attachments: uploads,
            uploaded: Vec::new(),
            echo_id: echo_id.set().map(|echo| echo.0),
            campaign: None,
            template_params: Map::new(),
        };
        Ok(conversations::post(tx, &mut thread, new)?.heard_in(&visitor.session))
    };
    let heard = db.write(work).await?;
    Ok(HttpResponse::Ok().json(conversations::public_message(&heard, id, &links)))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Submitted {
    /// What was chosen or filled in, as the message asks for it.
    submitted_values: Value,
    /// The address, where the message asks for one.
    submitted_email: Patch<Text>,
}

impl Input for Submitted {
    const ROOT: &'static str = "message";
}

async fn submit(
    db: Data<Db>,
    links: Data<Links>,
    path: Path<(String, String, DisplayId, MessageId)>,
    params: Params<Submitted>,
) -> Result<HttpResponse> {
    let (inbox, source_id, id, message) = path.into_inner();
    let Submitted { submitted_values: values, submitted_email } = params.0;
    let said = Submission { values, email: submitted_email.set().map(|email| email.0), name: None };
    let work = move |tx: &mut Tx| visitor::find(tx.conn, &inbox, &source_id)?.submit(tx, message, Some(id), &said);
    let heard = db.write(work).await?;
    Ok(HttpResponse::Ok().json(conversations::public_message(&heard, id, &links)))
}

async fn show_survey(db: Data<Db>, uuid: Path<String>) -> Result<HttpResponse> {
    let survey = db.read(move |conn| Survey::find(conn, &uuid)).await?;
    Ok(HttpResponse::Ok().json(payload::survey(&survey)))
}

async fn answer_survey(db: Data<Db>, uuid: Path<String>, params: Params<Submitted>) -> Result<HttpResponse> {
    let survey = db.write(move |tx| Survey::answer(tx, &uuid, &params.0.submitted_values)).await?;
    Ok(HttpResponse::Ok().json(payload::survey(&survey)))
}
