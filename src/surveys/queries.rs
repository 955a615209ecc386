//! Reading what contacts have answered: within an account, narrowed to what is asked for.
use super::Response;
use crate::{
    contacts::Contact,
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::{contacts, conversations, csat_survey_responses as responses, messages},
        types::{AccountId, DisplayId, InboxId, SurveyResponseId, TeamId, UserId},
    },
    error::Result,
    users::{self, Member},
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    sql_types::Bool,
};

/// How many answers a table has at most: the newest.
pub const TABLE: i64 = 10_000;

/// What is asked for; all of it without more.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Answered from then on.
    pub since: Option<NaiveDateTime>,
    /// Answered until then.
    pub until: Option<NaiveDateTime>,
    /// About these users.
    pub users: Vec<UserId>,
    /// About conversations in this inbox.
    pub inbox: Option<InboxId>,
    /// About conversations of this team.
    pub team: Option<TeamId>,
    /// Rated so.
    pub rating: Option<i16>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default)]
pub enum Order {
    /// What was answered last comes first.
    #[default]
    Newest,
    /// What was answered first comes first.
    Oldest,
    /// The best first.
    Best,
    /// The worst first.
    Worst,
}

/// An answer with the number of its conversation, and who gave it.
pub type Given = (Response, DisplayId, Contact);

macro_rules! narrowed {
    ($query:expr, $account:expr, $wanted:expr) => {{
        let mut query = $query.filter(responses::account_id.eq($account)).into_boxed();
        if let Some(since) = $wanted.since {
            query = query.filter(responses::created_at.ge(since));
        }
        if let Some(until) = $wanted.until {
            query = query.filter(responses::created_at.le(until));
        }
        if !$wanted.users.is_empty() {
            query = query.filter(responses::assigned_agent_id.eq_any($wanted.users.clone()));
        }
        if let Some(inbox) = $wanted.inbox {
            query = query.filter(conversations::inbox_id.eq(inbox));
        }
        if let Some(team) = $wanted.team {
            query = query.filter(conversations::team_id.eq(team));
        }
        if let Some(rating) = $wanted.rating {
            query = query.filter(responses::rating.eq(rating));
        }
        query
    }};
}

/// Some of the answers.
pub fn some(conn: &mut DbConn, account: AccountId, wanted: &Wanted, order: Order, offset: i64, most: i64) -> Result<Vec<Given>> {
    let all = responses::table.inner_join(conversations::table).inner_join(contacts::table);
    let query = narrowed!(all.select((Response::columns(), conversations::display_id, Contact::columns())), account, wanted);
    let query = match order {
        Order::Newest => query.order_by((responses::created_at.desc(), responses::id.desc())),
        Order::Oldest => query.order_by((responses::created_at.asc(), responses::id.asc())),
        Order::Best => query.order_by((responses::rating.desc(), responses::id.desc())),
        Order::Worst => query.order_by((responses::rating.asc(), responses::id.desc())),
    };
    Ok(query.offset(offset).limit(most).load(conn)?)
}

/// Some of the answers, with the colleagues whom they are about or who have noted something about them.
///
/// # Errors
/// The database's.
pub fn with_colleagues(
    conn: &mut DbConn,
    account: AccountId,
    (wanted, order, offset): (Wanted, Order, i64),
    most: i64,
) -> Result<(Vec<Given>, Vec<Member>)> {
    let found = some(conn, account, &wanted, order, offset, most)?;
    let colleagues = colleagues_of(conn, account, &found)?;
    Ok((found, colleagues))
}

fn colleagues_of(conn: &mut DbConn, account: AccountId, found: &[Given]) -> Result<Vec<Member>> {
    let people = found.iter().flat_map(|(response, ..)| [response.assigned_agent_id, response.review_notes_updated_by_id]);
    let mut ids: Vec<UserId> = people.flatten().collect();
    ids.sort();
    ids.dedup();
    users::members(conn, account, Some(&ids))
}

/// One of the answers, with the same colleagues.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn one(conn: &mut DbConn, account: AccountId, id: SurveyResponseId) -> Result<(Given, Vec<Member>)> {
    let all = responses::table.inner_join(conversations::table).inner_join(contacts::table);
    let query = all.filter(responses::id.eq(id).and(responses::account_id.eq(account)));
    let found: Given = query.select((Response::columns(), conversations::display_id, Contact::columns())).get_result(conn)?;
    let colleagues = colleagues_of(conn, account, std::slice::from_ref(&found))?;
    Ok((found, colleagues))
}

/// An answer, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find_to_change(conn: &mut DbConn, account: AccountId, id: SurveyResponseId) -> Result<Response> {
    let query = responses::table.filter(responses::id.eq(id).and(responses::account_id.eq(account)));
    Ok(locked(query.select(Response::columns())).get_result(conn)?)
}

/// How many answers there are of each rating that was given, the worst first.
pub fn counts(conn: &mut DbConn, account: AccountId, wanted: &Wanted) -> Result<Vec<(i16, i64)>> {
    let by_rating = responses::table.inner_join(conversations::table).group_by(responses::rating).select((responses::rating, count_star()));
    let mut counts: Vec<(i16, i64)> = narrowed!(by_rating, account, wanted).load(conn)?;
    counts.sort();
    Ok(counts)
}

/// How often contacts were asked, in that time and inbox.
pub fn asked(conn: &mut DbConn, account: AccountId, wanted: &Wanted) -> Result<i64> {
    // written out, since a bound value would keep the partial index from being used
    let asks = sql::<Bool>("\"messages\".\"content_type\" = 9");
    let mut query = messages::table.filter(messages::account_id.eq(account).and(asks)).filter(messages::private.eq(false)).into_boxed();
    if let Some(since) = wanted.since {
        query = query.filter(messages::created_at.ge(since));
    }
    if let Some(until) = wanted.until {
        query = query.filter(messages::created_at.le(until));
    }
    if let Some(inbox) = wanted.inbox {
        query = query.filter(messages::inbox_id.eq(inbox));
    }
    Ok(query.count().get_result(conn)?)
}
