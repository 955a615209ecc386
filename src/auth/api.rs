//! `/auth`: signing in and out, and passwords that are set by a link, for programs.
use super::{
    Credentials, SignedIn,
    address::{self, NewAddress},
    commands::{close_session, open_session},
    headers::{Proved, session_headers},
    limits::SignInLimits,
    reset::{self, NewPassword},
    session::NewSession,
    sign_in::sign_in,
};
use crate::{
    config::Config,
    db::{Db, DbConn},
    error::{Error, Result},
    users::{self, User},
    web::{ClientInfo, Input, Params, fields::Text, json::Iso},
};
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{Data, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes under `/auth`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/auth/sign_in").route(post().to(create)).route(get().to(to_the_page)))
        .service(resource("/auth/password").route(post().to(ask_for_password)).route(put().to(set_password)).route(patch().to(set_password)))
        .service(resource("/auth/confirmation").route(post().to(set_address)))
        .service(resource("/auth/sign_out").route(delete().to(destroy)))
        .service(resource("/auth/validate_token").route(get().to(validate)));
}

#[derive(Debug, Deserialize)]
struct SignIn {
    #[serde(default)]
    email: Text,
    #[serde(default)]
    password: Text,
}

impl Input for SignIn {}

async fn create(db: Data<Db>, limits: Data<SignInLimits>, client: ClientInfo, Params(input): Params<SignIn>) -> Result<HttpResponse> {
    let SignIn { email, password } = input;
    let (user, session) = match sign_in(&db, &limits, &email.0, password.0, &client).await {
        Err(Error::SignIn(text)) => return Ok(refused(StatusCode::UNAUTHORIZED, &text)),
        signed_in => signed_in?,
    };
    welcome(&db, user, session).await
}

/// Hands out a session.
async fn welcome(db: &Db, user: User, session: NewSession) -> Result<HttpResponse> {
    let mut response = HttpResponse::Ok();
    for header in
        session_headers(&Proved { uid: user.email.clone(), client: session.client, secret: session.secret, expires_at: session.expires_at })?
    {
        response.insert_header(header);
    }
    let user = db.read(move |conn| users::profile(conn, &user)).await?;
    Ok(response.json(json!({"data": user})))
}

#[derive(Debug, Deserialize)]
struct Forgotten {
    #[serde(default)]
    email: Text,
}

impl Input for Forgotten {}

/// The answer is the same whether somebody has that address or not.
async fn ask_for_password(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    Params(Forgotten { email }): Params<Forgotten>,
) -> Result<HttpResponse> {
    reset::ask(&db, &limits, &email.0, &client).await?;
    let message = match config.mail.smtp {
        Some(_) => "If somebody has this address, a mail with a link to set a new password is on its way",
        None => "This server sends no mail: ask an administrator of your account, or the operator of this server, for a link to set a new password",
    };
    Ok(HttpResponse::Ok().json(json!({"message": message})))
}

async fn set_password(db: Data<Db>, client: ClientInfo, Params(new): Params<NewPassword>) -> Result<HttpResponse> {
    match reset::set(&db, new, &client).await {
        Ok((user, session)) => welcome(&db, user, session).await,
        Err(e) => no_such_link(e),
    }
}

/// The address of somebody, by the link that went there.
async fn set_address(db: Data<Db>, limits: Data<SignInLimits>, client: ClientInfo, Params(new): Params<NewAddress>) -> Result<HttpResponse> {
    let user = match address::set(&db, &limits, new, &client).await {
        Ok(user) => user,
        Err(e) => return no_such_link(e),
    };
    let id = user.id;
    let session = db.write(move |tx| open_session(tx, id, &client)).await?;
    welcome(&db, user, session).await
}

fn no_such_link(error: Error) -> Result<HttpResponse> {
    match error {
        Error::Invalid { message, .. } => Ok(HttpResponse::UnprocessableEntity().json(json!({"message": message, "redirect_url": "/"}))),
        e => Err(e),
    }
}

/// For those who open the address in a browser.
async fn to_the_page() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/app/login")).finish()
}

async fn destroy(db: Data<Db>, credentials: Credentials) -> Result<HttpResponse> {
    let end = db.write(move |tx| {
        let session = super::identify(tx.conn, &credentials)?.session.ok_or_else(Error::sign_in)?;
        close_session(tx, session.id)
    });
    match end.await {
        Err(Error::SignIn(_) | Error::Unauthorized(_)) => Ok(refused(StatusCode::NOT_FOUND, "User was not found or was not logged in.")),
        ended => ended.map(|()| HttpResponse::Ok().json(json!({"success": true}))),
    }
}

async fn validate(db: Data<Db>, signed_in: Result<SignedIn>) -> Result<HttpResponse> {
    match signed_in {
        Ok(SignedIn { user, session: Some(_), .. }) => {
            let data = db.read(move |conn| with_birth(conn, &user)).await?;
            Ok(HttpResponse::Ok().json(json!({"payload": {"success": true, "data": data}})))
        }
        // an access token is no session
        Ok(_) | Err(Error::SignIn(_) | Error::Unauthorized(_)) => Ok(refused(StatusCode::UNAUTHORIZED, "Invalid login credentials")),
        Err(e) => Err(e),
    }
}

fn with_birth(conn: &mut DbConn, user: &User) -> Result<Value> {
    let mut data = users::profile(conn, user)?;
    data["created_at"] = json!(Iso(user.created_at));
    Ok(data)
}

fn refused(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({"success": false, "errors": [text]}))
}
