//! `/api/v1/widget/conversations`: the conversation that the visitor is in, the newest of theirs.
use super::{
    browser::Browser,
    contact_api::Introduction,
    door::{Asked, Guest, Nothing, Shown},
    limits::{self, Limit},
    messages_api::{Writing, post},
    payload::{self, BegunJson, LatestJson, RawConversation},
};
use crate::{
    campaigns, contacts,
    conversations::{self, NewConversation, Status, Thread, Visitor, Window},
    db::{Db, DbConn, Tx},
    error::{Error, Result},
    files::Links,
    web::{
        Input, Params, empty,
        fields::{List, Object, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/widget`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/conversations", |at| {
        let at = at.get("The conversation that the visitor is in", latest).answers::<LatestJson>();
        at.post("Begins a conversation with a message", create).answers::<BegunJson>()
    });
    to.at("/conversations/update_last_seen", |at| at.post("Notes that the visitor has seen the conversation", update_last_seen));
    to.at("/conversations/toggle_typing", |at| at.post("Tells that the visitor is typing", toggle_typing));
    to.at("/conversations/toggle_status", |at| at.get("Ends the conversation", end).may_be_forbidden());
    to.at("/conversations/transcript", |at| at.post("Mails the visitor what was said", transcript));
    to.at("/conversations/set_custom_attributes", |at| at.post("Replaces the custom attributes", set_custom_attributes));
    to.at("/conversations/destroy_custom_attributes", |at| {
        at.post("Takes custom attributes away", destroy_custom_attributes).answers::<RawConversation>()
    });
}

async fn latest(db: Data<Db>, shown: Shown, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (guest, Nothing {}) = shown.asks(params.0, limits::ANY)?;
    let work = move |conn: &mut DbConn| {
        let visitor = guest.visitor(conn)?;
        conversations::latest_of_visitor(conn, &visitor.session)
    };
    let found = db.read(work).await?;
    Ok(HttpResponse::Ok().json(found.as_ref().map_or(LatestJson::None {}, |found| LatestJson::One(payload::conversation(found)))))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Opening {
    /// What the visitor says of themselves.
    contact: Introduction,
    /// What they write.
    message: Writing,
    /// By the keys that are defined.
    custom_attributes: Patch<Object>,
}

impl Input for Opening {}

async fn create(db: Data<Db>, links: Data<Links>, browser: Browser, shown: Shown, params: Params<Asked<Opening>>) -> Result<HttpResponse> {
    let (guest, Opening { contact, message, custom_attributes }) = shown.asks(params.0, limits::CONVERSATIONS)?;
    // only the site says as whom somebody is signed in, in a call of its own
    let (_, input) = Introduction { identifier: Patch::Absent, identifier_hash: Patch::Absent, ..contact }.read();
    let written = message.read(Vec::new(), Vec::new())?;
    let custom_attributes = custom_attributes.set().unwrap_or_default().0;
    let said: Vec<String> = custom_attributes.keys().cloned().collect();
    let about = NewConversation {
        additional_attributes: browser.attributes(written.referer.clone(), written.timestamp.clone()),
        custom_attributes,
        ..NewConversation::default()
    };
    let work = move |tx: &mut Tx| {
        let mut visitor = guest.visitor(tx.conn)?;
        visitor.await_turn(tx, &input)?;
        visitor.take_turn(tx)?;
        let is_one = visitor.inbox.lock_to_single_conversation;
        if is_one {
            // where it goes on, the conversation is taken before its contact, as everywhere
            visitor.make_way(tx, &input)?;
            visitor.latest(tx.conn)?;
        }
        visitor.introduce(tx, input)?;
        let latest = if is_one { visitor.latest(tx.conn)? } else { None };
        let mut thread = match latest {
            Some(thread) => thread,
            None => visitor.start(tx, about)?,
        };
        post(tx, &visitor, &mut thread, written)?;
        let mut conversation = thread.conversation;
        // the others are the business's own
        conversation.custom_attributes.0.retain(|key, _| said.contains(key));
        let messages = conversations::messages(tx.conn, conversation.id, Window { public_only: true, ..Window::default() })?;
        let heard = visitor.hears(conversations::said(tx.conn, visitor.account.id, messages)?);
        // as they are after they have written
        visitor.contact = contacts::find(tx.conn, visitor.account.id, visitor.contact.id)?;
        let seen = visitor.sees();
        let drawn = BegunJson {
            conversation: payload::conversation(&conversation),
            messages: heard.iter().map(|heard| conversations::public_message(heard, conversation.display_id, &links)).collect(),
            custom_attributes: &conversation.custom_attributes.0,
            contact: contacts::raw(&seen),
        };
        serde_json::to_value(drawn).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// Does something in the conversation that the visitor is in. Without one, nothing is done.
async fn within(db: &Db, guest: Guest, work: impl FnOnce(&mut Tx, &Visitor, &mut Thread) -> Result<()> + Send + 'static) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        match visitor.latest(tx.conn)? {
            Some(mut thread) => work(tx, &visitor, &mut thread),
            None => Ok(()),
        }
    };
    db.write(work).await?;
    Ok(empty())
}

async fn update_last_seen(db: Data<Db>, shown: Shown, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (guest, Nothing {}) = shown.asks(params.0, limits::SEEN)?;
    within(&db, guest, |tx, _, thread| conversations::see_as_contact(tx, thread)).await
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Typing {
    /// `on` or `off`.
    typing_status: Text,
}

impl Input for Typing {}

async fn toggle_typing(db: Data<Db>, shown: Shown, params: Params<Asked<Typing>>) -> Result<HttpResponse> {
    let (guest, Typing { typing_status }) = shown.asks(params.0, limits::TYPING)?;
    let work = move |tx: &mut Tx, _: &Visitor, thread: &mut Thread| {
        let typist = thread.contact_as_sender();
        conversations::toggle_typing(tx, thread, &typist, &typing_status.0, false)
    };
    within(&db, guest, work).await
}

/// The feature of a widget with which visitors end conversations.
const END: &str = "end_conversation";

async fn end(db: Data<Db>, shown: Shown, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    let (guest, Nothing {}) = shown.asks(params.0, limits::CHANGES)?;
    let work = move |tx: &mut Tx| {
        let (door, visitor) = guest.at_the_door(tx.conn)?;
        let mut thread = visitor.latest(tx.conn)?.ok_or(Error::NotFound)?;
        if !door.channel.feature_flags.0.iter().any(|flag| flag == END) {
            return Err(Error::Forbidden("Visitors do not end conversations on this website".into()));
        }
        conversations::change_status(tx, &mut thread, &visitor.contact.actor(), Some(Status::Resolved), None, None)
    };
    db.write(work).await?;
    Ok(empty())
}

async fn transcript(db: Data<Db>, shown: Shown, params: Params<Asked<Nothing>>) -> Result<HttpResponse> {
    const LIMIT: Limit = limits::TRANSCRIPTS;
    let (guest, Nothing {}) = shown.asks(params.0, LIMIT)?;
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        let found = conversations::latest_of_visitor(tx.conn, &visitor.session)?.ok_or(Error::NotFound)?;
        // wherever else they wish it to go, or if it went where only the business knows it could, somebody else would get it
        let address = visitor.own_address().ok_or_else(|| Error::blank("email"))?;
        conversations::send_transcript(tx, &visitor.account, &found, &address, Some(&visitor.session))
    };
    db.write(work).await?;
    Ok(empty())
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Attributes {
    /// All that the conversation has from now on, by the keys that are defined.
    custom_attributes: Object,
}

impl Input for Attributes {}

async fn set_custom_attributes(db: Data<Db>, shown: Shown, params: Params<Asked<Attributes>>) -> Result<HttpResponse> {
    let (guest, Attributes { custom_attributes }) = shown.asks(params.0, limits::CHANGES)?;
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        let mut thread = visitor.latest(tx.conn)?.ok_or(Error::NotFound)?;
        conversations::set_custom_attributes(tx, &mut thread, &visitor.contact.actor(), custom_attributes.0, false)
    };
    db.write(work).await?;
    Ok(empty())
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Forgetting {
    /// The keys.
    custom_attribute: List<Text>,
}

impl Input for Forgetting {}

async fn destroy_custom_attributes(db: Data<Db>, shown: Shown, params: Params<Asked<Forgetting>>) -> Result<HttpResponse> {
    let (guest, Forgetting { custom_attribute }) = shown.asks(params.0, limits::CHANGES)?;
    let keys: Vec<String> = custom_attribute.0.into_iter().map(|key| key.0).collect();
    let work = move |tx: &mut Tx| {
        let visitor = guest.visitor(tx.conn)?;
        let mut thread = visitor.latest(tx.conn)?.ok_or(Error::NotFound)?;
        conversations::remove_custom_attributes(tx, &mut thread, &visitor.contact.actor(), &keys)?;
        Ok((campaigns::number(tx.conn, thread.conversation.campaign_id)?, thread.conversation))
    };
    let (campaign, conversation) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::raw_conversation(&conversation, campaign)))
}
