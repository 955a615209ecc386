//! What agents read in a conversation about its team and its labels. Changes that nobody in particular made leave no notice.
use super::post;
use crate::{
    conversations::{model::Conversation, thread::Thread},
    db::Tx,
    error::Result,
    events::Actor,
    labels,
    teams::Team,
    web::Language,
};

/// To which team the conversation was given, or from which it was taken.
pub(super) fn about_team(tx: &mut Tx, thread: &mut Thread, language: Language, left: Option<&Team>, actor: &Actor) -> Result<()> {
    let Actor::User(_, name) = actor else { return Ok(()) };
    let (key, team) = match &thread.team {
        Some(team) => ("activity-team-set", Some(team)),
        None => ("activity-team-removed", left),
    };
    match team {
        Some(team) => {
            let text = language.ta(key, &[("name", name.as_str().into()), ("team", team.name.as_str().into())]);
            post::notice(tx, thread, text, None)
        }
        None => Ok(()),
    }
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
