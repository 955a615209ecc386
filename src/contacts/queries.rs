//! Reading contacts: always within an account.
use super::{
    filter::{self, Field},
    model::{Contact, ContactInbox, Note},
};
use crate::{
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, JsonText, Together, apart, closed, containing, json_text, kept, locked, lower, nulls_last},
        schema::{contact_inboxes, contact_labels, contacts, conversations, notes},
        search::{self, Kind, Near, Scope},
        types::{AccountId, ContactId, ContactInboxId, ConversationId, InboxId, NoteId, now},
    },
    error::Result,
    filters::Filter,
    inboxes::{self, Channel, Inbox},
};
use diesel::{dsl::IntoBoxed, prelude::*};
use std::collections::HashSet;

/// How many contacts are given another label at a time.
const AT_A_TIME: i64 = 500;
/// How many contacts a page has.
pub const PAGE: i64 = 15;
/// How many notes about a contact are listed.
const MOST_NOTES: i64 = 1000;

/// A contact of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: ContactId) -> Result<Contact> {
    Ok(contacts::table.filter(contacts::id.eq(id).and(contacts::account_id.eq(account))).select(Contact::columns()).get_result(conn)?)
}

/// A contact of the account, whom nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find_to_change(conn: &mut DbConn, account: AccountId, id: ContactId) -> Result<Contact> {
    let query = contacts::table.filter(contacts::id.eq(id).and(contacts::account_id.eq(account))).select(Contact::columns());
    Ok(locked(query).get_result(conn)?)
}

/// The same, who stays until this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_keep(conn: &mut DbConn, account: AccountId, id: ContactId) -> Result<Contact> {
    let query = contacts::table.filter(contacts::id.eq(id).and(contacts::account_id.eq(account))).select(Contact::columns());
    Ok(kept(query).get_result(conn)?)
}

/// The same, who is about to go: nothing can come to hang on them meanwhile.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_delete(conn: &mut DbConn, account: AccountId, id: ContactId) -> Result<Contact> {
    let query = contacts::table.filter(contacts::id.eq(id).and(contacts::account_id.eq(account))).select(Contact::columns());
    Ok(closed(query).get_result(conn)?)
}

/// The labels of a contact, in the order in which they were put on.
pub(super) fn labels(conn: &mut DbConn, contact: ContactId) -> Result<Vec<String>> {
    let query = contact_labels::table.filter(contact_labels::contact_id.eq(contact)).order_by(contact_labels::id);
    Ok(query.select(contact_labels::title).load(conn)?)
}

/// Some of the contacts that carry a label, whom nobody else may change before this transaction ends.
pub(super) fn carrying(conn: &mut DbConn, account: AccountId, title: &str) -> Result<Vec<ContactId>> {
    let query = contact_labels::table
        .inner_join(contacts::table)
        .filter(contact_labels::account_id.eq(account).and(contact_labels::title.eq(title)))
        .select(contacts::id)
        .order_by(contacts::id)
        .limit(AT_A_TIME);
    Ok(locked(query).load(conn)?)
}

/// Takes the conversations of contacts before the contacts themselves: so do messages, and nobody waits for somebody who waits for them.
pub(super) fn hold_conversations(conn: &mut DbConn, account: AccountId, contacts: &[ContactId]) -> Result<()> {
    let theirs = conversations::account_id.eq(account).and(conversations::contact_id.eq_any(contacts));
    let query = conversations::table.filter(theirs).select(conversations::id).order_by(conversations::id);
    let _: Vec<ConversationId> = locked(query).load(conn)?;
    Ok(())
}

/// Those among these contacts that carry a label.
pub(super) fn among(conn: &mut DbConn, contacts: &[ContactId], title: &str) -> Result<HashSet<ContactId>> {
    let query = contact_labels::table.filter(contact_labels::contact_id.eq_any(contacts).and(contact_labels::title.eq(title)));
    Ok(query.select(contact_labels::contact_id).load(conn)?.into_iter().collect())
}

/// Those of these contacts that exist in the account.
pub fn by_ids(conn: &mut DbConn, account: AccountId, ids: &[ContactId]) -> Result<Vec<Contact>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => {
            Ok(contacts::table.filter(apart(contacts::account_id).eq(account).and(contacts::id.eq_any(ids))).select(Contact::columns()).load(conn)?)
        }
    }
}

/// The ids of those of these contacts that exist in the account, in their order.
pub(super) fn known(conn: &mut DbConn, account: AccountId, ids: &[ContactId]) -> Result<Vec<ContactId>> {
    let query = contacts::table.filter(apart(contacts::account_id).eq(account).and(contacts::id.eq_any(ids)));
    Ok(query.select(contacts::id).order_by(contacts::id).load(conn)?)
}

