//! A bucket of storage that speaks S3. Requests are signed by `rusty-s3` and sent by `awc`, one for each file, in pieces. It is reached at
//! whatever address it has, since the operator has named it.
use super::{blocking, on_a_shelf};
use crate::{
    config::{Config, S3},
    error::{Error, Result},
    outbound::Trust,
    random,
};
use actix_web::{
    body::{MessageBody, SizedStream},
    http::header::{self, HeaderValue},
    web::Bytes,
};
use awc::{ClientRequest, ClientResponse};
use chrono::{DateTime, Utc};
use futures_core::stream::LocalBoxStream;
use futures_util::{Stream, StreamExt, stream};
use rusty_s3::{Credentials, S3Action, UrlStyle, actions::ListObjectsV2};
use std::{
    cell::RefCell,
    collections::HashMap,
    fs::File,
    io::Read,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};
use tokio::time::timeout;
use url::Url;

/// How long a request may take, apart from what is carried.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(5);

/// How long a connection is used again: less than storages keep one that nobody uses.
const IDLE: Duration = Duration::from_secs(3);

/// What is carried in a second at least, in bytes.
const SLOWEST: u64 = 256 << 10;

/// How long a signed URL opens what it names: a download must only have begun by then.
const OPEN: Duration = Duration::from_secs(300);

/// What is read of a file at once, in bytes.
const PIECE: usize = 256 << 10;

/// The largest answer that is kept in memory: a smaller picture, or a part of the list.
const LARGEST_ANSWER: usize = 4 << 20;

/// From how many bytes on a file is fetched from the bucket itself, where the operator wants that. Less is sooner here than redirected; and
/// our own pages, which show small pictures, load nothing from other sites.
const WORTH_A_REDIRECT: u64 = 256 << 10;

/// How many files a part of the list has.
const LISTED: usize = 500;

thread_local! {
    /// The connections of this thread, for each bucket.
    static CLIENTS: RefCell<HashMap<u64, awc::Client>> = RefCell::default();
}

/// A bucket. Cheap to clone.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    number: u64,
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    prefix: String,
    redirects: bool,
    tls: Arc<rustls::ClientConfig>,
}

/// How a file is given to whoever may have it.
pub enum Download {
    /// It is to be fetched there, within some minutes.
    There(Url),
    /// Through this server.
    Through(Through),
}

/// What the storage answers.
pub struct Through {
    /// 200, 206 or 416.
    pub status: u16,
    /// Which part of the file it is, and how large that is as a whole.
    pub range: Option<HeaderValue>,
    /// How many bytes there are, where that was said.
    pub length: Option<u64>,
    /// In pieces, as long as they keep coming.
    pub body: LocalBoxStream<'static, Result<Bytes>>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Bucket").field(&self.0.bucket.base_url().as_str()).finish()
    }
}

impl Bucket {
    /// The bucket of the settings. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`Error::Refused`] when its name cannot be a part of the endpoint's, or the file of certificates cannot be used.
    pub fn new(config: &Config, s3: &S3) -> Result<Bucket> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let said = &s3.bucket;
        let style = if said.in_path { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = rusty_s3::Bucket::new(said.endpoint.clone(), style, said.name.clone(), said.region.clone());
        let bucket = bucket.map_err(|_| {
            Error::Refused(format!("HOOKDESK_STORAGE_URL: {} cannot stand before {} in one name; style=path may help.", said.name, said.endpoint))
        })?;
        Ok(Bucket(Arc::new(Inner {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            bucket,
            credentials: Credentials::new(s3.key_id.0.clone(), s3.key.0.clone()),
            prefix: said.prefix.clone(),
            redirects: said.redirects,
            tls: Trust::new(&config.webhook).map_err(Error::Refused)?.alone_with_http1(),
        })))
    }

