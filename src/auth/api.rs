//! `/auth`: signing in and out, for programs.
use super::{
    Credentials, SignedIn,
    commands::close_session,
    headers::{Proved, session_headers},
    limits::SignInLimits,
    sign_in::sign_in,
};
use crate::{
    db::{Db, DbConn},
    error::{Error, Result},
    users::{self, User},
    web::{ClientInfo, Input, Params, fields::Text, json::Iso},
};
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{Data, ServiceConfig, delete, get, post, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes under `/auth`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/auth/sign_in").route(post().to(create)).route(get().to(to_the_page)))
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
    let mut response = HttpResponse::Ok();
    for header in
        session_headers(&Proved { uid: user.email.clone(), client: session.client, secret: session.secret, expires_at: session.expires_at })?
    {
        response.insert_header(header);
    }
    let user = db.read(move |conn| users::profile(conn, &user)).await?;
    Ok(response.json(json!({"data": user})))
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