/// Which contacts a list shows.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// All that can be reached or recognised; if titles are given, those who carry one of these labels.
    Known(Vec<String>),
    /// Those in whose name, address or number the text occurs, or in whose identifier.
    Containing(String),
    /// Those who are online now.
    Online,
    /// Those whom a filter fits.
    Fitting(Filter<Field>),
}

type Query<'a> = IntoBoxed<'a, contacts::table, MultiBackend>;

/// Where the index says that those wanted are, if it is asked.
fn near(conn: &mut DbConn, account: AccountId, wanted: &Wanted) -> Result<Option<Near>> {
    match wanted {
        Wanted::Containing(text) => search::near(conn, Kind::Contacts, &Scope::Account(account), text).map(Some),
        Wanted::Known(_) | Wanted::Online | Wanted::Fitting(_) => Ok(None),
    }
}

fn wanted<'a>(account: AccountId, wanted: &Wanted, near: &Option<Near>) -> Query<'a> {
    let (all, some) = (contacts::account_id.eq(account), apart(contacts::account_id).eq(account));
    let query = match near {
        Some(Near::Ids(ids)) => {
            contacts::table.filter(some).filter(contacts::id.eq_any(ids.iter().map(|id| ContactId(*id)).collect::<Vec<_>>())).into_boxed()
        }
        Some(Near::From(id)) => contacts::table.filter(some).filter(contacts::id.gt(ContactId(*id))).into_boxed(),
        None if matches!(wanted, Wanted::Online) => contacts::table.filter(some).into_boxed(),
        None => contacts::table.filter(all).into_boxed(),
    };
    match wanted {
        Wanted::Known(labels) => {
            let known = contacts::email.is_not_null().or(contacts::phone_number.is_not_null()).or(contacts::identifier.is_not_null());
            match labels.as_slice() {
                [] => query.filter(known),
                labels => {
                    let carrying = contact_labels::account_id.eq(account).and(contact_labels::title.eq_any(labels.to_vec()));
                    query.filter(known).filter(contacts::id.eq_any(contact_labels::table.filter(carrying).select(contact_labels::contact_id)))
                }
            }
        }
        Wanted::Online => {
            let since = Contact::online_since(now());
            // in whose conversations something was lately said: the index of these has a list for each of the four states
            let lately = conversations::account_id.eq(account).and(conversations::status.eq_any([0_i16, 1, 2, 3]));
            let lately = conversations::table.filter(lately).filter(conversations::last_activity_at.gt(since)).select(conversations::contact_id);
            query.filter(
                contacts::last_activity_at
                    .gt(since)
                    .and(contacts::id.eq_any(lately))
                    .or(contacts::account_id.eq(account).and(contacts::seen_at.gt(since))),
            )
        }
        Wanted::Fitting(filter) => query.filter(filter::matches(filter)),
        Wanted::Containing(text) => {
            let (folded, exact) = (containing(&text.to_lowercase()), containing(text));
            query.filter(
                lower(contacts::name.nullable())
                    .like(folded.clone())
                    .escape('\\')
                    .or(lower(contacts::email).like(folded.clone()).escape('\\'))
                    .or(lower(contacts::phone_number).like(folded).escape('\\'))
                    .or(contacts::identifier.like(exact).escape('\\')),
            )
        }
    }
}

/// One page of contacts, and how many there are in all.
pub fn page(conn: &mut DbConn, account: AccountId, which: &Wanted, sort: &str, offset: i64) -> Result<(Vec<Contact>, i64)> {
    let near = near(conn, account, which)?;
    let total = wanted(account, which, &near).count().get_result(conn)?;
    let query = sorted(wanted(account, which, &near), sort).then_order_by(contacts::id.desc());
    Ok((query.select(Contact::columns()).limit(PAGE).offset(offset).load(conn)?, total))
}

/// How many contacts a table takes up at once.
const STEP: i64 = 200;

/// How many there are.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut DbConn, account: AccountId, which: &Wanted) -> Result<i64> {
    let near = near(conn, account, which)?;
    Ok(wanted(account, which, &near).count().get_result(conn)?)
}

/// The next contacts after this one, by their ids.
///
/// # Errors
/// The database's.
pub fn following(conn: &mut DbConn, account: AccountId, which: &Wanted, after: ContactId) -> Result<Vec<Contact>> {
    let near = near(conn, account, which)?;
    let query = wanted(account, which, &near).filter(contacts::id.gt(after)).order_by(contacts::id);
    Ok(query.select(Contact::columns()).limit(STEP).load(conn)?)
}

