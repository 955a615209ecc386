//! The audit log: who has changed what in an account, from where, and what it was before. Commands write it in their own transaction, so that
//! nothing is changed without its entry, and nothing is noted that was rolled back. Its doors are in `settings`, since a door needs `auth`,
//! and `auth` writes here, too.
mod commands;
mod model;
mod payload;
mod queries;

pub use commands::{Arranger, record};
pub use model::{Action, AuditLog, Audited, Author, AuthorType, Change, Origin};
pub use payload::{AuditLogJson, draw};
pub use queries::{Found, MOST_COUNTED, Wanted, page, some, types};
