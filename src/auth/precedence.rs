//! Who may not ask is told so before anything is said about what they ask. Extractors run side by side, and the body's may
//! be refused before the credentials have been looked up.
use super::{Agent, SignedIn};
use crate::error::Result;
use actix_web::{
    Error as ActixError, FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use futures_core::future::LocalBoxFuture;

/// Left with a request whose credentials have been looked up and are good.
pub(super) struct Known;

/// How it is looked up who asks.
type LookUp = fn(&HttpRequest) -> LocalBoxFuture<'static, Result<()>>;

/// Left with a request that others than people may make.
struct Asked(LookUp);

/// Says of a request who may make it, before anything of it is read; else it is for people.
pub fn asked_by(request: &HttpRequest, look_up: LookUp) {
    if !request.extensions().contains::<Asked>() {
        request.extensions_mut().insert(Asked(look_up));
    }
}

/// Says of a request that its credentials have been looked up and are good.
pub fn note_known(request: &HttpRequest) {
    request.extensions_mut().insert(Known);
}

/// Middleware for the API: a request that is refused for what it holds, before it was known who asks, is asked that first.
///
/// # Errors
/// Those of what it wraps.
pub async fn credentials_first(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, ActixError> {
    let response = next.call(request).await?;
    let of_what_it_holds = [StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNPROCESSABLE_ENTITY];
    if !of_what_it_holds.contains(&response.status()) || response.request().extensions().contains::<Known>() {
        return Ok(response.map_into_left_body());
    }
    match look_up(response.request()).await {
        Ok(()) => Ok(response.map_into_left_body()),
        Err(e) => Ok(response.into_response(e.error_response()).map_into_right_body()),
    }
}

async fn look_up(request: &HttpRequest) -> Result<()> {
    let other = request.extensions().get::<Asked>().map(|asked| asked.0);
    if let Some(look_up) = other {
        return look_up(request).await;
    }
    match request.match_info().get("account_id") {
        Some(_) => Agent::from_request(request, &mut Payload::None).await.map(drop),
        None => SignedIn::from_request(request, &mut Payload::None).await.map(drop),
    }
}