    fn client(&self) -> awc::Client {
        CLIENTS.with_borrow_mut(|clients| {
            let made = || {
                let connector = awc::Connector::new().rustls_0_23(self.0.tls.clone()).timeout(CONNECTING).conn_keep_alive(IDLE);
                awc::Client::builder().connector(connector).no_default_headers().disable_timeout().disable_redirects().finish()
            };
            clients.entry(self.0.number).or_insert_with(made).clone()
        })
    }

    /// The name of a file in the bucket: as it lies in a folder, so that one can be copied into the other.
    fn object(&self, key: &str) -> String {
        format!("{}{}", self.0.prefix, on_a_shelf(key))
    }

    /// Brings a file there.
    ///
    /// # Errors
    /// [`Error::StorageDown`]; when the file cannot be read.
    pub async fn bring(&self, key: &str, place: &Path, byte_size: u64) -> Result<()> {
        let place = place.to_owned();
        let file = blocking(move || File::open(place)).await?;
        self.put(key, byte_size, SizedStream::new(byte_size, pieces(file))).await
    }

    /// Keeps a few bytes there.
    ///
    /// # Errors
    /// [`Error::StorageDown`].
    pub async fn keep(&self, key: &str, made: Vec<u8>) -> Result<()> {
        self.put(key, made.len() as u64, Bytes::from(made)).await
    }

    async fn put(&self, key: &str, byte_size: u64, body: impl MessageBody + 'static) -> Result<()> {
        let object = self.object(key);
        let url = self.0.bucket.put_object(Some(&self.0.credentials), &object).sign(OPEN);
        let patience = PATIENCE + Duration::from_secs(byte_size / SLOWEST);
        let sent = timeout(patience, self.client().put(url.as_str()).send_body(body)).await;
        expect(&[200, 201, 204], sent.map_err(|_| down(&"no answer in time"))?.map_err(|e| down(&e))?).await.map(drop)
    }

    /// What was kept there, if there is anything.
    ///
    /// # Errors
    /// [`Error::StorageDown`].
    pub async fn kept(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let object = self.object(key);
        let url = self.0.bucket.get_object(Some(&self.0.credentials), &object).sign(OPEN);
        let answer = send(self.client().get(url.as_str())).await?;
        if answer.status().as_u16() == 404 {
            return Ok(None);
        }
        whole(expect(&[200], answer).await?).await.map(Some)
    }

    /// Fetches a file whole, in pieces.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::StorageDown`], and what `write` says.
    pub async fn fetch(&self, key: &str, mut write: impl AsyncFnMut(Bytes) -> Result<()>) -> Result<()> {
        let mut answer = self.through(key, None).await?;
        while let Some(piece) = answer.body.next().await {
            write(piece?).await?;
        }
        Ok(())
    }

    /// A file of so many bytes for whoever may have it, or the `range` of it that they ask for.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::StorageDown`].
    pub async fn download(&self, key: &str, byte_size: u64, range: Option<&str>, content_type: &str, disposition: &str) -> Result<Download> {
        if !self.0.redirects || byte_size < WORTH_A_REDIRECT {
            return self.through(key, range).await.map(Download::Through);
        }
        let object = self.object(key);
        let mut action = self.0.bucket.get_object(Some(&self.0.credentials), &object);
        action.query_mut().insert("response-content-type", content_type.to_owned());
        action.query_mut().insert("response-content-disposition", disposition.to_owned());
        Ok(Download::There(action.sign(OPEN)))
    }

