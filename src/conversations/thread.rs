//! A conversation with all that belongs to it, as of one moment: what commands change and payloads draw.
use super::model::{Attachment, Conversation, FAILURE, Message, SenderType};
use crate::{
    accounts::Account,
    bots::{AgentBot, AgentOrBot},
    contacts::{Contact, ContactInbox},
    db::types::UserId,
    events::Actor,
    inboxes::Inbox,
    teams::Team,
    users::User,
};

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Sender {
    /// An agent.
    User(Box<User>),
    /// The visitor.
    Contact(Box<Contact>),
    /// A program that answers before people do.
    Bot(Box<AgentBot>),
}

impl Sender {
    /// Their name, as visitors see it.
    pub fn name(&self) -> &str {
        match self {
            Sender::User(user) => user.available_name(),
            Sender::Contact(contact) => &contact.name,
            Sender::Bot(bot) => &bot.name,
        }
    }

    /// By what a message names them.
    pub(super) fn key(&self) -> (SenderType, i64) {
        match self {
            Sender::User(user) => (SenderType::User, user.id.0),
            Sender::Contact(contact) => (SenderType::Contact, contact.id.0),
            Sender::Bot(bot) => (SenderType::AgentBot, bot.id.0),
        }
    }

    /// Themselves as the cause of a change.
    pub fn actor(&self) -> Actor {
        match self {
            Sender::User(user) => Actor::User(user.id, user.available_name().to_owned()),
            Sender::Contact(contact) => contact.actor(),
            Sender::Bot(bot) => bot.actor(),
        }
    }
}

impl From<&AgentOrBot> for Sender {
    fn from(by: &AgentOrBot) -> Self {
        match by {
            AgentOrBot::Agent(agent) => Sender::User(Box::new(agent.user.clone())),
            AgentOrBot::Bot(acting) => Sender::Bot(Box::new(acting.bot.clone())),
        }
    }
}

/// A message with its author and its files.
#[derive(Debug, Clone)]
pub struct Said {
    /// The message.
    pub message: Message,
    /// Its author; nobody for notices and automatic texts.
    pub sender: Option<Sender>,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
}

/// A message as a visitor may hear it in their session: of their contact it has what they may know. There is no other way to draw one for them.
#[derive(Debug, Clone)]
pub struct Heard(Said);

impl Heard {
    /// The message.
    pub fn said(&self) -> &Said {
        &self.0
    }
}

impl Said {
    /// The user who wrote it, if it was one.
    pub fn author(&self) -> Option<UserId> {
        match &self.sender {
            Some(Sender::User(user)) => Some(user.id),
            _ => None,
        }
    }

    /// The same as it is heard in a session of its contact.
    pub fn heard_in(mut self, session: &ContactInbox) -> Heard {
        self.message.content_attributes.0.shift_remove(FAILURE);
        if let Some(Sender::Contact(contact)) = &mut self.sender {
            **contact = session.sees(contact).as_contact().clone();
        }
        Heard(self)
    }
}

/// A conversation and all that is drawn with it, as of one moment.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The conversation.
    pub conversation: Conversation,
    /// With whom.
    pub contact: Contact,
    /// In which session.
    pub contact_inbox: ContactInbox,
    /// Where.
    pub inbox: Inbox,
    /// Whose.
    pub account: Account,
    /// Who is to answer.
    pub assignee: Option<User>,
    /// The bot that is to answer.
    pub assignee_bot: Option<AgentBot>,
    /// Which team is to answer.
    pub team: Option<Team>,
    /// Whether a bot is at work in the inbox.
    pub has_bot: bool,
    /// Whether somebody takes part besides the assignee.
    pub is_followed: bool,
    /// How many of the contact's messages no agent has seen, at most 10.
    pub unread: i64,
    /// Whether an agent may still answer.
    pub can_reply: bool,
    /// The newest message that a visitor may see.
    pub last_public: Option<Said>,
}

impl Thread {
    /// Whether a bot hears of it: the one of the inbox, or the one that is to answer.
    pub(super) fn is_heard_by_bots(&self) -> bool {
        self.has_bot || self.assignee_bot.is_some()
    }

    /// Its contact as the author of something.
    pub fn contact_as_sender(&self) -> Sender {
        Sender::Contact(Box::new(self.contact.clone()))
    }

    /// It is with this contact now: somebody whom the other one has become a part of.
    pub(super) fn be_with(&mut self, contact: Contact) {
        (self.conversation.contact_id, self.contact_inbox.contact_id) = (contact.id, contact.id);
        self.contact = contact;
    }
}
