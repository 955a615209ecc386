//! `/rails/active_storage/blobs/redirect/{key}/{filename}`: files to whoever knows the key, at the path where clients of this
//! API expect them.
use super::queries;
use crate::{
    db::{Db, DbConn},
    error::{Error, Result},
    storage::Storage,
};
use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, Charset, ContentDisposition, ContentType, DispositionParam, DispositionType, ExtendedValue, HeaderValue},
    web::{Data, Path, ServiceConfig, get, resource},
};

/// A file never changes under its key.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// Whatever a file says it is, nothing in it runs with this site's rights.
const NO_RIGHTS: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// The routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/rails/active_storage/blobs/redirect/{key}/{filename}").route(get().to(show)));
}

async fn show(db: Data<Db>, storage: Data<Storage>, path: Path<(String, String)>, request: HttpRequest) -> Result<HttpResponse> {
    let (key, _) = path.into_inner();
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Error::NotFound);
    }
    let blob = db.read(move |conn: &mut DbConn| queries::by_key(conn, &key)).await?;
    let place = storage.path(&blob.key);
    let file = actix_rt::task::spawn_blocking(move || NamedFile::open(place)).await.map_err(Error::internal)?;
    let file = file.map_err(|e| {
        tracing::error!(blob = blob.id.0, error = %e, "a file is missing in the storage");
        Error::NotFound
    })?;
    let name = ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: blob.filename.as_bytes().to_vec() };
    let disposition = if blob.may_be_shown() { DispositionType::Inline } else { DispositionType::Attachment };
    let content_type = blob.content_type.parse().unwrap_or_else(|_| ContentType::octet_stream().0);
    let mut response = file
        .set_content_type(content_type)
        .set_content_disposition(ContentDisposition { disposition, parameters: vec![DispositionParam::FilenameExt(name)] })
        .into_response(&request);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, FOR_GOOD);
    headers.insert(header::CONTENT_SECURITY_POLICY, NO_RIGHTS);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}
