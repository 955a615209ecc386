//! Teams: people of an account who answer together. Conversations are given to teams; that is the matter of `conversations`.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use commands::{Dissolution, Dissolutions, depart};
pub use model::Team;
pub use payload::{RawTeam, TeamJson, TeamPush, draw, push, raw};
pub use queries::{by_ids, find, find_to_keep, has_member, list, members, of_member, places_of};
