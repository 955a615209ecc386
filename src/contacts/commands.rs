//! Changing contacts. Each change is told once, with what changed; a change that changed nothing is not told.
mod bring;
mod bulk;
mod labels;
mod merge;
mod notes;
mod presence;
mod visitors;

pub use bring::bring;
pub use bulk::{change_labels, delete_many};
pub use labels::{make_way_to_relabel, relabel, set_labels};
pub use merge::merge;
pub use notes::{create_note, delete_note, update_note};
pub use presence::{note_seen, touch};
pub use visitors::{await_turn, find_or_create_visitor, hold_visitor, make_way, take_turn, update_visitor};

use super::{
    input::ContactInput,
    model::{Contact, ContactInbox},
    payload::{self, ContactEvent},
    queries,
    words::Words,
};
use crate::{
    accounts::Account,
    audit::Change,
    auth::Administrator,
    checks::{LINE, required},
    custom_attributes::{self, Model},
    db::{
        Db, Tx,
        dialect::{Cached, Columns},
        schema::{contact_inboxes, contacts},
        types::{AccountId, ContactId, ContactInboxId, Json, now},
    },
    error::{Error, Result},
    events::{self, Actor, Changes, Event, EventName},
    files::{self, Avatar},
    inboxes::Inbox,
    on_each, random,
    storage::Upload,
    web::fields::{Object, Patch, Text},
};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error as Diesel},
};

/// Makes a contact.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute: a bad value, or one that another contact of the account has.
pub fn create(tx: &mut Tx, account: &Account, actor: &Actor, mut input: ContactInput) -> Result<Contact> {
    admit(tx, account, &mut input)?;
    let now = now();
    let mut contact = Contact::nobody(account.id, now);
    input.apply(&mut contact)?;
    refuse_duplicates(tx, &contact)?;
    let insert = diesel::insert_into(contacts::table)
        .values((contacts::account_id.eq(account.id), contacts::created_at.eq(now), contacts::updated_at.eq(now)))
        .returning(contacts::id);
    contact.id = insert.get_result(tx.conn)?;
    diesel::update(contacts::table.find(contact.id)).set(&contact).execute(tx.conn).map_err(taken)?;
    tell(tx, account, actor, &contact, None)?;
    Ok(contact)
}

/// Changes a contact.
///
/// # Errors
/// [`Error::NotFound`]; else as [`create`].
pub fn update(tx: &mut Tx, account: &Account, actor: &Actor, id: ContactId, mut input: ContactInput) -> Result<Contact> {
    admit(tx, account, &mut input)?;
    let before = queries::find_to_change(tx.conn, account.id, id)?;
    let mut contact = before.clone();
    input.apply(&mut contact)?;
    refuse_duplicates(tx, &contact)?;
    save(tx, account, actor, &before, contact)
}

/// Checks the custom attributes that were said against their definitions.
fn admit(tx: &mut Tx, account: &Account, input: &mut ContactInput) -> Result<()> {
    match &mut input.custom_attributes {
        Patch::Set(Object(said)) => custom_attributes::admit(tx.conn, account.id, Model::Contact, said),
        _ => Ok(()),
    }
}

/// Makes an uploaded picture what is said about a contact.
///
/// # Errors
/// [`Error::Invalid`] about `avatar` for what is no picture, or too large a one.
pub fn say_picture(tx: &mut Tx, account: &Account, input: &mut ContactInput, upload: Upload) -> Result<()> {
    let Avatar { url, blob_id } = files::store_avatar(tx, Some(account.id), upload)?;
    (input.avatar_url, input.picture) = (Patch::Set(Text(url)), Some(blob_id));
    Ok(())
}

/// Takes custom attributes of these keys away, as a visitor wishes: only those that they may know of.
///
/// # Errors
/// [`Error::NotFound`].
pub fn forget_own_attributes(tx: &mut Tx, account: &Account, session: &mut ContactInbox, keys: &[String]) -> Result<Contact> {
    let before = visitors::hold(tx, account, session)?;
    let said = session.said.clone().filter(|_| !session.knows_all(&before));
    let mut contact = before.clone();
    contact.custom_attributes.0.retain(|key, _| !keys.contains(key) || said.as_ref().is_some_and(|said| !said.0.has(key)));
    let contact = save(tx, account, &before.actor(), &before, contact)?;
    if let Some(Json(words)) = session.said.clone() {
        visitors::note_words(tx, session, words.without(keys))?;
    }
    Ok(contact)
}

/// Takes custom attributes of these keys away.
///
/// # Errors
/// [`Error::NotFound`].
pub fn forget_attributes(tx: &mut Tx, account: &Account, actor: &Actor, id: ContactId, keys: &[String]) -> Result<Contact> {
    let before = queries::find_to_change(tx.conn, account.id, id)?;
    let mut contact = before.clone();
    contact.custom_attributes.0.retain(|key, _| !keys.contains(key));
    save(tx, account, actor, &before, contact)
}

