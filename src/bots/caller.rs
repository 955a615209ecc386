//! Bots as callers of the API. What a bot may do is what takes an [`AgentOrBot`] in its handler's signature; everywhere else their access tokens open
//! nothing.
use super::{model::AgentBot, queries};
use crate::{
    accounts::{self, Account},
    auth::{self, Agent, Credentials},
    db::{
        Db, DbConn,
        types::{AccountId, UserId},
    },
    error::{Error, Result},
    events::Actor,
    web::routes::{Part, Taken},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use futures_core::future::LocalBoxFuture;

/// A bot that has shown its access token, in an account where it may work.
#[derive(Debug, Clone)]
pub struct ActingBot {
    /// Which.
    pub bot: AgentBot,
    /// Where.
    pub account: Account,
}

/// Whoever answers: a member of the account in the request's path, or a bot that may work there.
#[derive(Debug, Clone)]
pub enum AgentOrBot {
    /// Somebody.
    Agent(Box<Agent>),
    /// A bot.
    Bot(Box<ActingBot>),
}

impl From<Agent> for AgentOrBot {
    fn from(agent: Agent) -> Self {
        AgentOrBot::Agent(Box::new(agent))
    }
}

impl AgentOrBot {
    /// Where they are.
    pub fn account(&self) -> &Account {
        match self {
            AgentOrBot::Agent(agent) => &agent.account,
            AgentOrBot::Bot(acting) => &acting.account,
        }
    }

    /// The account's id.
    pub fn account_id(&self) -> AccountId {
        self.account().id
    }

    /// Themselves as the cause of a change.
    pub fn actor(&self) -> Actor {
        match self {
            AgentOrBot::Agent(agent) => agent.actor(),
            AgentOrBot::Bot(acting) => acting.bot.actor(),
        }
    }

    /// Their place as a person, if they are one.
    pub fn agent(&self) -> Option<&Agent> {
        match self {
            AgentOrBot::Agent(agent) => Some(agent),
            AgentOrBot::Bot(_) => None,
        }
    }

    /// Their id as a person, if they are one.
    pub fn user_id(&self) -> Option<UserId> {
        self.agent().map(Agent::user_id)
    }
}

/// Finds the bot that a token belongs to, in an account where it may work; none for a token that is no bot's.
fn identify(conn: &mut DbConn, token: &str, account: Option<AccountId>) -> Result<Option<ActingBot>> {
    let Some(bot) = queries::by_access_token(conn, token)? else { return Ok(None) };
    let account = accounts::find(conn, account.ok_or(Error::NotFound)?)?;
    account.check_active()?;
    if bot.account_id != Some(account.id) && !queries::works_in(conn, bot.id, account.id)? {
        return Err(Error::Unauthorized("This bot is not authorized to access this account".into()));
    }
    Ok(Some(ActingBot { bot, account }))
}

impl FromRequest for AgentOrBot {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        auth::asked_by(request, |request| {
            let asking = AgentOrBot::from_request(request, &mut Payload::None);
            Box::pin(async move { asking.await.map(drop) })
        });
        let agent = Agent::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            // people ask far more often: only a token that is none of theirs is looked up again
            let refusal = match agent.await {
                Ok(agent) => return Ok(agent.into()),
                Err(refusal @ Error::Unauthorized(_)) => refusal,
                Err(other) => return Err(other),
            };
            let (Credentials::Token(token), Some(db)) = (Credentials::of(&request), request.app_data::<Data<Db>>().cloned()) else {
                return Err(refusal);
            };
            let account = request.match_info().get("account_id").and_then(|id| id.parse().ok());
            let acting = db.read(move |conn| identify(conn, &token, account)).await?.ok_or(refusal)?;
            auth::note_known(&request);
            Ok(AgentOrBot::Bot(Box::new(acting)))
        })
    }
}

impl Part for AgentOrBot {
    fn tell(taken: &mut Taken) {
        Agent::tell(taken);
        taken.admits_bots = true;
    }
}
