//! Asking for something with many contacts, doing a part of it, and what comes of it. What is done is committed together with how far it has come: so
//! nothing is done twice, whoever goes on.
mod ask;
mod bring;
mod forget;
mod settle;
mod take;

pub use ask::{Chosen, cancel, columns_of, export, import, inspect};
pub(super) use bring::{Brought, bring};
pub use forget::{clear_account, forget_old};
pub(super) use settle::{fail, finish};
pub(super) use take::{Held, give_back, hold, leave, put_off, take};
