//! Searching a webhook's log, the newest first. Whatever is sought, only so many rows are looked at: there is one index, by which
//! the log is read backwards, and none for each way of filtering, which every delivery would have to be written into. Where a
//! search has stopped, the next one goes on.
use super::{Listed, MOST_COUNTED, PAGE, halving::since};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, containing, limit_one, lower},
        schema::{conversations, deliveries, events},
        types::{AccountId, ConversationId, DeliveryId, DisplayId, WebhookId, now},
    },
    error::Result,
    events::EventName,
    webhooks::model::{Delivery, DeliveryState},
};
use chrono::{NaiveDateTime, TimeDelta, Timelike};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, SmallInt, Text, Timestamp},
};

/// How many deliveries are looked at in one search,
const LOOK: i64 = 20_000;
/// and how many when their payloads have to be read.
const LOOK_INSIDE: i64 = 4_000;

/// Ids grow with the time, but for transactions that overtake each other and clocks that differ.
pub(super) const SLACK: TimeDelta = TimeDelta::seconds(60);

/// What is sought. What is left out fits all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sought {
    /// Where it stands.
    pub state: Option<DeliveryState>,
    /// What it tells.
    pub event: Option<EventName>,
    /// Since then,
    pub from: Option<NaiveDateTime>,
    /// and before then.
    pub until: Option<NaiveDateTime>,
    /// In which conversation.
    pub conversation: Option<DisplayId>,
    /// What the payload contains; or the delivery's id, or how it begins.
    pub text: Option<String>,
    /// Older than this one.
    pub before: Option<DeliveryId>,
}

impl Sought {
    /// Whether anything is sought at all, or simply the log is read.
    pub fn is_narrow(&self) -> bool {
        let Sought { state, event, from, until, conversation, text, before: _ } = self;
        state.is_some() || event.is_some() || from.is_some() || until.is_some() || conversation.is_some() || text.is_some()
    }
}

/// One page of what was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The deliveries, the newest first.
    pub listed: Vec<Listed>,
    /// Where the next page begins, if there may be more.
    pub older: Option<DeliveryId>,
    /// How far back was looked, where the search has stopped before it had filled a page.
    pub stopped_at: Option<NaiveDateTime>,
}

/// One page of what is sought in a webhook's log.
pub fn search(conn: &mut DbConn, account: AccountId, webhook: WebhookId, sought: &Sought) -> Result<Found> {
    let conversation = match sought.conversation {
        Some(number) => match conversation(conn, account, number)? {
            Some(id) => Some(id),
            None => return Ok(Found::default()),
        },
        None => None,
    };
    let uuid = sought.text.as_deref().and_then(|text| uuid::Uuid::try_parse(text.trim()).ok());
    let (low, high) = bounds(conn, webhook, sought)?;
    let within = || deliveries::table.filter(deliveries::webhook_id.eq(webhook).and(deliveries::id.ge(low)).and(deliveries::id.lt(high)));
    let look = if sought.text.is_some() { LOOK_INSIDE } else { LOOK };
    let floor: Option<(DeliveryId, NaiveDateTime)> = if sought.is_narrow() && uuid.is_none() {
        let skipped = within().order_by(deliveries::id.desc()).select((deliveries::id, deliveries::created_at)).offset(look).limit(1);
        skipped.get_result(conn).optional()?
    } else {
        None
    };
    let mut query = within()
        .inner_join(events::table)
        .filter(deliveries::id.gt(floor.map_or(DeliveryId(0), |(id, _)| id)))
        .select((Delivery::columns(), events::name))
        .order_by(deliveries::id.desc())
        .limit(PAGE + 1)
        .into_boxed();
    if let Some(state) = sought.state {
        query = query.filter(deliveries::state.eq(state));
    }
    if let Some(event) = sought.event {
        query = query.filter(events::name.eq(event));
    }
    if let Some(from) = sought.from {
        query = query.filter(deliveries::created_at.ge(from));
    }
    if let Some(until) = sought.until {
        query = query.filter(deliveries::created_at.lt(until));
    }
    if let Some(conversation) = conversation {
        query = query.filter(events::conversation_id.eq(conversation));
    }
    query = match (uuid, &sought.text) {
        (Some(uuid), _) => query.filter(deliveries::public_id.eq(uuid.to_string())),
        (None, Some(text)) => {
            let inside = lower(events::payload.nullable()).like(containing(&as_in_json(&text.to_lowercase()))).escape('\\');
            let [begins, ends] = at_either_end(&text.to_lowercase()).map(|pattern| deliveries::public_id.like(pattern).escape('\\'));
            query.filter(begins.or(ends).nullable().or(inside))
        }
        (None, None) => query,
    };
    let mut listed: Vec<Listed> = query.load(conn)?;
    if listed.len() as i64 > PAGE {
        listed.truncate(PAGE as usize);
        let older = listed.last().map(|(delivery, _)| delivery.id);
        return Ok(Found { listed, older, stopped_at: None });
    }
    // the floor itself was not looked at
    Ok(Found { listed, older: floor.map(|(id, _)| DeliveryId(id.0 + 1)), stopped_at: floor.map(|(_, at)| at) })
}

