//! Rows of platform apps, and of what they may touch.
use crate::{
    accounts::{Account, Plan},
    audit::{Author, AuthorType, Origin},
    audited,
    db::{
        schema::{account_users, platform_apps},
        types::{AccountId, PlatformAppId, UserId},
    },
    text_enum,
    users::{Availability, Role},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

text_enum! {
    /// What kind of thing an app may touch.
    pub enum PermissibleType { Account = 0 "Account", User = 1 "User", AgentBot = 2 "AgentBot" }
}

/// A row of `platform_apps`, without the hash of its token.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = platform_apps)]
pub struct PlatformApp {
    /// Its id.
    pub id: PlatformAppId,
    /// What the operator calls it.
    pub name: String,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

impl PlatformApp {
    /// The app, as the audit log names it.
    pub(super) fn author(&self, origin: Origin) -> Author {
        Author { kind: AuthorType::PlatformApp, id: Some(self.id.0), name: self.name.clone(), origin }
    }
}

/// A row of `account_users`, as apps see it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = account_users)]
pub(super) struct AccountUser {
    pub id: i64,
    pub account_id: AccountId,
    pub user_id: UserId,
    pub role: Role,
    pub availability: Availability,
    pub auto_offline: bool,
    pub inviter_id: Option<UserId>,
    pub active_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

/// An account with what is said of it here.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Managed {
    #[serde(flatten)]
    pub account: Account,
    #[serde(flatten)]
    pub plan: Plan,
}

audited!(Managed = "Account": |it| it.account.id.0, &it.account.name);
