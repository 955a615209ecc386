//! Hookdesk: a helpdesk server with integrated webhooks.
//!
//! The modules stand in the order in which they may know each other: each names only those above it. `tests/house.rs`
//! holds them to it, and `ARCHITECTURE.md` tells why.

// what is unsafe is in db/nodes/line.rs, live/line.rs and operations/footprint.rs, which say why
#![deny(unsafe_code)]

// ground floor: knows no room
pub mod error;
pub mod checks;
pub mod locks;
pub mod random;
pub mod rounds;
pub mod metrics;
pub mod config;
pub mod cli;
pub mod outbound;
pub mod storage;
pub mod db;
pub mod events;
pub mod web;
pub mod mail;

// people
pub mod audit;
pub mod accounts;
pub mod files;
pub mod users;
pub mod mfa;
pub mod auth;
pub mod agents;
pub mod profile;
pub mod settings;
pub mod bots;
pub mod service_keys;
pub mod canned_responses;
pub mod dashboard_apps;
pub mod labels;
pub mod teams;
pub mod custom_attributes;
pub mod filters;
pub mod notifications;

// the matter itself
pub mod inboxes;
pub mod contacts;
pub mod help_centre;
pub mod reporting;
pub mod surveys;
pub mod contact_jobs;
pub mod conversations;
pub mod campaigns;

// those who listen, or speak to the outside: none knows another
pub mod custom_filters;
pub mod live;
pub mod platform_api;
pub mod public_api;
pub mod reports;
pub mod webhooks;
pub mod widget;

// what webhooks can be pointed at, and the services of others that an account uses
pub mod integrations;
pub mod test_receivers;

// what the server does by itself, and what is done with one click
pub mod actions;
pub mod automation_rules;
pub mod macros;

// looking after the server itself
pub mod operations;

// what the API says about itself
pub mod description;

// the whole, and the commands that use it
pub mod app;
pub mod demo;
pub mod seed;
pub mod setup;
pub mod tail;
