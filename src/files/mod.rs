//! Files that people send: what is known of each, links to them, and how those that nobody refers to are swept away.
pub mod api;
mod commands;
mod direct;
mod fetch;
mod input;
mod model;
mod payload;
mod queries;
mod response;
mod thumbnail;

pub use commands::{Announcement, announce, clear_account, renew_avatars, store, store_avatar, sweep, sweep_strays};
pub use fetch::fetch;
pub use input::Announced;
pub use model::{Avatar, Blob, FileType, local, may_be_sent_on_websites};
pub use payload::{DirectUploadJson, Links, direct_upload, links};
pub use queries::{by_ids, key_of, of_account, of_token};
