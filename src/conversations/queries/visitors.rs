//! What is a visitor's.
use super::{BETWEEN, OF_CONTACT};
use crate::{
    contacts::{self, ContactInbox},
    conversations::model::{
        Conversation, Message,
        MessageStatus::{Delivered, Sent},
        MessageType,
    },
    db::{
        DbConn,
        dialect::{Columns, limit_one},
        schema::{contact_inboxes, conversations, messages},
        types::{AccountId, ContactId, ContactInboxId, ConversationId, InboxId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The conversations of a visitor: of their session, or, once it is proved who they are, of all their proved sessions in
/// the inbox.
pub fn of_visitor(conn: &mut DbConn, session: &ContactInbox) -> Result<Vec<Conversation>> {
    let mut found = newest_of_visitor(conn, session, OF_CONTACT)?;
    found.reverse();
    Ok(found)
}

/// The newest among them.
pub fn latest_of_visitor(conn: &mut DbConn, session: &ContactInbox) -> Result<Option<Conversation>> {
    Ok(newest_of_visitor(conn, session, 1)?.pop())
}

fn newest_of_visitor(conn: &mut DbConn, session: &ContactInbox, most: i64) -> Result<Vec<Conversation>> {
    let query = conversations::table.select(Conversation::columns()).order_by(conversations::id.desc()).limit(most).into_boxed();
    let query = match session.hmac_verified {
        true => query.filter(conversations::contact_inbox_id.eq_any(proved_with(session))),
        false => query.filter(conversations::contact_inbox_id.eq(session.id)),
    };
    Ok(query.load(conn)?)
}

/// The sessions in an inbox in which it is proved that it is the same person as in this one. What was begun in any other may be a stranger's.
#[diesel::dsl::auto_type(no_type_alias)]
fn proved_with(session: &ContactInbox) -> _ {
    let (contact, inbox): (ContactId, InboxId) = (session.contact_id, session.inbox_id);
    let theirs = contact_inboxes::contact_id.eq(contact).and(contact_inboxes::inbox_id.eq(inbox)).and(contact_inboxes::hmac_verified.eq(true));
    contact_inboxes::table.filter(theirs).select(contact_inboxes::id)
}

/// Whether a conversation is of a visitor in this session.
pub fn is_of_visitor(conn: &mut DbConn, session: &ContactInbox, conversation: &Conversation) -> Result<bool> {
    if conversation.contact_inbox_id == session.id {
        return Ok(true);
    }
    if !session.hmac_verified {
        return Ok(false);
    }
    let proved: Vec<ContactInboxId> = proved_with(session).load(conn)?;
    Ok(proved.contains(&conversation.contact_inbox_id))
}

/// The newest conversation of a session.
pub fn latest_of_session(conn: &mut DbConn, session: ContactInboxId) -> Result<Option<Conversation>> {
    let query = conversations::table.filter(conversations::contact_inbox_id.eq(session)).select(Conversation::columns());
    Ok(limit_one(query.order_by(conversations::id.desc())).get_result(conn).optional()?)
}

/// The conversations of which is heard at the sockets of a session, as `frames` tells them: its own and, once it is proved who the contact is, those
/// of their other proved sessions, in whatever inbox. At most so many, in no order.
pub fn audible_to(conn: &mut DbConn, account: AccountId, session: ContactInboxId, most: usize) -> Result<Vec<ConversationId>> {
    let Some(session) = contacts::sessions_by_ids(conn, account, &[session])?.pop() else { return Ok(Vec::new()) };
    let sessions: Vec<ContactInboxId> = match session.hmac_verified {
        true => contacts::verified_sessions(conn, account, &[session.contact_id])?.into_iter().map(|proved| proved.id).collect(),
        false => vec![session.id],
    };
    let query = conversations::table.filter(conversations::contact_inbox_id.eq_any(sessions)).select(conversations::id);
    Ok(query.limit(most as i64).load(conn)?)
}

/// The messages that a visitor has not read although they have seen the conversation until now, the oldest first, at most
/// a thousand.
pub fn unread_by_contact(conn: &mut DbConn, conversation: ConversationId, until: NaiveDateTime) -> Result<Vec<Message>> {
    let query = messages::table
        .filter(messages::conversation_id.eq(conversation).and(messages::message_type.eq_any([MessageType::Outgoing, MessageType::Template])))
        .filter(messages::private.eq(false).and(messages::status.eq_any([Sent, Delivered])).and(messages::created_at.le(until)))
        .select(Message::columns())
        .order_by(messages::id);
    Ok(query.limit(BETWEEN).load(conn)?)
}
