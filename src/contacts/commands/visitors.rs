//! Visitors, who say themselves who they are.
use super::{LabelChange, admit, attach, create, merge, queries, refuse_duplicates, save_labelled};
use crate::{
    accounts::Account,
    checks::{LINE, required},
    contacts::{
        input::ContactInput,
        model::{Contact, ContactInbox, visitor_name},
    },
    db::{Tx, dialect::take_turns_of, types::ContactId},
    error::{Error, Result},
    events::Actor,
    inboxes::Inbox,
    random,
    web::fields::{Patch, Text},
};

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
    let contact = match queries::recognised(tx.conn, account.id, identifier.as_deref(), email.as_deref(), phone.as_deref())? {
        Some(contact) => contact,
        None => create(tx, account, &Actor::System, named(input)?)?,
    };
    let session = attach(tx, &contact, inbox, Some(source_id.unwrap_or_else(random::uuid)), false)?;
    Ok((session, contact))
}

fn named(mut input: ContactInput) -> Result<ContactInput> {
    if !matches!(&input.name, Patch::Set(name) if !name.0.trim().is_empty()) {
        input.name = Patch::Set(Text(visitor_name()?));
    }
    Ok(input)
}

/// Changes a visitor at their own word. If the business knows somebody by the identifier, the address or the number that they give, they are
/// that contact, and become part of it; unless it is an address or a number of somebody with another identifier: then it stays theirs. Whoever
/// is recognised by address or number alone keeps the name that they are known by. Gives the contact that they are then.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn update_visitor(tx: &mut Tx, account: &Account, id: ContactId, mut input: ContactInput) -> Result<Contact> {
    admit(tx, account, &mut input)?;
    let known = queries::find(tx.conn, account.id, id)?;
    if known.identifier.is_some() {
        input.identifier = Patch::Absent;
    }
    let mut said = known.clone();
    input.clone().apply(&mut said)?;
    let all = recognise(tx, &known, &said, &mut input)?;
    let (before, mut contact, labels) = match all[..] {
        [only] => {
            let before = queries::find_to_change(tx.conn, account.id, only)?;
            (before.clone(), before, Default::default())
        }
        _ => unite(tx, account, &all)?,
    };
    let by_identifier = input.identifier != Patch::Absent;
    if contact.id != id && !by_identifier && !contact.name.trim().is_empty() {
        input.name = Patch::Absent;
    }
    input.apply(&mut contact)?;
    refuse_duplicates(tx, &contact)?;
    save_labelled(tx, account, &before.actor(), &before, contact, labels)
}

/// Who a visitor is besides themselves, whoever the business knows best first. What is somebody else's is left out of what they say.
fn recognise(tx: &mut Tx, known: &Contact, said: &Contact, input: &mut ContactInput) -> Result<Vec<ContactId>> {
    let is_known = known.identifier.is_some() || known.email.is_some() || known.phone_number.is_some();
    let mut all = Vec::new();
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
            Some(other) => all.push(other.id),
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
    Ok(all)
}

/// The first of these contacts, of whom the others become a part; first as it was before. And its labels, before and after.
fn unite(tx: &mut Tx, account: &Account, all: &[ContactId]) -> Result<(Contact, Contact, LabelChange)> {
    queries::hold_conversations(tx.conn, account.id, all)?;
    // always in the same order, so that no two wait for each other
    let mut sorted = all.to_vec();
    sorted.sort();
    let mut found = Vec::with_capacity(sorted.len());
    for id in sorted {
        // somebody else has just changed who is who: a second try will do
        let contact =
            queries::find_to_delete(tx.conn, account.id, id).map_err(|e| if matches!(e, Error::NotFound) { Error::Overloaded } else { e })?;
        found.push(contact);
    }
    let at = found.iter().position(|contact| Some(&contact.id) == all.first()).ok_or(Error::NotFound)?;
    let before = found.swap_remove(at);
    let (mut contact, mut labels) = (before.clone(), None);
    for other in found {
        let (own, all) = merge::absorb(tx, &before.actor(), &mut contact, other)?;
        labels = Some((labels.map_or(own, |(first, _)| first), all));
    }
    Ok((before, contact, labels.unwrap_or_default()))
}
