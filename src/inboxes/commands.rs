//! Changing inboxes.
use super::{
    input::{ChannelInput, DayInput, InboxInput, Kind},
    model::{ApiChannel, Channel, ChannelType, Inbox, WidgetChannel},
    payload::{self, Details},
    queries,
};
use crate::{
    accounts::{self, KeptList},
    auth::Administrator,
    bots,
    db::{
        Tx,
        dialect::{Columns, Each},
        schema::{api_channels, inbox_members, inboxes, web_widget_channels, working_hours},
        types::{AccountId, AgentBotId, InboxId, UserId, now},
    },
    error::{Error, Result},
    events::{self, Changes, Event, EventName},
    notifications::{self, ActorType},
    on_each, random, users,
};
use diesel::prelude::*;

/// What the rooms above do when an inbox is about to be deleted, in the same transaction: what they have of it goes with it.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Closings(pub Vec<Closing>);

/// One room's part in it.
pub type Closing = fn(&mut Tx, &Inbox) -> Result<()>;

/// Makes an inbox with its channel and an ordinary week; whoever makes it is its first member.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn create(tx: &mut Tx, by: &Administrator, input: InboxInput) -> Result<Details> {
    let kind = input.channel.kind()?;
    let now = now();
    let channel_type = match kind {
        Kind::Api => ChannelType::Api,
        Kind::WebWidget => ChannelType::WebWidget,
    };
    let insert = diesel::insert_into(inboxes::table)
        .values((
            inboxes::account_id.eq(by.account_id()),
            inboxes::channel_type.eq(channel_type),
            inboxes::name.eq(""),
            inboxes::created_at.eq(now),
            inboxes::updated_at.eq(now),
        ))
        .returning(Inbox::columns());
    let mut inbox: Inbox = insert.get_result(tx.conn)?;
    let channel = input.apply(&mut inbox)?;
    diesel::update(inboxes::table.find(inbox.id)).set(&inbox).execute(tx.conn)?;
    let channel = match kind {
        Kind::Api => Channel::Api(create_api_channel(tx, &inbox, channel)?),
        Kind::WebWidget => Channel::WebWidget(create_widget(tx, &inbox, channel)?),
    };
    create_week(tx, &inbox)?;
    add_members(tx, by, &inbox, &[by.user_id()])?;
    let hours = queries::hours(tx.conn, &[inbox.id])?;
    let details = Details { inbox, channel, hours };
    tell(tx, by, &details, EventName::InboxCreated, None)?;
    Ok(details)
}

fn create_api_channel(tx: &mut Tx, inbox: &Inbox, input: ChannelInput) -> Result<ApiChannel> {
    let insert = diesel::insert_into(api_channels::table)
        .values((
            api_channels::account_id.eq(inbox.account_id),
            api_channels::inbox_id.eq(inbox.id),
            api_channels::identifier.eq(random::token()?),
            api_channels::hmac_token.eq(random::token()?),
            api_channels::secret.eq(random::token()?),
            api_channels::created_at.eq(inbox.created_at),
            api_channels::updated_at.eq(inbox.created_at),
        ))
        .returning(ApiChannel::columns());
    let mut channel: ApiChannel = insert.get_result(tx.conn)?;
    input.apply_to_api(&mut channel)?;
    diesel::update(api_channels::table.find(channel.id)).set(&channel).execute(tx.conn)?;
    Ok(channel)
}

fn create_widget(tx: &mut Tx, inbox: &Inbox, input: ChannelInput) -> Result<WidgetChannel> {
    let insert = diesel::insert_into(web_widget_channels::table)
        .values((
            web_widget_channels::account_id.eq(inbox.account_id),
            web_widget_channels::inbox_id.eq(inbox.id),
            web_widget_channels::website_url.eq(""),
            web_widget_channels::website_token.eq(random::token()?),
            web_widget_channels::hmac_token.eq(random::token()?),
            web_widget_channels::created_at.eq(inbox.created_at),
            web_widget_channels::updated_at.eq(inbox.created_at),
        ))
        .returning(WidgetChannel::columns());
    let mut channel: WidgetChannel = insert.get_result(tx.conn)?;
    input.apply_to_widget(&mut channel)?;
    diesel::update(web_widget_channels::table.find(channel.id)).set(&channel).execute(tx.conn)?;
    Ok(channel)
}

/// Closed at the weekend, nine to five else.
fn create_week(tx: &mut Tx, inbox: &Inbox) -> Result<()> {
    let days: Vec<_> = (0..7_i16)
        .map(|day| {
            let closed = day == 0 || day == 6;
            let at = |number: i16| (!closed).then_some(number);
            (
                working_hours::account_id.eq(inbox.account_id),
                working_hours::inbox_id.eq(inbox.id),
                working_hours::day_of_week.eq(day),
                working_hours::closed_all_day.eq(closed),
                (working_hours::open_hour.eq(at(9)), working_hours::open_minutes.eq(at(0))),
                (working_hours::close_hour.eq(at(17)), working_hours::close_minutes.eq(at(0))),
                working_hours::created_at.eq(inbox.created_at),
                working_hours::updated_at.eq(inbox.created_at),
            )
        })
        .collect();
    on_each!(tx.conn, c => diesel::insert_into(working_hours::table).values(days).execute(c))?;
    Ok(())
}

/// Changes days of an inbox's week. True when any of them is other than before.
fn change_week(tx: &mut Tx, inbox: InboxId, days: Vec<DayInput>) -> Result<bool> {
    let before = match days.is_empty() {
        true => return Ok(false),
        false => queries::hours(tx.conn, &[inbox])?,
    };
    let mut week = before.clone();
    days.into_iter().try_for_each(|day| day.apply(&mut week))?;
    for day in week.iter_mut().filter(|day| !before.contains(day)) {
        day.updated_at = now();
        diesel::update(working_hours::table.find(day.id)).set(&*day).execute(tx.conn)?;
    }
    Ok(week != before)
}

