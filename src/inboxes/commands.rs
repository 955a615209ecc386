//! Changing inboxes.
mod members;
mod turns;

pub use members::{add_members, depart, remove_members, set_members};
pub use turns::next_in_turn;

use super::{
    forms,
    input::{ChannelInput, DayInput, InboxInput, Kind},
    model::{ApiChannel, Channel, ChannelType, Inbox, InboxBot, WidgetChannel, WorkingHour},
    payload::{self, Details},
    queries,
};
use crate::{
    accounts::{self, KeptList},
    audit::Change,
    auth::Administrator,
    bots,
    db::{
        Db, Tx,
        dialect::Columns,
        schema::{api_channels, inbox_members, inboxes, web_widget_channels, working_hours},
        types::{AgentBotId, InboxId, PortalId, now},
    },
    error::{Error, Result},
    events::{self, Actor, Changes, Event, EventName},
    files,
    notifications::{self, ActorType},
    on_each, random,
    storage::Upload,
};
use diesel::prelude::*;

/// What the rooms above do when an inbox is about to be deleted, in the same transaction: what they have of it goes with it.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Closings(pub Vec<Closing>);

/// One room's part in it.
pub type Closing = fn(&mut Tx, &Inbox) -> Result<()>;

/// What the rooms above do to empty an inbox that is to be deleted: a part of it in each of many transactions. True when nothing is left.
/// `app` makes the list, in the order in which they are asked, and puts it into [`crate::db::Shared`].
pub struct Clearings(pub Vec<fn(&mut Tx, &Inbox) -> Result<bool>>);

/// Makes an inbox with its channel and an ordinary week; whoever makes it is its first member.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn create(tx: &mut Tx, by: &Administrator, mut input: InboxInput) -> Result<Details> {
    let (kind, account) = (input.channel.kind()?, by.account_id());
    accounts::make_room(tx, account, "inboxes", |conn| queries::count(conn, account))?;
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
    let avatar = input.avatar.take();
    let channel = input.apply(&mut inbox)?;
    check_help_centre(tx, &inbox)?;
    take_avatar(tx, &mut inbox, avatar)?;
    diesel::update(inboxes::table.find(inbox.id)).set(&inbox).execute(tx.conn)?;
    let channel = match kind {
        Kind::Api => Channel::Api(create_api_channel(tx, &inbox, channel)?),
        Kind::WebWidget => Channel::WebWidget(create_widget(tx, &inbox, channel)?),
    };
    create_week(tx, &inbox)?;
    let hours = queries::hours(tx.conn, &[inbox.id])?;
    let help_center = payload::help_centre(tx.conn, &inbox)?;
    let details = Details { inbox, channel, hours, help_center };
    by.record(tx, Change::Created(&details))?;
    add_members(tx, by, &details.inbox, &[by.user_id()])?;
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
            web_widget_channels::session_key.eq(random::secret()?),
            web_widget_channels::created_at.eq(inbox.created_at),
            web_widget_channels::updated_at.eq(inbox.created_at),
        ))
        .returning(WidgetChannel::columns());
    let mut channel: WidgetChannel = insert.get_result(tx.conn)?;
    input.apply_to_widget(&mut channel)?;
    forms::complete_pre_chat(&mut channel.pre_chat_form_options.0);
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

/// Changes days of a week.
fn change_week(tx: &mut Tx, week: &mut [WorkingHour], days: Vec<DayInput>) -> Result<()> {
    let before = week.to_vec();
    days.into_iter().try_for_each(|day| day.apply(week))?;
    for day in week.iter_mut().filter(|day| !before.contains(day)) {
        day.updated_at = now();
        diesel::update(working_hours::table.find(day.id)).set(&*day).execute(tx.conn)?;
    }
    Ok(())
}