/// What a LIKE must be given to find `text` at the beginning, and at the end: a list shows of an id its end alone.
fn at_either_end(text: &str) -> [String; 2] {
    let pattern = containing(text);
    [pattern.strip_prefix('%'), pattern.strip_suffix('%')].map(|pattern| pattern.unwrap_or_default().to_owned())
}

fn conversation(conn: &mut DbConn, account: AccountId, number: DisplayId) -> Result<Option<ConversationId>> {
    let query = conversations::table.filter(conversations::account_id.eq(account).and(conversations::display_id.eq(number)));
    Ok(query.select(conversations::id).get_result(conn).optional()?)
}

/// The ids between which lies what is sought: from the first, and before the second.
fn bounds(conn: &mut DbConn, webhook: WebhookId, sought: &Sought) -> Result<(DeliveryId, DeliveryId)> {
    let before = sought.before.unwrap_or(DeliveryId(i64::MAX));
    let low = match sought.from {
        Some(from) => first_since(conn, webhook, from - SLACK)?,
        None => DeliveryId(1),
    };
    let high = match sought.until {
        Some(until) => first_since(conn, webhook, until + SLACK)?.min(before),
        None => before,
    };
    Ok((low, high))
}

/// The first id of a webhook's log from which on nothing is older.
pub(super) fn first_since(conn: &mut DbConn, webhook: WebhookId, at: NaiveDateTime) -> Result<DeliveryId> {
    let log = || deliveries::table.filter(deliveries::webhook_id.eq(webhook));
    let newest: Option<DeliveryId> = limit_one(log().order_by(deliveries::id.desc()).select(deliveries::id)).get_result(conn).optional()?;
    let next = |middle: i64| {
        let query = log().filter(deliveries::id.ge(DeliveryId(middle))).order_by(deliveries::id).select((deliveries::id, deliveries::created_at));
        let found: Option<(DeliveryId, NaiveDateTime)> = limit_one(query).get_result(conn).optional()?;
        Ok(found.map(|(id, created_at)| (id.0, created_at)))
    };
    since(newest.map_or(0, |id| id.0), at, next).map(DeliveryId)
}

/// Text as it stands inside a text of JSON.
fn as_in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).to_owned()
}

/// What became of the deliveries of one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// When it began.
    pub at: NaiveDateTime,
    /// How many arrived.
    pub delivered: i64,
    /// How many were given up.
    pub failed: i64,
}

/// The last 24 hours, the present one among them, the oldest first; of the newest [`MOST_COUNTED`] deliveries.
pub fn hours(conn: &mut DbConn, webhook: WebhookId) -> Result<Vec<Hour>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        hour: String,
        #[diesel(sql_type = SmallInt)]
        state: DeliveryState,
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let present = now().with_minute(0).and_then(|at| at.with_second(0)).and_then(|at| at.with_nanosecond(0)).unwrap_or_default();
    let first = present - TimeDelta::hours(23);
    let after = first_since(conn, webhook, first - SLACK)?;
    // a time begins with its hour in both databases: 2026-11-21 07
    let query = "SELECT substr(CAST(created_at AS TEXT), 1, 13) AS hour, state, count(*) AS number FROM \
                 (SELECT created_at, state, test FROM deliveries WHERE webhook_id = $1 AND id >= $2 ORDER BY id DESC LIMIT $3) AS newest \
                 WHERE created_at >= $4 AND NOT test GROUP BY 1, 2";
    let query = sql_query(query).bind::<BigInt, _>(webhook).bind::<BigInt, _>(after).bind::<BigInt, _>(MOST_COUNTED).bind::<Timestamp, _>(first);
    let rows: Vec<Row> = query.load(conn)?;
    let of = |at: NaiveDateTime, state: DeliveryState| {
        let hour = at.format("%Y-%m-%d %H").to_string();
        rows.iter().filter(|row| row.state == state && row.hour.replace('T', " ") == hour).map(|row| row.number).sum()
    };
    let hour = |ago: i64| {
        let at = present - TimeDelta::hours(ago);
        Hour { at, delivered: of(at, DeliveryState::Delivered), failed: of(at, DeliveryState::Failed) }
    };
    Ok((0..24).rev().map(hour).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_sought_as_it_is_stored() {
        assert_eq!(as_in_json(r#"say "hi" \ สวัสดี"#), r#"say \"hi\" \\ สวัสดี"#);
        assert_eq!(as_in_json("a\nb"), "a\\nb");
    }
}
