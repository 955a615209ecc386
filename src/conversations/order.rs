//! The orders of the list of conversations. A page is found along an index that has all the columns which filters ask for, so that
//! only the rows of the page itself are read, however many there are.
use super::model::Status;
use crate::{
    db::{
        DbConn, MultiBackend,
        dialect::{Merged, Question, asked},
        schema::conversations,
        types::ConversationId,
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{IntoBoxed, not},
    prelude::*,
};

type Query = IntoBoxed<'static, conversations::table, MultiBackend>;

/// What is to be put in order.
#[derive(Clone, Copy)]
pub struct Fitting<'f> {
    /// Asks for those that fit.
    pub query: &'f dyn Fn() -> Query,
    /// Whether they are of any status: the index has one list for each.
    pub of_any_status: bool,
}

/// Which part of the list is wanted.
#[derive(Clone, Copy)]
pub struct Stretch {
    /// How many.
    pub limit: i64,
    /// How many come before them.
    pub offset: i64,
}

/// The conversations of a stretch, in an order by its name. An unknown order is the usual one: the newest activity first.
///
/// # Errors
/// The database's.
pub fn page(conn: &mut DbConn, of: Fitting<'_>, sort: &str, stretch: Stretch) -> Result<Vec<ConversationId>> {
    let (newest, oldest) = (conversations::created_at.desc(), conversations::created_at.asc());
    match sort {
        "last_activity_at_asc" => by_activity(conn, of, true, stretch),
        "created_at_asc" => along(conn, (of.query)().order_by((oldest, conversations::id.asc())), stretch),
        "created_at_desc" | "sort_on_created_at" => along(conn, (of.query)().order_by((newest, conversations::id.desc())), stretch),
        "priority_asc" | "priority_desc" | "sort_on_priority" | "priority_desc_created_at_asc" => by_priority(conn, of, sort, stretch),
        "waiting_since_asc" | "sort_on_waiting_since" | "waiting_since_desc" => by_waiting(conn, of, sort == "waiting_since_desc", stretch),
        "unread" => unread_first(conn, of, stretch),
        _ => by_activity(conn, of, false, stretch),
    }
}

fn along(conn: &mut DbConn, query: Query, Stretch { limit, offset }: Stretch) -> Result<Vec<ConversationId>> {
    Ok(query.select(conversations::id).limit(limit).offset(offset).load(conn)?)
}

fn by_activity(conn: &mut DbConn, of: Fitting<'_>, oldest_first: bool, stretch: Stretch) -> Result<Vec<ConversationId>> {
    let Stretch { limit, offset } = stretch;
    let sorted = |query: Query| match oldest_first {
        true => query.order_by((conversations::last_activity_at.asc(), conversations::id.asc())),
        false => query.order_by((conversations::last_activity_at.desc(), conversations::id.desc())),
    };
    if !of.of_any_status {
        return along(conn, sorted((of.query)()), stretch);
    }
    let of_status =
        |status: &Status| (of.query)().filter(conversations::status.eq(*status)).select((conversations::last_activity_at, conversations::id));
    let merged = Merged::new(Status::ALL.iter().map(of_status).collect(), !oldest_first, limit, offset);
    let found: Vec<(NaiveDateTime, ConversationId)> = merged.load(conn)?;
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// A list in two parts, each along an index of its own. `first` asks for all of the first part, to count them.
fn in_two(
    conn: &mut DbConn,
    stretch: Stretch,
    first: &dyn Fn() -> Query,
    of_first: impl FnOnce(&mut DbConn, Stretch) -> Result<Vec<ConversationId>>,
    of_others: impl FnOnce(&mut DbConn, Stretch) -> Result<Vec<ConversationId>>,
) -> Result<Vec<ConversationId>> {
    let mut found = of_first(conn, stretch)?;
    let missing = stretch.limit - found.len() as i64;
    if missing > 0 {
        let passed: i64 = match found.len() as i64 {
            0 if stretch.offset > 0 => first().count().get_result(conn)?,
            some => stretch.offset + some,
        };
        found.append(&mut of_others(conn, Stretch { limit: missing, offset: (stretch.offset - passed).max(0) })?);
    }
    Ok(found)
}

/// Those with a priority, then the others.
fn by_priority(conn: &mut DbConn, of: Fitting<'_>, sort: &str, stretch: Stretch) -> Result<Vec<ConversationId>> {
    let oldest_first = sort == "priority_desc_created_at_asc";
    let first = || (of.query)().filter(conversations::priority.is_not_null());
    let others = || (of.query)().filter(conversations::priority.is_null());
    let newest = (conversations::last_activity_at.desc(), conversations::id.desc());
    let oldest = (conversations::created_at.asc(), conversations::id.asc());
    let sorted = || match sort {
        "priority_asc" => first().order_by(conversations::priority.asc()).then_order_by(newest),
        _ if oldest_first => first().order_by(conversations::priority.desc()).then_order_by(oldest),
        _ => first().order_by(conversations::priority.desc()).then_order_by(newest),
    };
    let of_others = |conn: &mut DbConn, stretch| match oldest_first {
        true => along(conn, others().order_by(oldest), stretch),
        false => by_activity(conn, Fitting { query: &others, ..of }, false, stretch),
    };
    in_two(conn, stretch, &first, |conn, stretch| along(conn, sorted(), stretch), of_others)
}

/// Those whose contacts wait, then the others.
fn by_waiting(conn: &mut DbConn, of: Fitting<'_>, latest_first: bool, stretch: Stretch) -> Result<Vec<ConversationId>> {
    let first = || (of.query)().filter(conversations::waiting_since.is_not_null());
    let others = || (of.query)().filter(conversations::waiting_since.is_null());
    let newest = (conversations::last_activity_at.desc(), conversations::id.desc());
    let sorted = || match latest_first {
        true => first().order_by(conversations::waiting_since.desc()).then_order_by(newest),
        false => first().order_by(conversations::waiting_since.asc()).then_order_by(newest),
    };
    let of_others = |conn: &mut DbConn, stretch| by_activity(conn, Fitting { query: &others, ..of }, false, stretch);
    in_two(conn, stretch, &first, |conn, stretch| along(conn, sorted(), stretch), of_others)
}

/// Whether a contact has written what no agent has seen. It begins with the words of the index that holds those, and some more.
pub struct IsUnread;

impl Question for IsUnread {
    const SQL: &'static str = "((conversations.agent_last_seen_at IS NULL OR conversations.agent_last_seen_at < conversations.last_activity_at) \
        AND EXISTS (SELECT 1 FROM messages WHERE messages.conversation_id = conversations.id AND messages.message_type = 0 \
        AND (conversations.agent_last_seen_at IS NULL OR messages.created_at > conversations.agent_last_seen_at)))";
}

/// Those in which a contact has written what no agent has seen, then the others.
fn unread_first(conn: &mut DbConn, of: Fitting<'_>, stretch: Stretch) -> Result<Vec<ConversationId>> {
    let first = || (of.query)().filter(asked(IsUnread));
    let others = || (of.query)().filter(not(asked(IsUnread)));
    let of_first = |conn: &mut DbConn, stretch| by_activity(conn, Fitting { query: &first, ..of }, false, stretch);
    let of_others = |conn: &mut DbConn, stretch| by_activity(conn, Fitting { query: &others, ..of }, false, stretch);
    in_two(conn, stretch, &first, of_first, of_others)
}
