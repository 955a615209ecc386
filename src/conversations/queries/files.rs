//! Files in conversations.
use crate::{
    auth::Agent,
    conversations::model::{Attachment, Message},
    db::{
        DbConn,
        dialect::Columns,
        schema::{attachments as attachment_rows, blobs, conversations, messages},
        types::{ContactId, ConversationId, DisplayId, MessageId},
    },
    error::Result,
    inboxes,
    web::fields::PageNumber,
};
use diesel::prelude::*;

/// How many files of a contact a page has.
const FILES: i64 = 100;

/// The files of these messages, in the order in which they came.
pub fn attachments(conn: &mut DbConn, of: &[MessageId]) -> Result<Vec<Attachment>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let query = attachment_rows::table.inner_join(blobs::table).filter(attachment_rows::message_id.eq_any(of)).order_by(attachment_rows::id);
    Ok(query.select(Attachment::columns()).load(conn)?)
}

/// Files of a conversation, the newest first, each with its message; and how many there are in all.
pub fn files_of(conn: &mut DbConn, conversation: ConversationId, offset: i64, most: i64) -> Result<(i64, Vec<(Attachment, Message)>)> {
    let of_it = || attachment_rows::table.inner_join(messages::table).filter(messages::conversation_id.eq(conversation));
    let total = of_it().count().get_result(conn)?;
    let query = of_it().inner_join(blobs::table).order_by(attachment_rows::id.desc()).limit(most).offset(offset);
    Ok((total, query.select((Attachment::columns(), Message::columns())).load(conn)?))
}

/// A page of the files in a contact's conversations that the agent sees, the newest first, each with its conversation's number; and
/// how many there are.
pub fn attachments_of_contact(
    conn: &mut DbConn,
    agent: &Agent,
    contact: ContactId,
    page: &PageNumber,
) -> Result<(i64, Vec<(Attachment, DisplayId)>)> {
    let visible = inboxes::visible(conn, agent)?;
    let of_contact = || {
        let query = attachment_rows::table
            .inner_join(blobs::table)
            .inner_join(messages::table.inner_join(conversations::table))
            .filter(conversations::account_id.eq(agent.account_id()).and(conversations::contact_id.eq(contact)))
            .into_boxed();
        match &visible {
            inboxes::Visible::All => query,
            inboxes::Visible::Only(ids) => query.filter(conversations::inbox_id.eq_any(ids.clone())),
        }
    };
    let total = of_contact().count().get_result(conn)?;
    let query = of_contact().order_by(attachment_rows::id.desc()).limit(FILES).offset(page.offset(FILES));
    Ok((total, query.select((Attachment::columns(), conversations::display_id)).load(conn)?))
}
