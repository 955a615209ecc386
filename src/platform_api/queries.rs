//! Reading apps, and what they may touch: what there is not is not found, and what belongs to others is refused.
use super::model::{AccountUser, Managed, PermissibleType, PlatformApp};
use crate::{
    accounts,
    bots::{self, AgentBot},
    db::{
        DbConn,
        dialect::Columns,
        schema::{account_users, platform_app_permissibles as permissibles, platform_apps},
        types::{AccountId, AgentBotId, PlatformAppId, UserId},
    },
    error::{Error, Result},
    users::{self, User},
};
use diesel::{
    dsl::{exists, select},
    prelude::*,
};

/// All apps, the oldest first. The operator makes each by hand.
///
/// # Errors
/// The database's.
pub fn apps(conn: &mut DbConn) -> Result<Vec<PlatformApp>> {
    Ok(platform_apps::table.select(PlatformApp::columns()).order_by(platform_apps::id).load(conn)?)
}

/// The app whose token has this hash.
pub(super) fn by_token(conn: &mut DbConn, hash: &str) -> Result<Option<PlatformApp>> {
    Ok(platform_apps::table.filter(platform_apps::token_hash.eq(hash)).select(PlatformApp::columns()).get_result(conn).optional()?)
}

/// An account that the app may touch.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`] for one that belongs to others.
pub(super) fn account(conn: &mut DbConn, app: PlatformAppId, id: AccountId) -> Result<Managed> {
    let (account, plan) = (accounts::find(conn, id)?, accounts::plan(conn, id)?);
    if plan.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    permit(conn, app, PermissibleType::Account, id.0)?;
    Ok(Managed { account, plan })
}

/// A user whom the app may touch.
///
/// # Errors
/// As [`account`].
pub(super) fn user(conn: &mut DbConn, app: PlatformAppId, id: UserId) -> Result<User> {
    let user = users::find(conn, id)?;
    permit(conn, app, PermissibleType::User, id.0)?;
    Ok(user)
}

/// A bot that the app may touch.
///
/// # Errors
/// As [`account`].
pub(super) fn bot(conn: &mut DbConn, app: PlatformAppId, id: AgentBotId) -> Result<AgentBot> {
    let bot = bots::by_ids(conn, &[id])?.pop().ok_or(Error::NotFound)?;
    permit(conn, app, PermissibleType::AgentBot, id.0)?;
    Ok(bot)
}

fn permit(conn: &mut DbConn, app: PlatformAppId, kind: PermissibleType, id: i64) -> Result<()> {
    let of_app = permissibles::platform_app_id.eq(app).and(permissibles::permissible_type.eq(kind));
    match select(exists(permissibles::table.filter(of_app).filter(permissibles::permissible_id.eq(id)))).get_result(conn)? {
        true => Ok(()),
        false => Err(Error::Unauthorized("Non permissible resource".into())),
    }
}

/// The ids of what an app may touch, a page of them, in their order.
fn some(conn: &mut DbConn, app: PlatformAppId, kind: PermissibleType, offset: i64, most: i64) -> Result<Vec<i64>> {
    let query = permissibles::table.filter(permissibles::platform_app_id.eq(app).and(permissibles::permissible_type.eq(kind)));
    Ok(query.select(permissibles::permissible_id).order_by(permissibles::permissible_id).offset(offset).limit(most).load(conn)?)
}

/// Accounts that the app may touch.
pub(super) fn accounts(conn: &mut DbConn, app: PlatformAppId, offset: i64, most: i64) -> Result<Vec<Managed>> {
    let ids: Vec<AccountId> = some(conn, app, PermissibleType::Account, offset, most)?.into_iter().map(AccountId).collect();
    let mut plans = accounts::plans(conn, &ids)?;
    let mut managed = |account: accounts::Account| Managed { plan: plans.remove(&account.id).unwrap_or_default(), account };
    let found: Vec<Managed> = accounts::by_ids(conn, &ids)?.into_iter().map(&mut managed).collect();
    Ok(found.into_iter().filter(|found| found.plan.deleted_at.is_none()).collect())
}

/// Bots that the app may touch.
pub(super) fn bots(conn: &mut DbConn, app: PlatformAppId, offset: i64, most: i64) -> Result<Vec<AgentBot>> {
    let ids: Vec<AgentBotId> = some(conn, app, PermissibleType::AgentBot, offset, most)?.into_iter().map(AgentBotId).collect();
    bots::by_ids(conn, &ids)
}

/// The places in an account.
pub(super) fn account_users(conn: &mut DbConn, account: AccountId) -> Result<Vec<AccountUser>> {
    let query = account_users::table.filter(account_users::account_id.eq(account)).order_by(account_users::id);
    Ok(query.select(AccountUser::columns()).load(conn)?)
}

/// Somebody's place in an account.
pub(super) fn account_user(conn: &mut DbConn, account: AccountId, user: UserId) -> Result<AccountUser> {
    let query = account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user)));
    Ok(query.select(AccountUser::columns()).get_result(conn)?)
}
