//! Canned responses: texts that agents keep at hand under short names, shared by an account.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;
