//! How a file is given to whoever may have it: whole, in part, or not again; and what goes along, so that nothing in it runs.
use super::model::Blob;
use crate::{
    error::{Error, Result},
    storage::{Bucket, Download, Storage},
};
use actix_files::NamedFile;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, Charset, ContentDisposition, ContentType, DispositionParam, DispositionType, ETag, EntityTag, ExtendedValue, HeaderMap,
            HeaderValue, IfNoneMatch,
        },
    },
    mime::Mime,
    web::Bytes,
};
use futures_util::stream;

/// A file that lies on this disk, or the part of it that is asked for.
///
/// # Errors
/// [`Error::NotFound`] when it is gone.
pub(super) async fn from_disk(storage: &Storage, blob: &Blob, request: &HttpRequest) -> Result<HttpResponse> {
    let place = storage.path(&blob.key);
    let file = actix_rt::task::spawn_blocking(move || NamedFile::open(place)).await.map_err(Error::internal)?;
    let file = file.map_err(|e| {
        tracing::error!(blob = blob.id.0, error = %e, "a file is missing in the storage");
        Error::NotFound
    })?;
    let mut response = file.set_content_type(content_type(blob)).set_content_disposition(disposition(blob)).into_response(request);
    send_along(response.headers_mut());
    Ok(response)
}

/// The same for one that lies in a bucket: through this server, or by way of a short-lived link. Who only wants the head is told what the
/// row says.
///
/// # Errors
/// [`Error::NotFound`] when it is gone; [`Error::StorageDown`].
pub(super) async fn from_bucket(bucket: &Bucket, blob: &Blob, request: &HttpRequest) -> Result<HttpResponse> {
    let tag = EntityTag::new_strong(blob.key.clone());
    if is_known(request, &tag) {
        return Ok(unchanged(tag));
    }
    let mut response = HttpResponse::Ok();
    response.content_type(content_type(blob)).insert_header(disposition(blob)).insert_header((header::ACCEPT_RANGES, "bytes"));
    let byte_size = u64::try_from(blob.byte_size).map_err(Error::internal)?;
    let range = range(request, &tag);
    response.insert_header(ETag(tag));
    let mut response = if request.method() == Method::HEAD {
        response.body(SizedStream::new(byte_size, stream::empty::<Result<Bytes>>()))
    } else {
        let (content_type, disposition) = (content_type(blob).to_string(), disposition(blob).to_string());
        let answer = match bucket.download(&blob.key, byte_size, range, &content_type, &disposition).await? {
            Download::There(url) => return Ok(elsewhere(url.as_str())),
            Download::Through(answer) => answer,
        };
        response.status(StatusCode::from_u16(answer.status).map_err(Error::internal)?);
        if let Some(range) = answer.range {
            response.insert_header((header::CONTENT_RANGE, range));
        }
        match answer.length {
            // what the storage says in so many words is nothing for a browser
            _ if answer.status == 416 => response.insert_header((header::CONTENT_RANGE, format!("bytes */{byte_size}"))).finish(),
            Some(length) => response.body(SizedStream::new(length, answer.body)),
            None => response.streaming(answer.body),
        }
    };
    send_along(response.headers_mut());
    Ok(response)
}

/// The part of the file that is asked for. Several at once are no part that storages give, and one of another version is none of this.
fn range<'a>(request: &'a HttpRequest, tag: &EntityTag) -> Option<&'a str> {
    let said = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let of_this = said(header::IF_RANGE).is_none_or(|version| version == tag.to_string());
    said(header::RANGE).filter(|range| of_this && range.starts_with("bytes=") && !range.contains(','))
}

/// Whether the reader has this version already.
pub(super) fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Some(IfNoneMatch::Any) | None => false,
    }
}

/// What the reader has is still right.
pub(super) fn unchanged(tag: EntityTag) -> HttpResponse {
    let mut response = HttpResponse::NotModified().insert_header(ETag(tag)).finish();
    send_along(response.headers_mut());
    response
}

/// It is to be fetched there, this time.
pub(super) fn elsewhere(url: &str) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, url))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .finish()
}

fn content_type(blob: &Blob) -> Mime {
    blob.content_type.parse().unwrap_or_else(|_| ContentType::octet_stream().0)
}

/// How a browser is to take the file, and under which name: once for programs that know no letters but those of ASCII.
fn disposition(blob: &Blob) -> ContentDisposition {
    let plain = blob.filename.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' }).collect();
    let whole = ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: blob.filename.as_bytes().to_vec() };
    ContentDisposition {
        disposition: if blob.may_be_shown() { DispositionType::Inline } else { DispositionType::Attachment },
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(whole)],
    }
}

/// By what a reader knows a smaller picture again.
pub(super) fn tag_of_thumbnail(blob: &Blob) -> EntityTag {
    EntityTag::new_strong(format!("{}-thumb", blob.key))
}

/// What is in memory as a whole.
pub(super) fn whole(content_type: &str, tag: EntityTag, content: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::Ok().content_type(content_type).insert_header(ETag(tag)).body(content);
    send_along(response.headers_mut());
    response
}

/// What goes along with every file.
fn send_along(headers: &mut HeaderMap) {
    for (name, value) in [
        // a file never changes under its key
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        // whatever a file says it is, nothing in it runs with this site's rights
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // websites show what was sent to their visitors
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