/// An inbox with all that is drawn with it, which nobody else may change before this transaction ends.
fn to_change(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<Details> {
    let inbox = queries::to_change(tx.conn, by.account_id(), id)?;
    let channel = queries::channel(tx.conn, &inbox)?;
    let hours = queries::hours(tx.conn, &[id])?;
    let help_center = payload::help_centre(tx.conn, &inbox)?;
    Ok(Details { inbox, channel, hours, help_center })
}

/// Changes an inbox and its channel. Nothing is told when nothing changed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &Administrator, id: InboxId, mut input: InboxInput) -> Result<Details> {
    let before = to_change(tx, by, id)?;
    let mut after = before.clone();
    change_week(tx, &mut after.hours, std::mem::take(&mut input.working_hours.0))?;
    let avatar = input.avatar.take();
    let input = input.apply(&mut after.inbox)?;
    if after.inbox.portal_id != before.inbox.portal_id {
        check_help_centre(tx, &after.inbox)?;
        after.help_center = payload::help_centre(tx.conn, &after.inbox)?;
    }
    take_avatar(tx, &mut after.inbox, avatar)?;
    match &mut after.channel {
        Channel::Api(channel) => input.apply_to_api(channel)?,
        Channel::WebWidget(channel) => input.apply_to_widget(channel)?,
    }
    save(tx, by, &before, after)
}

/// An inbox is connected to a help centre of its own account, or to none.
fn check_help_centre(tx: &mut Tx, inbox: &Inbox) -> Result<()> {
    match inbox.portal_id {
        Some(id) if !queries::has_help_centre(tx.conn, inbox.account_id, id)? => {
            Err(Error::invalid("portal_id", "Portal must be one of this account"))
        }
        _ => Ok(()),
    }
}

/// Inboxes that were connected to a help centre which goes are connected to none.
///
/// # Errors
/// The database's.
pub fn disconnect(tx: &mut Tx, from: PortalId) -> Result<()> {
    let connected = inboxes::table.filter(inboxes::portal_id.eq(from));
    diesel::update(connected).set(inboxes::portal_id.eq(None::<PortalId>)).execute(tx.conn)?;
    Ok(())
}

/// Stores an inbox with its channel, and tells of it, if anything has changed.
fn save(tx: &mut Tx, by: &Administrator, before: &Details, mut after: Details) -> Result<Details> {
    if after == *before {
        return Ok(after);
    }
    after.inbox.updated_at = now();
    diesel::update(inboxes::table.find(after.inbox.id)).set(&after.inbox).execute(tx.conn)?;
    match &mut after.channel {
        Channel::Api(channel) => {
            channel.updated_at = after.inbox.updated_at;
            diesel::update(api_channels::table.find(channel.id)).set(&*channel).execute(tx.conn)?;
        }
        Channel::WebWidget(channel) => {
            channel.updated_at = after.inbox.updated_at;
            diesel::update(web_widget_channels::table.find(channel.id)).set(&*channel).execute(tx.conn)?;
        }
    }
    by.record(tx, Change::Updated(before, &after))?;
    let changes = payload::changes(&before.inbox, &after.inbox);
    tell(tx, by, &after, EventName::InboxUpdated, Some(&changes))?;
    Ok(after)
}

fn take_avatar(tx: &mut Tx, inbox: &mut Inbox, upload: Option<Upload>) -> Result<()> {
    if let Some(upload) = upload {
        inbox.set_avatar(Some(files::store_avatar(tx, Some(inbox.account_id), upload)?));
    }
    Ok(())
}

/// Takes away an inbox's picture.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete_avatar(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<()> {
    let before = to_change(tx, by, id)?;
    let mut after = before.clone();
    after.inbox.set_avatar(None);
    save(tx, by, &before, after).map(drop)
}

