//! Webhooks: who listens, what is sent to them, and what became of it. A delivery's row is queue and log in one: it is
//! written in the transaction of the change that it tells, handed over in memory after the commit, and kept.
pub mod api;
pub mod catalogue;
mod commands;
mod courier;
mod curl;
mod dispatcher;
mod events_api;
mod explain;
mod figures;
mod format;
mod handover;
mod headers;
mod model;
mod notices;
mod outcome;
pub mod pages;
mod payload;
mod period;
mod queries;
mod replayer;
mod schema;
mod signature;
mod tail;
mod verification;
mod vigil;

pub use commands::{follow_bot, subscriber};
pub use dispatcher::Dispatcher;
pub use figures::{Backlog, Figures};
pub use handover::Handover;
pub use model::DeliveryState;
pub use notices::notices;
pub use queries::{FailedTry, failed_tries};
pub use replayer::Replayer;
pub use signature::verify;
pub use tail::Tail;
