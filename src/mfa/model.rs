//! Rows of second factors, and what an app is told.
use super::{
    codes::{base32, matching},
    key::Key,
};
use crate::{
    db::{schema::second_factors, types::UserId},
    error::Result,
    users::User,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use url::Url;

/// A row of `second_factors`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub(super) struct SecondFactor {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub user_id: UserId,
    /// The secret follows from it.
    pub seed: String,
    /// With which key.
    pub key_print: String,
    /// The step whose code was used last.
    pub last_step: i64,
    /// Since when they are asked for codes; none while they set it up.
    pub enabled_at: Option<NaiveDateTime>,
}

impl SecondFactor {
    /// The step whose code this is, if it is the right one now and was not used.
    pub fn step_of(&self, key: &Key, code: u32, now: i64) -> Result<Option<i64>> {
        if self.key_print != key.print()? {
            tracing::error!(
                user = self.user_id.0,
                "a second factor was made with another HOOKDESK_SECRET_KEY (or secret.key): its codes are unknown here"
            );
            return Ok(None);
        }
        matching(&key.secret(&self.seed)?, code, now, self.last_step)
    }

    /// What the app of its user is told.
    pub fn setup(&self, key: &Key, user: &User, brand: &str) -> Result<Setup> {
        let secret = base32(&key.secret(&self.seed)?);
        // form encoding writes a space as +, which apps show as it is
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("secret", &secret).append_pair("issuer", brand).finish();
        let mut address = Url::parse("otpauth://totp/").map_err(crate::error::Error::internal)?;
        address.set_path(&format!("/{brand}:{}", user.email));
        address.set_query(Some(&query.replace('+', "%20")));
        Ok(Setup { secret, provisioning_url: address.into() })
    }
}

/// What somebody tells their app, by its camera or by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// In base32.
    pub secret: String,
    /// The same with the names that the app shows, as `otpauth://…`.
    pub provisioning_url: String,
}

/// What somebody has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Since when they are asked for codes, in unix seconds; none: not at all.
    pub on_since: Option<i64>,
    /// How many backup codes are left.
    pub backup_codes: i64,
}

impl State {
    /// Whether they are asked for codes.
    pub fn is_on(self) -> bool {
        self.on_since.is_some()
    }
}
