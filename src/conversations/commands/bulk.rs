//! One change of many conversations.
use super::change::change;
use crate::{
    auth::Agent,
    conversations::{
        model::{Priority, Status},
        queries,
    },
    db::{
        Tx,
        types::{DisplayId, TeamId, UserId},
    },
    error::{Error, Result},
    labels, teams, users,
    web::fields::Patch,
};
use chrono::NaiveDateTime;

/// How many conversations one request may change.
const MOST: usize = 100;

/// What is to become of each of them.
#[derive(Debug, Default)]
pub struct BulkChange {
    /// Where it stands.
    pub status: Option<Status>,
    /// With `snoozed`.
    pub snoozed_until: Option<NaiveDateTime>,
    /// Who is to answer; nobody with null.
    pub assignee_id: Patch<UserId>,
    /// The team that is to answer; none with null.
    pub team_id: Patch<TeamId>,
    /// How much it matters.
    pub priority: Patch<Priority>,
    /// Titles to be carried besides.
    pub labels_added: Vec<String>,
    /// Titles to be carried no more.
    pub labels_removed: Vec<String>,
}

/// Changes these conversations, each told by itself. Those that the agent does not see, or that are gone, are passed over.
///
/// # Errors
/// [`Error::Refused`] for too many; [`Error::Invalid`] for an assignee who is no member of the account, and for more labels than a
/// conversation carries; [`Error::NotFound`] for a team that is not the account's.
pub fn change_many(tx: &mut Tx, agent: &Agent, mut ids: Vec<DisplayId>, wanted: &BulkChange) -> Result<()> {
    let BulkChange { status, snoozed_until, assignee_id, team_id, priority, labels_added, labels_removed } = wanted;
    // always in the same order, so that no two wait for each other
    ids.sort();
    ids.dedup();
    if ids.len() > MOST {
        return Err(Error::Refused(format!("At most {MOST} conversations are changed at once")));
    }
    if let Patch::Set(id) = assignee_id
        && users::members(tx.conn, agent.account_id(), Some(&[*id]))?.is_empty()
    {
        return Err(Error::invalid("assignee_id", format!("User {id} is no member of this account")));
    }
    if let Patch::Set(id) = team_id {
        teams::find_to_keep(tx.conn, agent.account_id(), *id)?;
    }
    for id in ids {
        let mut thread = match queries::thread(tx.conn, agent, id) {
            Err(Error::NotFound | Error::Unauthorized(_)) => continue,
            found => found?,
        };
        let titles = labels::changed(&thread.conversation.labels.0, labels_added, labels_removed)?;
        change(tx, &mut thread, &agent.actor(), |conversation| {
            conversation.labels.0 = labels::replaced(&conversation.labels.0, titles);
            conversation.team_id = team_id.clone().or(conversation.team_id);
            if let Some(status) = status {
                (conversation.status, conversation.snoozed_until) = (*status, *snoozed_until);
            }
            conversation.assignee_id = assignee_id.clone().or(conversation.assignee_id);
            conversation.priority = priority.clone().or(conversation.priority);
        })?;
    }
    Ok(())
}
