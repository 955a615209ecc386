//! The places that users have in accounts.
use super::{Departures, Dismissals, Releases, Restrictions};
use crate::{
    accounts::{self, KeptList},
    db::{
        Tx,
        dialect::locked,
        schema::{account_users, accounts as account_rows},
        types::{AccountId, UserId, now},
    },
    error::{Error, Result},
    events::Actor,
    users::{
        model::{Availability, FIRST_EMAIL_FLAGS, FIRST_PUSH_FLAGS, Member, Membership, Role},
        queries,
    },
};
use diesel::prelude::*;

/// Gives a user a place in an account.
///
/// # Errors
/// [`Error::Invalid`] about `user_id` when they have one already.
pub fn add_member(tx: &mut Tx, account: AccountId, user: UserId, role: Role, inviter: Option<UserId>) -> Result<Member> {
    one_at_a_time(tx, account)?;
    if queries::member(tx.conn, user, account)?.1.is_some() {
        return Err(Error::taken(vec!["user_id"]));
    }
    let now = now();
    diesel::insert_into(account_users::table)
        .values((
            account_users::account_id.eq(account),
            account_users::user_id.eq(user),
            account_users::role.eq(role),
            account_users::inviter_id.eq(inviter),
            (account_users::email_flags.eq(FIRST_EMAIL_FLAGS), account_users::push_flags.eq(FIRST_PUSH_FLAGS)),
            account_users::created_at.eq(now),
            account_users::updated_at.eq(now),
        ))
        .execute(tx.conn)?;
    queries::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)
}

/// What a place in an account is to become; `None` leaves a thing as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlaceChange {
    /// What they may do.
    pub role: Option<Role>,
    /// What they are to be seen as.
    pub availability: Option<Availability>,
    /// Whether they are to count as offline while they are not seen.
    pub auto_offline: Option<bool>,
}

/// Changes what a user is in an account.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no place there; [`Error::Refused`] when no administrator would be left.
pub fn update_member(tx: &mut Tx, account: AccountId, user: UserId, wanted: PlaceChange) -> Result<Member> {
    let (before, member) = change(tx, account, user, wanted)?;
    if before.role == Role::Administrator {
        keep_an_administrator(tx, account)?;
    }
    Ok(member)
}

/// Gives a member another role, also the last administrator; `None` leaves it as it is.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no place there.
pub fn appoint(tx: &mut Tx, account: AccountId, user: UserId, role: Option<Role>) -> Result<Member> {
    Ok(change(tx, account, user, PlaceChange { role, ..PlaceChange::default() })?.1)
}

/// Gives what they were, and what they are then.
fn change(tx: &mut Tx, account: AccountId, user: UserId, wanted: PlaceChange) -> Result<(Membership, Member)> {
    let PlaceChange { role, availability, auto_offline } = wanted;
    one_at_a_time(tx, account)?;
    let before = queries::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)?.membership;
    diesel::update(account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user))))
        .set((
            account_users::role.eq(role.unwrap_or(before.role)),
            account_users::availability.eq(availability.unwrap_or(before.availability)),
            account_users::auto_offline.eq(auto_offline.unwrap_or(before.auto_offline)),
            account_users::updated_at.eq(now()),
        ))
        .execute(tx.conn)?;
    if before.role == Role::Administrator && role.is_some_and(|role| role != Role::Administrator) {
        dismiss(tx, account)?;
        restrict(tx, account, &[user])?;
    }
    if role.is_some_and(|role| role != before.role) {
        // another role sees other inboxes
        accounts::note_change(tx, account, KeptList::Inbox, &Actor::System)?;
    }
    let after = queries::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)?;
    Ok((before, after))
}

/// Takes away a user's place in an account. The user stays: their messages keep their name.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has none; [`Error::Refused`] for the last administrator.
pub fn remove_member(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    expel(tx, account, user)?;
    keep_an_administrator(tx, account)
}

/// The same, also of the last administrator.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no place there.
pub fn expel(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    if let Some(releases) = tx.shared::<Releases>() {
        releases.0.iter().try_for_each(|release| release(tx, account, user))?;
    }
    one_at_a_time(tx, account)?;
    let place = account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user)));
    let role: Role = diesel::delete(place).returning(account_users::role).get_result(tx.conn)?;
    if role == Role::Administrator {
        dismiss(tx, account)?;
    }
    match tx.shared::<Departures>() {
        Some(departures) => departures.0.iter().try_for_each(|depart| depart(tx, account, user)),
        None => Ok(()),
    }
}

fn dismiss(tx: &mut Tx, account: AccountId) -> Result<()> {
    match tx.shared::<Dismissals>() {
        Some(dismissals) => dismissals.0.iter().try_for_each(|dismiss| dismiss(tx, account)),
        None => Ok(()),
    }
}

/// Users may see less of the account from now on: they have left an inbox or a team, or are administrators no more.
///
/// # Errors
/// Those of the rooms above.
pub fn restrict(tx: &mut Tx, account: AccountId, users: &[UserId]) -> Result<()> {
    match tx.shared::<Restrictions>() {
        Some(restrictions) if !users.is_empty() => restrictions.0.iter().try_for_each(|restrict| restrict(tx, account, users)),
        _ => Ok(()),
    }
}

/// Lets no two transactions change the members of one account at once: two administrators who remove each other would both
/// find the other still there.
fn one_at_a_time(tx: &mut Tx, account: AccountId) -> Result<()> {
    let _: AccountId = locked(account_rows::table.find(account).select(account_rows::id)).get_result(tx.conn)?;
    Ok(())
}

fn keep_an_administrator(tx: &mut Tx, account: AccountId) -> Result<()> {
    if queries::administrators(tx.conn, account)?.is_empty() {
        return Err(Error::Refused("The account needs at least one administrator".into()));
    }
    Ok(())
}

/// Notes that a user has just used an account.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no place there.
pub fn touch_membership(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let place = account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user)));
    match diesel::update(place).set(account_users::active_at.eq(now())).execute(tx.conn)? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Notes that a user has closed the last of their sockets on a node, and is gone unless they are seen again. Whether they are a member still.
///
/// # Errors
/// The database's.
pub fn leave_membership(tx: &mut Tx, account: AccountId, user: UserId) -> Result<bool> {
    let place = account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user)));
    Ok(diesel::update(place).set(account_users::left_at.eq(now())).execute(tx.conn)? > 0)
}