    async fn through(&self, key: &str, range: Option<&str>) -> Result<Through> {
        let object = self.object(key);
        let url = self.0.bucket.get_object(Some(&self.0.credentials), &object).sign(OPEN);
        let mut request = self.client().get(url.as_str());
        if let Some(range) = range {
            request = request.insert_header((header::RANGE, range));
        }
        let answer = send(request).await?;
        if answer.status().as_u16() == 404 {
            tracing::error!(object, "a file is missing in the storage");
            return Err(Error::NotFound);
        }
        let answer = expect(&[200, 206, 416], answer).await?;
        let said = |name| answer.headers().get(name).cloned();
        let length = said(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(Through { status: answer.status().as_u16(), range: said(header::CONTENT_RANGE), length, body: coming(answer).boxed_local() })
    }

    /// Removes a file; one that is gone is none.
    ///
    /// # Errors
    /// [`Error::StorageDown`].
    pub async fn remove(&self, key: &str) -> Result<()> {
        let object = self.object(key);
        let url = self.0.bucket.delete_object(Some(&self.0.credentials), &object).sign(OPEN);
        expect(&[200, 204, 404], send(self.client().delete(url.as_str())).await?).await.map(drop)
    }

    /// The keys of those older than `age` among some of the files, also of what was made of others, and where the next part of the list
    /// begins, if there is one. `from` is where this part does.
    ///
    /// # Errors
    /// [`Error::StorageDown`].
    pub async fn older_than(&self, age: Duration, from: Option<String>) -> Result<(Vec<String>, Option<String>)> {
        let mut action = self.0.bucket.list_objects_v2(Some(&self.0.credentials));
        action.with_prefix(self.0.prefix.as_str());
        action.with_max_keys(LISTED);
        if let Some(from) = from {
            action.with_continuation_token(from);
        }
        let answer = expect(&[200], send(self.client().get(action.sign(OPEN).as_str())).await?).await?;
        let said = String::from_utf8(whole(answer).await?).map_err(|e| down(&e))?;
        let listed = ListObjectsV2::parse_response(&said).map_err(|e| down(&e))?;
        let line = DateTime::<Utc>::from(SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH));
        let is_old = |written: &str| DateTime::parse_from_rfc3339(written).is_ok_and(|written| written < line);
        let old = listed.contents.iter().filter(|object| object.last_modified.as_deref().is_some_and(is_old));
        Ok((old.filter_map(|object| self.key(&object.key)).collect(), listed.next_continuation_token))
    }

    /// The key in a name that this server has given; others may keep things in the bucket, too.
    fn key(&self, object: &str) -> Option<String> {
        let name = object.rsplit('/').next().filter(|name| object == self.object(name))?;
        let key = name.split('.').next()?;
        (key.len() == random::TOKEN && key.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| key.to_owned())
    }
}

/// The pieces of an answer.
fn coming(answer: ClientResponse) -> impl Stream<Item = Result<Bytes>> {
    stream::try_unfold(answer, |mut answer| async move {
        let piece = timeout(PATIENCE, answer.next()).await.map_err(|_| down(&"nothing came in time"))?;
        Ok(piece.transpose().map_err(|e| down(&e))?.map(|piece| (piece, answer)))
    })
}

/// The pieces of a file.
fn pieces(file: File) -> impl Stream<Item = Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        blocking(move || {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece)?;
            piece.truncate(read);
            Ok((read > 0).then(|| (Bytes::from(piece), file)))
        })
        .await
    })
}

async fn send(request: ClientRequest) -> Result<ClientResponse> {
    let answer = timeout(PATIENCE, request.send()).await.map_err(|_| down(&"no answer in time"))?;
    answer.map_err(|e| down(&e))
}

/// The answer, if it is one of these.
async fn expect(statuses: &[u16], answer: ClientResponse) -> Result<ClientResponse> {
    let status = answer.status().as_u16();
    if statuses.contains(&status) {
        return Ok(answer);
    }
    let said = whole(answer).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said).chars().take(500).collect::<String>();
    Err(down(&format_args!("it answers {status}: {said}")))
}

async fn whole(mut answer: ClientResponse) -> Result<Vec<u8>> {
    let body = timeout(PATIENCE, answer.body().limit(LARGEST_ANSWER)).await.map_err(|_| down(&"nothing came in time"))?;
    Ok(body.map_err(|e| down(&e))?.to_vec())
}

/// The operator reads why; whoever has asked reads that it is not their fault.
fn down(why: &dyn std::fmt::Display) -> Error {
    tracing::error!(error = %why, "the storage of files does not do what it is asked");
    Error::StorageDown
}
