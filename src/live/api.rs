//! `GET /cable`, where a connection becomes a socket. Whoever may open a page may open one; who may hear what is said there is asked at each
//! subscription.
use super::{hub::Hub, line, model::Sequence, socket::Socket};
use crate::{error::Result, web::ClientInfo};
use actix_http::ws;
use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    http::header,
    web::{self, Data, ServiceConfig},
};
use url::form_urlencoded;

/// What ActionCable calls its frames.
const PROTOCOL: &str = "actioncable-v1-json";

/// The door.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/cable").route(web::get().to(cable)));
}

async fn cable(request: HttpRequest, body: web::Payload, client: ClientInfo, hub: Data<Hub>) -> Result<HttpResponse> {
    let Ok(mut answer) = ws::handshake(request.head()) else {
        return Ok(HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("Page not found"));
    };
    let open = hub.open(client.ip)?;
    line::watch(&request);
    if offered(&request).any(|protocol| protocol == PROTOCOL) {
        answer.insert_header((header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL));
    }
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    let since = query.filter(|(name, _)| name == "since").find_map(|(_, value)| value.parse().ok()).map(Sequence);
    let socket = Socket::new(hub.get_ref().clone(), open, body.into_inner(), since);
    let answer = answer.message_body(BoxBody::new(socket)).map_err(crate::error::Error::internal)?;
    Ok(answer.into())
}

fn offered(request: &HttpRequest) -> impl Iterator<Item = &str> {
    let lines = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL).filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}
