//! Errors as this API draws them: what is missing, or not to be reached, is told by status alone.
use crate::error::Error;
use actix_web::{
    Error as ActixError, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use schemars::JsonSchema;
use serde::Serialize;

/// An error that says no more than its status.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Plain {
    status: u16,
    error: Option<&'static str>,
}

/// Draws 401 and 404 as `{"status":…,"error":…}`; other errors stay as they are.
pub(super) async fn plain(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    let response = next.call(request).await?;
    let reason = match response.response().error().and_then(|error| error.as_error::<Error>()) {
        Some(Error::NotFound) => Some(StatusCode::NOT_FOUND),
        Some(error @ Error::Unauthorized(_)) => Some(error.status_code()),
        _ => None,
    };
    Ok(match reason {
        Some(status) => {
            let drawn = HttpResponse::build(status).json(Plain { status: status.as_u16(), error: status.canonical_reason() });
            response.into_response(drawn).map_into_right_body()
        }
        None => response.map_into_left_body(),
    })
}
