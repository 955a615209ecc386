//! `/api/v1/profile/sessions`: where one is signed in.
use crate::{
    auth::{self, Device, Session, SignedIn, sessions_of},
    db::{Db, types::SessionId},
    error::{Error, Result},
    web::{self, InOnePage, Params, json::Iso, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The routes under `/api/v1/profile`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/profile/sessions", |at| {
        let at = at.get("Where one is signed in", index).answers::<Vec<SessionJson>>();
        at.delete("Signs oneself out everywhere else", revoke_others)
    });
    to.at("/profile/sessions/{id}", |at| at.delete("Ends one of one’s sessions, but not the one that asks", revoke));
}

/// A session as its user sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionJson {
    id: SessionId,
    /// What the program calls itself; null where it is not known here.
    browser_name: Option<&'static str>,
    browser_version: Option<String>,
    device_name: Option<&'static str>,
    platform_name: Option<&'static str>,
    /// Always null.
    platform_version: (),
    ip_address: Option<String>,
    /// Always null, like the country: nobody else is asked where an address is.
    city: (),
    country: (),
    country_code: (),
    last_activity_at: Iso,
    created_at: Iso,
    /// Whether it is the one that asks.
    current: bool,
}

impl SessionJson {
    fn of(session: Session, current: Option<SessionId>) -> SessionJson {
        let Device { browser, browser_version, platform, device } = Device::of(session.user_agent.as_deref().unwrap_or_default());
        SessionJson {
            id: session.id,
            browser_name: browser,
            browser_version,
            device_name: device,
            platform_name: platform,
            platform_version: (),
            last_activity_at: Iso(session.seen_at()),
            ip_address: session.ip,
            city: (),
            country: (),
            country_code: (),
            created_at: Iso(session.created_at),
            current: current == Some(session.id),
        }
    }
}

async fn index(db: Data<Db>, who: SignedIn, Params(InOnePage { page }): Params<InOnePage>) -> Result<Json<Vec<SessionJson>>> {
    let current = who.session.map(|session| session.id);
    let sessions = db.read(move |conn| sessions_of(conn, who.user.id)).await?;
    Ok(Json(page.share_of(sessions).into_iter().map(|session| SessionJson::of(session, current)).collect()))
}

async fn revoke(db: Data<Db>, who: SignedIn, path: Path<(SessionId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    if who.session.is_some_and(|session| session.id == id) {
        return Err(Error::Refused("This is the session that asks: sign out instead".into()));
    }
    db.write(move |tx| auth::revoke_session(tx, who.user.id, id)).await?;
    Ok(web::empty())
}

async fn revoke_others(db: Data<Db>, who: SignedIn) -> Result<HttpResponse> {
    db.write(move |tx| auth::revoke_other_sessions(tx, who.user.id, who.session.map(|session| session.id))).await?;
    Ok(web::empty())
}
