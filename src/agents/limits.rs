//! How many people an account lets in and removes, and how often one of them is written to.
use crate::{
    auth::Administrator,
    error::Result,
    web::{Quota, Quotas, fields::Text},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How many people an account lets in.
const ADDED: Quota = Quota { of: "agent", most: 100, within: DAY };

/// How many it removes.
const REMOVED: Quota = Quota { of: "removed agent", most: 50, within: DAY };

/// How often one address is written to, whoever wants it.
const INVITED: Quota = Quota { of: "invitation", most: 5, within: Duration::from_secs(3600) };

/// Counts somebody whom an administrator lets in, and who may be written to.
///
/// # Errors
/// [`crate::error::Error::TooMany`].
pub(super) fn count_added(quotas: &Quotas, by: &Administrator, email: &Text) -> Result<()> {
    // what the account may not is not remembered of the address
    quotas.take(ADDED, by.account_id().0)?;
    count_invited(quotas, &email.0)
}

/// Counts an invitation to an address.
///
/// # Errors
/// [`crate::error::Error::TooMany`].
pub(super) fn count_invited(quotas: &Quotas, email: &str) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    email.trim().to_lowercase().hash(&mut hasher);
    quotas.take(INVITED, hasher.finish().cast_signed())
}

/// Counts somebody whom an administrator removes.
///
/// # Errors
/// [`crate::error::Error::TooMany`].
pub(super) fn count_removed(quotas: &Quotas, by: &Administrator) -> Result<()> {
    quotas.take(REMOVED, by.account_id().0)
}
