//! What agents read in a conversation about who did what, apart from its status and who answers. Changes that nobody in particular made
//! leave no notice.
use super::post;
use crate::{
    conversations::{
        model::{Conversation, Priority},
        thread::Thread,
    },
    db::Tx,
    error::Result,
    events::Actor,
    labels,
    teams::Team,
    web::Language,
};

/// To which team the conversation was given, and to whom of it; or from which it was taken.
pub(super) fn about_team(
    tx: &mut Tx,
    thread: &mut Thread,
    language: Language,
    before: &Conversation,
    left: Option<&Team>,
    actor: &Actor,
) -> Result<()> {
    let Actor::User(_, name) = actor else { return Ok(()) };
    let assignee = thread.assignee.as_ref().filter(|assignee| before.assignee_id != Some(assignee.id));
    let (key, team) = match (&thread.team, assignee) {
        (Some(team), Some(_)) => ("activity-team-set-with-assignee", Some(team)),
        (Some(team), None) => ("activity-team-set", Some(team)),
        (None, _) => ("activity-team-removed", left),
    };
    let Some(team) = team else { return Ok(()) };
    let assignee = assignee.map(|assignee| assignee.available_name()).unwrap_or_default();
    let text = language.ta(key, &[("name", name.as_str().into()), ("team", team.name.as_str().into()), ("assignee", assignee.into())]);
    post::notice(tx, thread, text, None)
}

/// Which labels were added, then which were removed.
pub(super) fn about_labels(tx: &mut Tx, thread: &mut Thread, language: Language, before: &Conversation, actor: &Actor) -> Result<()> {
    let Actor::User(_, name) = actor else { return Ok(()) };
    let (added, removed) = labels::difference(&before.labels.0, &thread.conversation.labels.0);
    let text = |key: &str, titles: Vec<&str>| {
        let titles = (!titles.is_empty()).then(|| titles.join(", "))?;
        Some(language.ta(key, &[("name", name.as_str().into()), ("labels", titles.into())]))
    };
    let texts = [text("activity-labels-added", added), text("activity-labels-removed", removed)];
    texts.into_iter().flatten().try_for_each(|text| post::notice(tx, thread, text, None))
}

/// That somebody has said how much it matters.
pub(super) fn about_priority(tx: &mut Tx, thread: &mut Thread, before: Option<Priority>, actor: &Actor) -> Result<()> {
    let (after, Actor::User(_, name)) = (thread.conversation.priority, actor) else { return Ok(()) };
    let language = thread.account.language();
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
    post::notice(tx, thread, text, None)
}

/// That somebody wants to hear no more from the contact, or again.
pub(super) fn about_muting(tx: &mut Tx, thread: &mut Thread, actor: &Actor, muted: bool) -> Result<()> {
    let Actor::User(_, name) = actor else { return Ok(()) };
    let language = thread.account.language();
    let args = [("name", name.as_str().into())];
    let text = if muted { language.ta("activity-muted", &args) } else { language.ta("activity-unmuted", &args) };
    post::notice(tx, thread, text, None)
}
