//! Mail that the server sends. Whoever has something to send posts it in the transaction that causes it: so nothing is lost,
//! and nothing is sent that was rolled back. A loop takes the rows to the operator's mail server, and keeps trying for two days.
mod commands;
mod figures;
mod letter;
mod mailer;
mod model;
mod postman;
mod queries;
mod transport;

pub use commands::{mailer, post};
pub use letter::Letter;
pub use mailer::Mailer;
pub use model::{Mail, Outcome, Recipient};
pub use postman::Postman;
pub use queries::{last_error, waiting};
