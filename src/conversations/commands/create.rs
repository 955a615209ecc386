//! Beginning conversations.
use super::{assignment, change::tell, notify, participants, team};
use crate::{
    accounts::Account,
    bots,
    checks::not_too_large,
    contacts::{self, Contact, ContactInbox},
    conversations::{
        model::{Conversation, Status},
        occasions::{Occasion, tell_rules},
        queries,
        thread::Thread,
        visitor::Visitor,
    },
    custom_attributes::{self, Model},
    db::{
        Tx,
        dialect::{Columns, take_turns_of},
        schema::{accounts, conversations},
        types::{AgentBotId, CampaignId, DisplayId, Json, TeamId, UserId, now},
    },
    error::{Error, Result},
    events::{Actor, EventName},
    inboxes::Inbox,
    random, teams, users,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value};

/// The longest text among the attributes of a conversation, in characters.
const LONGEST_ATTRIBUTE: usize = 1500;
/// The largest number among them.
const LARGEST_ATTRIBUTE: f64 = 9_999_999_999.0;

/// What may be said about a new conversation.
#[derive(Debug, Clone, Default)]
pub struct NewConversation {
    /// Open unless said otherwise; pending where a bot is at work.
    pub status: Option<Status>,
    /// With `snoozed`.
    pub snoozed_until: Option<NaiveDateTime>,
    /// Who is to answer, unless a team is to answer that they are not in. Without anybody, whoever's turn it is.
    pub assignee_id: Option<UserId>,
    /// Which team is to answer.
    pub team_id: Option<TeamId>,
    /// Browser, referrer and the like.
    pub additional_attributes: Map<String, Value>,
    /// What the business defines.
    pub custom_attributes: Map<String, Value>,
    /// The campaign that begins it.
    pub campaign: Option<Campaigning>,
}

/// A campaign that begins a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Campaigning {
    /// Which.
    pub id: CampaignId,
    /// Whether somebody says what it says. Else a bot goes on with it, where one is at work.
    pub is_of_somebody: bool,
    /// Whether many are sent it who have not asked: nobody is told of each conversation that it begins, in which nobody waits for an answer yet.
    pub is_to_many: bool,
}

/// Where a conversation begins, with whom, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// Whose it is.
    pub account: &'a Account,
    /// Where.
    pub inbox: &'a Inbox,
    /// In whose session.
    pub session: &'a ContactInbox,
    /// By whom; by whoever's session it is, if that is nobody.
    pub actor: Option<&'a Actor>,
}

/// The conversation that a new message of this session belongs to, if the inbox keeps to one: the newest; else a new one.
///
/// # Errors
/// [`Error::Invalid`] for attributes over the limits; [`Error::NotFound`] for an assignee who is no member of the account, and for a team
/// that it has not.
pub fn start(tx: &mut Tx, at: Beginning, new: NewConversation) -> Result<Thread> {
    if at.inbox.lock_to_single_conversation {
        take_turn_of(tx, at.session)?;
        if let Some(latest) = queries::latest_of_session(tx.conn, at.session.id)? {
            return queries::open(tx.conn, at.account, latest.display_id);
        }
    }
    create(tx, at, new)
}

/// Waits until nobody else is about to begin a conversation in this session: whoever does comes first to this, then to the contact.
///
/// # Errors
/// The database's.
pub fn take_turn_of(tx: &mut Tx, session: &ContactInbox) -> Result<()> {
    Ok(take_turns_of(tx.conn, &[format!("conversation {}", session.id.0)])?)
}

/// The conversation that a visitor is in, the newest of theirs; a new one if there is none, which is then true. Of two messages that they write at
/// the same time only one begins a conversation.
///
/// # Errors
/// As [`start`].
pub fn go_on_or_start(tx: &mut Tx, visitor: &Visitor, new: NewConversation) -> Result<(Thread, bool)> {
    if let Some(thread) = visitor.latest(tx.conn)? {
        return Ok((thread, false));
    }
    visitor.take_turn(tx)?;
    match visitor.latest(tx.conn)? {
        Some(thread) => Ok((thread, false)),
        None => visitor.start(tx, new).map(|thread| (thread, true)),
    }
}

