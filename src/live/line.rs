//! The connection below a socket. actix keeps it to itself; but a client that takes nothing more, or is gone without a word, has to be let go, and
//! only the kernel can tell and do so: it is told how long to wait, and how much to hold meanwhile.
#![allow(unsafe_code)]
use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream};
use rustix::net::sockopt;
use std::{
    any::Any,
    os::fd::{AsRawFd, BorrowedFd, RawFd},
};

/// How long a client may leave what it was sent unacknowledged, or its window shut, in milliseconds.
const PATIENCE: u32 = 30_000;

/// How many bytes the kernel holds for a client that reads slowly (it counts twice as many, for its own needs).
const HELD: usize = 64 * 1024;

/// The number of a connection's socket, known for as long as the connection lives.
struct Line(RawFd);

/// Remembers the socket of a new connection, for the case that a client makes a WebSocket of it. For `HttpServer::on_connect`.
pub fn remember(connection: &dyn Any, with_it: &mut Extensions) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        with_it.insert(Line(stream.as_raw_fd()));
    }
}

/// Has the kernel end this request's connection once its client takes nothing more for a while. Only for WebSockets: whoever watches a film may pause.
pub(super) fn watch(request: &HttpRequest) {
    let Some(Line(number)) = request.conn_data() else { return };
    // SAFETY: the request is being handled by the very task that owns the connection and its socket, so that the number means this socket until
    // this function returns.
    let socket = unsafe { BorrowedFd::borrow_raw(*number) };
    let watched = sockopt::set_tcp_user_timeout(socket, PATIENCE).and_then(|()| sockopt::set_socket_send_buffer_size(socket, HELD));
    if let Err(e) = watched {
        tracing::debug!(error = %e, "the connection of a socket cannot be watched");
    }
}
