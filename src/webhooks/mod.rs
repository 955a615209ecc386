//! Webhooks: who listens, what is sent to them, and what became of it. A delivery's row is queue and log in one: it is
//! written in the transaction of the change that it tells, handed over in memory after the commit, and kept.
pub mod api;
mod commands;
mod courier;
mod dispatcher;
mod explain;
mod figures;
mod format;
mod handover;
mod headers;
mod model;
pub mod pages;
mod payload;
mod period;
mod queries;
mod replayer;
mod signature;
mod tail;
mod vigil;

pub use commands::subscriber;
pub use dispatcher::Dispatcher;
pub use figures::{Backlog, Figures};
pub use handover::Handover;
pub use model::DeliveryState;
pub use queries::{FailedTry, failed_tries};
pub use replayer::Replayer;
pub use signature::verify;
pub use tail::Tail;
