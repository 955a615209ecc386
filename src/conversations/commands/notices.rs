//! What agents read in a conversation about who did what, apart from its status and who answers.
use super::post::notice;
use crate::{
    conversations::{model::Priority, thread::Thread},
    db::Tx,
    error::Result,
    events::Actor,
    web::Language,
};

/// That somebody has said how much it matters.
pub(super) fn priority(tx: &mut Tx, thread: &mut Thread, before: Option<Priority>, actor: &Actor) -> Result<()> {
    let (after, Actor::User(_, name)) = (thread.conversation.priority, actor) else { return Ok(()) };
    let language = Language::from_tag(&thread.account.locale).unwrap_or_default();
    let said = |priority: Priority| language.t(&format!("activity-priority-is-{}", priority.name()));
    let name = ("name", name.as_str().into());
    let text = match (before, after) {
        (before, after) if before == after => return Ok(()),
        (None, Some(after)) => language.ta("activity-priority-set", &[name, ("priority", said(after).as_str().into())]),
        (Some(before), Some(after)) => {
            let (before, after) = (said(before), said(after));
            language.ta("activity-priority-changed", &[name, ("before", before.as_str().into()), ("priority", after.as_str().into())])
        }
        (_, None) => language.ta("activity-priority-removed", &[name]),
    };
    notice(tx, thread, text, None)
}

/// That somebody wants to hear no more from the contact, or again.
pub(super) fn muted(tx: &mut Tx, thread: &mut Thread, actor: &Actor, muted: bool) -> Result<()> {
    let Actor::User(_, name) = actor else { return Ok(()) };
    let language = Language::from_tag(&thread.account.locale).unwrap_or_default();
    let args = [("name", name.as_str().into())];
    let text = if muted { language.ta("activity-muted", &args) } else { language.ta("activity-unmuted", &args) };
    notice(tx, thread, text, None)
}
