//! Reading conversations and messages. Administrators see all of their account, agents those of their inboxes, and one that they ask
//! for also when it is their team's; a visitor sees those of their session.
mod automatic;
mod callers;
mod files;
mod newest;
mod people;
mod snoozed;
mod unattended;
mod visitors;

pub(super) use automatic::{
    was_answered, was_answered_after, was_answered_automatically, was_answered_automatically_since, was_asked_for_email, was_asked_how_it_was,
};
pub(super) use callers::assignee_bot;
pub use callers::{answered_by, hearing_bots, seen_by, thread_for};
pub use files::files_of;
pub(super) use files::{attachments, attachments_of_contact};
pub use newest::{newest, newest_message, numbers};
pub use people::{draft, left_behind, may_take_part, participants};
pub(super) use people::{listeners, listeners_for_new};
pub(super) use snoozed::asleep;
pub(super) use unattended::{Waiting, given_to_bot, quiet, to_assign, waiting_for, waiting_in};
pub use visitors::{audible_to, latest_of_session, latest_of_visitor, of_visitor};
pub(super) use visitors::{is_of_visitor, unread_by_contact};

use super::{
    model::{ContentType, Conversation, Message, MessageType},
    thread::Thread,
};
use crate::{
    accounts::Account,
    auth::Agent,
    bots::AgentBot,
    contacts::{Contact, ContactInbox},
    db::{
        DbConn, MultiBackend,
        dialect::{Cached, Columns, Question, apart, asked, length, limit_one, limit_ten, lock_conversations, locked},
        schema::{
            accounts, agent_bot_inboxes, agent_bots, api_channels, contact_inboxes, contacts, conversation_labels, conversations,
            inboxes as inbox_rows, messages, teams as team_rows, users,
        },
        types::{AccountId, ContactId, ConversationId, DisplayId, Json, MessageId, TeamId, UserId, now},
    },
    error::{Error, Result},
    inboxes::{self, Inbox, within_reply_window},
    on_each,
    teams::{self, Team},
    users::User,
};
use chrono::NaiveDateTime;
use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Bool};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Before every message.
const NEVER: NaiveDateTime = chrono::DateTime::UNIX_EPOCH.naive_utc();
/// How many messages a page has.
pub const PAGE: i64 = 20;
/// How many messages follow a cursor.
const FOLLOWING: i64 = 100;
/// How many messages lie between two cursors.
const BETWEEN: i64 = 1000;
/// How many characters their texts may have together, but for the last of them: memory is not to grow with what somebody writes.
const LONGEST_BETWEEN: i64 = 2_000_000;
/// How many conversations are changed at a time.
const AT_A_TIME: i64 = 500;
/// How many of a contact's conversations are listed.
pub const OF_CONTACT: i64 = 20;

/// One of the agent's conversations.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Unauthorized`] for one of the account that the agent may not see.
pub fn find(conn: &mut DbConn, agent: &Agent, id: DisplayId) -> Result<Conversation> {
    let conversation = of_number(conn, agent.account_id(), id)?;
    check_access(conn, agent, &conversation)?;
    Ok(conversation)
}

/// A conversation of the account, whoever asks.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_number(conn: &mut DbConn, account: AccountId, id: DisplayId) -> Result<Conversation> {
    let query = conversations::table.filter(conversations::account_id.eq(account).and(conversations::display_id.eq(id)));
    Ok(query.select(Conversation::columns()).get_result(conn)?)
}

/// Those of these conversations that the account has, whoever asks.
pub(super) fn by_ids(conn: &mut DbConn, account: AccountId, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => {
            let query = conversations::table.filter(apart(conversations::account_id).eq(account).and(conversations::id.eq_any(ids)));
            Ok(query.select(Conversation::columns()).load(conn)?)
        }
    }
}

fn check_access(conn: &mut DbConn, agent: &Agent, conversation: &Conversation) -> Result<()> {
    if inboxes::visible(conn, agent)?.contains(conversation.inbox_id) {
        return Ok(());
    }
    match conversation.team_id {
        Some(team) if teams::has_member(conn, team, agent.user_id())? => Ok(()),
        _ => Err(Error::not_allowed()),
    }
}

/// One of the agent's conversations, to be changed: nobody else changes it meanwhile.
///
/// # Errors
/// As [`find`].
pub fn thread(conn: &mut DbConn, agent: &Agent, id: DisplayId) -> Result<Thread> {
    let thread = open(conn, &agent.account, id)?;
    check_access(conn, agent, &thread.conversation)?;
    Ok(thread)
}

