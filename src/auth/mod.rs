//! Who is asking, and what they may do. A permission is a type in a handler's signature: [`Agent`], [`Administrator`],
//! [`SignedIn`]. There is no other way to get one than to ask for it there.
mod address;
mod api;
mod commands;
mod credentials;
mod device;
mod headers;
mod key;
mod limits;
pub mod pages;
mod password;
mod payload;
mod precedence;
mod reset;
mod second_factor;
mod session;
mod sign_in;
mod sign_up;
#[cfg(test)]
pub mod tests;
mod viewers;

pub use address::ask as ask_for_address;
pub use api::{routes, sign_up_routes};
pub use commands::{
    Entry, Founding, OneTimeLink, Revocation, close_other_sessions, close_session, depart, dismiss, disown, found, issue_password_link,
    issue_sign_in_link, let_in, note_everywhere, open_session, revoke_links, revoke_other_sessions, revoke_session, revoke_shown_link,
};
pub use credentials::Credentials;
pub use device::Device;
pub use headers::{address_changed, echo_session};
pub use key::{PREFIX as SERVICE_KEY_PREFIX, Scope, ServiceKey};
pub use limits::SignInLimits;
pub use password::{hash_password, verify_password};
pub use payload::SessionJson;
pub use precedence::{asked_by, credentials_first, note_known};
pub use reset::ask as ask_for_password;
pub use second_factor::{by_code, switch_off as switch_off_second_factor, switch_on as switch_on_second_factor};
pub use session::{NewSession, Session, sessions_of};
pub use sign_in::{NewInstallation, check_password, first_run, sign_in, sign_in_by_link};
pub use viewers::{AdministratorPage, AgentPage, AnyonePage, UserPage};

use crate::{
    accounts::{Account, AccountStatus},
    audit::{self, Arranger, Audited, Author, AuthorType, Change, Origin},
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, UserId},
    },
    error::{Error, Result},
    events::Actor,
    users::{self, Membership, Role, TokenOwner, User},
    web::{
        ClientInfo,
        routes::{Caller, Part, Taken},
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use futures_core::future::LocalBoxFuture;

/// A user who has proved who they are, whatever the account.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// Set when they came with a session (not with an access token).
    pub session: Option<Session>,
}

/// A member of the account in the request's path.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Who.
    pub user: User,
    /// Where.
    pub account: Account,
    /// As what.
    pub membership: Membership,
    /// Set for a program that shows a service key: nobody is there then.
    pub key: Option<ServiceKey>,
    /// From where.
    pub origin: Origin,
}

/// A member of the account in the request's path who may arrange things there.
#[derive(Debug, Clone)]
pub struct Administrator(pub Agent);

impl Agent {
    /// The account's id.
    pub fn account_id(&self) -> AccountId {
        self.account.id
    }

    /// The user's id.
    pub fn user_id(&self) -> UserId {
        self.user.id
    }

    /// Whether they may arrange things and see every inbox.
    pub fn is_administrator(&self) -> bool {
        self.membership.role == Role::Administrator
    }

    /// Whether they see what is in every inbox: administrators do, and keys that people have made for the whole account.
    pub fn sees_every_inbox(&self) -> bool {
        self.is_administrator() || self.key.is_some()
    }

    /// Refuses a program what only people do, however far its key goes: what would open doors that stay open when the key is gone.
    ///
    /// # Errors
    /// [`Error::Unauthorized`].
    pub fn check_person(&self) -> Result<()> {
        match self.key {
            Some(_) => Err(Error::Unauthorized("No service key may do this".into())),
            None => Ok(()),
        }
    }

    /// Themselves as somebody who may arrange things, where that depends on what is asked for.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] for everybody else.
    pub fn into_administrator(self) -> Result<Administrator> {
        if self.is_administrator() { Ok(Administrator(self)) } else { Err(Error::not_allowed()) }
    }

    /// Themselves as the cause of a change.
    pub fn actor(&self) -> Actor {
        Actor::User(self.user.id, self.user.available_name().to_owned())
    }

    /// Notes in the account's audit log what they do, in the transaction in which they do it.
    ///
    /// # Errors
    /// The database's.
    pub fn record<T: Audited>(&self, tx: &mut Tx, change: Change<'_, T>) -> Result<()> {
        audit::record(tx, self.account_id(), &self.as_author(), change)
    }

