//! Service keys: credentials of programs that belong to no person. Whoever shows one acts within one account, as an [`Agent`](super::Agent) whose user
//! is a member of nothing, and no further than the key's scope.
use super::{Agent, SignedIn};
use crate::{
    accounts::{Account, AccountStatus},
    audit::Origin,
    audited,
    db::{
        DbConn,
        dialect::Columns,
        schema::{accounts, service_keys, users},
        types::{AccountId, ServiceKeyId, UserId, now},
    },
    error::{Error, Result},
    random::digest,
    text_enum,
    users::{Membership, Role, User},
};
use actix_web::http::Method;
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;

/// What every token of a key begins with, so that whoever finds one knows what it is.
pub const PREFIX: &str = "hdk_";

/// How often it is written down that a key is used.
const USED_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// What only reads although it is asked by POST, since filters are long: the ends of its paths. A thing elsewhere may be called "filter", too.
const ASKED_BY_POST: [&str; 3] = ["/contacts/filter", "/conversations/filter", "/contact_inboxes/filter"];

text_enum! {
    /// What a service key may do.
    pub enum Scope { Read = 0 "read", Write = 1 "write", Administration = 2 "administration" }
}

impl Scope {
    /// Whether a request may be made at all; what an administrator does is asked for by its handler besides.
    fn allows(self, method: &Method, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let asks = *method == Method::POST && ASKED_BY_POST.iter().any(|end| path.ends_with(end));
        self != Scope::Read || matches!(*method, Method::GET | Method::HEAD) || asks
    }

    /// As what the program acts: only administration arranges things, and is shown what opens doors.
    fn role(self) -> Role {
        if self == Scope::Administration { Role::Administrator } else { Role::Agent }
    }
}

/// A row of `service_keys`, without the token's hash.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = service_keys)]
pub struct ServiceKey {
    /// Its id.
    pub id: ServiceKeyId,
    /// Where it opens doors.
    pub account_id: AccountId,
    /// The author of what it writes.
    pub user_id: UserId,
    /// What it is for.
    pub name: String,
    /// How far it goes.
    pub scope: Scope,
    /// How its token ends.
    pub hint: String,
    /// Who has made it.
    pub created_by: Option<UserId>,
    /// When it ends; never with `None`.
    pub expires_at: Option<NaiveDateTime>,
    /// When it was noted last that it is used.
    pub last_used_at: Option<NaiveDateTime>,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

audited!(ServiceKey = "ServiceKey" by name);

impl ServiceKey {
    /// Whether its time is over.
    pub fn is_over(&self) -> bool {
        self.expires_at.is_some_and(|end| end <= now())
    }

    /// Whether it is time to note that it is used.
    pub(super) fn is_to_be_noted(&self) -> bool {
        self.last_used_at.is_none_or(|used| now() - used >= USED_AGAIN)
    }

    /// Refuses a request that is beyond its scope.
    ///
    /// # Errors
    /// [`Error::Unauthorized`], as for people whose role does not suffice.
    pub(super) fn check(&self, method: &Method, path: &str) -> Result<()> {
        if self.scope.allows(method, path) { Ok(()) } else { Err(Error::Unauthorized("This service key may only read".into())) }
    }
}

/// Whether a token is that of a service key.
pub(super) fn is_key(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// The program that shows a token, in an account.
pub(super) fn find(conn: &mut DbConn, token: &str, account: Option<AccountId>) -> Result<(SignedIn, Result<Agent>)> {
    let query = service_keys::table
        .inner_join(accounts::table)
        .inner_join(users::table.on(users::id.eq(service_keys::user_id)))
        .filter(service_keys::token_hash.eq(digest(token)))
        .select((ServiceKey::columns(), Account::columns(), User::columns()));
    let found: Option<(ServiceKey, Account, User)> = query.get_result(conn).optional()?;
    let (key, of, user) = found.filter(|(key, ..)| !key.is_over()).ok_or_else(super::bad_token)?;
    let account = account.ok_or(Error::NotFound)?;
    let program = SignedIn { user: user.clone(), session: None };
    if of.id != account {
        crate::accounts::find(conn, account)?;
        return Ok((program, Err(Error::Unauthorized("You are not authorized to access this account".into()))));
    }
    if of.status == AccountStatus::Suspended {
        return Ok((program, of.check_active().and(Err(Error::not_allowed()))));
    }
    let membership = Membership::of_program(of.id, user.id, key.scope.role());
    Ok((program, Ok(Agent { user, account: of, membership, key: Some(key), origin: Origin::default() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_read_may_ask_by_filters() {
        for (method, path, may) in [
            (Method::GET, "/api/v1/accounts/1/contacts", true),
            (Method::POST, "/api/v1/accounts/1/contacts/filter", true),
            (Method::POST, "/api/v1/accounts/1/conversations/filter/", true),
            (Method::POST, "/api/v1/accounts/1/contacts", false),
            (Method::POST, "/api/v1/accounts/1/portals/filter", false),
            (Method::PATCH, "/api/v1/accounts/1/portals/filter", false),
            (Method::DELETE, "/api/v1/accounts/1/contacts/filter", false),
        ] {
            assert_eq!(Scope::Read.allows(&method, path), may, "{method} {path}");
            assert!(Scope::Write.allows(&method, path));
        }
    }
}