/// What the rooms above do to clear away what a contact has left who is to be deleted: a part of it in each of many transactions. True when
/// nothing is left. `app` makes the list, and puts it into [`crate::db::Shared`].
pub struct Clearings(pub Vec<fn(&mut Tx, &Contact) -> Result<bool>>);

/// How many sessions go in one step.
const STEP: i64 = 500;

/// Deletes a contact with all that hangs on it: sessions, conversations with their messages, notes, answers to surveys. Their sessions are locked
/// first, so that nothing new begins there; then the rest goes, some at a time. Should the process end meanwhile, what is left can be deleted again.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] while they are online.
pub async fn delete(db: &Db, by: &Administrator, id: ContactId) -> Result<()> {
    let (first, by) = (by.clone(), by.clone());
    db.write_in_steps(move |tx| lock_out(tx, &first, id), move |tx| delete_some(tx, &by, id)).await
}

/// Nobody gets into the contact's sessions any more by what they know of them, nor is recognised as the contact.
fn lock_out(tx: &mut Tx, by: &Administrator, id: ContactId) -> Result<()> {
    let contact = queries::find_to_change(tx.conn, by.account_id(), id)?;
    if contact.is_online(now()) {
        return Err(Error::invalid("base", "The contact is online now, try again when they are gone"));
    }
    let sessions: Vec<ContactInboxId> =
        contact_inboxes::table.filter(contact_inboxes::contact_id.eq(id)).select(contact_inboxes::id).order_by(contact_inboxes::id).load(tx.conn)?;
    for session in sessions {
        diesel::update(contact_inboxes::table.find(session)).set(contact_inboxes::source_id.eq(random::uuid())).execute(tx.conn)?;
    }
    // whoever comes again is somebody new; this one stays in lists until it is gone
    let unknown = (
        contacts::email.eq(None::<String>),
        contacts::phone_number.eq(None::<String>),
        contacts::identifier.eq(format!("deleted:{}", random::uuid())),
    );
    diesel::update(contacts::table.find(id)).set(unknown).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&id))
}

/// Deletes some of what hangs on a contact, or, once nothing is left, the contact. True when they are gone.
fn delete_some(tx: &mut Tx, by: &Administrator, id: ContactId) -> Result<bool> {
    let contact = queries::find(tx.conn, by.account_id(), id)?;
    if let Some(clearings) = tx.shared::<Clearings>() {
        for clear in &clearings.0 {
            if !clear(tx, &contact)? {
                return Ok(false);
            }
        }
    }
    queries::hold_conversations(tx.conn, by.account_id(), &[id])?;
    let contact = queries::find_to_delete(tx.conn, by.account_id(), id)?;
    diesel::delete(contacts::table.find(contact.id)).execute(tx.conn)?;
    // what stands for the identifier while they are being deleted is none
    merge::tell_end(tx, &by.actor(), &Contact { identifier: None, ..contact })?;
    Ok(true)
}

/// Deletes some of the contacts of an account that is to be deleted, which has no inbox any more. False when there is none.
///
/// # Errors
/// The database's.
pub fn clear_account(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let some: Vec<ContactId> = contacts::table.filter(contacts::account_id.eq(account)).select(contacts::id).limit(STEP).load(tx.conn)?;
    Ok(diesel::delete(contacts::table.filter(contacts::id.eq_any(some))).execute(tx.conn)? > 0)
}

/// Deletes some of the sessions that contacts have in an inbox which is to be deleted. True when none is left.
///
/// # Errors
/// The database's.
pub fn clear_inbox(tx: &mut Tx, inbox: &Inbox) -> Result<bool> {
    let query = contact_inboxes::table.filter(contact_inboxes::inbox_id.eq(inbox.id)).select(contact_inboxes::id);
    let some: Vec<ContactInboxId> = query.limit(STEP).load(tx.conn)?;
    let all = (some.len() as i64) < STEP;
    diesel::delete(contact_inboxes::table.filter(contact_inboxes::id.eq_any(some))).execute(tx.conn)?;
    Ok(all)
}

/// The labels of a contact before a change, and after it.
type LabelChange = (Vec<String>, Vec<String>);

fn save(tx: &mut Tx, account: &Account, actor: &Actor, before: &Contact, contact: Contact) -> Result<Contact> {
    save_labelled(tx, account, actor, before, contact, Default::default())
}

/// The same for a contact whose labels have changed as well: those before, and those after.
fn save_labelled(
    tx: &mut Tx,
    account: &Account,
    actor: &Actor,
    before: &Contact,
    mut contact: Contact,
    (labels_before, labels_after): LabelChange,
) -> Result<Contact> {
    if contact == *before && labels_before == labels_after {
        return Ok(contact);
    }
    contact.updated_at = now();
    let update = diesel::update(contacts::table.find(contact.id)).set(&contact);
    on_each!(tx.conn, c => Cached(update).execute(c)).map_err(taken)?;
    let mut changes = before.changes(&contact);
    changes.compare("label_list", labels_before, labels_after);
    tell(tx, account, actor, &contact, Some(&changes))?;
    Ok(contact)
}

