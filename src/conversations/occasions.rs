//! What begins rules: told to whoever keeps them, in the transaction in which it happens. Where there are none that such an event begins, nothing is
//! asked: the account's row, which is at hand, says so.
use super::{model::Message, thread::Thread};
use crate::{
    db::Tx,
    error::Result,
    events::{Changes, EventName},
};

/// Something has happened in a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// What: one of [`EventName::FOR_RULES`].
    pub event: EventName,
    /// Where.
    pub thread: &'a Thread,
    /// The message that was posted.
    pub message: Option<&'a Message>,
    /// What changed.
    pub changes: Option<&'a Changes>,
}

/// Notes what rules are to look at; `app` says who does.
pub struct Ruling(pub fn(&mut Tx, Occasion) -> Result<()>);

/// Tells whoever keeps the rules.
pub(super) fn tell_rules(tx: &mut Tx, occasion: Occasion) -> Result<()> {
    if !occasion.thread.account.has_rules_for(occasion.event) {
        return Ok(());
    }
    match tx.shared::<Ruling>() {
        Some(ruling) => ruling.0(tx, occasion),
        None => Ok(()),
    }
}
