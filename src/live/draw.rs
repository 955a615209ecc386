//! From stored events to what is written: the rooms draw the frames of what they tell; here each gets its place.
use super::{
    hub::Outgoing,
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
    events::{
        EventName,
        live::{Drawers, Frame, Stored},
    },
};
use std::collections::BTreeMap;

/// The names of all events that are drawn.
pub(super) fn names(drawers: &Drawers) -> Vec<EventName> {
    let mut names: Vec<EventName> = drawers.0.iter().flat_map(|drawer| drawer.of).copied().collect();
    names.sort();
    names.dedup();
    names
}

/// What some events of one account become, by event. What cannot be drawn is left out, so that it holds nothing up; unless it is the database that
/// does not answer.
pub(super) fn draw(conn: &mut DbConn, drawers: &Drawers, account: AccountId, events: &[&Stored]) -> Result<BTreeMap<EventId, Vec<Outgoing>>> {
    let frames = match frames(conn, drawers, account, events) {
        Ok(frames) => frames,
        Err(_) => {
            let mut some = Vec::new();
            for event in events {
                match frames(conn, drawers, account, &[event]) {
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
        of_event.push(Outgoing { sequence, rest: payload::told(name, &data, Some(sequence)), to });
    }
    Ok(drawn)
}

fn frames(conn: &mut DbConn, drawers: &Drawers, account: AccountId, events: &[&Stored]) -> Result<Vec<Frame>> {
    let mut frames = Vec::new();
    for drawer in &drawers.0 {
        let theirs: Vec<&Stored> = events.iter().copied().filter(|event| drawer.of.contains(&event.name)).collect();
        if !theirs.is_empty() {
            frames.append(&mut (drawer.draw)(conn, account, &theirs)?);
        }
    }
    Ok(frames)
}
