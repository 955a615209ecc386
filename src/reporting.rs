//! What reports measure: how long things took in conversations. `conversations` notes it as it happens, in its own transaction; `reports` counts.
use crate::{
    db::{
        DbConn, Tx,
        dialect::Columns,
        schema::reporting_events,
        types::{AccountId, ConversationId, InboxId, ReportingEventId, UserId},
    },
    error::Result,
    inboxes::{self, Inbox},
    on_each, text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

// -- model --

text_enum! {
    /// What took time.
    pub enum Measure {
        FirstResponse = 0 "first_response",
        ReplyTime = 1 "reply_time",
        ConversationResolved = 2 "conversation_resolved",
        ConversationBotHandoff = 3 "conversation_bot_handoff",
        ConversationBotResolved = 4 "conversation_bot_resolved",
        ConversationOpened = 5 "conversation_opened",
    }
}

/// A row of `reporting_events`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = reporting_events)]
pub struct ReportingEvent {
    /// Its id.
    pub id: ReportingEventId,
    /// Whose.
    pub account_id: AccountId,
    /// What took time.
    pub name: Measure,
    /// How long, in seconds.
    pub value: f64,
    /// How much of it in the inbox's working hours; 0 where it has none, and nothing where nobody knows.
    pub value_in_business_hours: Option<f64>,
    /// In which inbox.
    pub inbox_id: InboxId,
    /// Whose doing it was.
    pub user_id: Option<UserId>,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// When it began.
    pub event_start_time: NaiveDateTime,
    /// When it ended.
    pub event_end_time: NaiveDateTime,
    /// When it was noted.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
}

/// Something that took time.
#[derive(Debug, Clone, Copy)]
pub struct Lapse {
    /// What.
    pub name: Measure,
    /// When it began.
    pub from: NaiveDateTime,
    /// When it ended.
    pub to: NaiveDateTime,
    /// Whose doing it was.
    pub user_id: Option<UserId>,
}

/// It, ready to be noted.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = reporting_events, treat_none_as_default_value = false)]
pub struct NewReportingEvent {
    account_id: AccountId,
    name: Measure,
    value: f64,
    value_in_business_hours: Option<f64>,
    inbox_id: InboxId,
    user_id: Option<UserId>,
    conversation_id: ConversationId,
    event_start_time: NaiveDateTime,
    event_end_time: NaiveDateTime,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl NewReportingEvent {
    /// What is noted of a lapse, of which so many seconds lay within working hours.
    pub fn new(inbox: (AccountId, InboxId), conversation_id: ConversationId, lapse: Lapse, within_hours: i64) -> NewReportingEvent {
        let ((account_id, inbox_id), Lapse { name, from, to, user_id }) = (inbox, lapse);
        let second = |at: NaiveDateTime| at.and_utc().timestamp();
        NewReportingEvent {
            account_id,
            name,
            value: (second(to) - second(from)).max(0) as f64,
            value_in_business_hours: Some(within_hours as f64),
            inbox_id,
            user_id,
            conversation_id,
            event_start_time: from,
            event_end_time: to,
            created_at: to,
            updated_at: to,
        }
    }
}

// -- queries --

/// What was measured in a conversation, the first first.
pub fn of_conversation(conn: &mut DbConn, conversation: ConversationId) -> Result<Vec<ReportingEvent>> {
    let query = reporting_events::table.filter(reporting_events::conversation_id.eq(conversation)).select(ReportingEvent::columns());
    Ok(query.order_by((reporting_events::created_at, reporting_events::id)).load(conn)?)
}

/// When one of these ended in a conversation, the last time.
pub fn last(conn: &mut DbConn, conversation: ConversationId, names: &[Measure]) -> Result<Option<NaiveDateTime>> {
    let query = reporting_events::table
        .filter(reporting_events::conversation_id.eq(conversation).and(reporting_events::name.eq_any(names)))
        .order_by((reporting_events::event_end_time.desc(), reporting_events::id.desc()))
        .select(reporting_events::event_end_time);
    Ok(query.first(conn).optional()?)
}

/// What is to be noted of a lapse. The hours of the inbox are asked for only where they count.
///
/// # Errors
/// The database's.
pub fn measured(conn: &mut DbConn, inbox: &Inbox, conversation: ConversationId, lapse: Lapse) -> Result<NewReportingEvent> {
    let within_hours = match inbox.working_hours_enabled {
        true => inboxes::open_seconds(&inboxes::hours(conn, &[inbox.id])?, &inbox.timezone, lapse.from, lapse.to),
        false => 0,
    };
    Ok(NewReportingEvent::new((inbox.account_id, inbox.id), conversation, lapse, within_hours))
}

// -- commands --

/// Notes what took time.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx, inbox: &Inbox, conversation: ConversationId, lapse: Lapse) -> Result<()> {
    let row = measured(tx.conn, inbox, conversation, lapse)?;
    on_each!(tx.conn, c => diesel::insert_into(reporting_events::table).values(&row).execute(c))?;
    Ok(())
}
