//! `/api/v1/profile/mfa`: the second factor.
use crate::{
    auth::{self, SignInLimits, SignedIn},
    config::Config,
    db::Db,
    error::{Error, Result},
    mfa::{self, Key},
    profile::commands,
    web::{ClientInfo, Input, Params, fields::Text, routes::Routes},
};
use actix_web::web::{Data, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The routes under `/api/v1/profile`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/profile/mfa", |at| {
        let at = at.get("Whether one has two-factor authentication", show).answers::<Shown>();
        let at = at.post("Begins to set it up; takes a session", begin).answers::<SetupJson>();
        at.delete("Switches it off", switch_off).answers::<Enabled>()
    });
    to.at("/profile/mfa/verify", |at| at.post("Switches it on, with a first code of the app", verify).answers::<Verified>());
    to.at("/profile/mfa/backup_codes", |at| {
        at.post("Makes other backup codes; the ones before stop working", renew_backup_codes).answers::<BackupCodes>()
    });
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Shown {
    /// Whether this server can do it: it has a key for the secrets.
    feature_available: bool,
    enabled: bool,
    /// Whether there are backup codes left.
    backup_codes_generated: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct SetupJson {
    /// What an app reads as a QR code: `otpauth://totp/…`.
    provisioning_url: String,
    /// The same to type: base32.
    secret: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Enabled {
    enabled: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Verified {
    /// Always true.
    enabled: bool,
    /// Each signs in once in place of a code. They are shown this once.
    backup_codes: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct BackupCodes {
    backup_codes: Vec<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct CodeInput {
    /// Of the app, or a backup code.
    otp_code: Text,
}

impl Input for CodeInput {}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Proof {
    /// The present password.
    password: Text,
    /// Of the app, or a backup code.
    otp_code: Text,
}

impl Input for Proof {}

async fn show(db: Data<Db>, who: SignedIn) -> Result<Json<Shown>> {
    let feature_available = db.shared::<Key>().is_some();
    let state = db.read(move |conn| mfa::state(conn, who.user.id)).await?;
    Ok(Json(Shown { feature_available, enabled: state.is_on(), backup_codes_generated: state.backup_codes > 0 }))
}

async fn begin(db: Data<Db>, config: Data<Config>, who: SignedIn) -> Result<Json<SetupJson>> {
    // an access token in wrong hands would keep its owner out
    if who.session.is_none() {
        return Err(Error::Refused("Sign in with a session to set up two-factor authentication".into()));
    }
    let brand = config.brand_name.clone();
    let setup = db.write(move |tx| mfa::begin(tx, &who.user, &brand)).await?;
    Ok(Json(SetupJson { provisioning_url: setup.provisioning_url, secret: setup.secret }))
}

async fn verify(
    db: Data<Db>,
    limits: Data<SignInLimits>,
    who: SignedIn,
    client: ClientInfo,
    Params(CodeInput { otp_code }): Params<CodeInput>,
) -> Result<Json<Verified>> {
    let backup_codes = auth::switch_on_second_factor(&db, &limits, &who.user, &otp_code.0, &client).await?;
    Ok(Json(Verified { enabled: true, backup_codes }))
}

async fn renew_backup_codes(
    db: Data<Db>,
    limits: Data<SignInLimits>,
    who: SignedIn,
    client: ClientInfo,
    Params(CodeInput { otp_code }): Params<CodeInput>,
) -> Result<Json<BackupCodes>> {
    let backup_codes = commands::renew_backup_codes(&db, &limits, &who.user, &otp_code.0, &client).await?;
    Ok(Json(BackupCodes { backup_codes }))
}

async fn switch_off(
    db: Data<Db>,
    limits: Data<SignInLimits>,
    who: SignedIn,
    client: ClientInfo,
    Params(Proof { password, otp_code }): Params<Proof>,
) -> Result<Json<Enabled>> {
    commands::switch_off_second_factor(&db, &limits, &who.user, password.0, &otp_code.0, &client).await?;
    Ok(Json(Enabled { enabled: false }))
}
