//! What is told at sockets of the account itself: that lists have changed which clients keep.
use crate::{
    accounts::{self, CacheKeys},
    db::{DbConn, types::AccountId},
    error::Result,
    events::{
        EventName,
        live::{Audience, Drawer, Frame, Stored},
    },
    users,
};
use serde::Serialize;

/// What this room tells.
pub fn drawer() -> Drawer {
    Drawer { of: &[EventName::AccountCacheInvalidated], for_contacts: &[], draw: Box::new(draw) }
}

#[derive(Serialize)]
struct Body {
    cache_keys: CacheKeys,
}

/// Each frame says all keys, as they are now; of several at once the last one suffices.
fn draw(conn: &mut DbConn, account: AccountId, events: &[&Stored]) -> Result<Vec<Frame>> {
    let Some(last) = events.last() else { return Ok(Vec::new()) };
    let everybody = users::members(conn, account, None)?;
    let audience = Audience::users(everybody.iter().map(|member| member.user.id).collect());
    let body = Body { cache_keys: accounts::cache_keys(conn, account)? };
    Ok(vec![Frame::new(last, "account.cache_invalidated", body, users::performer(last.user(), &everybody), audience)?])
}