fn tell(tx: &mut Tx, account: &Account, actor: &Actor, contact: &Contact, changes: Option<&Changes>) -> Result<()> {
    let name = if changes.is_some() { EventName::ContactUpdated } else { EventName::ContactCreated };
    let drawn = ContactEvent { contact: payload::webhook(contact, account), event: name.name(), changed_attributes: changes };
    let event = Event {
        name,
        account_id: account.id,
        inbox_id: None,
        conversation_id: None,
        message_id: None,
        is_private: false,
        actor: actor.clone(),
        payload: serde_json::to_string(&drawn).map_err(Error::internal)?,
        aside: None,
        at: contact.updated_at,
    };
    events::publish(tx, event)
}

fn refuse_duplicates(tx: &mut Tx, contact: &Contact) -> Result<()> {
    let others = |conn: &mut crate::db::DbConn, email: Option<&str>, phone: Option<&str>, identifier: Option<&str>| -> Result<bool> {
        let found = queries::recognised(conn, contact.account_id, identifier, email, phone)?;
        Ok(found.is_some_and(|other| other.id != contact.id))
    };
    let mut attributes = Vec::new();
    if others(tx.conn, contact.email.as_deref(), None, None)? {
        attributes.push("email");
    }
    if others(tx.conn, None, contact.phone_number.as_deref(), None)? {
        attributes.push("phone_number");
    }
    if others(tx.conn, None, None, contact.identifier.as_deref())? {
        attributes.push("identifier");
    }
    if attributes.is_empty() { Ok(()) } else { Err(Error::taken(attributes)) }
}

/// Somebody else was faster with the same address, number or identifier.
fn taken(e: Diesel) -> Error {
    let Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, info) = &e else { return e.into() };
    let unique = info.constraint_name().unwrap_or_default();
    match ["email", "phone_number", "identifier"].into_iter().find(|attribute| unique.contains(attribute)) {
        Some(attribute) => Error::taken(vec![attribute]),
        None => e.into(),
    }
}

/// The contact's session of that name in the inbox, which the business opens if there is none. Without a name a new session is made only if the
/// contact has none.
///
/// # Errors
/// [`Error::Refused`] when another contact has the session of that name.
pub fn attach(tx: &mut Tx, contact: &Contact, inbox: &Inbox, source_id: Option<String>, hmac_verified: bool) -> Result<ContactInbox> {
    let source_id = source_id.map(|name| required("source_id", &name, LINE)).transpose()?;
    let present = match &source_id {
        Some(name) => own_session(tx, contact, inbox, name)?,
        None => queries::sessions_of(tx.conn, contact.id, inbox.id)?.into_iter().next(),
    };
    match present {
        Some(session) => Ok(session),
        None => open_session(tx, contact, inbox, &source_id.unwrap_or_else(random::uuid), hmac_verified, None),
    }
}

/// Makes a session; gives that of the name if somebody else was faster.
fn open_session(tx: &mut Tx, contact: &Contact, inbox: &Inbox, source_id: &str, hmac_verified: bool, said: Option<Words>) -> Result<ContactInbox> {
    let now = now();
    let insert = diesel::insert_into(contact_inboxes::table)
        .values((
            contact_inboxes::contact_id.eq(contact.id),
            contact_inboxes::inbox_id.eq(inbox.id),
            contact_inboxes::source_id.eq(source_id),
            contact_inboxes::pubsub_token.eq(random::token()?),
            contact_inboxes::hmac_verified.eq(hmac_verified),
            contact_inboxes::said.eq(said.map(Json)),
            contact_inboxes::created_at.eq(now),
            contact_inboxes::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(ContactInbox::columns());
    match on_each!(tx.conn, c => insert.get_result(c)).optional()? {
        Some(session) => Ok(session),
        None => own_session(tx, contact, inbox, source_id)?.ok_or(Error::Overloaded),
    }
}

fn own_session(tx: &mut Tx, contact: &Contact, inbox: &Inbox, source_id: &str) -> Result<Option<ContactInbox>> {
    match queries::session(tx.conn, inbox.id, source_id)? {
        Some((session, owner)) if owner.id == contact.id => Ok(Some(session)),
        Some(_) => Err(Error::Refused("source_id should be unique".into())),
        None => Ok(None),
    }
}

/// Notes that the business has proved who the visitor is.
pub fn mark_verified(tx: &mut Tx, session: &mut ContactInbox) -> Result<()> {
    if !session.hmac_verified {
        session.hmac_verified = true;
        session.updated_at = now();
        let update = diesel::update(contact_inboxes::table.find(session.id));
        update.set((contact_inboxes::hmac_verified.eq(true), contact_inboxes::updated_at.eq(session.updated_at))).execute(tx.conn)?;
    }
    Ok(())
}
