//! Agents in a conversation: who takes part, who may, and what they have begun to write.
use crate::{
    conversations::model::Conversation,
    db::{
        DbConn,
        schema::{conversation_participants as participant_rows, draft_messages},
        types::{ConversationId, UserId},
    },
    error::Result,
    inboxes, users,
    users::Member,
};
use diesel::prelude::*;

/// Who takes part in a conversation, by name. Whoever has left the account is not among them.
pub fn participants(conn: &mut DbConn, conversation: &Conversation) -> Result<Vec<Member>> {
    let query = participant_rows::table.filter(participant_rows::conversation_id.eq(conversation.id)).select(participant_rows::user_id);
    let ids: Vec<UserId> = query.load(conn)?;
    users::members(conn, conversation.account_id, Some(&ids))
}

/// Who may take part: the members of the inbox, and whoever sees every inbox.
pub fn may_take_part(conn: &mut DbConn, conversation: &Conversation) -> Result<Vec<Member>> {
    let mut all = inboxes::members(conn, conversation.account_id, conversation.inbox_id)?;
    let arranging = users::administrators(conn, conversation.account_id)?;
    all.extend(arranging.into_iter().filter(|one| !all.iter().any(|member| member.user.id == one.user.id)).collect::<Vec<_>>());
    Ok(all)
}

/// What somebody has begun to write in a conversation.
pub fn draft(conn: &mut DbConn, conversation: ConversationId, user: UserId) -> Result<Option<String>> {
    let query = draft_messages::table.filter(draft_messages::user_id.eq(user).and(draft_messages::conversation_id.eq(conversation)));
    Ok(query.select(draft_messages::message).get_result(conn).optional()?)
}
