//! A contact whom the business brings along, from a table for one.
use super::{create, queries, update};
use crate::{accounts::Account, contacts::input::ContactInput, db::Tx, error::Result, events::Actor};

/// Makes a contact of what is said, or changes the one who is known by the identifier, else the address, else the number. Whether they are new.
///
/// # Errors
/// As [`create`].
pub fn bring(tx: &mut Tx, account: &Account, actor: &Actor, input: ContactInput) -> Result<bool> {
    let [identifier, email, phone] = input.names();
    match queries::recognised(tx.conn, account.id, identifier.as_deref(), email.as_deref(), phone.as_deref())? {
        Some(contact) => update(tx, account, actor, contact.id, input).map(|_| false),
        None => create(tx, account, actor, input).map(|_| true),
    }
}
