//! Accounts, and who is in them.
use super::{grant, revoke};
use crate::{
    accounts::{self, AccountStatus, Plan},
    audit::{self, Change},
    auth,
    checks::not_too_large,
    db::{
        Tx,
        types::{AccountId, Json, UserId, now},
    },
    error::{Error, Result},
    platform_api::{
        caller::Platform,
        model::{AccountUser, Managed, PermissibleType},
        queries,
    },
    users::{self, Role, email_address},
    web::{
        Input,
        fields::{Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// What may be said about an account; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AccountInput {
    /// A new one needs it.
    pub name: Option<Text>,
    /// The language of generated texts, as a code; `en` unless said otherwise.
    pub locale: Option<Text>,
    /// Up to 100 characters.
    pub domain: Patch<Text>,
    /// Up to 100 characters.
    pub support_email: Patch<Text>,
    /// Nobody gets into an account that is suspended.
    pub status: Option<AccountStatus>,
    /// Which features front ends show, by name, each true or false. Those that are not there are not noted.
    pub features: Option<Object>,
    /// `agents` and `inboxes`: how many there may be. Others are kept without a meaning. Up to 64 KiB of JSON.
    pub limits: Option<Object>,
    /// What is noted about it, in place of what was; up to 64 KiB of JSON.
    pub custom_attributes: Option<Object>,
}

impl Input for AccountInput {
    const ROOT: &'static str = "account";
}

impl AccountInput {
    fn apply(self, Managed { account, plan }: &mut Managed) -> Result<()> {
        let AccountInput { name, locale, domain, support_email, status, features, limits, custom_attributes } = self;
        account.name = name.map_or(std::mem::take(&mut account.name), |name| name.0);
        account.locale = locale.map_or(std::mem::take(&mut account.locale), |locale| locale.0);
        account.domain = domain.map(|domain| domain.0).or(account.domain.take());
        account.support_email = match support_email {
            Patch::Set(Text(email)) => Some(email_address(&email).map_err(|_| Error::invalid("support_email", "Support email is invalid"))?),
            unset => unset.map(|email| email.0).or(account.support_email.take()),
        };
        account.status = status.unwrap_or(account.status);
        for (name, value) in features.unwrap_or_default().0 {
            match value {
                Value::Bool(_) if accounts::is_feature(&name) => drop(plan.features.0.insert(name, value)),
                Value::Bool(_) => {}
                _ => return Err(Error::invalid("features", "Features must be true or false, each by its name")),
            }
        }
        if let Some(Object(limits)) = limits {
            not_too_large("limits", &limits)?;
            let is_limit = |value: &Value| value.is_null() || value.as_u64().is_some();
            if ["agents", "inboxes"].iter().filter_map(|name| limits.get(*name)).any(|value| !is_limit(value)) {
                return Err(Error::invalid("limits", "Limits of agents and inboxes must be whole numbers"));
            }
            plan.limits = Json(limits);
        }
        if let Some(Object(attributes)) = custom_attributes {
            not_too_large("custom_attributes", &attributes)?;
            account.custom_attributes = Json(attributes);
        }
        Ok(())
    }
}

/// Makes an account that belongs to the app.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn create_account(tx: &mut Tx, by: &Platform, mut input: AccountInput) -> Result<Managed> {
    let name = input.name.take().unwrap_or_default().0;
    let locale = input.locale.take().map_or_else(|| "en".to_owned(), |locale| locale.0);
    let account = accounts::create(tx, &name, &locale)?;
    let mut managed = Managed { account, plan: Plan::default() };
    input.apply(&mut managed)?;
    let managed = save(tx, managed)?;
    grant(tx, by.id(), PermissibleType::Account, managed.account.id.0)?;
    audit::record(tx, managed.account.id, &by.author(), Change::Created(&managed))?;
    Ok(managed)
}

/// Changes an account.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthorized`]; else as [`create_account`].
pub fn update_account(tx: &mut Tx, by: &Platform, id: AccountId, input: AccountInput) -> Result<Managed> {
    accounts::find_to_change(tx, id)?;
    let before = queries::account(tx.conn, by.id(), id)?;
    let mut managed = before.clone();
    input.apply(&mut managed)?;
    let managed = save(tx, managed)?;
    audit::record(tx, id, &by.author(), Change::Updated(&before, &managed))?;
    Ok(managed)
}

fn save(tx: &mut Tx, Managed { account, plan }: Managed) -> Result<Managed> {
    let account = accounts::update(tx, &account)?;
    accounts::set_plan(tx, account.id, &plan)?;
    Ok(Managed { account, plan })
}

/// Nobody gets into an account any more, and it is cleared away bit by bit, however long that takes.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthorized`].
pub fn delete_account(tx: &mut Tx, by: &Platform, id: AccountId) -> Result<()> {
    accounts::find_to_change(tx, id)?;
    let mut managed = queries::account(tx.conn, by.id(), id)?;
    managed.account.status = AccountStatus::Suspended;
    managed.plan.deleted_at = Some(now());
    save(tx, managed)?;
    revoke(tx, PermissibleType::Account, id.0)
}

/// Whom it is about, and as what.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlaceInput {
    /// Needed.
    pub user_id: Patch<UserId>,
    /// An agent unless said otherwise.
    pub role: Option<Role>,
}

impl Input for PlaceInput {}

impl PlaceInput {
    fn user(&self) -> Result<UserId> {
        self.user_id.clone().set().ok_or_else(|| Error::blank("user"))
    }
}

/// Gives a user a place in an account; who has one already keeps it, with this role if one is said, also the last administrator.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthorized`] about the account or the user.
pub fn place(tx: &mut Tx, by: &Platform, id: AccountId, input: PlaceInput) -> Result<AccountUser> {
    // the account before the user, as when people invite somebody
    accounts::find_to_change(tx, id)?;
    let (account, user) = (queries::account(tx.conn, by.id(), id)?.account.id, queries::user(tx.conn, by.id(), input.user()?)?.id);
    let present = users::members(tx.conn, account, Some(&[user]))?.pop();
    match present {
        Some(before) => {
            let after = users::appoint(tx, account, user, input.role)?;
            audit::record(tx, account, &by.author(), Change::Updated(&before, &after))?;
        }
        None => {
            // as when people invite somebody: who may know the password of an address that nobody has proved does not come along
            let user = users::find_to_change(tx, user)?;
            auth::revoke_shown_link(tx, user.id)?;
            if user.confirmed && !user.address_proved {
                auth::disown(tx, user.id)?;
            }
            let member = users::add_member(tx, account, user.id, input.role.unwrap_or(Role::Agent), None)?;
            audit::record(tx, account, &by.author(), Change::Created(&member))?;
        }
    }
    queries::account_user(tx.conn, account, user)
}

/// Takes a user out of an account, also its last administrator: the app may give it another one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthorized`].
pub fn remove_place(tx: &mut Tx, by: &Platform, id: AccountId, input: PlaceInput) -> Result<()> {
    let (account, user) = (queries::account(tx.conn, by.id(), id)?.account.id, input.user()?);
    let member = users::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)?;
    users::expel(tx, account, user)?;
    audit::record(tx, account, &by.author(), Change::Destroyed(&member))
}
