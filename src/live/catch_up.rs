//! What a client has missed that comes again: read from the stored events and told in order, before anything newer.
use super::{
    draw::names,
    hub::{Hub, Room, Seat},
    look::news,
    model::{Admitted, Sequence},
    payload, queries,
};
use crate::{
    db::{
        DbConn,
        types::{AccountId, EventId, now},
    },
    error::Result,
    events::{
        EventName,
        live::{Drawers, Stored},
    },
};
use actix_web::web::Bytes;
use std::{sync::Arc, time::Duration};

/// How many events are told again. Whoever has missed more reads everything anew.
const MOST: usize = 1000;

/// How many are read at once.
const STEP: usize = 100;

/// By how much the clocks of nodes may differ: what is forgotten within this time may be forgotten already.
const LEEWAY: Duration = Duration::from_secs(60);

impl Hub {
    /// Tells a seat what has happened after that place, or that it was too much. What is new follows.
    pub(super) async fn catch_up(&self, seat: &Arc<Seat>, since: Sequence, given: EventId) {
        match self.tell_missed(seat, since, given).await {
            Ok(true) => {}
            Ok(false) => self.reload(seat),
            Err(e) => {
                tracing::warn!(error = %e, "what a client has missed could not be read");
                self.reload(seat);
            }
        }
        seat.release();
    }

    fn reload(&self, seat: &Seat) {
        self.0.figures.reloads.add(1);
        seat.say(payload::reload(seat.admitted.account, Sequence::after(seat.from)));
    }

    async fn tell_missed(&self, seat: &Arc<Seat>, since: Sequence, given: EventId) -> Result<bool> {
        let Some(Room { db, drawers }) = self.0.room.get() else { return Ok(false) };
        let (account, until, retention) = (seat.admitted.account, seat.from, self.0.retention);
        // the event itself, too: it may have more frames than the client has heard
        let mut after = EventId(since.event().0.saturating_sub(1));
        let of = names(drawers);
        if !db.read(move |conn| is_known(conn, account, &of, since.event(), (until, given), retention)).await? {
            return Ok(false);
        }
        loop {
            let (admitted, drawers) = (seat.admitted.clone(), drawers.clone());
            let (missed, last) = db.read(move |conn| missed(conn, &drawers, &admitted, since, (after, until))).await?;
            for rest in missed {
                seat.mailbox.half_empty().await;
                seat.say(rest);
            }
            match last {
                Some(last) => after = last,
                None => return Ok(true),
            }
        }
    }
}

/// Whether all that was told after an event is still there, and not too much.
fn is_known(
    conn: &mut DbConn,
    account: AccountId,
    names: &[EventName],
    event: EventId,
    (until, given): (EventId, EventId),
    retention: Option<Duration>,
) -> Result<bool> {
    if event.0 < 0 || event > given {
        return Ok(false);
    }
    let age = queries::told_by(conn, event)?.map(|at| (now() - at).to_std().unwrap_or_default());
    // what came later is forgotten later
    let is_young = age.is_some_and(|age| retention.is_none_or(|kept| age + LEEWAY < kept));
    let is_complete = is_young
        || match queries::first_after(conn, event)? {
            Some(next) => next.0 == event.0 + 1,
            None => event == given,
        };
    Ok(is_complete && queries::number(conn, account, names, (event, until), MOST)? <= MOST)
}

/// Some of what was missed, and the event to go on after.
fn missed(
    conn: &mut DbConn,
    drawers: &Drawers,
    admitted: &Admitted,
    since: Sequence,
    (after, until): (EventId, EventId),
) -> Result<(Vec<Bytes>, Option<EventId>)> {
    let Admitted { account, who, token, .. } = admitted;
    let events = queries::stored(conn, &[*account], &names(drawers), (after, until), STEP as i64)?;
    let all: Vec<&Stored> = events.iter().collect();
    let news = news(conn, drawers, *account, &all)?;
    let is_entitled = news.entitled.get(who) == Some(token);
    let frames = news.frames.into_values().flatten().filter(|frame| is_entitled && frame.sequence > since && frame.to.contains(who));
    Ok((frames.map(|frame| frame.rest).collect(), events.get(STEP - 1).map(|last| last.id)))
}
