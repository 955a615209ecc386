//! Taking in a file that was announced: it must be what was said of it.
use super::model::DirectUpload;
use crate::{
    error::{Error, Result},
    storage::{Storage, Upload},
};
use actix_web::web::Payload;
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use md5::{Digest, Md5};
use std::time::Duration;

/// How long after it was announced a file may be brought.
pub(super) const OPEN: Duration = Duration::from_secs(3600);

/// Takes in the body.
///
/// # Errors
/// [`Error::Refused`] when it has another length or checksum than was said, [`Error::BadRequest`] when it ends too early, and what the
/// storage says.
pub(super) async fn receive(storage: &Storage, announced: &DirectUpload, mut body: Payload) -> Result<Upload> {
    let said = Some(announced.content_type.clone()).filter(|said| !said.is_empty());
    let mut draft = storage.begin(&announced.filename, said).await?;
    let (mut digest, mut left) = (Md5::new(), announced.byte_size);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|e| Error::BadRequest(format!("The file could not be read: {e}")))?;
        left -= i64::try_from(piece.len()).map_err(Error::internal)?;
        if left < 0 {
            break;
        }
        digest.update(&piece);
        draft.write(&piece).await?;
    }
    if left != 0 {
        return Err(Error::Refused(format!("{} is not as long as was announced: {} bytes", announced.filename, announced.byte_size)));
    }
    if STANDARD.encode(digest.finalize()) != announced.checksum {
        return Err(Error::Refused(format!("{} has not the checksum that was announced", announced.filename)));
    }
    draft.finish().await
}
