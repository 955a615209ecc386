//! Integrations: which services of others an account can use, those that it does, and translation, the one that works through the server.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;
mod service;
mod translate_api;