/// A conversation of the account, to be changed by the server itself or by its visitor.
///
/// # Errors
/// [`Error::NotFound`].
pub fn open(conn: &mut DbConn, account: &Account, id: DisplayId) -> Result<Thread> {
    let mut row = locked_row(conn, account.id, id);
    // whoever waited for the conversation sees it as it has become, but what belongs to it as it was before
    let changed = match &row {
        Ok((conversation, _, _, _, assignee, team, ..)) => {
            conversation.assignee_id != assignee.as_ref().map(|user| user.id) || conversation.team_id != team.as_ref().map(|team| team.id)
        }
        Err(e) => *e == diesel::result::Error::NotFound,
    };
    if changed {
        row = locked_row(conn, account.id, id);
    }
    let (conversation, contact, contact_inbox, inbox, assignee, team, channel, bot, is_followed) = row?;
    let unread = unread(conn, &conversation)?;
    let can_reply = match channel.filter(|channel| !channel.0.is_empty()) {
        Some(channel) => within_reply_window(&channel.0, last_incoming(conn, conversation.id)?, now()),
        None => true,
    };
    let (account, has_bot) = (account.clone(), bot.is_some());
    // mostly it is the bot of the inbox, which is at hand
    let assignee_bot = match conversation.assignee_agent_bot_id {
        id if id == bot.as_ref().map(|bot| bot.id) => bot,
        _ => callers::assignee_bot(conn, &conversation)?,
    };
    Ok(Thread {
        conversation,
        contact,
        contact_inbox,
        inbox,
        account,
        assignee,
        assignee_bot,
        team,
        has_bot,
        is_followed,
        unread,
        can_reply,
        last_public: None,
    })
}

