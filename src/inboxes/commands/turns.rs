//! Whose turn it is to answer in an inbox. The queue is in the members' rows, so all nodes share it, and it survives a restart.
use crate::{
    db::{
        Tx,
        dialect::skip_locked,
        schema::inbox_members,
        types::{TeamId, UserId, now},
    },
    error::Result,
    inboxes::{model::Inbox, queries},
};
use diesel::prelude::*;

/// Who is to get the next conversation of an inbox: of its members who are online (with a team: and in the team), whoever was given one
/// longest ago. They go to the end of the queue. Nobody if nobody is there.
///
/// # Errors
/// The database's.
pub fn next_in_turn(tx: &mut Tx, inbox: &Inbox, team: Option<TeamId>) -> Result<Option<UserId>> {
    let online = queries::online_in_turn(tx.conn, inbox, team)?;
    let Some(first) = online.first().copied() else { return Ok(None) };
    let free = inbox_members::table
        .filter(inbox_members::inbox_id.eq(inbox.id).and(inbox_members::user_id.eq_any(online)))
        .order_by((inbox_members::last_assigned_at.is_not_null(), inbox_members::last_assigned_at, inbox_members::id))
        .select((inbox_members::id, inbox_members::user_id))
        .limit(1);
    let free: Option<(i64, UserId)> = skip_locked(free).get_result(tx.conn).optional()?;
    let Some((place, next)) = free else {
        // each of them is being given one at this moment: nobody waits for that, and it is noted already
        return Ok(Some(first));
    };
    diesel::update(inbox_members::table.find(place)).set(inbox_members::last_assigned_at.eq(now())).execute(tx.conn)?;
    Ok(Some(next))
}