/// Gives an API inbox another secret: what is posted to its callback is signed with it from now on.
///
/// # Errors
/// [`Error::NotFound`], also for an inbox of another kind.
pub fn reset_secret(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<Details> {
    let before = to_change(tx, by, id)?;
    let mut after = before.clone();
    match &mut after.channel {
        Channel::Api(channel) => channel.secret = random::token()?,
        Channel::WebWidget(_) => return Err(Error::NotFound),
    }
    save(tx, by, &before, after)
}

/// Gives an inbox another key for the proof of identity: hashes made with the old one prove nothing any more.
///
/// # Errors
/// [`Error::NotFound`].
pub fn reset_hmac_token(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<Details> {
    let before = to_change(tx, by, id)?;
    let mut after = before.clone();
    match &mut after.channel {
        Channel::Api(channel) => channel.hmac_token = random::token()?,
        Channel::WebWidget(channel) => channel.hmac_token = random::token()?,
    }
    save(tx, by, &before, after)
}

/// Deletes an inbox with all that is in it. It is shut first, so that nothing new begins there; then what is in it goes, some at a time. Should
/// the process end meanwhile, what is left of the inbox is there for administrators, who can delete it again.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(db: &Db, by: &Administrator, id: InboxId) -> Result<()> {
    let (first, by) = (by.clone(), by.clone());
    db.write_in_steps(move |tx| shut(tx, &first, id), move |tx| delete_some(tx, &by, id)).await
}

/// Visitors do not find the inbox by what they know of it, agents do not see it, and nothing of it is told any more.
fn shut(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<()> {
    let details = to_change(tx, by, id)?;
    by.record(tx, Change::Destroyed(&details))?;
    let Details { inbox, channel, .. } = details;
    match channel {
        Channel::Api(channel) => {
            diesel::update(api_channels::table.find(channel.id)).set(api_channels::identifier.eq(random::token()?)).execute(tx.conn)?
        }
        Channel::WebWidget(channel) => {
            let door = web_widget_channels::website_token.eq(random::token()?);
            diesel::update(web_widget_channels::table.find(channel.id)).set(door).execute(tx.conn)?
        }
    };
    diesel::delete(inbox_members::table.filter(inbox_members::inbox_id.eq(inbox.id))).execute(tx.conn)?;
    close(tx, &inbox)?;
    accounts::note_change(tx, by.account_id(), KeptList::Inbox, &by.actor())
}

fn close(tx: &mut Tx, inbox: &Inbox) -> Result<()> {
    match tx.shared::<Closings>() {
        Some(closings) => closings.0.iter().try_for_each(|close| close(tx, inbox)),
        None => Ok(()),
    }
}

/// Deletes some of what is in an inbox, or, once nothing is left there, the inbox. True when it is gone.
fn delete_some(tx: &mut Tx, by: &Administrator, id: InboxId) -> Result<bool> {
    let inbox = queries::of_account(tx.conn, by.account_id(), id)?;
    remove_some(tx, &inbox, &by.actor())
}

/// The same of whatever account.
///
/// # Errors
/// The database's.
pub fn remove_some(tx: &mut Tx, inbox: &Inbox, by: &Actor) -> Result<bool> {
    if let Some(clearings) = tx.shared::<Clearings>() {
        for clear in &clearings.0 {
            if !clear(tx, inbox)? {
                return Ok(false);
            }
        }
    }
    close(tx, inbox)?;
    diesel::delete(inboxes::table.find(inbox.id)).execute(tx.conn)?;
    accounts::note_change(tx, inbox.account_id, KeptList::Inbox, by)?;
    notifications::forget_about(tx, inbox.account_id, ActorType::Inbox, inbox.id.0)?;
    Ok(true)
}

/// Says which bot answers in an inbox first; none with `None`.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_bot(tx: &mut Tx, by: &Administrator, id: InboxId, bot: Option<AgentBotId>) -> Result<()> {
    let inbox = queries::to_change(tx.conn, by.account_id(), id)?;
    let present = bots::set_for_inbox(tx, by, inbox.id, bot)?;
    by.record(tx, Change::Updated(&InboxBot::new(&inbox, present), &InboxBot::new(&inbox, bot)))
}

fn tell(tx: &mut Tx, by: &Administrator, details: &Details, name: EventName, changes: Option<&Changes>) -> Result<()> {
    accounts::note_change(tx, by.account_id(), KeptList::Inbox, &by.actor())?;
    let event = Event {
        name,
        account_id: by.account_id(),
        inbox_id: Some(details.inbox.id),
        conversation_id: None,
        message_id: None,
        is_private: false,
        actor: by.actor(),
        payload: payload::event(details, &by.account.name, name.name(), changes)?,
        aside: None,
        at: details.inbox.updated_at,
    };
    events::publish(tx, event)
}
