//! The second factor: codes of an app (RFC 6238), and backup codes for whoever has lost it. What it says of somebody is whether they have one, and
//! whether a code is right; `auth` asks for it. Its doors are the rooms above `auth`.
mod codes;
mod commands;
mod key;
mod model;
mod qr;
mod queries;

pub use codes::Code;
pub use commands::{begin, confirm, renew_backup_codes, switch_off, use_up};
pub use key::Key;
pub use model::{Setup, State};
pub use qr::{Svg, svg};
pub use queries::{is_on, pending, state};
