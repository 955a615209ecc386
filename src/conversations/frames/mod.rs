//! What is told at sockets of conversations and messages, and to whom: agents hear what happens in their inboxes, a contact what they may see of
//! their own conversations.
mod contact;
mod scene;

use super::{
    aside::Aside,
    model::MessageType,
    payload,
    thread::{Said, Sender},
};
use crate::{
    contacts::{Contact, ContactInbox, SeenContact},
    db::{
        DbConn,
        types::{AccountId, ContactInboxId, ConversationId, MessageId, UserId},
    },
    error::{Error, Result},
    events::{
        ActorType, EventName,
        live::{Audience, Drawer, Frame, Stored},
    },
    files::Links,
    users::{self, UserPush},
};
use scene::{Place, Scene};
use serde::Deserialize;
use serde_json::{Map, Value, json, to_value};

/// What this room tells.
pub fn drawer(links: Links) -> Drawer {
    const OF: &[EventName] = &[
        EventName::MessageCreated,
        EventName::MessageUpdated,
        EventName::NoticeCreated,
        EventName::NoticeUpdated,
        EventName::ConversationCreated,
        EventName::ConversationStatusChanged,
        EventName::ConversationUpdated,
        EventName::ConversationRead,
        EventName::ConversationUnread,
        EventName::ConversationContactChanged,
        EventName::ConversationTypingOn,
        EventName::ConversationTypingOff,
    ];
    // a notice is told to agents alone, and so is whose a conversation is
    const FOR_CONTACTS: &[EventName] = &[
        EventName::MessageCreated,
        EventName::MessageUpdated,
        EventName::ConversationCreated,
        EventName::ConversationStatusChanged,
        EventName::ConversationUpdated,
        EventName::ConversationRead,
        EventName::ConversationTypingOn,
        EventName::ConversationTypingOff,
    ];
    Drawer { of: OF, for_contacts: FOR_CONTACTS, draw: Box::new(move |conn, account, events| draw(conn, account, events, &links)) }
}

fn draw(conn: &mut DbConn, account: AccountId, events: &[&Stored], links: &Links) -> Result<Vec<Frame>> {
    let noted: Vec<(&Stored, Aside)> = events.iter().map(|event| Ok((*event, event.aside()?))).collect::<Result<_>>()?;
    let scene = Scene::load(conn, account, &noted)?;
    let mut frames = Vec::with_capacity(noted.len());
    for (event, aside) in &noted {
        let telling = Telling { scene: &scene, links, event, aside };
        frames.extend(telling.frames()?);
        frames.extend(telling.unread_counts()?);
    }
    Ok(frames)
}

/// One event, told among what there is now.
struct Telling<'a> {
    scene: &'a Scene,
    links: &'a Links,
    event: &'a Stored,
    aside: &'a Aside,
}

/// Who hears of a conversation, and how it is drawn for them.
#[derive(Clone, Copy, Default)]
struct To {
    /// Whether its contact does, too.
    contact: bool,
    /// Whether it is drawn for nobody in particular, as clients know it of what is told in the background: so nobody in it is seen online, and
    /// nobody has caused it.
    recomputed: bool,
    /// Who does not.
    but: Option<UserId>,
}