fn sorted<'a>(query: Query<'a>, sort: &str) -> Query<'a> {
    let attribute = |key: &str| -> JsonText<_, _> { json_text(contacts::additional_attributes, key) };
    match sort {
        "name" => query.order_by(contacts::sort_name.asc()),
        "-name" => query.order_by(contacts::sort_name.desc()),
        "email" => query.order_by(nulls_last(contacts::email.asc())),
        "-email" => query.order_by(nulls_last(contacts::email.desc())),
        "phone_number" => query.order_by(nulls_last(contacts::phone_number.asc())),
        "-phone_number" => query.order_by(nulls_last(contacts::phone_number.desc())),
        "last_activity_at" => query.order_by(nulls_last(contacts::last_activity_at.asc())),
        "created_at" => query.order_by(contacts::created_at.asc()),
        "-created_at" => query.order_by(contacts::created_at.desc()),
        "company_name" | "city" | "country" => query.order_by(nulls_last(attribute(sort).asc())),
        "-company_name" | "-city" | "-country" => query.order_by(nulls_last(attribute(&sort[1..]).desc())),
        _ => query.order_by(nulls_last(contacts::last_activity_at.desc())),
    }
}

/// Those in whom the text occurs, the newest first: at most so many.
pub fn containing_text(conn: &mut DbConn, account: AccountId, text: &str, most: i64) -> Result<Vec<ContactId>> {
    let which = Wanted::Containing(text.to_owned());
    let near = near(conn, account, &which)?;
    Ok(wanted(account, &which, &near).select(contacts::id).order_by(contacts::id.desc()).limit(most).load(conn)?)
}

/// A page of those in whom the text occurs and who can be reached or recognised, the last active first.
pub fn found(conn: &mut DbConn, account: AccountId, text: &str, offset: i64) -> Result<Vec<Contact>> {
    let which = Wanted::Containing(text.to_owned());
    let near = near(conn, account, &which)?;
    let known = contacts::email.is_not_null().or(contacts::phone_number.is_not_null()).or(contacts::identifier.is_not_null());
    let query = sorted(wanted(account, &which, &near).filter(known), "").then_order_by(contacts::id.desc());
    Ok(query.select(Contact::columns()).limit(PAGE).offset(offset).load(conn)?)
}

/// The sessions of contacts, each with its inbox.
pub type Sessions = Vec<(ContactInbox, Inbox, Channel)>;

/// The sessions of these contacts.
pub fn sessions(conn: &mut DbConn, of: &[ContactId]) -> Result<Sessions> {
    let rows: Vec<ContactInbox> = contact_inboxes::table
        .filter(contact_inboxes::contact_id.eq_any(of))
        .select(ContactInbox::columns())
        .order_by(contact_inboxes::id)
        .load(conn)?;
    with_inboxes(conn, rows)
}

/// Those of these sessions that contacts of the account have.
pub fn sessions_by_ids(conn: &mut DbConn, account: AccountId, ids: &[ContactInboxId]) -> Result<Vec<ContactInbox>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = contact_inboxes::table.inner_join(contacts::table).filter(contact_inboxes::id.eq_any(ids));
    Ok(query.filter(apart(contacts::account_id).eq(account)).select(ContactInbox::columns()).load(conn)?)
}

/// A session that a contact of the account has.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn session_of(conn: &mut DbConn, account: AccountId, id: ContactInboxId) -> Result<ContactInbox> {
    let query = contact_inboxes::table.inner_join(contacts::table).filter(contact_inboxes::id.eq(id));
    Ok(query.filter(apart(contacts::account_id).eq(account)).select(ContactInbox::columns()).get_result(conn)?)
}

/// The contact of a session.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn visitor(conn: &mut DbConn, account: AccountId, session: ContactInboxId) -> Result<Contact> {
    let query = contact_inboxes::table.inner_join(contacts::table).filter(contact_inboxes::id.eq(session));
    Ok(query.filter(apart(contacts::account_id).eq(account)).select(Contact::columns()).get_result(conn)?)
}

/// Of how many sessions it counts for others that it is proved whose they are. Nobody has so many windows open.
const PROVED: i64 = 100;
/// Of how many contacts they are asked at once.
const TOGETHER: usize = 100;

