//! `/api/v1/accounts/{account_id}/service_keys`.
use super::{
    commands::{self, KeyInput},
    payload::{self, KeyJson, NewKeyJson},
    queries,
};
use crate::{
    auth::Administrator,
    db::{Db, types::ServiceKeyId},
    error::Result,
    web::{InOnePage, Params, empty, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/service_keys", |at| {
        let at = at.get("The service keys of the account, the newest first", index).answers::<Vec<KeyJson>>();
        at.post("Makes a service key", create).answers::<NewKeyJson>()
    });
    to.at("/service_keys/{id}", |at| at.get("A service key", show).answers::<KeyJson>().delete("Revokes a service key, at once", revoke));
}

/// A path of an account and a key.
type At = Path<(String, ServiceKeyId)>;

async fn index(db: Data<Db>, by: Administrator, Params(InOnePage { page }): Params<InOnePage>) -> Result<Json<Vec<KeyJson>>> {
    let keys = db.read(move |conn| queries::list(conn, by.account_id())).await?;
    Ok(Json(page.share_of(keys).into_iter().map(payload::key).collect()))
}

async fn show(db: Data<Db>, by: Administrator, path: At) -> Result<Json<KeyJson>> {
    let (_, id) = path.into_inner();
    db.read(move |conn| queries::find(conn, by.account_id(), id)).await.map(|key| Json(payload::key(key)))
}

async fn create(db: Data<Db>, by: Administrator, Params(input): Params<KeyInput>) -> Result<Json<NewKeyJson>> {
    let (key, token) = db.write(move |tx| commands::create(tx, &by, input)).await?;
    Ok(Json(payload::new_key(key, token)))
}

async fn revoke(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::revoke(tx, &by, id)).await?;
    Ok(empty())
}
