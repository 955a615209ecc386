//! Where the user is signed in, on a page.
use crate::{
    auth::{self, Device, UserPage, sessions_of},
    db::{Db, types::SessionId},
    error::Result,
    web::{
        Form, NoFields, html, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;

const HERE: &str = "/app/profile/sessions";

/// The page, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/profile/sessions").route(get().to(list)))
        .service(resource("/profile/sessions/others/delete").route(post().to(revoke_others)))
        .service(resource("/profile/sessions/{id}/delete").route(post().to(revoke)));
}

struct Row {
    id: SessionId,
    /// In short; none where it is not known.
    device: Option<String>,
    address: Option<String>,
    seen_at: i64,
    opened_at: i64,
    current: bool,
}

#[derive(Template)]
#[template(path = "profile/sessions.html")]
struct SessionsPage {
    page: Shell,
    sessions: Vec<Row>,
}

async fn list(db: Data<Db>, UserPage { shell: page, signed_in }: UserPage) -> Result<HttpResponse> {
    let (user, current) = (signed_in.user.id, signed_in.session.map(|session| session.id));
    let sessions = db.read(move |conn| sessions_of(conn, user)).await?;
    let row = |session: auth::Session| Row {
        id: session.id,
        device: Device::of(session.user_agent.as_deref().unwrap_or_default()).short(),
        seen_at: session.seen_at().and_utc().timestamp(),
        opened_at: session.created_at.and_utc().timestamp(),
        address: session.ip,
        current: current == Some(session.id),
    };
    html(&SessionsPage { sessions: sessions.into_iter().map(row).collect(), page })
}

async fn revoke(db: Data<Db>, who: UserPage, path: Path<(SessionId,)>, _: Form<NoFields>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    db.write(move |tx| auth::revoke_session(tx, who.signed_in.user.id, id)).await?;
    Ok(see_other(HERE, Some(Flash::notice("flash-session-ended"))))
}

async fn revoke_others(db: Data<Db>, who: UserPage, _: Form<NoFields>) -> Result<HttpResponse> {
    let (user, current) = (who.signed_in.user.id, who.signed_in.session.map(|session| session.id));
    db.write(move |tx| auth::revoke_other_sessions(tx, user, current)).await?;
    Ok(see_other(HERE, Some(Flash::notice("flash-sessions-ended"))))
}
