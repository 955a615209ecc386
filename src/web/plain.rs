//! Errors that say no more than their status, as some parts of the API draw them.
use crate::error::Error;
use actix_web::{
    Error as ActixError, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use schemars::JsonSchema;
use serde::Serialize;

/// An error that says no more than its status.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Plain {
    status: u16,
    error: Option<&'static str>,
}

/// Draws 401 and 404 as `{"status":…,"error":…}`; other errors stay as they are.
///
/// # Errors
/// Those of what it wraps.
pub async fn refused_or_missing(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Drawn<impl MessageBody> {
    draw(request, next, |error| matches!(error, Error::NotFound | Error::Unauthorized(_))).await
}

/// The same for 404 alone.
///
/// # Errors
/// Those of what it wraps.
pub async fn missing(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Drawn<impl MessageBody> {
    draw(request, next, |error| matches!(error, Error::NotFound)).await
}

/// An answer, whatever draws it.
type Drawn<B> = Result<ServiceResponse<B>, ActixError>;

async fn draw(request: ServiceRequest, next: Next<impl MessageBody + 'static>, plain: fn(&Error) -> bool) -> Drawn<impl MessageBody> {
    let response = next.call(request).await?;
    let error = response.response().error().and_then(|error| error.as_error::<Error>());
    Ok(match error.filter(|error| plain(error)).map(ResponseError::status_code) {
        Some(status) => {
            let drawn = HttpResponse::build(status).json(Plain { status: status.as_u16(), error: status.canonical_reason() });
            response.into_response(drawn).map_into_right_body()
        }
        None => response.map_into_left_body(),
    })
}
