//! From stored events to what is written: the rooms draw the frames of what they tell; here each gets its place.
use super::{
    hub::Outgoing,
    mailbox::HALF_BYTES,
    model::{Sequence, Who},
    payload,
};
use crate::{
    db::{
        DbConn,
        told::told,
        types::{AccountId, EventId},
    },
    error::Result,
    events::live::{Drawers, Frame, Stored},
};
use std::collections::BTreeMap;

/// How long a frame may be, in bytes: half of what may wait for one socket (`mailbox`), without what stands before it. Of a longer one its audience
/// is told to read everything anew.
pub(super) const LONGEST: usize = HALF_BYTES - 64 * 1024;

/// What some events of one account become, by event. What cannot be drawn is left out, so that it holds nothing up; unless it is the database that
/// does not answer.
pub(super) fn draw(conn: &mut DbConn, drawers: &Drawers, account: AccountId, events: &[&Stored]) -> Result<BTreeMap<EventId, Vec<Outgoing>>> {
    let frames = match drawers.frames(conn, account, events) {
        Ok(frames) => frames,
        Err(_) => {
            let mut some = Vec::new();
            for event in events {
                match drawers.frames(conn, account, &[event]) {
                    Ok(mut frames) => some.append(&mut frames),
                    Err(e) => {
                        told(conn)?;
                        tracing::error!(error = %e, event = event.id.0, "an event could not be drawn for sockets");
                    }
                }
            }
            some
        }
    };
    let mut drawn: BTreeMap<EventId, Vec<Outgoing>> = BTreeMap::new();
    for Frame { event_id, name, data, audience } in frames {
        let of_event = drawn.entry(event_id).or_default();
        let sequence = Sequence::of(event_id, of_event.len());
        let users = audience.users.into_iter().map(Who::User);
        let mut to: Vec<Who> = users.chain(audience.sessions.into_iter().map(Who::Session)).collect();
        to.sort();
        to.dedup();
        let rest = Some(payload::told(name, &data, Some(sequence))).filter(|rest| rest.len() <= LONGEST);
        of_event.push(Outgoing { sequence, rest: rest.unwrap_or_else(|| payload::reload(account, sequence)), to });
    }
    Ok(drawn)
}
