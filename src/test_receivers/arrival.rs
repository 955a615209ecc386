//! `/test_receivers/{token}`: where requests arrive, from whomever, with whatever method.
use super::{
    commands,
    limits::Limits,
    model::{Arrival, KEPT_BODY, KEPT_HEADERS, KEPT_PATH, PATH, Reply, TestReceiver},
    queries,
};
use crate::{
    db::{
        Db,
        types::{ArrivalId, Json, now},
    },
    error::{Error, Result},
    outbound::Ourselves,
    web::BODY_LIMIT,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{ConnectionType, StatusCode, header},
    web::{Bytes, Data, Path, Payload, ServiceConfig, resource, to},
};
use futures_util::{StreamExt, stream};
use std::{io, net::SocketAddr, sync::Arc, time::Duration, time::Instant};
use url::Url;

/// What is noted in the log for a connection that was closed without an answer, as nginx does.
const NO_ANSWER: u16 = 444;

/// How long a body may take to arrive.
const LONGEST_BODY: Duration = Duration::from_secs(30);

/// The route.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource(format!("{PATH}{{token}}")).route(to(arrive)));
}

/// This server as a receiver of its own webhooks: it listens at `listening`, and is known under `public`.
///
/// # Errors
/// When no URL can be made of the public address.
pub fn ourselves(db: &Db, public: &Url, listening: SocketAddr) -> Result<Ourselves> {
    let (db, base) = (db.clone(), public.join(PATH).map_err(Error::internal)?);
    let knows = move |token: String| {
        let db = db.clone();
        // where the database cannot be asked, the receiver itself will be: it asks again, and says what is the matter
        let found = async move { !matches!(db.read(move |conn| queries::by_token(conn, &token)).await, Err(Error::NotFound)) };
        Box::pin(found) as futures_core::future::BoxFuture<'static, bool>
    };
    Ok(Ourselves::new(base, listening, Arc::new(knows)))
}

/// A connection is not used twice: how this one ends would be blamed on the next request.
async fn arrive(db: Data<Db>, limits: Data<Limits>, request: HttpRequest, token: Path<String>, body: Payload) -> HttpResponse {
    let mut response = receive(&db, &limits, &request, token.into_inner(), body).await.unwrap_or_else(HttpResponse::from_error);
    response.head_mut().set_connection_type(ConnectionType::Close);
    response
}

async fn receive(db: &Db, limits: &Limits, request: &HttpRequest, token: String, body: Payload) -> Result<HttpResponse> {
    let receiver = db.read(move |conn| queries::by_token(conn, &token)).await?;
    limits.count(receiver.id, Instant::now())?;
    let late = |_| Error::BadRequest("The body did not come in time".into());
    let (body, size) = tokio::time::timeout(LONGEST_BODY, read(body)).await.map_err(late)??;
    let is_too_large = size > BODY_LIMIT;
    let place = (receiver.answer == Reply::Slowly && !is_too_large).then(|| limits.wait());
    let (status, seconds) = match (&place, receiver.answer) {
        _ if is_too_large => (Some(StatusCode::PAYLOAD_TOO_LARGE), 0),
        (Some(Err(e)), _) => (Some(e.status()), 0),
        (_, Reply::Slowly) => (Some(StatusCode::OK), receiver.seconds),
        (_, Reply::HangUp) => (None, 0),
        (_, Reply::Ok) => (Some(StatusCode::OK), 0),
        (_, Reply::Gone) => (Some(StatusCode::GONE), 0),
        (_, Reply::Fail) => (Some(StatusCode::INTERNAL_SERVER_ERROR), 0),
    };
    let answered = status.and_then(|status| i16::try_from(status.as_u16()).ok());
    let arrival = noted(request, &receiver, body, size, answered, seconds);
    let entered = limits.enter()?;
    db.write(move |tx| commands::keep(tx, arrival)).await?;
    drop(entered);
    if is_too_large {
        return Err(Error::TooLarge);
    }
    let _waiting = place.transpose()?;
    let wait = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    if !wait.is_zero() && !limits.pass(wait).await {
        return Err(Error::Overloaded);
    }
    Ok(status.map_or_else(hang_up, said))
}

/// The beginning of a body and how many bytes it has; of one that is too large, how many were read.
async fn read(mut payload: Payload) -> Result<(Vec<u8>, usize)> {
    let (mut kept, mut size) = (Vec::new(), 0);
    while let Some(chunk) = payload.next().await {
        let chunk: Bytes = chunk.map_err(|e| Error::BadRequest(format!("The body could not be read: {e}")))?;
        size += chunk.len();
        let room = KEPT_BODY - kept.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if size > BODY_LIMIT {
            break;
        }
    }
    Ok((kept, size))
}

fn noted(request: &HttpRequest, receiver: &TestReceiver, body: Vec<u8>, size: usize, status: Option<i16>, seconds: i32) -> Arrival {
    let mut room = KEPT_HEADERS;
    let all = request.headers().iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let kept = all.take_while(|(name, value)| {
        let size = name.len() + value.len();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut headers: Vec<(String, String)> = kept.collect();
    // their order has been lost already; in this one they are found
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    Arrival {
        id: ArrivalId(0),
        receiver_id: receiver.id,
        method: request.method().as_str().chars().take(32).collect(),
        path: path.chars().take(KEPT_PATH).collect(),
        headers: Json(headers),
        body,
        body_size: i64::try_from(size).unwrap_or(i64::MAX),
        status,
        seconds,
        created_at: now(),
    }
}

fn said(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type("text/plain; charset=utf-8")
        .body(format!("This test receiver answers {status}, as it was told.\n"))
}

/// A body that fails before its first byte: the connection is closed before anything of the answer has been sent.
fn hang_up() -> HttpResponse {
    let nothing = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted)) });
    HttpResponse::build(StatusCode::from_u16(NO_ANSWER).unwrap_or_default()).streaming(nothing)
}
