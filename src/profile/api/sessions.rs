//! `/api/v1/profile/sessions`: where one is signed in.
use crate::{
    auth::{self, SessionJson, SignedIn, sessions_of},
    db::{Db, types::SessionId},
    error::{Error, Result},
    web::{self, InOnePage, Params, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};

/// The routes under `/api/v1/profile`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/profile/sessions", |at| {
        let at = at.get("Where one is signed in", index).answers::<Vec<SessionJson>>();
        at.delete("Signs oneself out everywhere else", revoke_others)
    });
    to.at("/profile/sessions/{id}", |at| at.delete("Ends one of one’s sessions, but not the one that asks", revoke));
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
