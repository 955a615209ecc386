//! The loop of the hub: it sleeps until something was told, reads it, and hands it out.
use super::{
    draw::draw,
    hub::{Hub, Outgoing, Room},
    model::Who,
    queries::{self, Asked},
};
use crate::{
    db::{
        DbConn,
        told::told,
        types::{AccountId, EventId, now},
    },
    error::Result,
    events::live::{Drawers, Stored},
};
use chrono::NaiveDateTime;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};
use tokio::time::timeout;

/// How many events are read and drawn at once. However long they are, and however much is drawn of them, so many have room in memory.
const STEP: usize = 32;

/// When to look again while a transaction is open that has told something; each further look waits twice as long,
const SOON: Duration = Duration::from_millis(5);
/// up to this.
const LATER: Duration = Duration::from_millis(250);

/// When to look again after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How often to look where other nodes tell, of whose calls one may be lost.
const UNCALLED: Duration = Duration::from_secs(5);

/// What one look has brought.
struct Looked {
    /// The event up to which all is told.
    place: EventId,
    /// Whether there is more to read at once.
    more: bool,
    /// Whether something may still appear behind what was read.
    unsettled: bool,
    accounts: BTreeMap<AccountId, News>,
    times: Vec<NaiveDateTime>,
}

/// What has happened in one account.
pub(super) struct News {
    pub frames: BTreeMap<EventId, Vec<Outgoing>>,
    /// Who may hear now, with their credentials.
    pub entitled: HashMap<Who, String>,
}

impl Hub {
    pub(super) async fn run(self) {
        let Some(Room { db, drawers }) = self.room() else { return };
        // none until something wakes it
        let mut wait = None;
        let mut unsettled = SOON;
        while !self.is_closed() {
            match wait {
                None => self.rest(db.is_ours_alone()).await,
                Some(Duration::ZERO) => {}
                Some(wait) => drop(timeout(wait, self.0.woken.notified()).await),
            }
            let (hub, drawers) = (self.clone(), drawers.clone());
            let looked = db.read(move |conn| look(conn, &hub, &drawers)).await;
            wait = match looked {
                Ok(None) => None,
                Ok(Some(looked)) => {
                    let next = match &looked {
                        Looked { more: true, .. } => Some(Duration::ZERO),
                        Looked { unsettled: true, .. } => Some(unsettled),
                        _ => None,
                    };
                    unsettled = if looked.unsettled { LATER.min(unsettled * 2) } else { SOON };
                    self.hand_out_all(looked);
                    next
                }
                Err(e) => {
                    self.finish(None);
                    tracing::warn!(error = %e, "what has happened could not be read for sockets");
                    Some(AFTER_FAILURE)
                }
            };
        }
    }

    /// Until something wakes the hub, or has perhaps been told without waking it: other nodes may die, or lose the connection, just before they call,
    /// and the last of them is not there any more when that is found. Whoever has the database alone calls nobody, and is called by nobody.
    async fn rest(&self, alone: bool) {
        loop {
            let woken = self.0.woken.notified();
            match alone {
                true => return woken.await,
                false if timeout(UNCALLED, woken).await.is_ok() || self.is_heard() => return,
                false => {}
            }
        }
    }

    fn hand_out_all(&self, looked: Looked) {
        // in the order of the events, whatever the account
        let of_account = |(account, news): (&AccountId, &News)| news.frames.keys().map(|event| (*event, *account)).collect::<Vec<_>>();
        let order: BTreeMap<EventId, AccountId> = looked.accounts.iter().flat_map(of_account).collect();
        for (event, account) in order {
            if let Some((frames, entitled)) = looked.accounts.get(&account).and_then(|news| Some((news.frames.get(&event)?, &news.entitled))) {
                self.hand_out(account, event, frames, entitled);
            }
        }
        self.finish(Some(looked.place));
        let now = now();
        looked.times.iter().filter_map(|at| (now - *at).to_std().ok()).for_each(|took| self.0.figures.took.note_duration(took));
    }
}

/// Reads and draws what is new for those who are here; nothing if nobody is.
fn look(conn: &mut DbConn, hub: &Hub, drawers: &Drawers) -> Result<Option<Looked>> {
    // before the accounts: whoever comes after these are listed is owed nothing that is settled now
    let told = told(conn)?;
    let Some((place, accounts)) = hub.begin(told) else { return Ok(None) };
    let settled = EventId(told.settled.max(place.0));
    let mut looked = Looked { place: settled, more: false, unsettled: told.settled < told.given, accounts: BTreeMap::new(), times: Vec::new() };
    if settled == place {
        return Ok(Some(looked));
    }
    let asked = Asked { within: &accounts, names: &drawers.names(), about: None, after: place, until: settled };
    let events = queries::stored(conn, asked, STEP)?;
    if let Some(last) = events.get(STEP - 1) {
        (looked.place, looked.more) = (last.id, true);
    }
    let mut by_account: BTreeMap<AccountId, Vec<&Stored>> = BTreeMap::new();
    events.iter().for_each(|event| by_account.entry(event.account_id).or_default().push(event));
    for (account, events) in by_account {
        looked.accounts.insert(account, news(conn, drawers, account, &events)?);
    }
    looked.times = events.iter().map(|event| event.created_at).collect();
    Ok(Some(looked))
}

/// What these events become, and who of their audience may hear.
pub(super) fn news(conn: &mut DbConn, drawers: &Drawers, account: AccountId, events: &[&Stored]) -> Result<News> {
    let frames = draw(conn, drawers, account, events)?;
    let audience: HashSet<Who> = frames.values().flatten().flat_map(|frame| &frame.to).copied().collect();
    Ok(News { frames, entitled: queries::entitled(conn, account, audience)? })
}
