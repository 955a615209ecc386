//! `/rails/active_storage/..`: files, and smaller pictures of them, to whoever knows the key, and from whoever has announced one, at the
//! paths where clients of this API expect them.
use super::{Links, commands, direct, model::Blob, queries, response, thumbnail};
use crate::{
    db::{Db, DbConn, Tx, types::now},
    error::{Error, Result},
    storage::Storage,
    web::any_site,
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload, ServiceConfig, get, head, put, resource},
};

/// The routes.
pub fn routes(cfg: &mut ServiceConfig) {
    // front ends on other sites bring files here, too: the token is all that counts
    cfg.service(resource("/rails/active_storage/disk/{token}").wrap(any_site()).route(put().to(receive)));
    cfg.service(resource("/rails/active_storage/blobs/redirect/{key}/{filename}").route(get().to(show)).route(head().to(show)))
        .service(resource("/rails/active_storage/representations/redirect/{key}/thumb/{filename}").route(get().to(thumb)).route(head().to(thumb)));
}

/// The key in a link, and the name that follows it, which says nothing.
type Link = Path<(String, String)>;

async fn find(db: &Db, link: Link) -> Result<Blob> {
    let (key, _) = link.into_inner();
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Error::NotFound);
    }
    db.read(move |conn: &mut DbConn| queries::by_key(conn, &key)).await
}

async fn show(db: Data<Db>, storage: Data<Storage>, link: Link, request: HttpRequest) -> Result<HttpResponse> {
    let blob = find(&db, link).await?;
    match storage.bucket() {
        Some(bucket) => response::from_bucket(bucket, &blob, &request).await,
        None => response::from_disk(&storage, &blob, &request).await,
    }
}

async fn thumb(db: Data<Db>, storage: Data<Storage>, links: Data<Links>, link: Link, request: HttpRequest) -> Result<HttpResponse> {
    let blob = find(&db, link).await?;
    let tag = response::tag_of_thumbnail(&blob);
    if response::is_known(&request, &tag) {
        return Ok(response::unchanged(tag));
    }
    Ok(match thumbnail::of(&storage, &blob).await? {
        Some(picture) => response::whole(thumbnail::content_type(&picture), tag, picture),
        // it may be another time: too many are being made just now
        None => response::elsewhere(&links.path(&blob)),
    })
}

async fn receive(db: Data<Db>, storage: Data<Storage>, token: Path<String>, body: Payload) -> Result<HttpResponse> {
    let announced = db.read(move |conn: &mut DbConn| queries::announced(conn, &token, now() - direct::OPEN)).await?;
    let upload = direct::receive(&storage, &announced, body).await?;
    db.write(move |tx: &mut Tx| commands::fulfil(tx, &announced, upload)).await?;
    Ok(HttpResponse::NoContent().finish())
}
