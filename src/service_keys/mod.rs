//! Service keys: made by administrators for programs that act for the account and for nobody in it. What one opens is decided in `auth`.
pub mod api;
mod commands;
pub mod pages;
mod payload;
mod queries;
