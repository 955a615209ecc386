//! Changing contacts. Each change is told once, with what changed; a change that changed nothing is not told.
use super::{
    input::ContactInput,
    model::{Contact, ContactInbox, visitor_name},
    payload::{self, ContactEvent},
    queries,
};
use crate::{
    accounts::Account,
    checks::{LINE, required},
    db::{
        Tx,
        dialect::{Cached, Columns},
        schema::{contact_inboxes, contacts, conversations, messages},
        types::{ContactId, now},
    },
    error::{Error, Result},
    events::{self, Actor, ActorType, Changes, Event, EventName},
    inboxes::Inbox,
    on_each, random,
    web::fields::Patch,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Makes a contact.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute: a bad value, or one that another contact of the account has.
pub fn create(tx: &mut Tx, account: &Account, actor: &Actor, input: ContactInput) -> Result<Contact> {
    let now = now();
    let mut contact = Contact {
        id: ContactId(0),
        account_id: account.id,
        name: String::new(),
        email: None,
        phone_number: None,
        identifier: None,
        contact_type: super::ContactType::Visitor,
        blocked: false,
        avatar_url: None,
        additional_attributes: Default::default(),
        custom_attributes: Default::default(),
        last_activity_at: None,
        created_at: now,
        updated_at: now,
    };
    input.apply(&mut contact)?;
    refuse_duplicates(tx, &contact)?;
    let insert = diesel::insert_into(contacts::table)
        .values((contacts::account_id.eq(account.id), contacts::created_at.eq(now), contacts::updated_at.eq(now)))
        .returning(contacts::id);
    contact.id = insert.get_result(tx.conn)?;
    diesel::update(contacts::table.find(contact.id)).set(&contact).execute(tx.conn)?;
    tell(tx, account, actor, &contact, None)?;
    Ok(contact)
}

/// Changes a contact.
///
/// # Errors
/// As [`create`].
pub fn update(tx: &mut Tx, account: &Account, actor: &Actor, before: &Contact, input: ContactInput) -> Result<Contact> {
    let mut contact = before.clone();
    input.apply(&mut contact)?;
    refuse_duplicates(tx, &contact)?;
    save(tx, account, actor, before, contact)
}

/// Notes that a contact has just written.
pub fn touch(tx: &mut Tx, account: &Account, before: &Contact, at: NaiveDateTime) -> Result<Contact> {
    let contact = Contact { last_activity_at: Some(at), ..before.clone() };
    save(tx, account, &before.actor(), before, contact)
}

fn save(tx: &mut Tx, account: &Account, actor: &Actor, before: &Contact, mut contact: Contact) -> Result<Contact> {
    if contact == *before {
        return Ok(contact);
    }
    contact.updated_at = now();
    let update = diesel::update(contacts::table.find(contact.id)).set(&contact);
    on_each!(tx.conn, c => Cached(update).execute(c))?;
    tell(tx, account, actor, &contact, Some(&before.changes(&contact)))?;
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
        actor: actor.clone(),
        payload: serde_json::to_string(&drawn).map_err(Error::internal)?,
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

/// The contact's session of that name in the inbox, made if there is none. Without a name a new session is made only if
/// the contact has none.
///
/// # Errors
/// [`Error::Refused`] when another contact has the session of that name.
pub fn attach(tx: &mut Tx, contact: &Contact, inbox: &Inbox, source_id: Option<String>, hmac_verified: bool) -> Result<ContactInbox> {
    match &source_id {
        Some(name) => match queries::session(tx.conn, inbox.id, name)? {
            Some((session, owner)) if owner.id == contact.id => return Ok(session),
            Some(_) => return Err(Error::Refused("source_id should be unique".into())),
            None => {}
        },
        None => {
            if let Some(session) = queries::sessions_of(tx.conn, contact.id, inbox.id)?.into_iter().next() {
                return Ok(session);
            }
        }
    }
    let source_id = source_id.unwrap_or_else(random::uuid);
    let source_id = required("source_id", &source_id, LINE)?;
    let now = now();
    let insert = diesel::insert_into(contact_inboxes::table)
        .values((
            contact_inboxes::contact_id.eq(contact.id),
            contact_inboxes::inbox_id.eq(inbox.id),
            contact_inboxes::source_id.eq(source_id),
            contact_inboxes::pubsub_token.eq(random::token()?),
            contact_inboxes::hmac_verified.eq(hmac_verified),
            contact_inboxes::created_at.eq(now),
            contact_inboxes::updated_at.eq(now),
        ))
        .returning(ContactInbox::columns());
    Ok(insert.get_result(tx.conn)?)
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
    input: ContactInput,
) -> Result<(ContactInbox, Contact)> {
    if let Some(name) = &source_id
        && let Some(found) = queries::session(tx.conn, inbox.id, name)?
    {
        return Ok(found);
    }
    let said = |text: &Patch<crate::web::fields::Text>| text.clone().set().map(|text| text.0.trim().to_owned());
    let (identifier, email, phone) = (said(&input.identifier), said(&input.email).map(|email| email.to_lowercase()), said(&input.phone_number));
    let contact = match queries::recognised(tx.conn, account.id, identifier.as_deref(), email.as_deref(), phone.as_deref())? {
        Some(contact) => contact,
        None => create(tx, account, &Actor::System, named(input)?)?,
    };
    let session = attach(tx, &contact, inbox, Some(source_id.unwrap_or_else(random::uuid)), false)?;
    Ok((session, contact))
}

fn named(mut input: ContactInput) -> Result<ContactInput> {
    if !matches!(&input.name, Patch::Set(name) if !name.0.trim().is_empty()) {
        input.name = Patch::Set(crate::web::fields::Text(visitor_name()?));
    }
    Ok(input)
}

/// Changes a visitor at their own word. If another contact has the address or number they give, that contact becomes part
/// of this one.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn update_visitor(tx: &mut Tx, account: &Account, before: &Contact, input: ContactInput) -> Result<Contact> {
    let mut wanted = before.clone();
    input.clone().apply(&mut wanted)?;
    for (email, phone) in [(wanted.email.as_deref(), None), (None, wanted.phone_number.as_deref())] {
        if let Some(other) = queries::recognised(tx.conn, account.id, None, email, phone)?
            && other.id != before.id
        {
            absorb(tx, before, &other)?;
        }
    }
    update(tx, account, &before.actor(), before, input)
}

/// Moves all that another contact has to this one, and deletes the other.
fn absorb(tx: &mut Tx, contact: &Contact, other: &Contact) -> Result<()> {
    diesel::update(conversations::table.filter(conversations::contact_id.eq(other.id)))
        .set(conversations::contact_id.eq(contact.id))
        .execute(tx.conn)?;
    diesel::update(contact_inboxes::table.filter(contact_inboxes::contact_id.eq(other.id)))
        .set(contact_inboxes::contact_id.eq(contact.id))
        .execute(tx.conn)?;
    let written = messages::table.filter(
        messages::account_id
            .eq(contact.account_id)
            .and(messages::sender_type.eq(ActorType::Contact.number()))
            .and(messages::sender_id.eq(other.id.0)),
    );
    diesel::update(written).set(messages::sender_id.eq(contact.id.0)).execute(tx.conn)?;
    diesel::delete(contacts::table.find(other.id)).execute(tx.conn)?;
    Ok(())
}
