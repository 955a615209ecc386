//! What agents read in a conversation about who did what, apart from its status and who answers. Changes that nobody in particular made
//! leave no notice.
use super::post;
use crate::{
    conversations::{
        model::{Conversation, Priority, Status},
        thread::Thread,
    },
    db::Tx,
    error::Result,
    events::Actor,
    labels,
    teams::Team,
    web::Language,
};

/// Whom a notice names as the one who did it: somebody, or what they have set up. Changes of the server's own have nobody.
fn doer(actor: &Actor, language: Language) -> Option<String> {
    match actor {
        Actor::User(_, name) | Actor::Bot(_, name) => Some(name.clone()),
        Actor::Rule(_) => Some(language.t("activity-automation")),
        Actor::Contact(..) | Actor::System => None,
    }
}

/// Where it stands, and by whose doing.
pub(super) fn about_status(actor: &Actor, language: Language, status: Status) -> Option<String> {
    let (key, name) = match (actor, status) {
        (Actor::Contact(_, name), Status::Resolved) => ("activity-resolved-by-contact", name.clone()),
        (actor, Status::Open) => ("activity-status-open-by-user", doer(actor, language)?),
        (actor, Status::Resolved) => ("activity-status-resolved-by-user", doer(actor, language)?),
        (actor, Status::Pending) => ("activity-status-pending-by-user", doer(actor, language)?),
        (actor, Status::Snoozed) => ("activity-status-snoozed-by-user", doer(actor, language)?),
    };
    Some(language.ta(key, &[("name", name.as_str().into())]))
}

/// Who is to answer, or that nobody is.
pub(super) fn about_assignee(tx: &mut Tx, thread: &mut Thread, language: Language, actor: &Actor) -> Result<()> {
    let Some(name) = doer(actor, language) else { return Ok(()) };
    let by_themselves = matches!(actor, Actor::User(id, _) if thread.conversation.assignee_id == Some(*id));
    let assignee = thread.assignee.as_ref().map(|user| user.available_name().to_owned());
    let assignee = assignee.or_else(|| thread.assignee_bot.as_ref().map(|bot| bot.name.clone()));
    let text = match assignee {
        _ if by_themselves => language.ta("activity-assignee-self", &[("name", name.as_str().into())]),
        Some(assignee) => language.ta("activity-assignee-set", &[("name", name.as_str().into()), ("assignee", assignee.as_str().into())]),
        None => language.ta("activity-assignee-removed", &[("name", name.as_str().into())]),
    };
    post::notice(tx, thread, text, None)
}

/// To which team the conversation was given, and to whom of it; or from which it was taken.
pub(super) fn about_team(
    tx: &mut Tx,
    thread: &mut Thread,
    language: Language,
    before: &Conversation,
    left: Option<&Team>,
    actor: &Actor,
) -> Result<()> {
    let Some(name) = doer(actor, language) else { return Ok(()) };
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
    let Some(name) = doer(actor, language) else { return Ok(()) };
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
    let (after, language) = (thread.conversation.priority, thread.account.language());
    let Some(name) = doer(actor, language) else { return Ok(()) };
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