/// The newest sessions of these contacts of the account in which it is proved who they are, at most a hundred of each.
pub fn verified_sessions(conn: &mut DbConn, account: AccountId, of: &[ContactId]) -> Result<Vec<ContactInbox>> {
    let newest = |contact: &ContactId| {
        contact_inboxes::table
            .inner_join(contacts::table)
            .filter(contact_inboxes::contact_id.eq(*contact).and(contact_inboxes::hmac_verified.eq(true)))
            .filter(apart(contacts::account_id).eq(account))
            .select(ContactInbox::columns())
            .order_by(contact_inboxes::id.desc())
            .limit(PROVED)
    };
    let mut sessions: Vec<ContactInbox> = Vec::new();
    for some in of.chunks(TOGETHER) {
        sessions.append(&mut Together { queries: some.iter().map(newest).collect() }.load(conn)?);
    }
    sessions.sort_by_key(|session| session.id);
    Ok(sessions)
}

/// The sessions of one contact in one inbox, the newest first.
pub fn sessions_of(conn: &mut DbConn, contact: ContactId, inbox: InboxId) -> Result<Vec<ContactInbox>> {
    let query = contact_inboxes::table.filter(contact_inboxes::contact_id.eq(contact).and(contact_inboxes::inbox_id.eq(inbox)));
    Ok(query.select(ContactInbox::columns()).order_by(contact_inboxes::id.desc()).load(conn)?)
}

/// The newest session of that name in any inbox of the account.
pub fn latest_session(conn: &mut DbConn, account: AccountId, source_id: &str) -> Result<Option<ContactInbox>> {
    let query = contact_inboxes::table
        .inner_join(contacts::table)
        .filter(contact_inboxes::source_id.eq(source_id).and(contacts::account_id.eq(account)))
        .select(ContactInbox::columns())
        .order_by(contact_inboxes::id.desc());
    Ok(query.first(conn).optional()?)
}

/// The session of that name in an inbox, with its contact.
pub fn session(conn: &mut DbConn, inbox: InboxId, source_id: &str) -> Result<Option<(ContactInbox, Contact)>> {
    let query =
        contact_inboxes::table.inner_join(contacts::table).filter(contact_inboxes::inbox_id.eq(inbox).and(contact_inboxes::source_id.eq(source_id)));
    Ok(query.select((ContactInbox::columns(), Contact::columns())).get_result(conn).optional()?)
}

/// Those of a contact's sessions in which no conversation has begun, the newest first.
pub(super) fn unused_sessions(conn: &mut DbConn, contact: ContactId) -> Result<Vec<ContactInbox>> {
    let used = diesel::dsl::exists(conversations::table.filter(conversations::contact_inbox_id.eq(contact_inboxes::id)));
    let query = contact_inboxes::table.filter(contact_inboxes::contact_id.eq(contact)).filter(diesel::dsl::not(used));
    Ok(query.select(ContactInbox::columns()).order_by(contact_inboxes::id.desc()).load(conn)?)
}

/// What is noted about a contact, the newest first.
pub(super) fn notes(conn: &mut DbConn, contact: ContactId) -> Result<Vec<Note>> {
    let query = notes::table.filter(notes::contact_id.eq(contact)).select(Note::columns()).order_by(notes::id.desc());
    Ok(query.limit(MOST_NOTES).load(conn)?)
}

/// A note about a contact.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn note(conn: &mut DbConn, contact: ContactId, id: NoteId) -> Result<Note> {
    Ok(notes::table.filter(notes::id.eq(id).and(notes::contact_id.eq(contact))).select(Note::columns()).get_result(conn)?)
}

fn with_inboxes(conn: &mut DbConn, rows: Vec<ContactInbox>) -> Result<Sessions> {
    let mut ids: Vec<InboxId> = rows.iter().map(|row| row.inbox_id).collect();
    ids.sort();
    ids.dedup();
    let inboxes = inboxes::by_ids(conn, &ids)?;
    let found = |id: InboxId| inboxes.iter().find(|(inbox, _)| inbox.id == id).cloned();
    Ok(rows.into_iter().filter_map(|row| found(row.inbox_id).map(|(inbox, channel)| (row, inbox, channel))).collect())
}

/// A contact of the account that has this identifier, else this address, else this number.
pub(super) fn recognised(
    conn: &mut DbConn,
    account: AccountId,
    identifier: Option<&str>,
    email: Option<&str>,
    phone_number: Option<&str>,
) -> Result<Option<Contact>> {
    let of_account = || contacts::table.filter(contacts::account_id.eq(account)).select(Contact::columns());
    if let Some(identifier) = identifier
        && let Some(contact) = of_account().filter(contacts::identifier.eq(identifier)).get_result(conn).optional()?
    {
        return Ok(Some(contact));
    }
    if let Some(email) = email
        && let Some(contact) = of_account().filter(contacts::email.eq(email)).get_result(conn).optional()?
    {
        return Ok(Some(contact));
    }
    match phone_number {
        Some(number) => Ok(of_account().filter(contacts::phone_number.eq(number)).get_result(conn).optional()?),
        None => Ok(None),
    }
}
