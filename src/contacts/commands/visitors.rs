//! Visitors, who say themselves who they are.
//!
//! **Locks** (on PostgreSQL) are taken in the order that ARCHITECTURE.md says under "Visitors".
use super::{LabelChange, admit, create, merge, open_session, own_session, queries, refuse_duplicates, save_labelled};
use crate::{
    accounts::Account,
    checks::{LINE, required},
    contacts::{
        input::ContactInput,
        model::{Contact, ContactInbox},
        words::{Words, named},
    },
    db::{
        Tx,
        dialect::take_turns_of,
        schema::contact_inboxes,
        types::{AccountId, ContactId, Json, now},
    },
    error::{Error, Result},
    events::Actor,
    inboxes::Inbox,
    random,
    web::fields::Patch,
};
use diesel::prelude::*;

/// How often somebody is looked for again who has become somebody else meanwhile.
const TRIES: usize = 5;

/// The session of a visitor who introduces themselves: that of this name, else a new one of a contact who is recognised by
/// identifier, address or number, else of a new contact.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn find_or_create_visitor(
    tx: &mut Tx,
    account: &Account,
    inbox: &Inbox,
    source_id: Option<String>,
    mut input: ContactInput,
) -> Result<(ContactInbox, Contact)> {
    let source_id = source_id.map(|name| required("source_id", &name, LINE)).transpose()?;
    let [identifier, email, phone] = input.names();
    let (inbox_id, account_id) = (Some(inbox.id.0), Some(account.id.0));
    let names = [(inbox_id, &source_id), (account_id, &identifier), (account_id, &email), (account_id, &phone)];
    let names = names.into_iter().enumerate().filter_map(|(kind, (of, name))| Some(format!("{kind} {} {}", of?, name.as_deref()?)));
    take_turns_of(tx.conn, &names.collect::<Vec<_>>())?;
    if let Some(name) = &source_id
        && let Some(found) = queries::session(tx.conn, inbox.id, name)?
    {
        return Ok(found);
    }
    admit(tx, account, &mut input)?;
    let input = named(input)?;
    let said = Words::first(account.id, &input, now())?;
    let contact = match recognised(tx, account.id, identifier.as_deref(), email.as_deref(), phone.as_deref())? {
        Some(contact) => contact,
        None => create(tx, account, &Actor::System, input)?,
    };
    let source_id = source_id.unwrap_or_else(random::uuid);
    let session = match own_session(tx, &contact, inbox, &source_id)? {
        Some(session) => session,
        None => open_session(tx, &contact, inbox, &source_id, false, Some(said))?,
    };
    Ok((session, contact))
}

/// As [`queries::recognised`]; and the contact stays until this transaction ends.
fn recognised(tx: &mut Tx, account: AccountId, identifier: Option<&str>, email: Option<&str>, phone: Option<&str>) -> Result<Option<Contact>> {
    for _ in 0..TRIES {
        let Some(found) = queries::recognised(tx.conn, account, identifier, email, phone)? else { return Ok(None) };
        match queries::find_to_keep(tx.conn, account, found.id) {
            Err(Error::NotFound) => {}
            contact => return contact.map(Some),
        }
    }
    Err(Error::Overloaded)
}

/// Waits until nobody else of the account is about to become somebody else, and holds the turn until the transaction ends, if what a visitor is
/// going to say may make them somebody else. It comes before all other locks.
///
/// # Errors
/// [`Error::NotFound`] when the session is gone.
pub fn await_turn(tx: &mut Tx, account: &Account, session: &ContactInbox, input: &ContactInput) -> Result<()> {
    let known = queries::visitor(tx.conn, account.id, session.id)?;
    let is_new = |said: &Option<String>, known: &Option<String>| said.as_ref().is_some_and(|said| !said.is_empty() && Some(said) != known.as_ref());
    let [identifier, email, phone] = input.names();
    if is_new(&identifier, &known.identifier) || is_new(&email, &known.email) || is_new(&phone, &known.phone_number) {
        take_turn(tx, account.id)?;
    }
    Ok(())
}

/// Waits for the turn to make contacts of the account one.
///
/// # Errors
/// The database's.
pub fn take_turn(tx: &mut Tx, account: AccountId) -> Result<()> {
    Ok(take_turns_of(tx.conn, &[format!("people {}", account.0)])?)
}

/// Takes what [`update_visitor`] will need, for those who hold a conversation when they call it: conversations come before contacts.
///
/// # Errors
/// As there.
pub fn make_way(tx: &mut Tx, account: &Account, session: &ContactInbox, input: &ContactInput) -> Result<()> {
    let mut input = input.clone();
    admit(tx, account, &mut input)?;
    match find_out(tx, account, session, &mut input)?.all[..] {
        [_] => Ok(()),
        ref all => queries::hold_conversations(tx.conn, account.id, all),
    }
}

