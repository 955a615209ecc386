//! The language in which people and programs ask for conversations and contacts: conditions that are joined by AND and OR. A room
//! says which keys it has; here they are read into a typed form, and that form is written as SQL, with every value bound.
mod language;
mod sql;
mod values;

pub use language::{Condition, ConditionInput, Field, Filter, Key, Kind, Operator, Test, parse};
pub use sql::{Alternatives, Matches, boxed, referring};
