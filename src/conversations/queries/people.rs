//! Agents in a conversation: who takes part, who may, who is told of it, and what they have begun to write.
use super::AT_A_TIME;
use crate::{
    conversations::model::Conversation,
    db::{
        DbConn,
        dialect::{Columns, Question, apart, asked},
        schema::{
            account_users, conversation_participants as participant_rows, conversations, draft_messages, inbox_members, mentions, team_members,
            users as user_rows,
        },
        types::{AccountId, ConversationId, InboxId, TeamId, UserId},
    },
    error::Result,
    inboxes,
    notifications::{Choices, Listener},
    teams,
    users::{self, Member, Role, User},
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

/// Some of the conversations of the account outside of these inboxes and teams in which somebody takes part, was named or has begun to write.
pub fn left_behind(conn: &mut DbConn, account: AccountId, user: UserId, inboxes: &[InboxId], teams: &[TeamId]) -> Result<Vec<ConversationId>> {
    let elsewhere = || {
        let of_no_team = conversations::team_id.is_null().or(conversations::team_id.ne_all(teams.to_vec()));
        let of_account = conversations::table.filter(apart(conversations::account_id).eq(account));
        of_account.filter(conversations::inbox_id.ne_all(inboxes.to_vec())).filter(of_no_team).select(conversations::id).limit(AT_A_TIME)
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

/// Who can be told of a conversation, among those who take part in it and these: whoever sees it.
pub fn listeners(conn: &mut DbConn, conversation: &Conversation, also: &[UserId]) -> Result<Vec<Listener>> {
    // read by itself: neither database finds an index for two conditions of which one suffices
    let taking_part = participant_rows::table.filter(participant_rows::conversation_id.eq(conversation.id)).select(participant_rows::user_id);
    let mut those: Vec<UserId> = taking_part.load(conn)?;
    those.extend(also);
    let members = inbox_members::table.filter(inbox_members::inbox_id.eq(conversation.inbox_id)).select(inbox_members::user_id);
    let team = team_members::table.filter(team_members::team_id.nullable().eq(conversation.team_id)).select(team_members::user_id);
    let sees = account_users::role.eq(Role::Administrator).or(user_rows::id.eq_any(members)).or(user_rows::id.eq_any(team));
    let query = user_rows::table
        .inner_join(account_users::table.on(account_users::user_id.eq(user_rows::id)))
        .filter(account_users::account_id.eq(conversation.account_id).and(sees))
        .filter(user_rows::id.eq_any(those))
        .select((User::columns(), Choices::columns()))
        .order_by(user_rows::id);
    Ok(heard(query.load(conn)?))
}

/// Whether somebody wants to be told of new conversations.
struct HearsOfNew;

impl Question for HearsOfNew {
    const SQL: &'static str = "((account_users.push_flags | account_users.email_flags) & 1) <> 0";
}

/// Who is told of new conversations in an inbox: those of its members who want to be.
pub fn listeners_for_new(conn: &mut DbConn, account: AccountId, inbox: InboxId) -> Result<Vec<Listener>> {
    let query = user_rows::table
        .inner_join(account_users::table.on(account_users::user_id.eq(user_rows::id)))
        .inner_join(inbox_members::table.on(inbox_members::user_id.eq(user_rows::id)))
        .filter(account_users::account_id.eq(account).and(inbox_members::inbox_id.eq(inbox)))
        .filter(asked(HearsOfNew))
        .select((User::columns(), Choices::columns()))
        .order_by(user_rows::id);
    Ok(heard(query.load(conn)?))
}

fn heard(found: Vec<(User, Choices)>) -> Vec<Listener> {
    found.into_iter().map(|(user, choices)| Listener { user, choices }).collect()
}
