//! Fetching a file from where somebody says that it lies.
use crate::{
    error::{Error, Result},
    outbound::{Failure, Guard},
    storage::{Storage, Upload},
};
use std::time::Duration;

/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fetches a file, from where the guard lets it: what is fetched can be read by whoever has named the URL.
///
/// # Errors
/// [`Error::Refused`] with what was wrong about the `attribute`: its URL, its host, or the answer, which may also be empty or larger than
/// an upload; [`Error::DiskFull`].
pub async fn fetch(guard: &Guard, storage: &Storage, attribute: &str, url: &str) -> Result<Upload> {
    let refused = |failure: Failure| {
        // which addresses the operator's names have is nothing to tell agents
        let why = if failure.blocked.is_some() { "leads to an address that is not a public one" } else { &failure.message };
        Error::Refused(format!("{attribute}: {why}"))
    };
    let mut download = guard.fetch(url.trim(), PATIENCE).await.map_err(refused)?;
    let mut draft = storage.begin(&download.filename, download.content_type.take()).await?;
    while let Some(piece) = download.next().await.map_err(refused)? {
        draft.write(&piece).await?;
    }
    let upload = draft.finish().await?;
    if upload.byte_size == 0 {
        return Err(Error::Refused(format!("{attribute}: the file is empty")));
    }
    Ok(upload)
}
