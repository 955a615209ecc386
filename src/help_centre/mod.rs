//! Help centres: what a business has written down for everybody, in categories and several languages. Their own pages (`site`) are for the whole
//! world; all else is for those who keep them.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;
pub mod site;
mod views;

pub use commands::{clear_account, depart};
pub use payload::{FoundArticle, PortalOfWidget, found, of_widget};
pub use views::Views;
