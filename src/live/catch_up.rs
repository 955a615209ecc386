//! What a client has missed that comes again: read from the stored events and told in order, before anything newer.
use super::{
    hub::{Hub, Room},
    look::news,
    model::{Admitted, Sequence, Who},
    payload,
    queries::{self, Asked},
    seat::Seat,
};
use crate::{
    conversations,
    db::{
        DbConn,
        types::{EventId, now},
    },
    error::Result,
    events::live::Drawers,
};
use actix_web::web::Bytes;
use std::{sync::Arc, time::Duration};

/// How many events are told again. Whoever has missed more reads everything anew.
const MOST: usize = 1000;

/// How many make a part,
const STEP: usize = 100;
/// unless their frames have more bytes than this, which are in memory until the client has read them.
const STEP_BYTES: usize = 1024 * 1024;
/// How many are read and drawn at once. Nobody knows before how long they become: a small event may be about the longest message.
const FEW: usize = 8;

/// Among how many events, of everybody, those of a contact are looked for.
const MOST_PASSED: usize = 200_000;
/// The same for each of their conversations together: PostgreSQL may go through them once for each. (Entries of an index, 50 ms for all of them.)
const MOST_LOOKED_AT: usize = 10 * MOST_PASSED;

/// In how many conversations a contact is told what they have missed.
const MOST_CONVERSATIONS: usize = 1000;

/// By how much the clocks of nodes may differ: what is forgotten within this time may be forgotten already.
const LEEWAY: Duration = Duration::from_secs(60);

/// Some of what was missed.
struct Part {
    frames: Vec<Bytes>,
    /// How many of the events have been told with it.
    told: usize,
}

impl Hub {
    /// Tells a seat what has happened after that place, or that it was too much. What is new follows.
    pub(super) async fn catch_up(&self, seat: &Arc<Seat>, since: Sequence, given: EventId, address: Option<u64>) {
        let told = match self.0.limits.catch_up(seat.admitted.who, address) {
            Ok(_under_way) => self.tell_missed(seat, since, given).await,
            Err(_) => Ok(false),
        };
        match told {
            Ok(true) => {}
            Ok(false) => self.reload(seat),
            Err(e) => {
                tracing::warn!(error = %e, "what a client has missed could not be read");
                self.reload(seat);
            }
        }
        seat.release().await;
    }

    fn reload(&self, seat: &Seat) {
        self.0.figures.reloads.add(1);
        seat.say(payload::reload(seat.admitted.account, Sequence::after(seat.from)));
    }

    async fn tell_missed(&self, seat: &Arc<Seat>, since: Sequence, given: EventId) -> Result<bool> {
        let Some(Room { db, drawers }) = self.room() else { return Ok(false) };
        let (admitted, of, until, retention) = (seat.admitted.clone(), drawers.clone(), seat.from, self.0.retention);
        let missed = db.read(move |conn| missed(conn, &of, &admitted, since.event(), (until, given), retention)).await?;
        let Some(mut missed) = missed else { return Ok(false) };
        let mut step = STEP;
        while !missed.is_empty() {
            let (admitted, drawers, some) = (seat.admitted.clone(), drawers.clone(), missed[..step.min(missed.len())].to_vec());
            let Part { frames, told } = db.read(move |conn| part(conn, &drawers, &admitted, since, &some)).await?;
            for frame in frames {
                seat.mailbox.drained().await;
                seat.say(frame);
            }
            missed.drain(..told);
            // as many as have fitted, and then more again
            step = STEP.min(if told < step { told } else { 2 * step });
        }
        Ok(true)
    }
}

/// The events of which somebody may have missed something: those after one, and that one itself, which may have more frames than they have heard.
/// Nothing if not all of it is there any more, or if it is too much.
fn missed(
    conn: &mut DbConn,
    drawers: &Drawers,
    admitted: &Admitted,
    event: EventId,
    (until, given): (EventId, EventId),
    retention: Option<Duration>,
) -> Result<Option<Vec<EventId>>> {
    if !is_known(conn, event, given, retention)? {
        return Ok(None);
    }
    let (names, about) = match admitted.who {
        Who::User(_) => (drawers.names(), None),
        Who::Session(session) => {
            (drawers.names_for_contacts(), Some(conversations::audible_to(conn, admitted.account, session, MOST_CONVERSATIONS + 1)?))
        }
    };
    if let Some(about) = &about {
        let passed = usize::try_from(until.0.saturating_sub(event.0)).unwrap_or_default();
        match about.len() {
            0 => return Ok(Some(Vec::new())),
            number if number > MOST_CONVERSATIONS || passed > MOST_PASSED || number * passed > MOST_LOOKED_AT => return Ok(None),
            _ => {}
        }
    }
    let after = EventId(event.0.saturating_sub(1));
    let asked = Asked { within: &[admitted.account], names: &names, about: about.as_deref(), after, until };
    let missed = queries::ids(conn, asked, MOST + 2)?;
    let is_little = missed.iter().filter(|id| **id > event).count() <= MOST;
    Ok(Some(missed).filter(|_| is_little))
}

/// Whether all that was told after an event is still there.
fn is_known(conn: &mut DbConn, event: EventId, given: EventId, retention: Option<Duration>) -> Result<bool> {
    if event.0 < 0 || event > given {
        return Ok(false);
    }
    let age = queries::told_by(conn, event)?.map(|at| (now() - at).to_std().unwrap_or_default());
    // what came later is forgotten later
    let is_young = age.is_some_and(|age| retention.is_none_or(|kept| age + LEEWAY < kept));
    Ok(is_young
        || match queries::first_after(conn, event)? {
            Some(next) => next.0 == event.0 + 1,
            None => event == given,
        })
}

/// What these events become that somebody may still hear; the last of them are left out if it would be too long.
fn part(conn: &mut DbConn, drawers: &Drawers, admitted: &Admitted, since: Sequence, ids: &[EventId]) -> Result<Part> {
    let mut part = Part { frames: Vec::new(), told: ids.len() };
    let mut bytes = 0;
    for few in ids.chunks(FEW) {
        let events = queries::by_ids(conn, few)?;
        let news = news(conn, drawers, admitted.account, &events.iter().collect::<Vec<_>>())?;
        // only those who are to hear something of these were looked up
        let is_entitled = news.entitled.get(&admitted.who) == Some(&admitted.token);
        for (event, frames) in news.frames {
            if bytes > STEP_BYTES {
                part.told = ids.partition_point(|id| *id < event);
                return Ok(part);
            }
            let theirs = frames.into_iter().filter(|frame| is_entitled && frame.sequence > since && frame.to.contains(&admitted.who));
            part.frames.extend(theirs.map(|frame| frame.rest).inspect(|rest| bytes += rest.len()));
        }
    }
    Ok(part)
}
