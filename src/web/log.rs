//! One line in the log for each request, and one more in the count. Paths are logged as their pattern: the real ones hold session names, which are
//! credentials.
use super::Traffic;
use crate::{error::Error, random};
use actix_web::{
    Error as ActixError, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use std::time::Instant;

/// Names a request in the log and to the client that made it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Gives the request an id, and writes its line when it is answered.
pub async fn log_request(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    let (id, started, method) = (random::uuid(), Instant::now(), request.method().clone());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.call(request).await?;
    let path = response.request().match_pattern().unwrap_or_else(|| "-".into());
    let took = started.elapsed();
    if let Some(traffic) = response.request().app_data::<Data<Traffic>>() {
        traffic.note(&path, &method, response.status(), took);
    }
    let (status, ms) = (response.status().as_u16(), took.as_micros() as f64 / 1000.0);
    match response.response().error().and_then(|error| error.as_error::<Error>()) {
        Some(Error::Internal(error)) => tracing::error!(%id, %method, %path, status, ms, %error, "request"),
        _ => tracing::info!(%id, %method, %path, status, ms, "request"),
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}
