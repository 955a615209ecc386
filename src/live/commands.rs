//! Writing down who is there: some at once, and each at most once in a while.
use super::{model::Person, presence::LEFT};
use crate::{
    contacts,
    db::{
        Tx,
        types::{AccountId, ContactId, UserId},
    },
    error::{Error, Result},
    users,
};
use std::collections::HashSet;

/// Notes that these are there, in this order. Gives back those who could not be noted since somebody is just changing them; whoever is no more is
/// passed over.
///
/// # Errors
/// The database's.
pub(super) fn note(tx: &mut Tx, those: &[Person]) -> Result<Vec<Person>> {
    let mut contacts: Vec<ContactId> = Vec::new();
    for one in those {
        match one {
            Person::Contact(id) => contacts.push(*id),
            Person::User(account, user) => match users::touch_membership(tx, *account, *user) {
                Ok(()) | Err(Error::NotFound) => {}
                Err(e) => return Err(e),
            },
        }
    }
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let noted: HashSet<ContactId> = contacts::note_seen(tx, &contacts)?.into_iter().collect();
    Ok(contacts.into_iter().filter(|id| !noted.contains(id)).map(Person::Contact).collect())
}

/// Notes that somebody has closed the last of their sockets on this node. Another node where they have one says at once that they are there.
///
/// # Errors
/// The database's.
pub(super) fn note_departure(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    if users::leave_membership(tx, account, user)? {
        tx.tell_others(LEFT, &format!("{account}:{user}"))?;
    }
    Ok(())
}
