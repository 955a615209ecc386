//! Who looks at a page, with the frame that their page has. As with the API, the type in a handler's signature is the
//! permission.
use super::{Administrator, Agent, SignedIn, database, enter};
use crate::{
    db::DbConn,
    error::{Error, Result},
    users,
    web::shell::{Bell, NoticeBoard, Shell, Viewer},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use futures_core::future::LocalBoxFuture;

/// Somebody, signed in or not.
#[derive(Debug)]
pub struct AnyonePage {
    /// The frame of their page.
    pub shell: Shell,
    /// Who they are, if they are signed in.
    pub signed_in: Option<SignedIn>,
}

/// Somebody who is signed in, outside of any account's pages; the frame shows the account they used last.
#[derive(Debug)]
pub struct UserPage {
    /// The frame of their page.
    pub shell: Shell,
    /// Who they are.
    pub signed_in: SignedIn,
}

/// A member of the account in the path.
#[derive(Debug)]
pub struct AgentPage {
    /// The frame of their page.
    pub shell: Shell,
    /// Who they are.
    pub agent: Agent,
}

/// A member of the account in the path who may arrange things there.
#[derive(Debug)]
pub struct AdministratorPage {
    /// The frame of their page.
    pub shell: Shell,
    /// Who they are.
    pub administrator: Administrator,
}

/// The frame of a member's page, with how much they have not read, and with what an administrator should know.
async fn shell(request: &HttpRequest, agent: &Agent) -> Result<Shell> {
    let mut shell = frame(request, agent);
    let (account, user, language) = (agent.account_id(), agent.user_id(), shell.lang);
    let bell = request.app_data::<Data<Bell>>().cloned();
    let board = request.app_data::<Data<NoticeBoard>>().filter(|_| agent.is_administrator()).cloned();
    let look = move |conn: &mut DbConn| {
        let unread = bell.map_or(Ok(0), |bell| bell.0(conn, account, user))?;
        let notices = board.map_or_else(|| Ok(Vec::new()), |board| board.read(conn, account, language))?;
        Ok((unread, notices))
    };
    (shell.unread, shell.notices) = database(request)?.read(look).await?;
    Ok(shell)
}

fn frame(request: &HttpRequest, agent: &Agent) -> Shell {
    let viewer = Viewer {
        user_id: agent.user.id.0,
        user_name: agent.user.name.clone(),
        user_email: agent.user.email.clone(),
        user_avatar: agent.user.avatar_path().to_owned(),
        administrator: agent.is_administrator(),
        account_id: agent.account.id.0,
        account_name: agent.account.name.clone(),
    };
    Shell::of(request, Some(viewer), agent.user.locale(), Some(&agent.account.locale))
}

impl FromRequest for AnyonePage {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, signed_in) = (request.clone(), SignedIn::from_request(request, payload));
        Box::pin(async move {
            let signed_in = match signed_in.await {
                Err(Error::SignIn(_)) => None,
                found => Some(found?),
            };
            let locale = signed_in.as_ref().and_then(|signed_in| signed_in.user.locale());
            Ok(AnyonePage { shell: Shell::of(&request, None, locale, None), signed_in })
        })
    }
}

impl FromRequest for UserPage {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, db, signed_in) = (request.clone(), database(request), SignedIn::from_request(request, payload));
        Box::pin(async move {
            let signed_in = signed_in.await?;
            let user = signed_in.user.clone();
            let last_used =
                move |conn: &mut DbConn| match users::memberships(conn, user.id)?.into_iter().find(|seat| seat.account.check_active().is_ok()) {
                    Some(seat) => enter(conn, user, seat.account.id).map(Some),
                    None => Ok(None),
                };
            let shell = match db?.read(last_used).await? {
                Some(agent) => shell(&request, &agent).await?,
                None => Shell::of(&request, None, signed_in.user.locale(), None),
            };
            Ok(UserPage { shell, signed_in })
        })
    }
}

impl FromRequest for AgentPage {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, agent) = (request.clone(), Agent::from_request(request, payload));
        Box::pin(async move {
            let agent = agent.await?;
            Ok(AgentPage { shell: shell(&request, &agent).await?, agent })
        })
    }
}

impl FromRequest for AdministratorPage {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, administrator) = (request.clone(), Administrator::from_request(request, payload));
        Box::pin(async move {
            let administrator = administrator.await?;
            Ok(AdministratorPage { shell: shell(&request, &administrator).await?, administrator })
        })
    }
}
