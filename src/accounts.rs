//! Accounts: the businesses that share one installation. They have no API of their own here, since an API needs `auth`;
//! their doors are the rooms above it.
mod plan;

pub use plan::{NoRoom, Plan, features, is_feature, make_room, plan, plans};

use crate::{
    audited,
    checks::{LINE, at_most, required},
    db::{
        DbConn, Tx,
        dialect::{Columns, Each, json_number, locked},
        schema::{account_plans, accounts, cache_keys},
        types::{AccountId, Json, now},
    },
    error::{Error, Result},
    events::{self, Actor, Event, EventName},
    text_enum,
    web::{
        Language,
        json::{Iso, seconds},
    },
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

text_enum! {
    /// Whether an account may be used.
    pub enum AccountStatus { Active = 0 "active", Suspended = 1 "suspended" }
}

text_enum! {
    /// Which of the two payloads a webhook gets: the one that is documented to our users, or today's Chatwoot payload.
    pub enum PayloadFormat { Documented = 0 "documented", Chatwoot = 1 "chatwoot" }
}

text_enum! {
    /// A list of the account that clients keep, and fetch again once its key is another one.
    pub enum KeptList { Label = 0 "label", Inbox = 1 "inbox", Team = 2 "team", CannedResponse = 3 "canned_response" }
}

/// A row of `accounts`.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
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
    /// For which events it has rules, a bit for each.
    pub rule_events: i32,
}

audited!(Account = "Account" by name);

impl Account {
    /// Whether it has a rule that such an event begins.
    pub fn has_rules_for(&self, event: EventName) -> bool {
        self.rule_events & bit(event) != 0
    }

    /// Refuses whatever is asked of an account that may not be used.
    ///
    /// # Errors
    /// [`Error::Unauthorized`].
    pub fn check_active(&self) -> Result<()> {
        match self.status {
            AccountStatus::Active => Ok(()),
            AccountStatus::Suspended => Err(Error::Unauthorized("Account is suspended".into())),
        }
    }

    /// In which texts are generated.
    pub fn language(&self) -> Language {
        Language::from_tag(&self.locale).unwrap_or_default()
    }

    /// Whether conversations wait on for a bot that has failed.
    pub fn keeps_pending_on_bot_failure(&self) -> bool {
        self.settings.0.get("keep_pending_on_bot_failure") == Some(&Value::Bool(true))
    }

    /// Whether clients are told how many conversations are unread.
    pub fn counts_unread(&self) -> bool {
        self.settings.0.get(UNREAD_COUNTS) == Some(&Value::Bool(true))
    }

    /// When and how conversations resolve by themselves; never with `None`.
    pub fn auto_resolve(&self) -> Option<AutoResolve> {
        let said = |key: &str| self.settings.0.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        Some(AutoResolve {
            minutes: self.settings.0.get("auto_resolve_after").and_then(Value::as_i64).filter(|minutes| *minutes > 0)?,
            message: said("auto_resolve_message").map(str::to_owned),
            label: said("auto_resolve_label").map(str::to_lowercase),
            leaves_waiting: self.settings.0.get("auto_resolve_ignore_waiting") == Some(&Value::Bool(true)),
        })
    }
}

fn bit(event: EventName) -> i32 {
    1 << event.number()
}

/// Notes by which events its rules begin.
///
/// # Errors
/// The database's.
pub fn note_rule_events(tx: &mut Tx, account: AccountId, events: &[EventName]) -> Result<()> {
    let bits = events.iter().fold(0, |bits, event| bits | bit(*event));
    diesel::update(accounts::table.find(account)).set(accounts::rule_events.eq(bits)).execute(tx.conn)?;
    Ok(())
}

/// How conversations in which nothing happens are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoResolve {
    /// After how many minutes without a message.
    pub minutes: i64,
    /// What the contact is told.
    pub message: Option<String>,
    /// The title of the label that they then carry, in lower case.
    pub label: Option<String>,
    /// Whether those stay open that wait for an answer.
    pub leaves_waiting: bool,
}

impl AutoResolve {
    /// What had its last message before this time is resolved now.
    pub fn before(&self, now: NaiveDateTime) -> NaiveDateTime {
        TimeDelta::try_minutes(self.minutes).and_then(|minutes| now.checked_sub_signed(minutes)).unwrap_or(NaiveDateTime::MIN)
    }
}