impl Telling<'_> {
    fn frames(&self) -> Result<Vec<Frame>> {
        let Stored { message_id, conversation_id, .. } = *self.event;
        let of_conversation = |name, to| self.of_conversation(name, conversation_id, to, |conversation| conversation);
        let recomputed = To { recomputed: true, ..To::default() };
        match self.event.name {
            EventName::MessageCreated | EventName::NoticeCreated => {
                let mut frames = self.of_message("message.created", message_id, true)?;
                frames.extend(self.mention()?);
                Ok(frames)
            }
            EventName::MessageUpdated | EventName::NoticeUpdated => self.of_message("message.updated", message_id, true),
            EventName::ConversationCreated => of_conversation("conversation.created", To { contact: true, ..To::default() }),
            EventName::ConversationStatusChanged => of_conversation("conversation.status_changed", To { contact: true, ..recomputed }),
            // agents hear that the contact has read, and the contact that an agent has
            EventName::ConversationRead if self.event.user().is_some() => {
                let mut frames = of_conversation("conversation.read", To { contact: true, ..recomputed })?;
                frames.retain(|frame| frame.audience.users.is_empty());
                Ok(frames)
            }
            EventName::ConversationRead => of_conversation("conversation.read", recomputed),
            EventName::ConversationUpdated => {
                let mut frames = self.of_message("first.reply.created", self.aside.first_reply, false)?;
                let changes: Changed = self.event.payload()?;
                for (attribute, name) in [("assignee_id", "assignee.changed"), ("team_id", "team.changed")] {
                    if changes.changed_attributes.iter().any(|change| change.contains_key(attribute)) {
                        frames.extend(of_conversation(name, recomputed)?);
                    }
                }
                frames.extend(of_conversation("conversation.updated", To { contact: true, ..recomputed })?);
                Ok(frames)
            }
            EventName::ConversationContactChanged => {
                let ids = self.aside.moved.conversations.iter();
                let each = ids.map(|id| self.of_conversation("conversation.contact_changed", Some(*id), To::default(), |conversation| conversation));
                Ok(each.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
            }
            EventName::ConversationTypingOn => self.typing("conversation.typing_on"),
            EventName::ConversationTypingOff => self.typing("conversation.typing_off"),
            _ => Ok(Vec::new()),
        }
    }

    /// The user who has caused it, if one has who is still there.
    fn performer(&self) -> Option<UserPush<'_>> {
        users::performer(self.event.user(), &self.scene.crew.everybody)
    }

    /// A message, as it is now. What visitors never see, and what is told to agents alone, goes to nobody else.
    fn of_message(&self, name: &'static str, id: Option<MessageId>, to_contact: bool) -> Result<Vec<Frame>> {
        let Some((said, place)) = id.and_then(|id| self.scene.message(id)) else { return Ok(Vec::new()) };
        let (conversation, source_id) = (&place.conversation, place.session.source_id.as_str());
        let drawn = payload::message_push_among(said, conversation, source_id, place.unread, Some(&self.scene.crew.everybody), self.links);
        let mut data = to_value(drawn).map_err(Error::internal)?;
        if let Some(keys) = data.as_object_mut() {
            keys.extend(self.aside.echo_id.as_ref().map(|name| ("echo_id".to_owned(), json!(name))));
            if matches!(self.event.name, EventName::MessageUpdated | EventName::NoticeUpdated) {
                keys.insert("previous_changes".to_owned(), Value::Object(self.aside.changes_of(&said.message)));
            }
        }
        let agents = Audience::users(self.scene.crew.of(conversation.inbox_id));
        let mut frame = Frame::new(self.event, name, data, self.performer(), agents)?;
        if !to_contact || !said.message.is_public() {
            return Ok(vec![frame]);
        }
        let contact = match &said.sender {
            Some(Sender::Contact(contact)) => Some(&**contact),
            _ => None,
        };
        let mut sessions = self.for_sessions(&frame, place, contact)?;
        if sessions.first().is_some_and(|own| own.data == frame.data) {
            frame.audience.sessions = sessions.remove(0).audience.sessions;
        }
        sessions.insert(0, frame);
        Ok(sessions)
    }

    /// A conversation as it is now, alone or within something else.
    fn of_conversation(&self, name: &'static str, id: Option<ConversationId>, to: To, within: impl Fn(Value) -> Value) -> Result<Vec<Frame>> {
        let Some(((loaded, last_public), place)) = id.and_then(|id| self.scene.conversation(id)) else { return Ok(Vec::new()) };
        let colleagues = (!to.recomputed).then_some(self.scene.crew.everybody.as_slice());
        let drawn = payload::loaded_push_among(loaded, &self.scene.account, last_public, colleagues, self.links);
        let mut conversation = to_value(drawn).map_err(Error::internal)?;
        if let Some(keys) = conversation.as_object_mut() {
            // only webhooks are told the name of the account
            keys.shift_remove("account");
        }
        let performer = self.performer().filter(|_| !to.recomputed);
        let mut agents = self.scene.crew.of(place.conversation.inbox_id);
        agents.retain(|user| Some(*user) != to.but);
        let mut frames = Vec::with_capacity(2);
        if to.contact {
            let own = Frame::new(self.event, name, within(contact::own(conversation.clone())), performer.clone(), Audience::default())?;
            frames = self.for_sessions(&own, place, Some(&loaded.contact))?;
        }
        frames.insert(0, Frame::new(self.event, name, within(conversation), performer, Audience::users(agents))?);
        Ok(frames)
    }

    /// The same frame for those who hear it of their own conversation, first for the session in which it is: with what may be known of the contact
    /// there. For other sessions of a contact of whom it is proved who they are it is without what lets anybody into the first one.
    fn for_sessions(&self, frame: &Frame, place: &Place, contact: Option<&Contact>) -> Result<Vec<Frame>> {
        let known = |session: &ContactInbox| contact.map(|contact| session.sees(contact));
        let data = contact::without_failure(frame.data.clone());
        let draw = |seen: Option<&SeenContact>| seen.map_or_else(|| Ok(data.clone()), |seen| contact::known(data.clone(), seen));
        let told = |data, sessions| Frame { data, audience: Audience { sessions, ..Audience::default() }, ..frame.clone() };
        let mut frames = vec![told(draw(known(&place.session).as_ref())?, vec![place.session.id])];
        // those in which the same may be known have one frame
        let mut others: Vec<(Option<SeenContact>, Vec<ContactInboxId>)> = Vec::new();
        for session in self.scene.other_sessions(place) {
            let seen = known(session);
            match others.iter_mut().find(|(other, _)| *other == seen) {
                Some((_, sessions)) => sessions.push(session.id),
                None => others.push((seen, vec![session.id])),
            }
        }
        for (seen, sessions) in others {
            frames.push(told(contact::without_session(draw(seen.as_ref())?), sessions));
        }
        Ok(frames)
    }

    /// That other conversations may be unread now, where clients count them.
    fn unread_counts(&self) -> Result<Option<Frame>> {
        let may_change = match self.event.name {
            EventName::MessageCreated => {
                let said = self.event.message_id.and_then(|id| self.scene.message(id));
                said.is_some_and(|(said, _)| said.message.message_type == MessageType::Incoming)
            }
            EventName::ConversationStatusChanged | EventName::ConversationUpdated | EventName::ConversationUnread => true,
            EventName::ConversationRead => self.event.user().is_some(),
            _ => false,
        };
        let place = self.event.conversation_id.and_then(|id| self.scene.places.get(&id));
        let Some(place) = place.filter(|_| may_change && self.scene.account.counts_unread()) else { return Ok(None) };
        let audience = Audience::users(self.scene.crew.of(place.conversation.inbox_id));
        Frame::new(self.event, "conversation.unread_count_changed", json!({}), None::<()>, audience).map(Some)
    }

    /// To whomever a note names, that it does.
    fn mention(&self) -> Result<Vec<Frame>> {
        let named = &self.aside.mentioned;
        let Some(place) = self.event.conversation_id.and_then(|id| self.scene.places.get(&id)).filter(|_| !named.is_empty()) else {
            return Ok(Vec::new());
        };
        let mut frames = self.of_conversation("conversation.mentioned", self.event.conversation_id, To::default(), |conversation| conversation)?;
        for frame in &mut frames {
            frame.audience.users = named.iter().copied().filter(|user| self.scene.may_be_named(*user, &place.conversation)).collect();
        }
        Ok(frames)
    }

    /// That somebody types, to all others. Who is writing a note is nothing for the contact.
    fn typing(&self, name: &'static str) -> Result<Vec<Frame>> {
        let Typed { is_private, user: typing } = self.event.payload()?;
        let contact = self.event.conversation_id.and_then(|id| self.scene.conversation(id)).map(|((loaded, _), _)| &loaded.contact);
        let (by_contact, typist) = match (self.event.actor_type, self.event.actor_id) {
            (Some(ActorType::User), Some(_)) => (false, to_value(self.performer())),
            (Some(ActorType::AgentBot), Some(_)) => (false, Ok(typing)),
            (Some(ActorType::Contact), Some(id)) => (true, to_value(contact.filter(|contact| contact.id.0 == id).map(crate::contacts::push))),
            _ => (false, Ok(Value::Null)),
        };
        let typist = typist.map_err(Error::internal)?;
        if typist.is_null() {
            return Ok(Vec::new());
        }
        let to = To { contact: !is_private && !by_contact, recomputed: false, but: self.event.user() };
        let within = |conversation| json!({"conversation": conversation, "user": typist, "is_private": is_private});
        self.of_conversation(name, self.event.conversation_id, to, within)
    }
}

/// The part of a stored body that says what changed.
#[derive(Deserialize)]
struct Changed {
    #[serde(default)]
    changed_attributes: Vec<Map<String, Value>>,
}

/// The part of a stored body that says whether a note is being written, and by whom.
#[derive(Deserialize)]
struct Typed {
    is_private: bool,
    #[serde(default)]
    user: Value,
}

impl Scene {
    /// Whether a frame about this message may be drawn at all, and with what.
    fn message(&self, id: MessageId) -> Option<(&Said, &Place)> {
        let said = self.said.get(&id)?;
        Some((said, self.places.get(&said.message.conversation_id)?))
    }
}