/// Changes a visitor at their own word. If the business knows somebody by the identifier, the address or the number that they give, they are
/// that contact, and become part of it; unless it is an address or a number of somebody with another identifier: then it stays theirs. Whoever
/// is recognised by address or number alone keeps the name that they are known by. Gives the contact that they are then; what was said is noted
/// with the session.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn update_visitor(tx: &mut Tx, account: &Account, session: &mut ContactInbox, mut input: ContactInput) -> Result<Contact> {
    admit(tx, account, &mut input)?;
    let own = input.clone();
    let Found { id, all, is_claimed } = find_out(tx, account, session, &mut input)?;
    let (before, mut contact, labels) = match all[..] {
        [_] => {
            let before = hold(tx, account, session)?;
            (before.clone(), before, Default::default())
        }
        _ => unite(tx, account, &all)?,
    };
    let by_identifier = input.identifier != Patch::Absent;
    if contact.id != id && !by_identifier && !contact.name.trim().is_empty() {
        input.name = Patch::Absent;
    }
    input.apply(&mut contact)?;
    contact.is_claimed |= is_claimed;
    refuse_duplicates(tx, &contact)?;
    let contact = save_labelled(tx, account, &before.actor(), &before, contact, labels)?;
    *session = queries::session_of(tx.conn, account.id, session.id)?;
    if let Some(Json(words)) = session.said.clone() {
        note_words(tx, session, words.with(account.id, &own, session.created_at)?)?;
    }
    Ok(contact)
}

/// Notes what was said in a session, once its contact is held.
pub(super) fn note_words(tx: &mut Tx, session: &mut ContactInbox, words: Words) -> Result<()> {
    let said = Some(Json(words));
    if session.said != said {
        (session.said, session.updated_at) = (said, now());
        let update = diesel::update(contact_inboxes::table.find(session.id));
        update.set((contact_inboxes::said.eq(&session.said), contact_inboxes::updated_at.eq(session.updated_at))).execute(tx.conn)?;
    }
    Ok(())
}

/// The contact of a session, to be changed, and the session as it is then.
pub(super) fn hold(tx: &mut Tx, account: &Account, session: &mut ContactInbox) -> Result<Contact> {
    let contact = hold_visitor(tx, account, session)?;
    *session = queries::session_of(tx.conn, account.id, session.id)?;
    Ok(contact)
}

/// The contact of a session, whom nobody else may change before this transaction ends, nor make a part of somebody else.
///
/// # Errors
/// [`Error::NotFound`] when the session is gone.
pub fn hold_visitor(tx: &mut Tx, account: &Account, session: &ContactInbox) -> Result<Contact> {
    for _ in 0..TRIES {
        let known = queries::session_of(tx.conn, account.id, session.id)?.contact_id;
        match queries::find_to_change(tx.conn, account.id, known) {
            // they have just become somebody else
            Err(Error::NotFound) => {}
            contact => return contact,
        }
    }
    Err(Error::Overloaded)
}

/// Who a visitor is, by what they say.
struct Found {
    /// Whom they have been until now.
    id: ContactId,
    /// Whoever the business knows best first, and themselves.
    all: Vec<ContactId>,
    /// Whether somebody is among them who is known by an address or a number alone.
    is_claimed: bool,
}

fn find_out(tx: &mut Tx, account: &Account, session: &ContactInbox, input: &mut ContactInput) -> Result<Found> {
    await_turn(tx, account, session, input)?;
    let known = queries::visitor(tx.conn, account.id, session.id)?;
    if known.identifier.is_some() {
        input.identifier = Patch::Absent;
    }
    let mut said = known.clone();
    input.clone().apply(&mut said)?;
    recognise(tx, &known, &said, input)
}

/// Who a visitor is besides themselves, whoever the business knows best first. What is somebody else's is left out of what they say.
fn recognise(tx: &mut Tx, known: &Contact, said: &Contact, input: &mut ContactInput) -> Result<Found> {
    let is_known = known.identifier.is_some() || known.email.is_some() || known.phone_number.is_some();
    let (mut all, mut is_claimed) = (Vec::new(), false);
    if known.identifier.is_some() {
        all.push(known.id);
    } else if let Some(identifier) = said.identifier.as_deref() {
        all.extend(queries::recognised(tx.conn, known.account_id, Some(identifier), None, None)?.map(|contact| contact.id));
    }
    for (email, phone) in [(said.email.as_deref(), None), (None, said.phone_number.as_deref())] {
        match queries::recognised(tx.conn, known.account_id, None, email, phone)? {
            // whoever is somebody already does not become somebody else at their own word
            Some(other) if other.id != known.id && (is_known || other.identifier.is_some() && other.identifier != said.identifier) => {
                let field = if email.is_some() { &mut input.email } else { &mut input.phone_number };
                *field = Patch::Absent;
            }
            Some(other) => {
                is_claimed |= other.id != known.id && !all.contains(&other.id);
                all.push(other.id);
            }
            None => {}
        }
    }
    all.push(known.id);
    let mut seen = Vec::new();
    all.retain(|id| {
        !seen.contains(id) && {
            seen.push(*id);
            true
        }
    });
    Ok(Found { id: known.id, all, is_claimed })
}

/// The first of these contacts, of whom the others become a part; first as it was before. And its labels, before and after.
fn unite(tx: &mut Tx, account: &Account, all: &[ContactId]) -> Result<(Contact, Contact, LabelChange)> {
    let found = merge::hold_all(tx, account.id, all);
    // somebody else has just changed who is who: a second try will do
    let mut found = found.map_err(|e| if matches!(e, Error::NotFound) { Error::Overloaded } else { e })?.into_iter();
    let before = found.next().ok_or(Error::NotFound)?;
    let (mut contact, mut labels) = (before.clone(), None);
    for other in found {
        let (own, all) = merge::absorb(tx, &before.actor(), &mut contact, other)?;
        labels = Some((labels.map_or(own, |(first, _)| first), all));
    }
    Ok((before, contact, labels.unwrap_or_default()))
}
