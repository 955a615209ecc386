//! Changing what a conversation is: its status, who answers, what was seen; and telling it.
use super::{answering, assignment, closing, labels, lapses, message, notices, notify, participants, post, team};
use crate::{
    both,
    conversations::{
        aside::Aside,
        model::{Conversation, MessageStatus, Status, WATCHED},
        occasions::{Occasion, tell_rules},
        payload::{self, ConversationEvent},
        queries,
        thread::{Sender, Thread},
    },
    db::{
        Tx,
        dialect::Cached,
        schema::{conversations, reporting_events},
        types::{AccountId, MessageId, ReportingEventId, UserId, now},
    },
    error::{Error, Result},
    events::{self, Actor, Changes, Event, EventName},
    files, on_each,
    reporting::{self, Lapse},
    teams::Team,
    users::{self, User},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

/// How often looking at a conversation in which nothing is new is written down.
const SEEN_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Changes a conversation, tells it, writes the notices that agents see, and does what follows by itself: what opens is handed to
/// somebody, and whoever sees the end is asked how it was. Nothing happens when nothing changes.
pub fn change(tx: &mut Tx, thread: &mut Thread, actor: &Actor, edit: impl FnOnce(&mut Conversation)) -> Result<()> {
    let (status, assignee) = (thread.conversation.status, thread.conversation.assignee_id);
    apply(tx, thread, actor, edit)?;
    let conversation = &thread.conversation;
    match conversation.status {
        same if same == status => Ok(()),
        // whoever opens it for somebody in particular has decided
        Status::Open if conversation.assignee_id.is_none() || conversation.assignee_id == assignee => assignment::hand_over(tx, thread),
        Status::Resolved => closing::ask_how_it_was(tx, thread),
        _ => Ok(()),
    }
}

/// The change alone, with its events and notices.
pub(super) fn apply(tx: &mut Tx, thread: &mut Thread, actor: &Actor, edit: impl FnOnce(&mut Conversation)) -> Result<()> {
    let before = thread.conversation.clone();
    edit(&mut thread.conversation);
    thread.conversation.settle_status();
    if thread.conversation == before {
        return Ok(());
    }
    thread.conversation.updated_at = now();
    let left = if thread.conversation.team_id != before.team_id { team::follow(tx, thread)? } else { None };
    thread.conversation.settle_assignee(&before);
    if thread.conversation.assignee_agent_bot_id != before.assignee_agent_bot_id {
        answering::follow(tx, thread)?;
    }
    if thread.conversation.assignee_id != before.assignee_id {
        let assignee = thread.conversation.assignee_id.map(|id| users::find(tx.conn, id));
        thread.assignee = assignee.transpose()?;
        assignment::stop_waiting(tx, thread.conversation.id)?;
    }
    save(tx, &thread.conversation)?;
    labels::file(tx, &before, &thread.conversation)?;
    let assigned = thread.conversation.assignee_id.filter(|assignee| before.assignee_id != Some(*assignee));
    if let Some(assignee) = assigned {
        participants::join_assignee(tx, &thread.conversation, assignee)?;
    }
    fill_last_public(tx, thread)?;
    if assigned.is_some() {
        notify::of_assignment(tx, thread, actor)?;
    }
    tell_changes(tx, thread, &before, actor, None)?;
    write_notices(tx, thread, &before, left.as_ref(), actor)?;
    notices::about_priority(tx, thread, before.priority, actor)
}

/// Stores the whole row.
pub(super) fn save(tx: &mut Tx, conversation: &Conversation) -> Result<()> {
    let update = diesel::update(conversations::table.find(conversation.id)).set(conversation);
    on_each!(tx.conn, c => Cached(update).execute(c))?;
    Ok(())
}

/// Stores the whole row, and with it what reports measure of the change.
pub(super) fn save_measured(tx: &mut Tx, thread: &Thread, lapse: Lapse) -> Result<()> {
    let conversation = &thread.conversation;
    let row = reporting::measured(tx.conn, &thread.inbox, conversation.id, lapse)?;
    let update = diesel::update(conversations::table.find(conversation.id)).set(conversation);
    let insert = diesel::insert_into(reporting_events::table).values(&row).returning(reporting_events::id);
    let _: ReportingEventId = both!(tx.conn, update, insert)?;
    Ok(())
}

/// Payloads show the newest message that a visitor may see; it is looked up once, when the first payload is drawn.
pub(super) fn fill_last_public(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    if thread.last_public.is_none()
        && let Some(message) = queries::last_public(tx.conn, thread.conversation.id)?
    {
        thread.last_public = payload::said(tx.conn, thread.account.id, vec![message])?.pop();
    }
    Ok(())
}

/// `conversation_opened` or `conversation_resolved`, which only bots hear; then `conversation_status_changed`, then
/// `conversation_updated`, which notes the message that was the first answer.
pub(super) fn tell_changes(tx: &mut Tx, thread: &Thread, before: &Conversation, actor: &Actor, first_reply: Option<MessageId>) -> Result<()> {
    let changes = before.changes(&thread.conversation);
    if changes.touch(&["status"]) {
        lapses::note_status(tx, thread, before, actor)?;
        let turned = match thread.conversation.status {
            Status::Open => Some(EventName::ConversationOpened),
            Status::Resolved => Some(EventName::ConversationResolved),
            Status::Pending | Status::Snoozed => None,
        };
        if let Some(name) = turned.filter(|_| thread.is_heard_by_bots()) {
            tell(tx, thread, actor, name, None, None)?;
        }
        tell(tx, thread, actor, EventName::ConversationStatusChanged, Some(&changes), None)?;
        turned.map_or(Ok(()), |event| tell_rules(tx, Occasion { event, thread, message: None, changes: Some(&changes) }))?;
    }
    if changes.touch(&WATCHED) {
        let aside = Aside { first_reply, ..Aside::default() };
        tell(tx, thread, actor, EventName::ConversationUpdated, Some(&changes), aside.text()?)?;
        tell_rules(tx, Occasion { event: EventName::ConversationUpdated, thread, message: None, changes: Some(&changes) })?;
    }
    Ok(())
}

pub(super) fn tell(tx: &mut Tx, thread: &Thread, actor: &Actor, name: EventName, changes: Option<&Changes>, aside: Option<String>) -> Result<()> {
    let links = files::links(tx)?;
    let drawn = ConversationEvent { conversation: payload::conversation_push(thread, &links), event: name.name(), changed_attributes: changes };
    let payload = serde_json::to_string(&drawn).map_err(Error::internal)?;
    events::publish(tx, Event { aside, ..about(thread, actor, name, payload) })
}

/// The conversation as it is now, as the body of something that is no event of its own.
///
/// # Errors
/// The database's.
pub fn drawn_as(tx: &mut Tx, thread: &mut Thread, event: &str) -> Result<String> {
    fill_last_public(tx, thread)?;
    let links = files::links(tx)?;
    let drawn = ConversationEvent { conversation: payload::conversation_push(thread, &links), event, changed_attributes: None };
    serde_json::to_string(&drawn).map_err(Error::internal)
}

fn about(thread: &Thread, actor: &Actor, name: EventName, payload: String) -> Event {
    Event {
        name,
        account_id: thread.account.id,
        inbox_id: Some(thread.inbox.id),
        conversation_id: Some(thread.conversation.id),
        message_id: None,
        is_private: false,
        actor: actor.clone(),
        payload,
        aside: None,
        at: thread.conversation.updated_at,
    }
}

/// What agents read in the conversation about who did what. Changes with no known actor leave no notice.
fn write_notices(tx: &mut Tx, thread: &mut Thread, before: &Conversation, left: Option<&Team>, actor: &Actor) -> Result<()> {
    let language = thread.account.language();
    let status = thread.conversation.status;
    if status != before.status
        && let Some(text) = notices::about_status(actor, language, status)
    {
        post::notice(tx, thread, text, Some(json!({"type": "conversation_status_changed", "status": status})))?;
    }
    if thread.conversation.team_id != before.team_id {
        // also when its new team is why somebody is not to answer any more
        notices::about_team(tx, thread, language, before, left, actor)?;
    } else if thread.conversation.assignee_id != before.assignee_id || answering::is_worth_a_notice(before, &thread.conversation) {
        notices::about_assignee(tx, thread, language, actor)?;
    }
    notices::about_labels(tx, thread, language, before, actor)
}

/// Sets the status; without one it is turned over: what is open is resolved, all else opens. An agent who opens a
/// conversation answers it; `opener` is theirs when their role is agent.
pub fn change_status(
    tx: &mut Tx,
    thread: &mut Thread,
    actor: &Actor,
    status: Option<Status>,
    until: Option<NaiveDateTime>,
    opener: Option<UserId>,
) -> Result<()> {
    let status = status.unwrap_or(match thread.conversation.status {
        Status::Open => Status::Resolved,
        _ => Status::Open,
    });
    change(tx, thread, actor, |conversation| {
        if status == Status::Open && conversation.status != Status::Open && opener.is_some() {
            conversation.assignee_id = opener;
        }
        conversation.status = status;
        conversation.snoozed_until = until;
    })
}

/// Sets who is to answer; nobody, also no bot, with `None`.
pub fn assign(tx: &mut Tx, thread: &mut Thread, actor: &Actor, assignee: Option<UserId>) -> Result<()> {
    change(tx, thread, actor, |conversation| (conversation.assignee_id, conversation.assignee_agent_bot_id) = (assignee, None))
}

/// Notes that an agent has looked. When nothing was new, it is written at most hourly. What the contact wrote is read from then on, and they hear
/// of it at their sockets; no other event tells it.
pub fn see_as_agent(tx: &mut Tx, thread: &mut Thread, agent: &User) -> Result<()> {
    let now = now();
    let was_unread = thread.unread > 0;
    let conversation = &mut thread.conversation;
    let recently = conversation.agent_last_seen_at.is_some_and(|seen| now - seen < SEEN_AGAIN);
    let mine = conversation.assignee_id == Some(agent.id);
    if thread.unread == 0 && recently && (!mine || conversation.assignee_last_seen_at.is_some()) {
        return Ok(());
    }
    conversation.agent_last_seen_at = Some(now);
    if mine {
        conversation.assignee_last_seen_at = Some(now);
    }
    thread.unread = 0;
    save(tx, &thread.conversation)?;
    let by = Actor::User(agent.id, agent.available_name().to_owned());
    if was_unread { tell_sockets(tx, thread, EventName::ConversationRead, by) } else { Ok(()) }
}

/// Tells what is heard at sockets alone: that one side has read what the other wrote, or that it counts as not read.
pub(super) fn tell_sockets(tx: &mut Tx, thread: &Thread, name: EventName, by: Actor) -> Result<()> {
    let told = Event::for_sockets(name, thread.account.id, by, &Aside::default())?;
    events::publish(tx, Event { inbox_id: Some(thread.inbox.id), conversation_id: Some(thread.conversation.id), ..told })
}

/// Notes that the contact has looked: what was sent to them until now counts as read, and each message that was not yet is
/// told as `message_updated`.
pub fn see_as_contact(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    let now = now();
    thread.conversation.contact_last_seen_at = Some(now);
    save(tx, &thread.conversation)?;
    let actor = thread.contact.actor();
    tell_sockets(tx, thread, EventName::ConversationRead, actor.clone())?;
    for unread in queries::unread_by_contact(tx.conn, thread.conversation.id, now)? {
        message::update(tx, thread, &actor, unread, |message| message.status = MessageStatus::Read)?;
    }
    Ok(())
}

/// Tells that somebody types (`on`), or has stopped (`off`); any other word tells nothing.
pub fn toggle_typing(tx: &mut Tx, thread: &mut Thread, by: &Sender, word: &str, is_private: bool) -> Result<()> {
    let name = match word {
        "on" => EventName::ConversationTypingOn,
        "off" => EventName::ConversationTypingOff,
        _ => return Ok(()),
    };
    fill_last_public(tx, thread)?;
    let actor = by.actor();
    let links = files::links(tx)?;
    let payload = serde_json::to_string(&payload::typing_event(thread, by, name.name(), is_private, &links)).map_err(Error::internal)?;
    events::publish(tx, Event { is_private, ..about(thread, &actor, name, payload) })
}

/// Somebody leaves the account: what they were to answer is up for others. Written silently, like the departure itself.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    loop {
        let some = queries::given_to(tx.conn, account, user)?;
        if some.is_empty() {
            return participants::depart(tx, account, user);
        }
        let freed = (conversations::assignee_id.eq(None::<UserId>), conversations::updated_at.eq(now()));
        diesel::update(conversations::table.filter(conversations::id.eq_any(some))).set(freed).execute(tx.conn)?;
    }
}
