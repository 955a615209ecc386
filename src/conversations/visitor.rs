//! A visitor in their session: what is theirs, and nothing else. Whatever door they came in by, what they may see is decided here.
use super::{
    commands::{self, Beginning, NewConversation, Submission},
    model::{ContentType, Conversation, MessageType},
    queries,
    thread::{Heard, Said, Thread},
};
use crate::{
    accounts::Account,
    contacts::{self, Contact, ContactInbox, ContactInput, SeenContact},
    db::{
        DbConn, Tx,
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

    /// Waits for the turn in which they may begin a conversation, as [`commands::take_turn_of`].
    ///
    /// # Errors
    /// The database's.
    pub fn take_turn(&self, tx: &mut Tx) -> Result<()> {
        commands::take_turn_of(tx, &self.session)
    }

    /// Begins a conversation with them, as [`commands::start`].
    ///
    /// # Errors
    /// As there.
    pub fn start(&self, tx: &mut Tx, new: NewConversation) -> Result<Thread> {
        let Visitor { account, inbox, session, .. } = self;
        commands::start(tx, Beginning { account, inbox, session, actor: None }, new)
    }

    /// What they may know of their contact.
    pub fn sees(&self) -> SeenContact {
        self.session.sees(&self.contact)
    }

    /// Where mail to them goes: to the address that they have said themselves, else to the one that the business may have shown them.
    pub fn own_address(&self) -> Option<String> {
        let said = self.session.said_address().map(str::to_owned);
        said.or_else(|| self.sees().as_contact().email.clone())
    }

    /// Messages as they may hear them.
    pub fn hears(&self, said: impl IntoIterator<Item = Said>) -> Vec<Heard> {
        said.into_iter().map(|said| said.heard_in(&self.session)).collect()
    }

    /// Waits for their turn, if what they are going to say may make them somebody else: before anything else is held.
    ///
    /// # Errors
    /// As [`contacts::await_turn`].
    pub fn await_turn(&mut self, tx: &mut Tx, input: &ContactInput) -> Result<()> {
        contacts::await_turn(tx, &self.account, &self.session, input)?;
        self.become_who_they_are(tx)
    }

    /// Takes all that is to be held when they say something of themselves within a conversation.
    ///
    /// # Errors
    /// As [`contacts::update_visitor`].
    pub fn make_way(&mut self, tx: &mut Tx, input: &ContactInput) -> Result<()> {
        contacts::make_way(tx, &self.account, &self.session, input)?;
        self.become_who_they_are(tx)
    }

    /// Takes them at their word.
    ///
    /// # Errors
    /// As [`contacts::update_visitor`].
    pub fn introduce(&mut self, tx: &mut Tx, input: ContactInput) -> Result<()> {
        self.contact = contacts::update_visitor(tx, &self.account, &mut self.session, input)?;
        Ok(())
    }

    /// Answers an interactive message of one of their conversations, as [`commands::submit`]; gives it as they hear it.
    ///
    /// # Errors
    /// As there; [`Error::NotFound`], also for other people's messages.
    pub fn submit(&mut self, tx: &mut Tx, id: MessageId, within: Option<DisplayId>, said: &Submission) -> Result<Heard> {
        let (asked, number, account) = queries::place_of(tx.conn, id)?;
        if account.id != self.account.id || within.is_some_and(|within| within != number) {
            return Err(Error::NotFound);
        }
        self.conversation(tx.conn, number)?;
        if asked.content_type == ContentType::InputEmail && asked.is_public() && asked.message_type != MessageType::Incoming {
            let (_, input) = commands::introduction(said)?;
            self.make_way(tx, &input)?;
        }
        let mut thread = self.thread(tx.conn, number)?;
        let said = commands::submit(tx, &mut thread, id, said)?;
        if thread.contact_inbox.id == self.session.id {
            self.session = thread.contact_inbox;
        }
        self.session.contact_id = thread.contact.id;
        self.contact = thread.contact;
        Ok(said.heard_in(&self.session))
    }

    /// They are who their session is of now: somebody else may have made them a part of another contact.
    fn become_who_they_are(&mut self, tx: &mut Tx) -> Result<()> {
        self.contact = contacts::visitor(tx.conn, self.account.id, self.session.id)?;
        self.session.contact_id = self.contact.id;
        Ok(())
    }

    fn own(&self, conn: &mut DbConn, found: Conversation) -> Result<Conversation> {
        if queries::is_of_visitor(conn, &self.session, &found)? { Ok(found) } else { Err(Error::NotFound) }
    }
}
