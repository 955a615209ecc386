//! Making and revoking keys.
use super::queries;
use crate::{
    accounts,
    audit::Change,
    auth::{self, Administrator, Scope, ServiceKey},
    checks::{LINE, required},
    db::{
        Tx,
        dialect::Columns,
        schema::service_keys,
        types::{ServiceKeyId, now},
    },
    error::{Error, Result},
    random::{self, digest},
    users,
    web::{Input, clock, fields::Text},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// How many keys an account may have.
const MOST: i64 = 100;

/// How many characters of a token are shown again.
const HINT: usize = 4;

/// What is said of a new key.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct KeyInput {
    /// What it is for, up to 255 characters.
    pub name: Text,
    /// `read`: sees what agents see, in every inbox, and changes nothing. `write`: does what agents do. `administration`: does what administrators
    /// do, but makes no keys and lets nobody in.
    pub scope: Option<Scope>,
    /// Unix seconds, or a time as ISO 8601 has it. Left out: it does not end by itself.
    pub expires_at: Option<Text>,
}

impl Input for KeyInput {
    const ROOT: &'static str = "service_key";
}

impl KeyInput {
    fn end(&self) -> Result<Option<NaiveDateTime>> {
        let Some(text) = self.expires_at.as_ref().map(|text| text.0.trim()).filter(|text| !text.is_empty()) else { return Ok(None) };
        let wrong = || Error::invalid("expires_at", "Expires at is no time to come");
        clock::instant(text).filter(|end| *end > now()).map(Some).ok_or_else(wrong)
    }
}

/// Makes a key. Gives its token, of which only a hash is kept.
///
/// # Errors
/// [`Error::Invalid`] about `name`, `scope` or `expires_at`; [`Error::Refused`] when the account has as many as it may;
/// [`Error::Unauthorized`] for a program.
pub fn create(tx: &mut Tx, by: &Administrator, input: KeyInput) -> Result<(ServiceKey, String)> {
    by.check_person()?;
    let name = required("name", &input.name.0, LINE)?;
    let (scope, expires_at) = (input.scope.ok_or_else(|| Error::blank("scope"))?, input.end()?);
    // nobody makes another one while they are counted
    accounts::find_to_change(tx, by.account_id())?;
    if queries::count(tx.conn, by.account_id())? >= MOST {
        return Err(Error::Refused(format!("An account has at most {MOST} service keys: revoke those that are not used")));
    }
    let token = format!("{}{}", auth::SERVICE_KEY_PREFIX, random::token()?);
    let author = users::create_service(tx, by.account_id(), &name)?;
    let insert = diesel::insert_into(service_keys::table)
        .values((
            (service_keys::account_id.eq(by.account_id()), service_keys::user_id.eq(author), service_keys::created_by.eq(by.user_id())),
            (service_keys::name.eq(name), service_keys::scope.eq(scope), service_keys::expires_at.eq(expires_at)),
            (service_keys::token_hash.eq(digest(&token)), service_keys::hint.eq(&token[token.len() - HINT..])),
            service_keys::created_at.eq(now()),
        ))
        .returning(ServiceKey::columns());
    let key = insert.get_result(tx.conn)?;
    by.record(tx, Change::Created(&key))?;
    Ok((key, token))
}

/// Ends a key at once. What was written with it keeps its name.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`] for a program.
pub fn revoke(tx: &mut Tx, by: &Administrator, id: ServiceKeyId) -> Result<()> {
    by.check_person()?;
    let key = queries::find(tx.conn, by.account_id(), id)?;
    match diesel::delete(service_keys::table.find(key.id)).execute(tx.conn)? {
        // somebody else has revoked it at the same moment
        0 => Err(Error::NotFound),
        _ => by.record(tx, Change::Destroyed(&key)),
    }
}