    /// As the log names them: a program by its key.
    fn as_author(&self) -> Author {
        match &self.key {
            Some(key) => Author { kind: AuthorType::ServiceKey, id: Some(key.id.0), name: key.name.clone(), origin: self.origin.clone() },
            None => author(&self.user, self.origin.clone()),
        }
    }
}

impl Arranger for Administrator {
    fn account_id(&self) -> AccountId {
        self.account.id
    }

    fn author(&self) -> Author {
        self.as_author()
    }
}

/// A user, as the log names them.
pub fn author(user: &User, origin: Origin) -> Author {
    Author { kind: AuthorType::User, id: Some(user.id.0), name: user.email.clone(), origin }
}

impl std::ops::Deref for Administrator {
    type Target = Agent;
    fn deref(&self) -> &Agent {
        &self.0
    }
}

/// Finds who the credentials belong to.
///
/// # Errors
/// [`Error::SignIn`] without valid ones; [`Error::Unauthorized`] for an unknown access token.
pub fn identify(conn: &mut DbConn, credentials: &Credentials) -> Result<SignedIn> {
    match credentials {
        Credentials::None => Err(Error::sign_in()),
        Credentials::Token(token) if key::is_key(token) => Err(Error::Unauthorized("A service key belongs to no person".into())),
        Credentials::Token(token) => match users::by_access_token(conn, token)? {
            Some(user) => Ok(SignedIn { user, session: None }),
            None => Err(refused_token(conn, token)?),
        },
        Credentials::Session { client, secret, uid } => {
            let (user, session) = session::find(conn, client, secret)?.ok_or_else(Error::sign_in)?;
            match uid {
                Some(uid) if uid.to_lowercase() != user.email => Err(Error::sign_in()),
                _ => Ok(SignedIn { user, session: Some(session) }),
            }
        }
    }
}

/// Finds the user's place in an account.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account, [`Error::Unauthorized`] when it is suspended or not theirs.
pub fn enter(conn: &mut DbConn, user: User, account: AccountId) -> Result<Agent> {
    let (account, membership) = users::member(conn, user.id, account)?;
    admit(user, account, membership)
}

fn admit(user: User, account: Account, membership: Option<Membership>) -> Result<Agent> {
    match (account, membership) {
        (account, _) if account.status == AccountStatus::Suspended => Err(Error::Unauthorized("Account is suspended".into())),
        (_, None) => Err(Error::Unauthorized("You are not authorized to access this account".into())),
        (account, Some(membership)) => Ok(Agent { user, account, membership, key: None, origin: Origin::default() }),
    }
}

/// Finds who the credentials belong to, and their place in an account. An access token is looked up together with the place.
fn identify_in(conn: &mut DbConn, credentials: &Credentials, account: Option<AccountId>) -> Result<(SignedIn, Result<Agent>)> {
    match (credentials, account) {
        (Credentials::Token(token), account) if key::is_key(token) => key::find(conn, token, account),
        (Credentials::Token(token), Some(id)) => {
            let Some((user, account, membership)) = users::by_access_token_in(conn, token, id)? else { return Err(refused_token(conn, token)?) };
            let agent = account.ok_or(Error::NotFound).and_then(|account| admit(user.clone(), account, membership));
            Ok((SignedIn { user, session: None }, agent))
        }
        _ => {
            let signed_in = identify(conn, credentials)?;
            let agent = enter(conn, signed_in.user.clone(), account.ok_or(Error::NotFound)?);
            Ok((signed_in, agent))
        }
    }
}

/// Why a token that is no user's opens nothing here.
fn refused_token(conn: &mut DbConn, token: &str) -> Result<Error> {
    Ok(match users::owner_of_token(conn, token)? {
        Some(TokenOwner::AgentBot) => Error::Unauthorized("No bot may do this".into()),
        Some(TokenOwner::User) | None => bad_token(),
    })
}