/// Changes an inbox and its channel. Nothing is told when nothing changed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &Administrator, id: InboxId, mut input: InboxInput) -> Result<Details> {
    let before = queries::to_change(tx.conn, by.account_id(), id)?;
    let channel_before = queries::channel(tx.conn, &before)?;
    let (mut inbox, mut channel) = (before.clone(), channel_before.clone());
    let changed_week = change_week(tx, id, std::mem::take(&mut input.working_hours.0))?;
    let input = input.apply(&mut inbox)?;
    match &mut channel {
        Channel::Api(channel) => input.apply_to_api(channel)?,
        Channel::WebWidget(channel) => input.apply_to_widget(channel)?,
    }
    let changed = inbox != before || channel != channel_before || changed_week;
    if changed {
        inbox.updated_at = now();
        diesel::update(inboxes::table.find(id)).set(&inbox).execute(tx.conn)?;
        match &mut channel {
            Channel::Api(channel) => {
                channel.updated_at = inbox.updated_at;
                diesel::update(api_channels::table.find(channel.id)).set(&*channel).execute(tx.conn)?;
            }
            Channel::WebWidget(channel) => {
                channel.updated_at = inbox.updated_at;
                diesel::update(web_widget_channels::table.find(channel.id)).set(&*channel).execute(tx.conn)?;
            }
        }
    }
    let hours = queries::hours(tx.conn, &[id])?;
    let details = Details { inbox, channel, hours };
    if changed {
        let changes = payload::changes(&before, &details.inbox);
        tell(tx, by, &details, EventName::InboxUpdated, Some(&changes))?;
    }
    Ok(details)
}

/// Deletes an inbox with all that is in it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<()> {
    let inbox = queries::of_account(tx.conn, by.account_id(), id)?;
    if let Some(closings) = tx.shared::<Closings>() {
        closings.0.iter().try_for_each(|close| close(tx, &inbox))?;
    }
    diesel::delete(inboxes::table.find(inbox.id)).execute(tx.conn)?;
    accounts::note_change(tx, by.account_id(), KeptList::Inbox)?;
    notifications::forget_about(tx, by.account_id(), ActorType::Inbox, inbox.id.0)
}

/// Says which bot answers in an inbox first; none with `None`.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_bot(tx: &mut Tx, by: &Administrator, id: InboxId, bot: Option<AgentBotId>) -> Result<()> {
    let inbox = queries::to_change(tx.conn, by.account_id(), id)?;
    bots::set_for_inbox(tx, by, inbox.id, bot)
}

/// Makes users members; those who are already stay so.
///
/// # Errors
/// [`Error::Invalid`] for somebody who has no place in the account.
pub fn add_members(tx: &mut Tx, by: &Administrator, inbox: &Inbox, ids: &[UserId]) -> Result<()> {
    let known = users::members(tx.conn, by.account_id(), Some(ids))?;
    if let Some(stranger) = ids.iter().find(|id| !known.iter().any(|member| member.user.id == **id)) {
        return Err(Error::invalid("user_id", format!("User {stranger} is no member of this account")));
    }
    for id in ids {
        let insert = diesel::insert_into(inbox_members::table)
            .values((inbox_members::inbox_id.eq(inbox.id), inbox_members::user_id.eq(id), inbox_members::created_at.eq(now())))
            .on_conflict_do_nothing();
        Each(insert).execute(tx.conn)?;
    }
    // who sees which inboxes is part of the list
    accounts::note_change(tx, by.account_id(), KeptList::Inbox)
}

/// Ends the membership of these users.
pub fn remove_members(tx: &mut Tx, inbox: &Inbox, ids: &[UserId]) -> Result<()> {
    let members = inbox_members::table.filter(inbox_members::inbox_id.eq(inbox.id).and(inbox_members::user_id.eq_any(ids)));
    diesel::delete(members).execute(tx.conn)?;
    accounts::note_change(tx, inbox.account_id, KeptList::Inbox)
}

/// Makes these users, and nobody else, the members.
///
/// # Errors
/// As [`add_members`].
pub fn set_members(tx: &mut Tx, by: &Administrator, inbox: &Inbox, ids: &[UserId]) -> Result<()> {
    let others = inbox_members::table.filter(inbox_members::inbox_id.eq(inbox.id).and(inbox_members::user_id.ne_all(ids)));
    diesel::delete(others).execute(tx.conn)?;
    add_members(tx, by, inbox, ids)
}

fn tell(tx: &mut Tx, by: &Administrator, details: &Details, name: EventName, changes: Option<&Changes>) -> Result<()> {
    accounts::note_change(tx, by.account_id(), KeptList::Inbox)?;
    let event = Event {
        name,
        account_id: by.account_id(),
        inbox_id: Some(details.inbox.id),
        conversation_id: None,
        message_id: None,
        is_private: false,
        actor: by.actor(),
        payload: payload::event(details, &by.account.name, name.name(), changes)?,
        at: details.inbox.updated_at,
    };
    events::publish(tx, event)
}

/// Somebody leaves the account, and with it its inboxes.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let of_account = inboxes::table.filter(inboxes::account_id.eq(account)).select(inboxes::id);
    let places = inbox_members::table.filter(inbox_members::user_id.eq(user).and(inbox_members::inbox_id.eq_any(of_account)));
    diesel::delete(places).execute(tx.conn)?;
    Ok(())
}
