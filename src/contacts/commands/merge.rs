//! Two contacts become one.
use super::{LabelChange, labels, queries, save_labelled, visitors::take_turn};
use crate::{
    accounts::Account,
    checks::not_too_large,
    contacts::{
        frames::{Moved, Noted},
        model::Contact,
        payload,
    },
    db::{
        Tx,
        schema::{contact_inboxes, contacts, conversations, csat_survey_responses, messages, notes},
        types::{AccountId, ContactId, ConversationId},
    },
    error::{Error, Result},
    events::{self, Actor, ActorType, Event, EventName},
};
use diesel::prelude::*;

/// In how many conversations one event tells that their contact is another one.
const TOLD_AT_ONCE: usize = 100;

/// Makes another contact part of this one: all that was the other's is this one's, and the other is gone.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] for one and the same contact; [`Error::Invalid`] when both together have too many attributes.
pub fn merge(tx: &mut Tx, account: &Account, actor: &Actor, base: ContactId, other: ContactId) -> Result<Contact> {
    if base == other {
        return Err(Error::Refused("A contact cannot be merged with itself".into()));
    }
    take_turn(tx, account.id)?;
    let mut found = hold_all(tx, account.id, &[base, other])?;
    let (Some(other), Some(before)) = (found.pop(), found.pop()) else { return Err(Error::NotFound) };
    let mut contact = before.clone();
    let labels = absorb(tx, actor, &mut contact, other)?;
    not_too_large("additional_attributes", &contact.additional_attributes.0)?;
    not_too_large("custom_attributes", &contact.custom_attributes.0)?;
    save_labelled(tx, account, actor, &before, contact, labels)
}

/// These contacts, of whom some are to go, in this order; nobody else may change them before this transaction ends, nor their conversations.
///
/// # Errors
/// [`Error::NotFound`] when one of them is gone.
pub(super) fn hold_all(tx: &mut Tx, account: AccountId, ids: &[ContactId]) -> Result<Vec<Contact>> {
    queries::hold_conversations(tx.conn, account, ids)?;
    // always in the same order, so that no two wait for each other
    let mut sorted = ids.to_vec();
    sorted.sort();
    let mut found = Vec::with_capacity(sorted.len());
    for id in sorted {
        found.push(queries::find_to_delete(tx.conn, account, id)?);
    }
    found.sort_by_key(|contact| ids.iter().position(|id| *id == contact.id));
    Ok(found)
}

/// Moves all that another contact has to this one, and deletes the other. What both have, this one keeps. Gives its labels before and after.
pub(super) fn absorb(tx: &mut Tx, actor: &Actor, contact: &mut Contact, other: Contact) -> Result<LabelChange> {
    let mut moved: Vec<ConversationId> = diesel::update(conversations::table.filter(conversations::contact_id.eq(other.id)))
        .set(conversations::contact_id.eq(contact.id))
        .returning(conversations::id)
        .get_results(tx.conn)?;
    moved.sort();
    diesel::update(contact_inboxes::table.filter(contact_inboxes::contact_id.eq(other.id)))
        .set(contact_inboxes::contact_id.eq(contact.id))
        .execute(tx.conn)?;
    diesel::update(csat_survey_responses::table.filter(csat_survey_responses::contact_id.eq(other.id)))
        .set(csat_survey_responses::contact_id.eq(contact.id))
        .execute(tx.conn)?;
    diesel::update(notes::table.filter(notes::contact_id.eq(other.id))).set(notes::contact_id.eq(contact.id)).execute(tx.conn)?;
    let here = conversations::table.filter(conversations::contact_id.eq(contact.id)).select(conversations::id);
    let by_other = messages::sender_type.eq(ActorType::Contact.number()).and(messages::sender_id.eq(other.id.0));
    let written = messages::table.filter(messages::conversation_id.eq_any(here).and(by_other));
    diesel::update(written).set(messages::sender_id.eq(contact.id.0)).execute(tx.conn)?;
    let labels = labels::inherit(tx, contact.account_id, contact.id, other.id)?;
    diesel::delete(contacts::table.find(other.id)).execute(tx.conn)?;
    tell(tx, actor, contact, &other, &moved)?;
    contact.inherit(other);
    Ok(labels)
}

/// Tells the sockets of agents which conversations have another contact, that the one contact is gone, and what has become of the other.
fn tell(tx: &mut Tx, actor: &Actor, contact: &Contact, other: &Contact, moved: &[ConversationId]) -> Result<()> {
    for some in moved.chunks(TOLD_AT_ONCE) {
        let moved = Moved { conversations: some.to_vec() };
        events::publish(tx, Event::for_sockets(EventName::ConversationContactChanged, contact.account_id, actor.clone(), &moved)?)?;
    }
    tell_end(tx, actor, other)?;
    let noted = Noted { id: Some(contact.id), ..Noted::default() };
    events::publish(tx, Event::for_sockets(EventName::ContactMerged, contact.account_id, actor.clone(), &noted)?)
}

/// Tells the sockets of agents that a contact is gone, with what there was.
pub(super) fn tell_end(tx: &mut Tx, actor: &Actor, contact: &Contact) -> Result<()> {
    let noted = Noted { contact: Some(serde_json::to_value(payload::push(contact)).map_err(Error::internal)?), ..Noted::default() };
    events::publish(tx, Event::for_sockets(EventName::ContactDeleted, contact.account_id, actor.clone(), &noted)?)
}