fn bad_token() -> Error {
    Error::Unauthorized("Invalid Access Token".into())
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (db, credentials) = (database(request), Credentials::of(request));
        let request = request.clone();
        Box::pin(async move {
            let asking = credentials.clone();
            let db = db?;
            let signed_in = db.read(move |conn| identify(conn, &credentials)).await?;
            remember(&request, asking, &signed_in);
            note_use(&db, &request, &signed_in).await;
            Ok(signed_in)
        })
    }
}

impl FromRequest for Agent {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (db, credentials) = (database(request), Credentials::of(request));
        let account = request.match_info().get("account_id").and_then(|id| id.parse().ok());
        let request = request.clone();
        Box::pin(async move {
            let (db, asking) = (db?, credentials.clone());
            let (signed_in, agent) = db.read(move |conn| identify_in(conn, &credentials, account)).await?;
            remember(&request, asking, &signed_in);
            note_use(&db, &request, &signed_in).await;
            let agent = Agent { origin: origin(&request), ..agent? };
            if let Some(key) = &agent.key {
                key.check(request.method(), request.path())?;
                note_use_of_key(&db, key).await;
            }
            if signed_in.session.is_some() && agent.membership.is_to_be_noted() {
                note_presence(&db, &agent).await;
            }
            Ok(agent)
        })
    }
}

impl FromRequest for Administrator {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let agent = Agent::from_request(request, payload);
        Box::pin(async move { agent.await?.into_administrator() })
    }
}

/// Leaves with the request that it is known who asks, and a proved session of the API, for [`echo_session`].
fn remember(request: &HttpRequest, credentials: Credentials, signed_in: &SignedIn) {
    note_known(request);
    let Some(session) = &signed_in.session else { return };
    if let Credentials::Session { client, secret, uid: Some(_) } = credentials {
        request.extensions_mut().insert(headers::Proved { uid: signed_in.user.email.clone(), client, secret, expires_at: session.expires_at });
    }
}

/// Writes down that a session is used.
async fn note_use(db: &Db, request: &HttpRequest, signed_in: &SignedIn) {
    let Some(session) = signed_in.session.as_ref().filter(|session| session.is_to_be_noted()) else { return };
    let (id, client) = (session.id, ClientInfo::extract(request).await.unwrap_or_default());
    if let Err(e) = db.write(move |tx| commands::touch_session(tx, id, client.ip)).await {
        // the next request tells it again
        tracing::debug!(error = %e, session = id.0, "it could not be noted that a session is used");
    }
}

/// Writes down that a service key is used.
async fn note_use_of_key(db: &Db, key: &ServiceKey) {
    let id = key.id;
    if key.is_to_be_noted()
        && let Err(e) = db.write(move |tx| commands::touch_key(tx, id)).await
    {
        tracing::debug!(error = %e, key = id.0, "it could not be noted that a service key is used");
    }
}

/// Writes down that somebody is there. Whoever comes with a session is; a program with an access token tells nothing of its owner.
async fn note_presence(db: &Db, agent: &Agent) {
    let (account, user) = (agent.account_id(), agent.user_id());
    if let Err(e) = db.write(move |tx| users::touch_membership(tx, account, user)).await {
        // the next request tells it again
        tracing::debug!(error = %e, user = user.0, "it could not be noted that a user is there");
    }
}

impl Part for Credentials {}

impl Part for SignedIn {
    fn tell(taken: &mut Taken) {
        taken.caller = taken.caller.max(Caller::SignedIn);
    }
}

impl Part for Agent {
    fn tell(taken: &mut Taken) {
        taken.caller = taken.caller.max(Caller::Agent);
        taken.named.push(("account_id", taken.schemas.subschema_for::<AccountId>()));
    }
}

impl Part for Administrator {
    fn tell(taken: &mut Taken) {
        Agent::tell(taken);
        taken.caller = Caller::Administrator;
    }
}

/// From where a request comes.
fn origin(request: &HttpRequest) -> Origin {
    let config = request.app_data::<web::Data<Config>>();
    config.map(|config| Origin::from(&ClientInfo::of(request, &config.trusted_proxies))).unwrap_or_default()
}

fn database(request: &HttpRequest) -> Result<Db> {
    let db = request.app_data::<web::Data<Db>>().ok_or_else(|| Error::Internal("no database in the application".into()))?;
    Ok(db.get_ref().clone())
}