/// The same by the id that only the server knows; none if it is gone.
pub fn open_by_id(conn: &mut DbConn, id: ConversationId) -> Result<Option<Thread>> {
    let place = conversations::table.inner_join(accounts::table).filter(conversations::id.eq(id));
    let place = place.select((conversations::display_id, Account::columns())).get_result(conn).optional()?;
    let Some((number, account)): Option<(DisplayId, Account)> = place else { return Ok(None) };
    match open(conn, &account, number) {
        Err(Error::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// A conversation with what belongs to it.
type Row = (Conversation, Contact, ContactInbox, Inbox, Option<User>, Option<Team>, Option<Json<Map<String, Value>>>, Option<AgentBot>, bool);

/// Whether somebody takes part besides the assignee: then it is to be asked who is told of a message.
struct IsFollowed;

impl Question for IsFollowed {
    const SQL: &'static str = "EXISTS (SELECT 1 FROM conversation_participants WHERE conversation_participants.conversation_id = conversations.id \
        AND (conversations.assignee_id IS NULL OR conversation_participants.user_id <> conversations.assignee_id))";
}

/// The row, which nobody else may change before this transaction ends.
fn locked_row(conn: &mut DbConn, account: AccountId, id: DisplayId) -> QueryResult<Row> {
    let query = conversations::table
        .inner_join(contacts::table)
        .inner_join(contact_inboxes::table)
        .inner_join(inbox_rows::table)
        .left_join(users::table)
        .left_join(team_rows::table)
        .left_join(api_channels::table.on(api_channels::inbox_id.eq(conversations::inbox_id)))
        .left_join(agent_bot_inboxes::table.on(agent_bot_inboxes::inbox_id.eq(conversations::inbox_id)))
        .left_join(agent_bots::table.on(agent_bots::id.eq(agent_bot_inboxes::agent_bot_id).and(agent_bots::outgoing_url.is_not_null())))
        .filter(conversations::account_id.eq(account).and(conversations::display_id.eq(id)))
        .select((
            Conversation::columns(),
            Contact::columns(),
            ContactInbox::columns(),
            Inbox::columns(),
            Option::<User>::columns(),
            Option::<Team>::columns(),
            api_channels::additional_attributes.nullable(),
            Option::<AgentBot>::columns(),
            asked(IsFollowed),
        ));
    let query = lock_conversations(query);
    on_each!(conn, c => query.get_result(c))
}

/// Some of the conversations that carry a label, each with all that it carries, which nobody else may change before this transaction
/// ends.
pub(super) fn carrying(conn: &mut DbConn, account: AccountId, title: &str) -> Result<Vec<(ConversationId, Json<Vec<String>>)>> {
    let query = conversation_labels::table
        .inner_join(conversations::table)
        .filter(conversation_labels::account_id.eq(account).and(conversation_labels::title.eq(title)))
        .select((conversations::id, conversations::labels))
        .order_by(conversations::id)
        .limit(AT_A_TIME);
    Ok(lock_conversations(query).load(conn)?)
}

/// Some of the conversations that are given to a team, which nobody else may change before this transaction ends.
pub(super) fn given_to_team(conn: &mut DbConn, team: TeamId) -> Result<Vec<ConversationId>> {
    let query = conversations::table.filter(conversations::team_id.eq(team)).select(conversations::id).order_by(conversations::id);
    Ok(locked(query.limit(AT_A_TIME)).load(conn)?)
}

/// The same of those that somebody is to answer.
pub(super) fn given_to(conn: &mut DbConn, account: AccountId, user: UserId) -> Result<Vec<ConversationId>> {
    let theirs = conversations::account_id.eq(account).and(conversations::assignee_id.eq(user));
    let query = conversations::table.filter(theirs).select(conversations::id).order_by(conversations::id);
    Ok(locked(query.limit(AT_A_TIME)).load(conn)?)
}

/// How many of the contact's messages no agent has seen, at most 10.
pub(super) fn unread(conn: &mut DbConn, conversation: &Conversation) -> Result<i64> {
    let seen = conversation.agent_last_seen_at.unwrap_or(NEVER);
    let query =
        messages::table.filter(messages::conversation_id.eq(conversation.id).and(incoming()).and(messages::created_at.gt(seen))).select(messages::id);
    let query = limit_ten(query);
    let unread: Vec<MessageId> = on_each!(conn, c => Cached(query).load(c))?;
    Ok(unread.len() as i64)
}

/// That a message is the contact's. Written out, since a bound value would keep the partial index from being used.
pub(super) fn incoming() -> SqlLiteral<Bool> {
    sql("\"messages\".\"message_type\" = 0")
}

/// When the contact wrote last.
pub(super) fn last_incoming(conn: &mut DbConn, conversation: ConversationId) -> Result<Option<NaiveDateTime>> {
    let query = messages::table.filter(messages::conversation_id.eq(conversation).and(incoming()));
    Ok(query.select(diesel::dsl::max(messages::created_at)).get_result(conn)?)
}

/// The newest message that a visitor may see.
pub(super) fn last_public(conn: &mut DbConn, conversation: ConversationId) -> Result<Option<Message>> {
    let query = messages::table
        .filter(messages::conversation_id.eq(conversation).and(messages::private.eq(false)).and(messages::message_type.ne(MessageType::Activity)))
        .select(Message::columns())
        .order_by(messages::id.desc());
    let query = limit_one(query);
    Ok(on_each!(conn, c => query.get_result(c)).optional()?)
}

/// When the nth newest message that somebody has written in a conversation was written. Notices and automatic texts are not counted.
pub(super) fn nth_newest_at(conn: &mut DbConn, conversation: ConversationId, nth: i64) -> Result<Option<NaiveDateTime>> {
    let written = messages::message_type.eq_any([MessageType::Incoming, MessageType::Outgoing]);
    let query = messages::table.filter(messages::conversation_id.eq(conversation).and(written)).order_by(messages::id.desc());
    let query = query.select(messages::created_at);
    Ok(query.offset(nth - 1).limit(1).get_result(conn).optional()?)
}

/// The newest messages that a visitor may see, the newest first.
pub(super) fn newest_public(conn: &mut DbConn, conversation: ConversationId, most: i64) -> Result<Vec<Message>> {
    let query = messages::table
        .filter(messages::conversation_id.eq(conversation).and(messages::private.eq(false)).and(messages::message_type.ne(MessageType::Activity)))
        .select(Message::columns())
        .order_by(messages::id.desc());
    Ok(query.limit(most).load(conn)?)
}

/// A message of a conversation.
///
/// # Errors
/// [`Error::NotFound`].
pub fn message(conn: &mut DbConn, conversation: ConversationId, id: MessageId) -> Result<Message> {
    let query = messages::table.filter(messages::id.eq(id).and(messages::conversation_id.eq(conversation)));
    Ok(query.select(Message::columns()).get_result(conn)?)
}

/// Those of these messages that the account has.
pub(super) fn messages_of(conn: &mut DbConn, account: AccountId, ids: &[MessageId]) -> Result<Vec<Message>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(messages::table.filter(messages::account_id.eq(account).and(messages::id.eq_any(ids))).select(Message::columns()).load(conn)?),
    }
}

/// The message that another system calls this, in a conversation.
pub(super) fn by_source(conn: &mut DbConn, conversation: ConversationId, source_id: &str) -> Result<Option<Message>> {
    let query = messages::table.filter(messages::source_id.eq(source_id).and(messages::conversation_id.eq(conversation))).select(Message::columns());
    Ok(limit_one(query.order_by(messages::id.desc())).get_result(conn).optional()?)
}

/// Which messages of a conversation are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// Older than this one.
    pub before: Option<MessageId>,
    /// Newer than this one; with `before`, from this one on.
    pub after: Option<MessageId>,
    /// Without notes and notices: what the visitor sees.
    pub public_only: bool,
}

