//! Making, changing and deleting test receivers, and keeping what arrives there.
use super::{
    model::{Arrival, KEPT, LONGEST_WAIT, MOST, Reply, TestReceiver, USUAL_WAIT},
    queries,
};
use crate::{
    audit::Change,
    auth::Administrator,
    checks::{LINE, at_most},
    db::{
        Tx,
        dialect::{Columns, take_turns_of},
        schema::{test_receiver_requests, test_receivers},
        types::{TestReceiverId, now},
    },
    error::{Error, Result},
    random,
    web::{
        Input,
        fields::{Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// What may be said about a test receiver.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReceiverInput {
    /// Up to 255 characters.
    pub name: Patch<Text>,
    /// Left out by a new one: 200.
    pub answer: Patch<Reply>,
    /// How long it waits when it answers late, 1 to 60. Left out by a new one: 10.
    pub seconds: Patch<Text>,
}

impl Input for ReceiverInput {
    const ROOT: &'static str = "test_receiver";
}

impl ReceiverInput {
    fn apply(self, receiver: &mut TestReceiver) -> Result<()> {
        let ReceiverInput { name, answer, seconds } = self;
        let name = name.map(|name| name.0.trim().to_owned()).or(receiver.name.take()).filter(|name| !name.is_empty());
        receiver.name = at_most("name", name, LINE)?;
        receiver.answer = answer.set().unwrap_or(receiver.answer);
        if let Some(Text(text)) = seconds.set() {
            let read = text.trim().parse().ok().filter(|seconds| (1..=LONGEST_WAIT).contains(seconds));
            receiver.seconds = read.ok_or_else(|| Error::invalid("seconds", format!("Seconds must be a whole number from 1 to {LONGEST_WAIT}")))?;
        }
        Ok(())
    }
}

/// Makes a receiver with an address that nobody can guess.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has [`MOST`] of them.
pub fn create(tx: &mut Tx, by: &Administrator, input: ReceiverInput) -> Result<TestReceiver> {
    let account_id = by.account_id();
    take_turns_of(tx.conn, &[format!("test receivers of {account_id}")])?;
    if queries::list(tx.conn, account_id)?.len() >= MOST {
        return Err(Error::Refused(format!("An account may have at most {MOST} test receivers; delete one first")));
    }
    let id = TestReceiverId(0);
    let mut receiver =
        TestReceiver { id, account_id, name: None, token: random::token()?, answer: Reply::Ok, seconds: USUAL_WAIT, created_at: now() };
    input.apply(&mut receiver)?;
    let receiver = diesel::insert_into(test_receivers::table).values(receiver).returning(TestReceiver::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Created(&receiver))?;
    Ok(receiver)
}

/// Changes how a receiver answers, from the next request on, or what it is called.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &Administrator, id: TestReceiverId, input: ReceiverInput) -> Result<TestReceiver> {
    let before = queries::find(tx.conn, by.account_id(), id)?;
    let mut receiver = before.clone();
    input.apply(&mut receiver)?;
    let changes = (test_receivers::name.eq(&receiver.name), test_receivers::answer.eq(receiver.answer), test_receivers::seconds.eq(receiver.seconds));
    diesel::update(test_receivers::table.find(id)).set(changes).execute(tx.conn)?;
    by.record(tx, Change::Updated(&before, &receiver))?;
    Ok(receiver)
}

/// Deletes a receiver with all that has arrived there.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: TestReceiverId) -> Result<()> {
    let receiver = queries::find(tx.conn, by.account_id(), id)?;
    diesel::delete(test_receivers::table.find(id)).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&receiver))
}

/// Forgets what has arrived at a receiver.
///
/// # Errors
/// [`Error::NotFound`].
pub fn clear(tx: &mut Tx, by: &Administrator, id: TestReceiverId) -> Result<()> {
    let receiver = queries::find(tx.conn, by.account_id(), id)?;
    diesel::delete(test_receiver_requests::table.filter(test_receiver_requests::receiver_id.eq(id))).execute(tx.conn)?;
    by.record(tx, Change::Done(&receiver, "cleared"))
}

/// Keeps a request, and forgets those for which there is no room any more.
///
/// # Errors
/// [`Error::NotFound`] when the receiver was deleted meanwhile.
pub(super) fn keep(tx: &mut Tx, arrival: Arrival) -> Result<()> {
    let receiver = arrival.receiver_id;
    queries::take_turn(tx.conn, receiver)?;
    diesel::insert_into(test_receiver_requests::table).values(arrival).execute(tx.conn)?;
    if let Some(last) = queries::first_too_old(tx.conn, receiver, KEPT)? {
        let old = test_receiver_requests::table.filter(test_receiver_requests::receiver_id.eq(receiver).and(test_receiver_requests::id.le(last)));
        diesel::delete(old).execute(tx.conn)?;
    }
    Ok(())
}
