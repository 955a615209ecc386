//! What happens to conversations because of the time alone: those that wait for somebody are handed out when somebody comes, those that wait for a
//! bot that has left are opened, and those in which nothing happens any more are resolved. The steps and the rounds are apart, as with deliveries. Any
//! number of nodes do it: whoever holds a conversation judges whether there is still something to be done.
use super::{
    commands,
    queries::{self, Waiting},
};
use crate::{
    accounts::{self, Account},
    bots,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, ConversationId, InboxId, TeamId, UserId, now},
    },
    error::Result,
    inboxes,
    rounds::Rounds,
    teams,
};
use chrono::NaiveDateTime;
use std::time::Duration;
use tokio::time::Instant;

/// How long after one round through those that wait the next begins: so long waits whoever comes.
const HAND_OUT_EVERY: Duration = Duration::from_secs(1);

/// How long after one round through what is quiet the next begins. It is a matter of minutes at least.
const RESOLVE_EVERY: Duration = Duration::from_secs(30);

/// The rest between two steps of a round.
const REST: Duration = Duration::from_millis(50);

/// How many are looked at in one step.
const STEP: i64 = 100;

/// Hands out those that wait, some at once, each in a transaction of its own, after this row of theirs. Gives how many found somebody, and
/// the last row that was looked at if there may be others.
///
/// # Errors
/// When the database cannot be read. A conversation that cannot be handed out is left for the next round, and said in the log.
pub async fn hand_out_waiting(db: &Db, after: i64) -> Result<(usize, Option<i64>)> {
    let look = move |conn: &mut DbConn| {
        let waiting = queries::to_assign(conn, after, STEP)?;
        let inboxes: Vec<InboxId> = waiting.iter().map(|one| one.inbox).collect();
        let teams: Vec<TeamId> = waiting.iter().filter_map(|one| one.team).collect();
        let online = inboxes::online_members(conn, &inboxes)?;
        let users: Vec<UserId> = online.iter().map(|(_, user)| *user).collect();
        let places = teams::places_of(conn, &teams, &users)?;
        Ok((waiting, online, places))
    };
    let (waiting, online, places) = db.read(look).await?;
    let may_find = |one: &Waiting| {
        let mut there = online.iter().filter(|(inbox, _)| *inbox == one.inbox);
        there.any(|(_, user)| one.team.is_none_or(|team| places.contains(&(team, *user))))
    };
    let mut done = 0;
    for one in waiting.iter().filter(|one| may_find(one)) {
        done += usize::from(act(db, one.id, commands::hand_out).await);
    }
    let full = waiting.len() as i64 == STEP;
    Ok((done, waiting.last().map(|one| one.row).filter(|_| full)))
}

/// Opens what bots have left behind, some in each transaction. Gives whether there was any.
///
/// # Errors
/// The database's; what could not be opened is tried again.
pub async fn open_left(db: &Db) -> Result<bool> {
    match db.read(bots::has_departed).await? {
        true => db.write_patiently(commands::take_over).await,
        false => Ok(false),
    }
}

/// How far a round through what is quiet has come.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    account: AccountId,
    /// The last one that was looked at in it.
    last: Option<(NaiveDateTime, ConversationId)>,
}

impl Reached {
    /// Nowhere yet.
    pub const BEGINNING: Reached = Reached { account: AccountId(0), last: None };
}

/// Resolves those in which nothing has happened for as long as their account says, some at once, each in a transaction of its own. Gives how
/// many, and where the round goes on if it does.
///
/// # Errors
/// When the database cannot be read. A conversation that cannot be resolved is left for the next round, and said in the log.
pub async fn resolve_quiet(db: &Db, reached: Reached) -> Result<(usize, Option<Reached>)> {
    let look = move |conn: &mut DbConn| {
        let Some(account) = accounts::next_with_auto_resolve(conn, reached.account)? else { return Ok(None) };
        let Some(wanted) = account.auto_resolve() else { return Ok(Some((account, Vec::new(), false))) };
        let last = reached.last.filter(|_| account.id == reached.account);
        let found = queries::quiet(conn, account.id, wanted.before(now()), last, STEP)?;
        Ok(Some((account, found, wanted.leaves_waiting)))
    };
    let Some((Account { id: account, .. }, found, leaves_waiting)) = db.read(look).await? else { return Ok((0, None)) };
    let mut done = 0;
    for quiet in found.iter().filter(|quiet| !(leaves_waiting && quiet.waits)) {
        done += usize::from(act(db, quiet.id, commands::resolve_quiet_one).await);
    }
    // so many of an account in a round, and no more: one that has just begun to want it shall not write to everybody at once
    let last = found.last().map(|quiet| (quiet.since, quiet.id)).filter(|_| done == 0 && found.len() as i64 == STEP);
    let account = if last.is_some() { account } else { AccountId(account.0 + 1) };
    Ok((done, Some(Reached { account, last })))
}

/// Does it to one of them. False, too, if that failed.
async fn act(db: &Db, id: ConversationId, how: fn(&mut Tx, ConversationId) -> Result<bool>) -> bool {
    db.write_patiently(move |tx| how(tx, id)).await.unwrap_or_else(|e| {
        tracing::error!(conversation = id.0, error = %e, "a conversation could not be taken care of; it is tried again");
        false
    })
}

/// Does all of it again and again.
pub fn take_care(db: Db) -> Rounds {
    let (mut waiting, mut quiet, mut look_for_quiet_at) = (0, Reached::BEGINNING, Instant::now());
    Rounds::start(Duration::ZERO, async move || {
        let mut wait = REST;
        match hand_out_waiting(&db, waiting).await {
            Ok((_, Some(row))) => waiting = row,
            Ok((_, None)) => (waiting, wait) = (0, HAND_OUT_EVERY),
            Err(e) => {
                tracing::warn!(error = %e, "conversations that wait for somebody could not be looked for; it is tried again");
                wait = HAND_OUT_EVERY;
            }
        }
        match open_left(&db).await {
            Ok(true) => wait = REST,
            Ok(false) => {}
            Err(e) => tracing::warn!(error = %e, "conversations that a bot has left could not be opened; it is tried again"),
        }
        if Instant::now() < look_for_quiet_at {
            return wait;
        }
        match resolve_quiet(&db, quiet).await {
            Ok((_, Some(reached))) => (quiet, wait) = (reached, REST),
            Ok((_, None)) => (quiet, look_for_quiet_at) = (Reached::BEGINNING, Instant::now() + RESOLVE_EVERY),
            Err(e) => {
                tracing::warn!(error = %e, "quiet conversations could not be looked for; it is tried again");
                look_for_quiet_at = Instant::now() + RESOLVE_EVERY;
            }
        }
        wait
    })
}
