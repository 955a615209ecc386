//! Making apps, and what apps do.
mod accounts;
mod bots;
mod deletion;
mod users;

pub(super) use accounts::{AccountInput, PlaceInput, create_account, delete_account, place, remove_place, update_account};
pub(super) use bots::{BotInput, create_bot, delete_bot, update_bot};
pub(super) use deletion::{clear_some, is_anything_to_go};
pub(super) use users::{UserInput, create_user, delete_user, update_user};

use super::model::{PermissibleType, PlatformApp};
use crate::{
    checks::{LINE, required},
    db::{
        Tx,
        dialect::{Columns, Each},
        schema::{platform_app_permissibles as permissibles, platform_apps},
        types::{PlatformAppId, now},
    },
    error::{Error, Result},
    random::{self, digest},
};
use diesel::prelude::*;

/// Makes an app; gives it with its token, of which only a hash is kept.
///
/// # Errors
/// [`Error::Invalid`] about `name`.
pub fn create_app(tx: &mut Tx, name: &str) -> Result<(PlatformApp, String)> {
    let (name, token, now) = (required("name", name, LINE)?, random::token()?, now());
    let insert = diesel::insert_into(platform_apps::table).values((
        (platform_apps::name.eq(name), platform_apps::token_hash.eq(digest(&token))),
        (platform_apps::created_at.eq(now), platform_apps::updated_at.eq(now)),
    ));
    Ok((insert.returning(PlatformApp::columns()).get_result(tx.conn)?, token))
}

/// Deletes an app. What it has made stays.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete_app(tx: &mut Tx, id: PlatformAppId) -> Result<()> {
    match diesel::delete(platform_apps::table.find(id)).execute(tx.conn)? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Lets an app touch a thing from now on.
fn grant(tx: &mut Tx, app: PlatformAppId, kind: PermissibleType, id: i64) -> Result<()> {
    let insert = diesel::insert_into(permissibles::table)
        .values((
            permissibles::platform_app_id.eq(app),
            permissibles::permissible_type.eq(kind),
            permissibles::permissible_id.eq(id),
            permissibles::created_at.eq(now()),
        ))
        .on_conflict_do_nothing();
    Each(insert).execute(tx.conn)?;
    Ok(())
}

/// Nobody touches a thing any more that is gone.
fn revoke(tx: &mut Tx, kind: PermissibleType, id: i64) -> Result<()> {
    let all = permissibles::table.filter(permissibles::permissible_type.eq(kind).and(permissibles::permissible_id.eq(id)));
    diesel::delete(all).execute(tx.conn)?;
    Ok(())
}