/// The account of that id, whatever its status.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConn, id: AccountId) -> Result<Account> {
    Ok(accounts::table.find(id).select(Account::columns()).get_result(conn)?)
}

/// The same of one that may be used.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`] when the account is suspended.
pub fn find_active(conn: &mut DbConn, id: AccountId) -> Result<Account> {
    let account = find(conn, id)?;
    account.check_active().map(|()| account)
}

/// The next active account, from this id on, whose conversations resolve by themselves.
///
/// # Errors
/// The database's.
pub fn next_with_auto_resolve(conn: &mut DbConn, from: AccountId) -> Result<Option<Account>> {
    let wanted = json_number(accounts::settings, "auto_resolve_after").is_not_null();
    let query = accounts::table
        .filter(accounts::id.ge(from).and(accounts::status.eq(AccountStatus::Active)))
        .filter(wanted)
        .order_by(accounts::id)
        .select(Account::columns());
    Ok(query.limit(1).get_result(conn).optional()?)
}

/// Those of these accounts that exist, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut DbConn, ids: &[AccountId]) -> Result<Vec<Account>> {
    Ok(accounts::table.filter(accounts::id.eq_any(ids)).order_by(accounts::id).select(Account::columns()).load(conn)?)
}

/// The account, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_to_change(tx: &mut Tx, id: AccountId) -> Result<Account> {
    Ok(locked(accounts::table.find(id).select(Account::columns())).get_result(tx.conn)?)
}

/// The feature, and the setting by which an account has it, that clients show how many conversations are unread: each message makes them ask.
pub const UNREAD_COUNTS: &str = "conversation_unread_counts";

/// An account as its own endpoint draws it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Account")]
pub struct AccountJson {
    /// What is set, by name; `auto_resolve_after`, in minutes, is always there.
    settings: Map<String, Value>,
    created_at: Iso,
    /// What its owners note about it.
    custom_attributes: Map<String, Value>,
    domain: Option<String>,
    /// What there is here, by the names that front ends ask for before they show it.
    features: BTreeMap<&'static str, bool>,
    id: AccountId,
    /// The language of generated texts.
    locale: String,
    name: String,
    support_email: Option<String>,
    status: AccountStatus,
    cache_keys: CacheKeys,
}

/// Of each list that clients keep, ten digits: they are others once it has changed, and zeros if it never has.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CacheKeys {
    label: String,
    inbox: String,
    team: String,
    canned_response: String,
}

/// Draws the account.
///
/// # Errors
/// The database's.
pub fn payload(conn: &mut DbConn, account: &Account) -> Result<AccountJson> {
    let with_null = |keys: &[&str], known: &Map<String, Value>| {
        let mut map: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
        map.extend(known.clone());
        map
    };
    let of_plan = ["plan_name", "subscribed_quantity", "subscription_status", "subscription_ends_on"];
    Ok(AccountJson {
        settings: with_null(&["auto_resolve_after"], &account.settings.0),
        created_at: Iso(account.created_at),
        custom_attributes: with_null(&of_plan, &account.custom_attributes.0),
        domain: account.domain.clone(),
        features: features(&plan(conn, account.id)?).into_iter().chain([(UNREAD_COUNTS, account.counts_unread())]).collect(),
        id: account.id,
        locale: account.locale.clone(),
        name: account.name.clone(),
        support_email: account.support_email.clone(),
        status: account.status,
        cache_keys: cache_keys(conn, account.id)?,
    })
}

/// Notes what is said of an account.
///
/// # Errors
/// The database's.
pub fn set_plan(tx: &mut Tx, id: AccountId, Plan { features, limits, deleted_at }: &Plan) -> Result<()> {
    let said = (account_plans::features.eq(features), account_plans::limits.eq(limits), account_plans::deleted_at.eq(deleted_at));
    let insert = diesel::insert_into(account_plans::table).values((account_plans::account_id.eq(id), said));
    Each(insert.on_conflict(account_plans::account_id).do_update().set(said)).execute(tx.conn)?;
    Ok(())
}

