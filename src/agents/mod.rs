//! Agents: the members of an account, as their administrators manage them.
pub mod api;
mod commands;
pub mod pages;
#[cfg(test)]
mod tests;
