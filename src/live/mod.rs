//! What people see at once. Sockets speak ActionCable at `/cable`; the hub of this node reads the events that were stored, has their frames drawn
//! by those who tell them (`events::live`), and hands each frame to the sockets of its audience: each once, and in the order of the events.
pub mod api;
mod catch_up;
mod commands;
mod draw;
mod figures;
mod hub;
mod limits;
mod line;
mod look;
mod mailbox;
mod model;
mod payload;
mod presence;
mod queries;
mod seat;
mod socket;
#[cfg(test)]
mod tests;
mod wire;

pub use hub::{Hub, subscriber};
pub use line::remember as remember_line;