/// By these keys clients tell whether the lists that they keep are stale.
///
/// # Errors
/// The database's.
pub fn cache_keys(conn: &mut DbConn, account: AccountId) -> Result<CacheKeys> {
    let query = cache_keys::table.filter(cache_keys::account_id.eq(account)).select((cache_keys::list, cache_keys::changed));
    let known: HashMap<KeptList, i64> = query.load(conn)?.into_iter().collect();
    let key = |list: KeptList| format!("{:010}", known.get(&list).copied().unwrap_or_default());
    Ok(CacheKeys {
        label: key(KeptList::Label),
        inbox: key(KeptList::Inbox),
        team: key(KeptList::Team),
        canned_response: key(KeptList::CannedResponse),
    })
}

/// Notes that a list has changed, and tells it. Its key is the present second, or one more than the last one: two changes in a second are two keys.
///
/// # Errors
/// The database's.
pub fn note_change(tx: &mut Tx, account: AccountId, list: KeptList, by: &Actor) -> Result<()> {
    let present = seconds(now());
    let older = cache_keys::table.filter(cache_keys::account_id.eq(account).and(cache_keys::list.eq(list)).and(cache_keys::changed.lt(present)));
    if diesel::update(older).set(cache_keys::changed.eq(present)).execute(tx.conn)? == 0 {
        count_on(tx, account, list, present)?;
    }
    events::publish(tx, Event::for_sockets(EventName::AccountCacheInvalidated, account, by.clone(), &Map::new())?)
}

fn count_on(tx: &mut Tx, account: AccountId, list: KeptList, present: i64) -> Result<()> {
    let insert = diesel::insert_into(cache_keys::table)
        .values((cache_keys::account_id.eq(account), cache_keys::list.eq(list), cache_keys::changed.eq(present)))
        .on_conflict((cache_keys::account_id, cache_keys::list))
        .do_update()
        .set(cache_keys::changed.eq(cache_keys::changed + 1));
    Each(insert).execute(tx.conn)?;
    Ok(())
}

/// Makes an account.
///
/// # Errors
/// [`Error::Invalid`] for a name that is blank or longer than 255 characters, and for what is no language.
pub fn create(tx: &mut Tx, name: &str, locale: &str) -> Result<Account> {
    let now = now();
    let insert = diesel::insert_into(accounts::table)
        .values((
            accounts::name.eq(required("name", name, LINE)?),
            accounts::locale.eq(checked_locale(locale)?),
            accounts::created_at.eq(now),
            accounts::updated_at.eq(now),
        ))
        .returning(Account::columns());
    Ok(insert.get_result(tx.conn)?)
}

/// Stores what may be changed of an account.
///
/// # Errors
/// As [`create`]; and for a domain or an address of support that is longer than 100 characters.
pub fn update(tx: &mut Tx, account: &Account) -> Result<Account> {
    let Account {
        id,
        name,
        locale,
        domain,
        support_email,
        status,
        settings,
        custom_attributes,
        webhook_payload_format,
        created_at: _,
        rule_events: _,
    } = account;
    at_most("domain", domain.clone(), 100)?;
    at_most("support_email", support_email.clone(), 100)?;
    let update = diesel::update(accounts::table.find(*id))
        .set((
            accounts::name.eq(required("name", name, LINE)?),
            accounts::locale.eq(checked_locale(locale)?),
            accounts::domain.eq(domain),
            accounts::support_email.eq(support_email),
            accounts::status.eq(status),
            accounts::settings.eq(settings),
            accounts::custom_attributes.eq(custom_attributes),
            accounts::webhook_payload_format.eq(webhook_payload_format),
            accounts::updated_at.eq(now()),
        ))
        .returning(Account::columns());
    Ok(update.get_result(tx.conn)?)
}

/// Whether this is a language as clients write it: `en`, `th`, `pt_BR`, `zh-CN`.
pub fn is_locale(locale: &str) -> bool {
    let (language, region) = locale.split_once(['_', '-']).unwrap_or((locale, "XX"));
    let letters = |text: &str, length: std::ops::RangeInclusive<usize>| length.contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphabetic());
    letters(language, 2..=3) && letters(region, 2..=4)
}

fn checked_locale(locale: &str) -> Result<&str> {
    if is_locale(locale) { Ok(locale) } else { Err(Error::invalid("locale", "Locale is not a language")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for good in ["en", "th", "pt_BR", "zh-CN", "fil", "zh_Hant"] {
            assert!(checked_locale(good).is_ok(), "{good}");
        }
        for bad in ["", "e", "english", "en_", "e1", "en_US_x", "../en"] {
            assert!(checked_locale(bad).is_err(), "{bad}");
        }
    }
}