/// The messages of a conversation within the window, the oldest first.
pub fn messages(conn: &mut DbConn, conversation: ConversationId, window: Window) -> Result<Vec<Message>> {
    let all = || {
        let query = messages::table.filter(messages::conversation_id.eq(conversation)).into_boxed::<MultiBackend>();
        match window.public_only {
            true => query.filter(messages::private.eq(false).and(messages::message_type.ne(MessageType::Activity))),
            false => query,
        }
    };
    let query = all().select(Message::columns());
    let newest_first = match (window.before, window.after) {
        (None, None) => query.order_by(messages::id.desc()).limit(PAGE),
        (Some(before), None) => query.filter(messages::id.lt(before)).order_by(messages::id.desc()).limit(PAGE),
        (None, Some(after)) => return Ok(query.filter(messages::id.gt(after)).order_by(messages::id).limit(FOLLOWING).load(conn)?),
        (Some(before), Some(after)) => {
            let between = || all().filter(messages::id.ge(after).and(messages::id.lt(before))).order_by(messages::id);
            let sizes: Vec<(MessageId, Option<i32>)> = between().select((messages::id, length(messages::content))).limit(BETWEEN).load(conn)?;
            let with_room = sizes.iter().scan(LONGEST_BETWEEN, |room, (id, size)| {
                let had_room = *room > 0;
                *room -= i64::from(size.unwrap_or_default());
                had_room.then_some(*id)
            });
            let Some(last) = with_room.last() else { return Ok(Vec::new()) };
            return Ok(between().filter(messages::id.le(last)).select(Message::columns()).load(conn)?);
        }
    };
    let mut found: Vec<Message> = newest_first.load(conn)?;
    found.reverse();
    Ok(found)
}

/// The newest conversations of a contact among those that the agent sees.
pub fn of_contact(conn: &mut DbConn, agent: &Agent, contact: ContactId) -> Result<Vec<Conversation>> {
    let mut query = conversations::table
        .filter(conversations::account_id.eq(agent.account_id()).and(conversations::contact_id.eq(contact)))
        .select(Conversation::columns())
        .order_by(conversations::last_activity_at.desc())
        .limit(OF_CONTACT)
        .into_boxed();
    if let inboxes::Visible::Only(ids) = inboxes::visible(conn, agent)? {
        query = query.filter(conversations::inbox_id.eq_any(ids));
    }
    Ok(query.load(conn)?)
}

/// The newest message that asks in the conversation of this uuid how it was, with the conversation's number and its account:
/// whoever knows the uuid was given it to answer.
///
/// # Errors
/// [`Error::NotFound`].
pub fn survey(conn: &mut DbConn, uuid: &str) -> Result<(Message, DisplayId, Account)> {
    let asks = messages::content_type.eq(ContentType::InputCsat).and(messages::private.eq(false));
    let by_us = messages::message_type.eq_any([MessageType::Outgoing, MessageType::Template]);
    let query = messages::table
        .inner_join(conversations::table.inner_join(accounts::table))
        .filter(conversations::uuid.eq(uuid).and(asks).and(by_us))
        .select((Message::columns(), conversations::display_id, Account::columns()))
        .order_by(messages::id.desc());
    Ok(limit_one(query).get_result(conn)?)
}

/// In which conversations these messages are: for changes that start from the messages alone. Nothing of those that are gone.
pub fn of_messages(conn: &mut DbConn, of: &[MessageId]) -> Result<HashMap<MessageId, ConversationId>> {
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let query = messages::table.filter(messages::id.eq_any(of)).select((messages::id, messages::conversation_id));
    Ok(query.load(conn)?.into_iter().collect())
}

/// A message with its conversation's number and its account: for a change that starts from the message alone.
pub(super) fn place_of(conn: &mut DbConn, id: MessageId) -> Result<(Message, DisplayId, Account)> {
    let query = messages::table.inner_join(conversations::table.inner_join(accounts::table)).filter(messages::id.eq(id)).select((
        Message::columns(),
        conversations::display_id,
        Account::columns(),
    ));
    Ok(query.get_result(conn)?)
}
