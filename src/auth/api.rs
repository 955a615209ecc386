//! `/auth`: signing in and out, and passwords that are set by a link, for programs.
use super::{
    Credentials, Device, SessionJson, SignedIn,
    address::{self, NewAddress},
    commands::{Entry, Revocation, TOO_MANY_SESSIONS, close_session, let_in},
    headers::{Proved, session_headers},
    limits::SignInLimits,
    reset::{self, NewPassword},
    second_factor::answer_challenge,
    session::NewSession,
    sign_in::{Proof, UNCONFIRMED, sessions_to_choose_from, sign_in, sign_in_by_link},
    sign_up::{self, NewAccount},
};
use crate::{
    config::Config,
    db::{Db, types::SessionId},
    error::{Error, Result},
    users::{self, FounderJson, ProfileJson, User},
    web::{
        self, ClientInfo, Input, Params,
        envelopes::{InData, Payload, Sentence},
        fields::{Flag, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The routes under `/auth`.
pub fn routes(to: &mut Routes) {
    to.at("/auth/sign_in", |at| {
        let at = at.post("Signs in; the headers of the answer are the session", create);
        let at = at.answers::<InData<ProfileJson>>().or::<MfaRequired>(206, MFA_REQUIRED);
        let at = at.or::<NotSignedIn>(401, "There is nobody of that address with that password, or the token for the code is not known any more");
        let at = at.or::<SessionsLimit>(409, "A browser is told to say first which session ends: there are as many as there may be");
        at.get("Leads to the page", to_the_page).with_status(302)
    });
    to.at("/auth/password", |at| {
        let at = at.post("Mails a link for a new password, if the address is known", ask_for_password).answers::<Sentence>();
        let at = at.patch("Sets a new password with the token of such a link, and signs in", set_password);
        let at = at.answers::<InData<ProfileJson>>().or::<MfaRequired>(206, MFA_REQUIRED);
        at.or::<NoSuchLink>(422, "The link does not work, or the password is refused")
    });
    to.at("/auth/confirmation", |at| {
        let at = at.post("Proves an address with the token of the mail about it, and signs in", set_address);
        let at = at.answers::<InData<ProfileJson>>().or::<MfaRequired>(206, MFA_REQUIRED);
        at.or::<NoSuchLink>(422, "The link does not work, or somebody else has the address")
    });
    to.at("/resend_confirmation", |at| at.post("Mails the link of a sign-up or an invitation again, if one waits", resend_confirmation));
    to.at("/auth/sign_out", |at| at.delete("Ends the session", destroy).answers::<Success>().or::<Refused>(404, "There is no such session"));
    to.at("/auth/validate_token", |at| {
        at.get("Who is signed in, if it is by a session", validate).answers::<Payload<Validated>>().or::<Refused>(401, "There is no such session")
    });
}

/// Signing up, apart from what is for people who are signed in.
pub fn sign_up_routes(to: &mut Routes) {
    to.at("/api/v1/accounts", |at| {
        let at = at.post("Asks for an account of one’s own, where the operator wants that; a link proves the address of a stranger", sign_up);
        at.answers::<SignedUp>().or::<NotSignedIn>(401, "The access token is nobody’s, or that of a program")
    });
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum SignedUp {
    Asked(Asked),
    Made(Box<InData<FounderJson<'static>>>),
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Asked {
    /// Where the link goes; or word that there is a login already.
    email: String,
}

async fn sign_up(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: Result<SignedIn>,
    Params(new): Params<NewAccount>,
) -> Result<HttpResponse> {
    let who = match who {
        Ok(who) => who,
        // whose session is over is a stranger again
        Err(Error::SignIn(_)) => {
            let email = sign_up::ask(&db, &config, &limits, new, &client).await?;
            return Ok(HttpResponse::Ok().json(Asked { email }));
        }
        Err(e) => return Err(e),
    };
    let (account, session) = sign_up::make_another(&db, &config, &limits, &who, new, &client).await?;
    let proved = request.extensions().get::<Proved>().cloned().or_else(|| session.map(|session| proof(&who.user, session)));
    let mut response = HttpResponse::Ok();
    for header in proved.map(|proved| session_headers(&proved)).transpose()?.into_iter().flatten() {
        response.insert_header(header);
    }
    let data = db.read(move |conn| users::founder(conn, &who.user, account.id)).await?;
    Ok(response.json(InData { data }))
}

/// A session just opened, as its client is to know it.
fn proof(user: &User, session: NewSession) -> Proved {
    let NewSession { client, secret, expires_at } = session;
    Proved { uid: user.email.clone(), client, secret, expires_at }
}

const MFA_REQUIRED: &str = "The user has two-factor authentication: sign in with this token and a code";

/// The password was right, and a code is wanted.
#[derive(Serialize, JsonSchema)]
struct MfaRequired {
    /// Always true.
    mfa_required: bool,
    /// Sent as `mfa_token` with the code, within ten minutes.
    mfa_token: String,
}

/// Which sessions there are, while there may be no more.
#[derive(Serialize, JsonSchema)]
struct SessionsLimit {
    /// Always true.
    sessions_limit_reached: bool,
    sessions: Vec<SessionJson>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum NotSignedIn {
    Unconfirmed(Unconfirmed),
    Password(Refused),
    Code { error: String },
}

/// How it looks when the address is not proved yet.
#[derive(Serialize, JsonSchema)]
struct Unconfirmed {
    #[serde(flatten)]
    refused: Refused,
    /// Always `user_not_confirmed`.
    error_code: &'static str,
}

/// How most refusals look here.
#[derive(Serialize, JsonSchema)]
struct Refused {
    /// Always false.
    success: bool,
    errors: [String; 1],
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Success {
    /// Always true.
    success: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Validated {
    /// Always true.
    success: bool,
    #[schemars(with = "ProfileJson")]
    data: Value,
}

#[derive(Serialize, JsonSchema)]
struct NoSuchLink {
    message: String,
    redirect_url: &'static str,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct SignIn {
    /// The address of whoever signs in.
    email: Text,
    /// As typed.
    password: Text,
    /// In place of address and password: what the answer to them has said (206).
    mfa_token: Option<Text>,
    /// With it, a code of the app.
    otp_code: Option<Text>,
    /// Or one of the backup codes.
    backup_code: Option<Text>,
    /// In place of the password: the token of a link that a program of the operator's has made.
    sso_auth_token: Text,
    /// A session that ends with this sign-in, where there are as many as there may be (409).
    revoke_session_id: Patch<SessionId>,
    /// Whether all sessions end with this sign-in.
    revoke_all_sessions: Flag,
}

impl Input for SignIn {}

async fn create(db: Data<Db>, limits: Data<SignInLimits>, client: ClientInfo, Params(input): Params<SignIn>) -> Result<HttpResponse> {
    let SignIn { email, password, mfa_token, otp_code, backup_code, sso_auth_token, revoke_session_id, revoke_all_sessions } = input;
    let asks = Device::of(client.user_agent.as_deref().unwrap_or_default()).is_browser();
    let revocation = Revocation { all: revoke_all_sessions.0, one: revoke_session_id.set(), asks };
    if let Some(Text(token)) = mfa_token {
        let Text(code) = otp_code.filter(|code| !code.0.trim().is_empty()).or(backup_code).unwrap_or_default();
        return match answer_challenge(&db, &limits, &token, &code, &client, revocation).await {
            Ok((user, session)) => welcome(&db, user, session).await,
            Err(Error::OverLimit(text)) if text == TOO_MANY_SESSIONS => choose(&db, Proof::Challenge(token)).await,
            Err(e) => Err(e),
        };
    }
    let signed_in = match sso_auth_token.0.is_empty() {
        true => sign_in(&db, &limits, &email.0, password.0, &client, revocation).await,
        false => sign_in_by_link(&db, &limits, &email.0, sso_auth_token.0, &client, revocation).await,
    };
    match signed_in {
        Err(Error::SignIn(text)) if text == UNCONFIRMED => Ok(unconfirmed()),
        Err(Error::SignIn(text)) => Ok(refused(StatusCode::UNAUTHORIZED, &text)),
        Err(Error::OverLimit(text)) if text == TOO_MANY_SESSIONS => choose(&db, Proof::Address(email.0)).await,
        signed_in => {
            let (user, entry) = signed_in?;
            enter(&db, user, entry).await
        }
    }
}

/// Shows the sessions of which one is to end first.
async fn choose(db: &Db, proof: Proof) -> Result<HttpResponse> {
    let sessions = sessions_to_choose_from(db, proof).await?;
    let sessions = sessions.into_iter().map(|session| SessionJson::of(session, None)).collect();
    Ok(HttpResponse::Conflict().json(SessionsLimit { sessions_limit_reached: true, sessions }))
}

/// Hands out a session, or asks for a code first.
async fn enter(db: &Db, user: User, entry: Entry) -> Result<HttpResponse> {
    match entry {
        Entry::Session(session) => welcome(db, user, session).await,
        Entry::Challenge(mfa_token) => Ok(HttpResponse::PartialContent().json(MfaRequired { mfa_required: true, mfa_token })),
    }
}

/// Hands out a session.
async fn welcome(db: &Db, user: User, session: NewSession) -> Result<HttpResponse> {
    let mut response = HttpResponse::Ok();
    for header in session_headers(&proof(&user, session))? {
        response.insert_header(header);
    }
    let user = db.read(move |conn| users::profile(conn, &user)).await?;
    Ok(response.json(InData { data: user }))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Forgotten {
    /// The address of whoever has forgotten the password, or waits for a link.
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
    Ok(HttpResponse::Ok().json(Sentence { message }))
}

/// The answer is the same whether somebody waits for a link or not.
async fn resend_confirmation(
    db: Data<Db>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    Params(Forgotten { email }): Params<Forgotten>,
) -> Result<HttpResponse> {
    sign_up::ask_again(&db, &limits, &email.0, &client)?;
    Ok(web::empty())
}

async fn set_password(db: Data<Db>, client: ClientInfo, Params(new): Params<NewPassword>) -> Result<HttpResponse> {
    match reset::set(&db, new, &client).await {
        Ok((user, entry)) => enter(&db, user, entry).await,
        Err(e) => no_such_link(e),
    }
}

/// The address of somebody, by the link that went there: another one, or that of an account that is made by it.
async fn set_address(db: Data<Db>, limits: Data<SignInLimits>, client: ClientInfo, Params(new): Params<NewAddress>) -> Result<HttpResponse> {
    let (token, password) = new.clone().said();
    let asked = token.clone();
    if let Some(waiting) = db.read(move |conn| sign_up::by_token(conn, &asked)).await? {
        return match sign_up::confirm(&db, &limits, waiting, token, password, &client).await {
            Ok((user, entry)) => enter(&db, user, entry).await,
            Err(e) => no_such_link(e),
        };
    }
    let user = match address::set(&db, &limits, new, &client).await {
        Ok(user) => user,
        Err(e) => return no_such_link(e),
    };
    let (user, entry) = db.write(move |tx| let_in(tx, &user, &client).map(|entry| (user, entry))).await?;
    enter(&db, user, entry).await
}

fn no_such_link(error: Error) -> Result<HttpResponse> {
    match error {
        Error::Invalid { message, .. } => Ok(HttpResponse::UnprocessableEntity().json(NoSuchLink { message, redirect_url: "/" })),
        e => Err(e),
    }
}

/// For those who open the address in a browser.
async fn to_the_page() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/app/login")).finish()
}

async fn destroy(db: Data<Db>, client: ClientInfo, credentials: Credentials) -> Result<HttpResponse> {
    let end = db.write(move |tx| {
        let SignedIn { user, session } = super::identify(tx.conn, &credentials)?;
        close_session(tx, &user, session.ok_or_else(Error::sign_in)?.id, &client)
    });
    match end.await {
        Err(Error::SignIn(_) | Error::Unauthorized(_)) => Ok(refused(StatusCode::NOT_FOUND, "User was not found or was not logged in.")),
        ended => ended.map(|()| HttpResponse::Ok().json(Success { success: true })),
    }
}

async fn validate(db: Data<Db>, signed_in: Result<SignedIn>) -> Result<HttpResponse> {
    match signed_in {
        Ok(SignedIn { user, session: Some(_), .. }) => {
            let data = db.read(move |conn| users::profile_with_birth(conn, &user)).await?;
            Ok(HttpResponse::Ok().json(Payload { payload: Validated { success: true, data } }))
        }
        // an access token is no session
        Ok(_) | Err(Error::SignIn(_) | Error::Unauthorized(_)) => Ok(refused(StatusCode::UNAUTHORIZED, "Invalid login credentials")),
        Err(e) => Err(e),
    }
}

/// The password is right, and the link is not used yet.
fn unconfirmed() -> HttpResponse {
    let refused = Refused { success: false, errors: [UNCONFIRMED.to_owned()] };
    HttpResponse::Unauthorized().json(Unconfirmed { refused, error_code: "user_not_confirmed" })
}

fn refused(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status).json(Refused { success: false, errors: [text.to_owned()] })
}
