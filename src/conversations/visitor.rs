//! A visitor in their session: what is theirs, and nothing else. Whatever door they came in by, what they may see is decided here.
use super::{
    commands::{self, Beginning, NewConversation},
    model::Conversation,
    queries,
    thread::{Sender, Thread},
};
use crate::{
    accounts::Account,
    contacts::{self, Contact, ContactInbox},
    db::{
        DbConn, Tx,
        dialect::take_turns_of,
        types::{DisplayId, MessageId},
    },
    error::{Error, Result},
    inboxes::{Claim, Inbox},
};

/// Somebody in their session in an inbox.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Whose inbox it is.
    pub account: Account,
    /// Where they are.
    pub inbox: Inbox,
    /// Their session.
    pub session: ContactInbox,
    /// Who they are.
    pub contact: Contact,
}

impl Visitor {
    /// The visitor of the session of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn find(conn: &mut DbConn, account: Account, inbox: Inbox, source_id: &str) -> Result<Visitor> {
        let (session, contact) = contacts::session(conn, inbox.id, source_id)?.ok_or(Error::NotFound)?;
        Ok(Visitor { account, inbox, session, contact })
    }

    /// Notes that a proof of identity held. It proves who this visitor is only if it is about the very identifier that the
    /// business knows them by: else somebody with a proof of their own could be taken for another.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is about somebody else.
    pub fn prove(&mut self, tx: &mut Tx, identifier: Option<&str>) -> Result<()> {
        match (self.contact.identifier.as_deref(), identifier) {
            (Some(known), Some(proved)) if known == proved.trim() => contacts::mark_verified(tx, &mut self.session),
            (Some(_), _) => Err(Claim::wrong()),
            (None, _) => Ok(()),
        }
    }

    /// One of their conversations. Once it is proved who they are, those of their other proved sessions in the inbox are theirs
    /// too.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for other people's.
    pub fn conversation(&self, conn: &mut DbConn, id: DisplayId) -> Result<Conversation> {
        let found = queries::of_number(conn, self.account.id, id)?;
        self.own(conn, found)
    }

    /// The same, to be changed: nobody else changes it meanwhile.
    ///
    /// # Errors
    /// As [`Visitor::conversation`].
    pub fn thread(&self, conn: &mut DbConn, id: DisplayId) -> Result<Thread> {
        let thread = queries::open(conn, &self.account, id)?;
        self.own(conn, thread.conversation.clone()).map(|_| thread)
    }

    /// The one of their conversations in which a message is, to be changed.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for other people's.
    pub fn thread_of_message(&self, conn: &mut DbConn, message: MessageId) -> Result<Thread> {
        let (_, number, account) = queries::place_of(conn, message)?;
        if account.id == self.account.id { self.thread(conn, number) } else { Err(Error::NotFound) }
    }

    /// The newest of their conversations, to be changed; none if they have not begun any.
    ///
    /// # Errors
    /// The database's.
    pub fn latest(&self, conn: &mut DbConn) -> Result<Option<Thread>> {
        match queries::latest_of_visitor(conn, &self.session)? {
            Some(latest) => self.thread(conn, latest.display_id).map(Some),
            None => Ok(None),
        }
    }

    /// Waits until nobody else is about to begin a conversation with them: whoever does comes first to this, then to the contact.
    ///
    /// # Errors
    /// The database's.
    pub fn take_turn(&self, tx: &mut Tx) -> Result<()> {
        Ok(take_turns_of(tx.conn, &[format!("conversation {}", self.session.id.0)])?)
    }

    /// Begins a conversation with them, as [`commands::start`].
    ///
    /// # Errors
    /// As there.
    pub fn start(&self, tx: &mut Tx, new: NewConversation) -> Result<Thread> {
        let Visitor { account, inbox, session, contact } = self;
        commands::start(tx, Beginning { account, inbox, contact, session, actor: &contact.actor() }, new)
    }

    /// They are this contact now: somebody whom the other one has become a part of, or themselves as they are now.
    pub fn become_part_of(&mut self, contact: Contact) {
        self.session.contact_id = contact.id;
        self.contact = contact;
    }

    /// Themselves as the author of something.
    pub fn author(&self) -> Sender {
        Sender::Contact(Box::new(self.contact.clone()))
    }

    fn own(&self, conn: &mut DbConn, found: Conversation) -> Result<Conversation> {
        if queries::is_of_visitor(conn, &self.session, &found)? { Ok(found) } else { Err(Error::NotFound) }
    }
}
