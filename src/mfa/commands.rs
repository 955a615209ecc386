//! Setting up, using and ending second factors.
use super::{
    codes::{Code, backup_code, hashed},
    key::Key,
    model::{SecondFactor, Setup},
    queries,
};
use crate::{
    db::{
        Tx,
        dialect::Columns,
        schema::{backup_codes, second_factors},
        types::{UserId, now},
    },
    error::{Error, Result},
    random,
    users::{self, User},
    web::json::seconds,
};
use diesel::prelude::*;
use std::sync::Arc;

/// How many backup codes somebody has at first.
const BACKUP_CODES: usize = 10;

fn key(tx: &Tx) -> Result<Arc<Key>> {
    let missing = || Error::Refused("This server has no key for second factors: its operator sets HOOKDESK_SECRET_KEY".into());
    tx.shared::<Key>().ok_or_else(missing)
}

/// Begins to set up the second factor of somebody who has none, with a new secret. Nothing is asked of them before [`confirm`].
///
/// # Errors
/// [`Error::Refused`] for somebody who has one, and where this server has no key for it.
pub fn begin(tx: &mut Tx, user: &User, brand: &str) -> Result<Setup> {
    let key = key(tx)?;
    // of two that are begun at once, one takes the place of the other
    users::find_to_change(tx, user.id)?;
    if queries::is_on(tx.conn, user.id)? {
        return Err(Error::Refused("Two-factor authentication is on already".into()));
    }
    clear(tx, user.id)?;
    let insert = diesel::insert_into(second_factors::table)
        .values((
            second_factors::user_id.eq(user.id),
            second_factors::seed.eq(random::token()?),
            second_factors::key_print.eq(key.print()?),
            second_factors::created_at.eq(now()),
        ))
        .returning(SecondFactor::columns());
    let factor: SecondFactor = insert.get_result(tx.conn)?;
    factor.setup(&key, user, brand)
}

/// Switches the second factor on that somebody has set up: their app shows the right code. Gives their backup codes, which are shown this once;
/// none if the code is wrong.
///
/// # Errors
/// [`Error::Refused`] for somebody who has not begun, or has one already.
pub fn confirm(tx: &mut Tx, user: UserId, code: &Code) -> Result<Option<Vec<String>>> {
    let factor = queries::find_to_use(tx, user)?.ok_or_else(|| Error::Refused("Two-factor authentication is not set up yet".into()))?;
    if factor.enabled_at.is_some() {
        return Err(Error::Refused("Two-factor authentication is on already".into()));
    }
    if !use_step(tx, &factor, code)? {
        return Ok(None);
    }
    diesel::update(second_factors::table.find(factor.id)).set(second_factors::enabled_at.eq(now())).execute(tx.conn)?;
    new_backup_codes(tx, user).map(Some)
}

/// Uses up a code of somebody who has a second factor: whether it was the right one. No code is right twice.
///
/// # Errors
/// The database's.
pub fn use_up(tx: &mut Tx, user: UserId, code: &Code) -> Result<bool> {
    // two who show the same code at once come one after the other
    let Some(factor) = queries::find_to_use(tx, user)?.filter(|factor| factor.enabled_at.is_some()) else { return Ok(false) };
    match code {
        Code::App(_) => use_step(tx, &factor, code),
        Code::Backup(text) => {
            let used = backup_codes::user_id.eq(user).and(backup_codes::code_hash.eq(hashed(text)));
            Ok(diesel::delete(backup_codes::table.filter(used)).execute(tx.conn)? > 0)
        }
    }
}

fn use_step(tx: &mut Tx, factor: &SecondFactor, code: &Code) -> Result<bool> {
    let Code::App(number) = code else { return Ok(false) };
    let Some(step) = factor.step_of(&*key(tx)?, *number, seconds(now()))? else { return Ok(false) };
    diesel::update(second_factors::table.find(factor.id)).set(second_factors::last_step.eq(step)).execute(tx.conn)?;
    Ok(true)
}

/// Gives somebody other backup codes in place of those that they have.
///
/// # Errors
/// The database's.
pub fn renew_backup_codes(tx: &mut Tx, user: UserId) -> Result<Vec<String>> {
    diesel::delete(backup_codes::table.filter(backup_codes::user_id.eq(user))).execute(tx.conn)?;
    new_backup_codes(tx, user)
}

fn new_backup_codes(tx: &mut Tx, user: UserId) -> Result<Vec<String>> {
    let codes = (0..BACKUP_CODES).map(|_| backup_code()).collect::<Result<Vec<_>>>()?;
    let kept = |code: &String| match Code::read(code) {
        Code::Backup(text) => hashed(&text),
        Code::App(_) => String::new(),
    };
    let row = |code| (backup_codes::user_id.eq(user), backup_codes::code_hash.eq(kept(code)), backup_codes::created_at.eq(now()));
    for code in &codes {
        diesel::insert_into(backup_codes::table).values(row(code)).execute(tx.conn)?;
    }
    Ok(codes)
}

/// Ends the second factor of somebody, whatever they have of it: whether they had one.
///
/// # Errors
/// The database's.
pub fn switch_off(tx: &mut Tx, user: UserId) -> Result<bool> {
    users::find_to_change(tx, user)?;
    let was_on = queries::is_on(tx.conn, user)?;
    clear(tx, user)?;
    Ok(was_on)
}

fn clear(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(backup_codes::table.filter(backup_codes::user_id.eq(user))).execute(tx.conn)?;
    diesel::delete(second_factors::table.filter(second_factors::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}
