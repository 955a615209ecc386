//! Agents in a conversation: who takes part, who may, and what they have begun to write.
use super::AT_A_TIME;
use crate::{
    conversations::model::Conversation,
    db::{
        DbConn,
        schema::{conversation_participants as participant_rows, conversations, draft_messages, mentions},
        types::{ConversationId, InboxId, TeamId, UserId},
    },
    error::Result,
    inboxes, teams,
    users::{self, Member},
};
use diesel::prelude::*;

/// Who takes part in a conversation, by name. Whoever has left the account is not among them.
pub fn participants(conn: &mut DbConn, conversation: &Conversation) -> Result<Vec<Member>> {
    let query = participant_rows::table.filter(participant_rows::conversation_id.eq(conversation.id)).select(participant_rows::user_id);
    let ids: Vec<UserId> = query.load(conn)?;
    users::members(conn, conversation.account_id, Some(&ids))
}

/// Who may take part: whoever sees the conversation, as a member of its inbox or of its team, or as an administrator.
pub fn may_take_part(conn: &mut DbConn, conversation: &Conversation) -> Result<Vec<Member>> {
    let mut all = inboxes::assignable(conn, conversation.account_id, &[conversation.inbox_id])?;
    let Some(team) = conversation.team_id else { return Ok(all) };
    let team = teams::find(conn, conversation.account_id, team)?;
    let others = teams::members(conn, &team)?.into_iter().filter(|one| !all.iter().any(|member| member.user.id == one.user.id));
    let others: Vec<Member> = others.collect();
    all.extend(others);
    Ok(all)
}

/// Some of the conversations of an inbox, and of none of these teams, in which somebody takes part, was named or has begun to write.
pub fn left_behind(conn: &mut DbConn, user: UserId, inbox: InboxId, teams: &[TeamId]) -> Result<Vec<ConversationId>> {
    let elsewhere = || {
        let of_no_team = conversations::team_id.is_null().or(conversations::team_id.ne_all(teams.to_vec()));
        conversations::table.filter(conversations::inbox_id.eq(inbox)).filter(of_no_team).select(conversations::id).limit(AT_A_TIME)
    };
    let taking_part = participant_rows::table.filter(participant_rows::user_id.eq(user)).select(participant_rows::conversation_id);
    let mut found: Vec<ConversationId> = elsewhere().filter(conversations::id.eq_any(taking_part)).load(conn)?;
    let named = mentions::table.filter(mentions::user_id.eq(user)).select(mentions::conversation_id);
    found.extend(elsewhere().filter(conversations::id.eq_any(named)).load::<ConversationId>(conn)?);
    let begun = draft_messages::table.filter(draft_messages::user_id.eq(user)).select(draft_messages::conversation_id);
    found.extend(elsewhere().filter(conversations::id.eq_any(begun)).load::<ConversationId>(conn)?);
    found.sort();
    found.dedup();
    Ok(found)
}

/// What somebody has begun to write in a conversation.
pub fn draft(conn: &mut DbConn, conversation: ConversationId, user: UserId) -> Result<Option<String>> {
    let query = draft_messages::table.filter(draft_messages::user_id.eq(user).and(draft_messages::conversation_id.eq(conversation)));
    Ok(query.select(draft_messages::message).get_result(conn).optional()?)
}
