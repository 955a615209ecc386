//! The profile: what users may see and change of themselves, whatever the account.
pub mod api;
mod commands;
pub mod pages;
#[cfg(test)]
mod tests;
