//! Actions: what can be done to a conversation by something that somebody has set up. Rules and macros are lists of them. What is to be done is a row,
//! written in the transaction that causes it; a loop does it, each in one transaction of its own, so that it is done once.
mod commands;
mod editor;
mod model;
mod parse;
mod payload;
mod perform;
mod queries;
mod refusal;
mod runner;

pub use commands::{Keeper, enqueue_event, enqueue_later, enqueue_macro, keep_files, note};
pub use editor::{ActionField, ActionRow, Named, fields_of, in_words, input_of, named, rows};
pub use model::{Action, ActionInput, ActionRun, Assignee, ByRule, Flaw, Outcome, RunState, Said};
pub use parse::{admit, flaws, read};
pub use payload::{FileJson, draw_files};
pub use perform::{Doer, hold_teams};
pub use queries::{File, done_since, files_of_macros, files_of_rules, log};
pub use refusal::{Explained, explained};
pub use runner::{Bell, Judge, done, keep_running, perform_whole, take, work_off};
