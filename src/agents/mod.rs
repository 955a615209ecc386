//! Agents: the members of an account, as their administrators manage them.
pub mod api;
mod commands;
mod limits;
pub mod pages;
#[cfg(test)]
mod tests;
