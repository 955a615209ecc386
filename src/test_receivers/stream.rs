//! Watching what arrives at a receiver while its page is open. The database is asked, so that it does not matter at which node
//! something has arrived; and only while somebody watches.
use super::{limits::Limits, queries};
use crate::{
    db::{Db, types::ArrivalId, types::TestReceiverId},
    error::{Error, Result},
};
use actix_web::{HttpResponse, http::header, web::Bytes};
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// How often is asked what is new.
const EVERY: Duration = Duration::from_secs(1);

/// How often something is sent although there is nothing to say, so that proxies and browsers know that the stream lives.
const BEAT: Duration = Duration::from_secs(15);

/// How long a stream lasts. Browsers open the next one by themselves, and show anew who they are.
const LONGEST: Duration = Duration::from_secs(600);

struct Watch {
    db: Db,
    limits: Limits,
    receiver: TestReceiverId,
    seen: Option<ArrivalId>,
    is_ready: bool,
    until: Instant,
    beat: Instant,
    _place: OwnedSemaphorePermit,
}

/// Opens a stream of server-sent events: `ready`, and then `arrival` whenever something has arrived.
///
/// # Errors
/// [`Error::Overloaded`] when too many watch.
pub(super) fn answer(db: Db, limits: Limits, receiver: TestReceiverId, seen: Option<ArrivalId>) -> Result<HttpResponse> {
    let (now, place) = (Instant::now(), limits.watch()?);
    let watch = Watch { db, limits, receiver, seen, is_ready: false, until: now + LONGEST, beat: now + BEAT, _place: place };
    let body = futures_util::stream::unfold(watch, |mut watch| async move {
        let message = watch.next().await?;
        Some((Ok::<Bytes, Error>(Bytes::from_static(message.as_bytes())), watch))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // nginx would wait for more before it passes anything on
        .insert_header(("x-accel-buffering", "no"))
        .streaming(body))
}

impl Watch {
    /// What is to be said next; nothing at the end of the stream, of the receiver or of the server.
    async fn next(&mut self) -> Option<&'static str> {
        if !std::mem::replace(&mut self.is_ready, true) {
            return Some("retry: 2000\nevent: ready\ndata: {}\n\n");
        }
        while Instant::now() < self.until && self.limits.pass(EVERY).await {
            let receiver = self.receiver;
            let newest = self.db.read(move |conn| queries::newest(conn, receiver)).await.ok()?;
            if newest != self.seen {
                self.seen = newest;
                return Some("event: arrival\ndata: {}\n\n");
            }
            if Instant::now() >= self.beat {
                self.beat = Instant::now() + BEAT;
                return Some(": still here\n\n");
            }
        }
        None
    }
}
