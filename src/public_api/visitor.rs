//! The door of an API inbox, and who stands at it.
use crate::{
    accounts::{self, Account},
    conversations::Visitor,
    db::{DbConn, Tx},
    error::{Error, Result},
    inboxes::{self, ApiChannel, Claim, Inbox},
};

/// An API inbox as the client API reaches it.
#[derive(Debug)]
pub(super) struct Door {
    pub account: Account,
    pub inbox: Inbox,
    pub channel: ApiChannel,
}

impl Door {
    /// The inbox of that identifier.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unauthorized`] when the account is suspended.
    pub fn find(conn: &mut DbConn, identifier: &str) -> Result<Door> {
        let (inbox, channel) = inboxes::by_identifier(conn, name(identifier)?)?;
        let account = accounts::find_active(conn, inbox.account_id)?;
        Ok(Door { account, inbox, channel })
    }

    /// Checks the proof of identity, if one is given or demanded. True when one was given and holds.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the proof is wrong, or demanded and missing.
    pub fn check(&self, claim: &Claim) -> Result<bool> {
        claim.check(&self.channel.hmac_token, self.channel.hmac_mandatory)
    }

    /// The visitor of the session of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn visitor(&self, conn: &mut DbConn, source_id: &str) -> Result<Visitor> {
        Visitor::find(conn, self.account.clone(), self.inbox.clone(), name(source_id)?)
    }
}

/// The visitor of that session in the inbox of that identifier.
///
/// # Errors
/// As [`Door::find`] and [`Door::visitor`].
pub(super) fn find(conn: &mut DbConn, identifier: &str, source_id: &str) -> Result<Visitor> {
    Door::find(conn, identifier)?.visitor(conn, source_id)
}

/// The same, who says who they are, and whether that is proved.
///
/// # Errors
/// [`Error::Unauthorized`] when the proof is wrong or missing; else as [`find`].
pub(super) fn find_and_check(conn: &mut DbConn, identifier: &str, source_id: &str, claim: &Claim) -> Result<(Visitor, bool)> {
    let door = Door::find(conn, identifier)?;
    let visitor = door.visitor(conn, source_id)?;
    door.check(claim).map(|proved| (visitor, proved))
}

/// The same: a proof that holds is noted.
///
/// # Errors
/// [`Error::Unauthorized`] when the proof is wrong, missing, or about somebody else; else as [`find`].
pub(super) fn find_and_verify(tx: &mut Tx, identifier: &str, source_id: &str, claim: &Claim) -> Result<Visitor> {
    let (mut visitor, proved) = find_and_check(tx.conn, identifier, source_id, claim)?;
    if proved {
        visitor.prove(tx, claim.identifier.as_deref())?;
    }
    Ok(visitor)
}

/// A name from the path. No name holds U+0000, and PostgreSQL cannot even be asked for one that does.
fn name(text: &str) -> Result<&str> {
    if text.contains('\0') { Err(Error::NotFound) } else { Ok(text) }
}
