//! Who a visitor is: their session in an API inbox, and the proof of who they are.
use crate::{
    accounts::{self, Account, AccountStatus},
    contacts::{self, Contact, ContactInbox},
    conversations::{self, Conversation, Thread},
    db::{DbConn, Tx, types::DisplayId},
    error::{Error, Result},
    inboxes::{self, ApiChannel, Inbox},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// An API inbox as the client API reaches it.
#[derive(Debug)]
pub(super) struct Door {
    pub account: Account,
    pub inbox: Inbox,
    pub channel: ApiChannel,
}

/// A visitor at that door.
#[derive(Debug)]
pub(super) struct Visitor {
    pub door: Door,
    pub session: ContactInbox,
    pub contact: Contact,
}

impl Door {
    /// The inbox of that identifier.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unauthorized`] when the account is suspended.
    pub fn find(conn: &mut DbConn, identifier: &str) -> Result<Door> {
        let (inbox, channel) = inboxes::by_identifier(conn, name(identifier)?)?;
        let account = accounts::find(conn, inbox.account_id)?;
        match account.status {
            AccountStatus::Active => Ok(Door { account, inbox, channel }),
            AccountStatus::Suspended => Err(Error::Unauthorized("Account is suspended".into())),
        }
    }

    /// Checks the proof of identity, if one is given or demanded. True when one was given and holds.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the proof is wrong, or demanded and missing.
    pub fn check_identity(&self, identifier: Option<&str>, hash: Option<&str>) -> Result<bool> {
        if hash.is_none() && !self.channel.hmac_mandatory {
            return Ok(false);
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(self.channel.hmac_token.as_bytes()).map_err(Error::internal)?;
        mac.update(identifier.unwrap_or_default().as_bytes());
        let given = hash.and_then(from_hex).ok_or_else(wrong)?;
        mac.verify_slice(&given).map_err(|_| wrong())?;
        Ok(true)
    }
}

impl Visitor {
    /// The visitor of that session.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn find(conn: &mut DbConn, identifier: &str, source_id: &str) -> Result<Visitor> {
        let door = Door::find(conn, identifier)?;
        let (session, contact) = contacts::session(conn, door.inbox.id, name(source_id)?)?.ok_or(Error::NotFound)?;
        Ok(Visitor { door, session, contact })
    }

    /// Notes that the proof of identity held. It proves who this visitor is only if it is about the very identifier that the
    /// business knows them by: else somebody with a proof of their own could be taken for another.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the proof is wrong, missing, or about somebody else.
    pub fn verify(&mut self, tx: &mut Tx, identifier: Option<&str>, hash: Option<&str>) -> Result<()> {
        if !self.door.check_identity(identifier, hash)? {
            return Ok(());
        }
        match (self.contact.identifier.as_deref(), identifier) {
            (Some(known), Some(proved)) if known == proved.trim() => contacts::mark_verified(tx, &mut self.session),
            (Some(_), _) => Err(wrong()),
            (None, _) => Ok(()),
        }
    }

    /// One of their conversations. Once it is proved who they are, those of their other sessions in the inbox are theirs
    /// too.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for other people's.
    pub fn conversation(&self, conn: &mut DbConn, id: DisplayId) -> Result<Conversation> {
        self.own(conversations::of_number(conn, self.door.account.id, id)?)
    }

    /// The same, to be changed: nobody else changes it meanwhile.
    ///
    /// # Errors
    /// As [`Visitor::conversation`].
    pub fn thread(&self, conn: &mut DbConn, id: DisplayId) -> Result<Thread> {
        let thread = conversations::open(conn, &self.door.account, id)?;
        self.own(thread.conversation.clone()).map(|_| thread)
    }

    fn own(&self, found: Conversation) -> Result<Conversation> {
        let proved = self.session.hmac_verified && found.contact_id == self.contact.id && found.inbox_id == self.door.inbox.id;
        if proved || found.contact_inbox_id == self.session.id { Ok(found) } else { Err(Error::NotFound) }
    }
}

fn wrong() -> Error {
    Error::Unauthorized("HMAC failed: Invalid User Identifier Hash Provided".into())
}

/// A name from the path. No name holds U+0000, and PostgreSQL cannot even be asked for one that does.
fn name(text: &str) -> Result<&str> {
    if text.contains('\0') { Err(Error::NotFound) } else { Ok(text) }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len().is_multiple_of(2) { digits.chunks(2).map(byte).collect() } else { None }
}
