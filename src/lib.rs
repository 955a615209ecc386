//! Hookdesk: a helpdesk server with integrated webhooks.
//!
//! The modules stand in the order in which they may know each other: each names only those above it. `tests/house.rs`
//! holds them to it, and `ARCHITECTURE.md` tells why.

// ground floor: knows no room
pub mod error;
pub mod random;
pub mod config;
pub mod db;
pub mod events;
pub mod web;

// people
pub mod accounts;
pub mod users;
pub mod auth;
pub mod profile;
pub mod agents;
pub mod settings;

// the commands
pub mod setup;
