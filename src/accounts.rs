//! Accounts: the businesses that share one installation. They have no API of their own here, since an API needs `auth`;
//! their doors are the rooms above it.
use crate::{
    db::{
        DbConn, Tx,
        dialect::Columns,
        schema::accounts,
        types::{AccountId, Json, now},
    },
    error::{Error, Result},
    text_enum,
    web::json::Iso,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

text_enum! {
    /// Whether an account may be used.
    pub enum AccountStatus { Active = 0 "active", Suspended = 1 "suspended" }
}

text_enum! {
    /// Which of the two payloads a webhook gets: the one that is documented to our users, or today's Chatwoot payload.
    pub enum PayloadFormat { Documented = 0 "documented", Chatwoot = 1 "chatwoot" }
}

/// A row of `accounts`.
#[derive(Debug, Clone, Queryable, Selectable)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What it is called.
    pub name: String,
    /// The language of generated texts, as a code of two letters.
    pub locale: String,
    /// Its domain for mail.
    pub domain: Option<String>,
    /// Where its customers write to.
    pub support_email: Option<String>,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// Switches and limits, by name.
    pub settings: Json<Map<String, Value>>,
    /// What its owners note about it.
    pub custom_attributes: Json<Map<String, Value>>,
    /// What a new webhook gets unless it says otherwise.
    pub webhook_payload_format: PayloadFormat,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

/// The account of that id, whatever its status.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConn, id: AccountId) -> Result<Account> {
    Ok(accounts::table.find(id).select(Account::columns()).get_result(conn)?)
}

/// The account as its own endpoint draws it.
pub fn payload(account: &Account) -> impl Serialize {
    let setting = |name: &str| account.settings.0.get(name).cloned().unwrap_or(Value::Null);
    let mut custom_attributes = json!({"plan_name": null, "subscribed_quantity": null, "subscription_status": null, "subscription_ends_on": null});
    if let Value::Object(map) = &mut custom_attributes {
        map.extend(account.custom_attributes.0.clone());
    }
    json!({
        "settings": {"auto_resolve_after": setting("auto_resolve_after")},
        "created_at": Iso(account.created_at),
        "custom_attributes": custom_attributes,
        "domain": account.domain,
        "features": {},
        "id": account.id,
        "locale": account.locale,
        "name": account.name,
        "support_email": account.support_email,
        "status": account.status,
        "cache_keys": {"label": NEVER, "inbox": NEVER, "team": NEVER, "canned_response": NEVER},
        "latest_chatwoot_version": null,
    })
}

/// The cache key of a list that was never touched.
const NEVER: &str = "0000000000";

/// Makes an account.
///
/// # Errors
/// [`Error::Invalid`] for a name that is blank or longer than 255 characters.
pub fn create(tx: &mut Tx, name: &str, locale: &str) -> Result<Account> {
    let now = now();
    let insert = diesel::insert_into(accounts::table)
        .values((
            accounts::name.eq(checked_name(name)?),
            accounts::locale.eq(locale),
            accounts::created_at.eq(now),
            accounts::updated_at.eq(now),
        ))
        .returning(Account::columns());
    Ok(insert.get_result(tx.conn)?)
}

/// Changes what an account's settings page shows.
///
/// # Errors
/// As [`create`].
pub fn update(tx: &mut Tx, id: AccountId, name: &str, locale: &str, format: PayloadFormat) -> Result<()> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::name.eq(checked_name(name)?),
            accounts::locale.eq(locale),
            accounts::webhook_payload_format.eq(format),
            accounts::updated_at.eq(now()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn checked_name(name: &str) -> Result<&str> {
    match name.trim() {
        "" => Err(Error::invalid("name", "Name can't be blank")),
        name if name.chars().count() > 255 => Err(Error::invalid("name", "Name is too long (maximum is 255 characters)")),
        name => Ok(name),
    }
}
