//! Who is there. A socket that says so is written down once in a while, for all nodes and for whatever asks who is online; nothing is written for each
//! time that it says so.
use super::{
    commands,
    hub::Hub,
    model::{Admitted, Person, Who},
    payload, queries,
};
use crate::{
    contacts::Contact,
    db::{
        DbConn,
        nodes::Channel,
        types::{AccountId, UserId, now},
    },
    error::Result,
    locks::lock,
};
use actix_web::web::Bytes;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

/// Nodes tell each other here that a user has closed their last socket: account and user.
pub(super) const LEFT: Channel = Channel("hookdesk_left");

/// How often it is written down at most that somebody is there. Contacts say so once in a minute, and count as there for 90 seconds.
const AGAIN: Duration = Duration::from_secs(45);

/// How long those who come within a moment are gathered, to be written down together.
const GATHERED: Duration = Duration::from_millis(50);

/// How many are written down in one transaction.
const STEP: usize = 500;

/// How long a user may be without a socket before they count as gone: a page that is loaded anew opens another one.
const GONE: Duration = Duration::from_secs(20);

/// Who was seen, and what of it is to be written down.
#[derive(Debug, Default)]
pub(super) struct Seen {
    state: Mutex<State>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// When it was last written down that somebody is there, for those who were there lately.
    noted: HashMap<Person, Instant>,
    /// Who is to be written down.
    due: HashSet<Person>,
    /// Users without a socket, and since when.
    gone: HashMap<(AccountId, UserId), Instant>,
}

impl Seen {
    /// Somebody says that they are there.
    pub fn note(&self, person: Person) {
        let mut state = self.state();
        if let Person::User(account, user) = person {
            state.gone.remove(&(account, user));
        }
        if state.noted.get(&person).is_none_or(|at| at.elapsed() >= AGAIN) {
            state.noted.insert(person, Instant::now());
            state.due.insert(person);
            drop(state);
            self.woken.notify_one();
        }
    }

    /// Somebody has no socket here any more.
    pub fn gone(&self, account: AccountId, who: Who) {
        if let Who::User(user) = who {
            self.state().gone.insert((account, user), Instant::now());
            self.woken.notify_one();
        }
    }

    /// The loop has something to do.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// What is to be written down now, and when to look again.
    fn take(&self) -> (Vec<Person>, Vec<(AccountId, UserId)>, Option<Duration>) {
        let mut state = self.state();
        state.noted.retain(|_, at| at.elapsed() < AGAIN);
        // in one order on all nodes, so that none waits for another in a circle
        let mut due: Vec<Person> = state.due.drain().collect();
        due.sort();
        let left: Vec<_> = state.gone.iter().filter(|(_, since)| since.elapsed() >= GONE).map(|(who, _)| *who).collect();
        for (account, user) in &left {
            state.gone.remove(&(*account, *user));
            state.noted.remove(&Person::User(*account, *user));
        }
        (due, left, state.gone.values().map(|since| GONE.saturating_sub(since.elapsed())).min())
    }

    /// It could not be written down: whoever says next that they are there is written down then.
    fn forget(&self, those: &[Person]) {
        let mut state = self.state();
        for person in those {
            state.noted.remove(person);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Hub {
    /// Another node says that somebody has left it. If they are here, they have not gone.
    pub(super) fn heard_of_departure(&self, text: &str) {
        let Some((Ok(account), Ok(user))) = text.split_once(':').map(|(account, user)| (account.parse(), user.parse())) else { return };
        if self.here(account, Who::User(user)) {
            let person = Person::User(account, user);
            self.0.seen.forget(&[person]);
            self.0.seen.note(person);
        }
    }

    /// Writes down who is there and who has left, until the end.
    pub(super) async fn note_all(self) {
        let Some(room) = self.room() else { return };
        let mut wait = None;
        while !self.is_closed() {
            match wait {
                None => self.0.seen.woken.notified().await,
                Some(wait) => drop(timeout(wait, self.0.seen.woken.notified()).await),
            }
            sleep(GATHERED).await;
            let (due, left, next) = self.0.seen.take();
            wait = next;
            for some in due.chunks(STEP) {
                let those = some.to_vec();
                match room.db.write_patiently(move |tx| commands::note(tx, &those)).await {
                    Ok(left_out) => self.0.seen.forget(&left_out),
                    Err(e) => {
                        tracing::warn!(error = %e, "it could not be noted who is there");
                        self.0.seen.forget(some);
                    }
                }
            }
            for (account, user) in left {
                if let Err(e) = room.db.write_patiently(move |tx| commands::note_departure(tx, account, user)).await {
                    tracing::warn!(error = %e, "it could not be noted that somebody has left");
                }
            }
        }
    }

    /// What somebody is told of who is there, and who they are themselves; nothing if they may not hear any more.
    pub(super) fn presence(&self, conn: &mut DbConn, admitted: &Admitted) -> Result<Option<(Bytes, Person)>> {
        let Admitted { account, who, .. } = admitted;
        let Some(person) = queries::person(conn, admitted)? else { return Ok(None) };
        let members = queries::members(conn, *account)?;
        let there = |member: &&crate::users::Membership| member.is_there() || self.here(*account, Who::User(member.user_id));
        let users: Vec<(UserId, &str)> = members.iter().filter(there).map(|member| (member.user_id, member.availability.name())).collect();
        let contacts = match who {
            Who::User(_) => Some(queries::contacts_seen(conn, *account, Contact::online_since(now()))?),
            Who::Session(_) => None,
        };
        Ok(Some((payload::presence(*account, &users, contacts.as_deref()), person)))
    }
}