fn create(tx: &mut Tx, at: Beginning, new: NewConversation) -> Result<Thread> {
    let Beginning { account, inbox, session, actor } = at;
    let NewConversation { status, snoozed_until, assignee_id, team_id, additional_attributes, mut custom_attributes, campaign } = new;
    custom_attributes::admit(tx.conn, account.id, Model::Conversation, &mut custom_attributes)?;
    check_attributes("additional_attributes", &additional_attributes)?;
    check_attributes("custom_attributes", &custom_attributes)?;
    let assignee = match assignee_id {
        Some(id) => Some(users::members(tx.conn, account.id, Some(&[id]))?.pop().ok_or(Error::NotFound)?.user),
        None => None,
    };
    let team = team_id.map(|id| teams::find_to_keep(tx.conn, account.id, id)).transpose()?;
    // the contact, as they are now, before the account: so it is with whoever introduces themselves and begins a conversation at once
    let contact = contacts::hold_visitor(tx, account, session)?;
    let themselves = contact.actor();
    let actor = actor.unwrap_or(&themselves);
    // the account before whose turn it is: in this order somebody is removed from it
    let display_id = next_display_id(tx, account)?;
    let assignee_id = team::answering(tx, inbox, team.as_ref(), assignee.map(|user| user.id))?;
    let (status, bot) = standing(tx, inbox, &contact, campaign, status)?;
    // it is the bot's from the beginning, unless somebody is to answer
    let bot = bot.filter(|_| assignee_id.is_none());
    let is_to_many = campaign.is_some_and(|campaign| campaign.is_to_many);
    let now = now();
    let insert = diesel::insert_into(conversations::table)
        .values((
            (conversations::account_id.eq(account.id), conversations::inbox_id.eq(inbox.id)),
            (conversations::contact_id.eq(contact.id), conversations::contact_inbox_id.eq(session.id)),
            (conversations::display_id.eq(display_id), conversations::uuid.eq(random::uuid())),
            (conversations::status.eq(status), conversations::team_id.eq(team.map(|team| team.id))),
            (conversations::assignee_id.eq(assignee_id), conversations::assignee_agent_bot_id.eq(bot)),
            conversations::snoozed_until.eq(snoozed_until.filter(|_| status == Status::Snoozed)),
            conversations::waiting_since.eq((status != Status::Resolved && !is_to_many).then_some(now)),
            conversations::additional_attributes.eq(Json(additional_attributes)),
            conversations::custom_attributes.eq(Json(custom_attributes)),
            conversations::campaign_id.eq(campaign.map(|campaign| campaign.id)),
            (conversations::last_activity_at.eq(now), conversations::created_at.eq(now), conversations::updated_at.eq(now)),
        ))
        .returning(Conversation::columns());
    let conversation: Conversation = insert.get_result(tx.conn)?;
    if let Some(assignee) = conversation.assignee_id {
        participants::join_assignee(tx, &conversation, assignee)?;
    }
    // drawn as it will be read: whether an agent may answer depends on the channel
    let mut thread = queries::open(tx.conn, account, conversation.display_id)?;
    tell(tx, &thread, actor, EventName::ConversationCreated, None, None)?;
    tell_rules(tx, Occasion { event: EventName::ConversationCreated, thread: &thread, message: None, changes: None })?;
    if !is_to_many {
        notify::of_new(tx, &thread, actor)?;
    }
    notify::of_assignment(tx, &thread, actor)?;
    assignment::hand_over(tx, &mut thread)?;
    Ok(thread)
}

/// Its status, and the bot whose it is. What a blocked contact begins is over at once; else the bot of the inbox comes first, whoever begins it and
/// whatever they say, though not where somebody speaks in a campaign.
fn standing(
    tx: &mut Tx,
    inbox: &Inbox,
    contact: &Contact,
    campaign: Option<Campaigning>,
    said: Option<Status>,
) -> Result<(Status, Option<AgentBotId>)> {
    if contact.blocked {
        return Ok((Status::Resolved, None));
    }
    if campaign.is_some_and(|campaign| campaign.is_of_somebody) {
        return Ok((said.unwrap_or(Status::Open), None));
    }
    Ok(match bots::answering_in(tx.conn, inbox.id)? {
        // what a campaign begins waits for it, and is nobody's
        Some(bot) => (Status::Pending, Some(bot).filter(|_| campaign.is_none())),
        None => (said.unwrap_or(Status::Open), None),
    })
}

/// Numbers increase within an account and are never given twice.
fn next_display_id(tx: &mut Tx, account: &Account) -> Result<DisplayId> {
    let next = diesel::update(accounts::table.find(account.id)).set(accounts::last_display_id.eq(accounts::last_display_id + 1));
    Ok(next.returning(accounts::last_display_id).get_result(tx.conn)?)
}

/// Refuses attributes with a text, a number or a size over the limits.
pub(super) fn check_attributes(name: &'static str, attributes: &Map<String, Value>) -> Result<()> {
    not_too_large(name, attributes)?;
    let too_much = |value: &Value| match value {
        Value::String(text) => text.chars().count() > LONGEST_ATTRIBUTE,
        Value::Number(number) => number.as_f64().is_some_and(|number| number > LARGEST_ATTRIBUTE),
        _ => false,
    };
    match attributes.iter().find(|(_, value)| too_much(value)) {
        Some((key, _)) => Err(Error::invalid(name, format!("{key} is longer or larger than an attribute may be"))),
        None => Ok(()),
    }
}
