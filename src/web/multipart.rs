//! Reading a multipart body: texts go where their names say, files onto the disk, if there is somewhere to keep them.
use super::{
    fields::List,
    params::{BODY_LIMIT, insert},
};
use crate::{
    error::{Error, Result},
    storage::{Storage, Upload},
};
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpRequest, dev::Payload, error::PayloadError, web::BytesMut};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use std::{cell::Cell, rc::Rc};

/// How many files one request may bring.
pub const MOST_FILES: usize = 15;

/// The files of a request, by the name of their field.
#[derive(Debug, Default)]
pub struct Uploads(Vec<(String, Upload)>);

impl Uploads {
    /// Takes out the files of a field as [`Uploads::take`] does, and the names of those that were uploaded before.
    ///
    /// # Errors
    /// [`Error::Refused`] when the field holds anything else, and for more files than one request may bring.
    pub fn take_with_names(&mut self, field: &str, others: &List<Value>) -> Result<(Vec<Upload>, Vec<String>)> {
        let names: Option<Vec<String>> = others.0.iter().map(|other| other.as_str().map(str::to_owned)).collect();
        let names = names.ok_or_else(|| Error::Refused(format!("{field}: only files are taken, and the ids of uploaded ones")))?;
        let uploads = self.take(field, &List::default())?;
        if uploads.len() + names.len() > MOST_FILES {
            return Err(Error::Refused(format!("A request may bring at most {MOST_FILES} files")));
        }
        Ok((uploads, names))
    }

    /// Takes out the files of a field, also of one inside the resource's name, as in `message[attachments][]`. `others` is what
    /// the field holds besides.
    ///
    /// # Errors
    /// [`Error::Refused`] when that is anything: only what is uploaded with the request counts as a file.
    pub fn take(&mut self, field: &str, others: &List<Value>) -> Result<Vec<Upload>> {
        if !others.0.is_empty() {
            return Err(Error::Refused(format!("{field}: only files are taken, as parts of a multipart form")));
        }
        let named = |name: &str| name.rsplit(['[', ']']).find(|part| !part.is_empty()) == Some(field);
        Ok(self.0.extract_if(.., |(name, _)| named(name)).map(|(_, upload)| upload).collect())
    }

    /// Takes out the one file of a field. What the field holds besides is of no meaning.
    pub fn take_one(&mut self, field: &str) -> Option<Upload> {
        self.take(field, &List::default()).ok().and_then(|mut files| files.pop())
    }
}

/// Reads the body. Without a storage, of a file only its name and size are told.
pub(super) async fn read(request: &HttpRequest, mut payload: Payload, storage: Option<&Storage>) -> Result<(Map<String, Value>, Uploads)> {
    // the heads of the fields count, too: their names are kept, and their number has no other limit
    let room = Rc::new(Cell::new(BODY_LIMIT));
    let left = room.clone();
    let within_limit = futures_util::stream::poll_fn(move |context| {
        payload.poll_next_unpin(context).map(|next| {
            next.map(|chunk| {
                let chunk = chunk?;
                left.set(left.get().checked_sub(chunk.len()).ok_or(PayloadError::Overflow)?);
                Ok(chunk)
            })
        })
    });
    let mut form = Multipart::new(request.headers(), within_limit);
    let (mut map, mut uploads) = (Map::new(), Uploads::default());
    while let Some(field) = form.next().await {
        let mut field = field.map_err(unreadable)?;
        let disposition = field.content_disposition();
        let name = disposition.and_then(|d| d.get_name()).unwrap_or_default().to_owned();
        let file = disposition.and_then(|d| d.get_filename()).map(str::to_owned);
        match (file, storage) {
            (Some(file), Some(storage)) => {
                if uploads.0.len() == MOST_FILES {
                    return Err(Error::Refused(format!("A request may bring at most {MOST_FILES} files")));
                }
                uploads.0.extend(receive(&mut field, &file, storage, &room).await?.map(|upload| (name, upload)));
            }
            (Some(file), None) => {
                let size = text(&mut field).await?.len();
                // an empty file input is what a browser sends when nothing was chosen
                if size > 0 {
                    insert(&mut map, &name, serde_json::json!({"filename": file, "size": size}))?;
                }
            }
            (None, _) => {
                let content = text(&mut field).await?;
                let text = std::str::from_utf8(&content).map_err(|_| Error::BadRequest(format!("{name} is not UTF-8")))?;
                insert(&mut map, &name, Value::String(text.to_owned()))?;
            }
        }
    }
    Ok((map, uploads))
}

async fn text(field: &mut Field) -> Result<BytesMut> {
    let mut content = BytesMut::new();
    while let Some(chunk) = field.next().await {
        content.extend_from_slice(&chunk.map_err(unreadable)?);
    }
    Ok(content)
}

/// Nothing for an empty file. What is on the disk no longer takes room in memory.
async fn receive(field: &mut Field, filename: &str, storage: &Storage, room: &Cell<usize>) -> Result<Option<Upload>> {
    let mut draft = None;
    let said = field.content_type().map(|kind| kind.essence_str().to_owned());
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(unreadable)?;
        if draft.is_none() && !chunk.is_empty() {
            draft = Some(storage.begin(filename, said.clone()).await?);
        }
        if let Some(draft) = &mut draft {
            draft.write(&chunk).await?;
        }
        room.set(room.get() + chunk.len());
    }
    match draft {
        Some(draft) => draft.finish().await.map(Some),
        None => Ok(None),
    }
}

fn unreadable(e: MultipartError) -> Error {
    match e {
        MultipartError::Payload(PayloadError::Overflow) => Error::TooLarge,
        e => Error::BadRequest(format!("The multipart body could not be read: {e}")),
    }
}
