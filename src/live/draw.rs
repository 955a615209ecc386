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
    events::live::{Audience, Drawers, Frame, Stored},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How long a frame may be, in bytes: half of what may wait for one socket (`mailbox`), without what stands before it. Of a longer one its audience
/// is told to read everything anew.
pub(super) const LONGEST: usize = HALF_BYTES - 64 * 1024;

/// How many frames of one batch somebody is told: more of them would leave no room in the mailbox of a client that has not begun to read. Whoever is
/// to hear more is told once to read everything anew, and misses nothing by coming again.
const MOST: usize = 200;

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
    let placed = placed(frames);
    let (over, last) = (overwhelmed(&placed), placed.iter().map(|(_, frame)| frame.event_id).max());
    let mut drawn: BTreeMap<EventId, Vec<Outgoing>> = BTreeMap::new();
    for (sequence, frame) in placed {
        let mut to: Vec<Who> = heard_by(&frame).filter(|who| !over.contains(who)).collect();
        to.sort();
        to.dedup();
        if let Some(sequence) = sequence.filter(|_| !to.is_empty()) {
            let rest = Some(payload::told(frame.name, &frame.data, Some(sequence))).filter(|rest| rest.len() <= LONGEST);
            let rest = rest.unwrap_or_else(|| payload::reload(account, sequence));
            drawn.entry(frame.event_id).or_default().push(Outgoing { sequence, rest, to });
        }
    }
    if let Some(last) = last.filter(|_| !over.is_empty()) {
        let sequence = Sequence::after(last);
        let reload = Outgoing { sequence, rest: payload::reload(account, sequence), to: over.into_iter().collect() };
        drawn.entry(last).or_default().push(reload);
    }
    Ok(drawn)
}

/// The frames with their places: the same whoever hears them, so that whoever comes again finds them there.
fn placed(frames: Vec<Frame>) -> Vec<(Option<Sequence>, Frame)> {
    let mut numbers: HashMap<EventId, usize> = HashMap::new();
    let place = |frame: Frame| {
        let number = numbers.entry(frame.event_id).or_default();
        *number += 1;
        (Sequence::of(frame.event_id, *number - 1), frame)
    };
    frames.into_iter().map(place).collect()
}

/// Who would hear more of these frames than fits, or one for which its event has no place.
fn overwhelmed(frames: &[(Option<Sequence>, Frame)]) -> HashSet<Who> {
    let mut heard: HashMap<Who, usize> = HashMap::new();
    if frames.len() > MOST {
        for (sequence, frame) in frames {
            let counts = sequence.map_or(MOST + 1, |_| 1);
            heard_by(frame).for_each(|who| *heard.entry(who).or_default() += counts);
        }
    }
    heard.into_iter().filter(|(_, number)| *number > MOST).map(|(who, _)| who).collect()
}

fn heard_by(frame: &Frame) -> impl Iterator<Item = Who> {
    let Audience { users, sessions } = &frame.audience;
    users.iter().copied().map(Who::User).chain(sessions.iter().copied().map(Who::Session))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::UserId;
    use serde_json::Value;

    fn frames(number: usize, to: impl Fn(usize) -> i64) -> Vec<(Option<Sequence>, Frame)> {
        let frame = |n| Frame { event_id: EventId(1), name: "note", data: Value::Null, audience: Audience::users(vec![UserId(to(n))]) };
        placed((0..number).map(frame).collect())
    }

    #[test]
    fn so_much_is_told_to_one_and_each_frame_has_a_place_of_its_own() {
        assert_eq!(overwhelmed(&frames(MOST, |_| 1)), HashSet::new());
        assert_eq!(overwhelmed(&frames(MOST + 1, |_| 1)), HashSet::from([Who::User(UserId(1))]));
        // of an event for very many the last find no place
        let each = frames(300, |n| n as i64);
        assert_eq!(overwhelmed(&each), (255..300).map(|n| Who::User(UserId(n))).collect::<HashSet<_>>());
        let places: Vec<Sequence> = each.iter().filter_map(|(sequence, _)| *sequence).collect();
        assert!(places.len() == 255 && places.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
