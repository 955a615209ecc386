//! A bucket that speaks as much of S3 as the server asks for. It takes what is signed with its key and nothing else; the signature is computed
//! here once more, from the description of the protocol.
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::Method,
    web::{Bytes, Data, PayloadConfig, to},
};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use hookdesk::config::{Bucket as Settings, Config, S3, Secret};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

const KEY_ID: &str = "AKIATEST";
const KEY: &str = "a/secret+key";

/// How many files a part of the list has.
const LISTED: usize = 2;

/// A file in the bucket.
#[derive(Clone)]
pub struct Object {
    pub content: Vec<u8>,
    pub written: DateTime<Utc>,
}

#[derive(Default)]
struct Inner {
    objects: Mutex<BTreeMap<String, Object>>,
    down: AtomicBool,
    refused: Mutex<Vec<String>>,
}

/// A running bucket.
pub struct Bucket {
    pub address: SocketAddr,
    inner: Arc<Inner>,
    handle: ServerHandle,
}

impl Bucket {
    pub async fn open() -> Bucket {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner::default());
        let shared = Data::from(inner.clone());
        let app = move || App::new().app_data(shared.clone()).app_data(PayloadConfig::new(64 << 20)).default_service(to(answer));
        let running = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = running.handle();
        actix_rt::spawn(running);
        Bucket { address, inner, handle }
    }

    /// Makes it the storage of a server.
    pub fn set(&self, config: &mut Config) {
        let endpoint = format!("http://{}", self.address).parse().unwrap();
        let bucket = Settings { name: "desk".into(), prefix: "help/".into(), endpoint, region: "eu-west-1".into(), in_path: true, redirects: false };
        config.storage = Some(S3 { bucket, key_id: Secret(KEY_ID.into()), key: Secret(KEY.into()) });
    }

    /// What is there, by its name.
    pub fn objects(&self) -> BTreeMap<String, Object> {
        self.inner.objects.lock().unwrap().clone()
    }

    /// Puts something there behind the server's back.
    pub fn put(&self, name: &str, object: Object) {
        self.inner.objects.lock().unwrap().insert(name.to_owned(), object);
    }

    /// From now on it fails, or does not.
    pub fn fail(&self, fails: bool) {
        self.inner.down.store(fails, Ordering::SeqCst);
    }

    /// Ends it. Nothing that it was asked was wrong.
    pub async fn close(self) {
        assert_eq!(*self.inner.refused.lock().unwrap(), Vec::<String>::new());
        self.handle.stop(false).await;
    }
}

async fn answer(request: HttpRequest, body: Bytes, inner: Data<Inner>) -> HttpResponse {
    if inner.down.load(Ordering::SeqCst) {
        return HttpResponse::ServiceUnavailable().body("<Error><Code>SlowDown</Code></Error>");
    }
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(request.query_string().as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    if query.get("X-Amz-Signature") != Some(&signature(&request)) {
        inner.refused.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
        return HttpResponse::Forbidden().body("<Error><Code>SignatureDoesNotMatch</Code></Error>");
    }
    let Some(name) = request.path().strip_prefix("/desk/") else { return HttpResponse::NotFound().body("<Error><Code>NoSuchBucket</Code></Error>") };
    let mut objects = inner.objects.lock().unwrap();
    match (request.method(), name) {
        (&Method::GET, "") => HttpResponse::Ok().content_type("application/xml").body(list(&objects, &query)),
        (&Method::PUT, name) => {
            objects.insert(name.to_owned(), Object { content: body.to_vec(), written: Utc::now() });
            HttpResponse::Ok().finish()
        }
        (&Method::DELETE, name) => {
            objects.remove(name);
            HttpResponse::NoContent().finish()
        }
        (&Method::GET, name) => match objects.get(name) {
            Some(object) => part(&request, &query, &object.content),
            None => HttpResponse::NotFound().body("<Error><Code>NoSuchKey</Code></Error>"),
        },
        _ => HttpResponse::MethodNotAllowed().finish(),
    }
}

fn part(request: &HttpRequest, query: &BTreeMap<String, String>, content: &[u8]) -> HttpResponse {
    let content_type = query.get("response-content-type").map_or("binary/octet-stream", String::as_str).to_owned();
    let range = request.headers().get("range").map(|range| range.to_str().unwrap().strip_prefix("bytes=").unwrap().split_once('-').unwrap());
    let Some((first, last)) = range else { return HttpResponse::Ok().content_type(content_type).body(content.to_vec()) };
    let (first, last) = (first.parse::<usize>().unwrap(), last.parse::<usize>().unwrap_or(usize::MAX).min(content.len() - 1));
    if first > last {
        return HttpResponse::RangeNotSatisfiable().insert_header(("content-range", format!("bytes */{}", content.len()))).finish();
    }
    let range = format!("bytes {first}-{last}/{}", content.len());
    HttpResponse::PartialContent().content_type(content_type).insert_header(("content-range", range)).body(content[first..=last].to_vec())
}

/// A part of the list, however much is asked for.
fn list(objects: &BTreeMap<String, Object>, query: &BTreeMap<String, String>) -> String {
    let said = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (prefix, after) = (said("prefix"), said("continuation-token"));
    let mut found: Vec<_> = objects.iter().filter(|(name, _)| name.starts_with(&prefix) && **name > after).collect();
    let more = found.len() > LISTED;
    found.truncate(LISTED);
    let next = found.last().filter(|_| more).map(|(name, _)| format!("<NextContinuationToken>{name}</NextContinuationToken>")).unwrap_or_default();
    let drawn = found.into_iter().map(|(name, object)| {
        let (written, size) = (object.written.to_rfc3339_opts(chrono::SecondsFormat::Millis, true), object.content.len());
        let name = name.replace('/', "%2F");
        format!(
            "<Contents><Key>{name}</Key><LastModified>{written}</LastModified><ETag>&quot;x&quot;</ETag><Size>{size}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>"
        )
    });
    let drawn: String = drawn.collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>desk</Name>\
         <Prefix>{prefix}</Prefix><MaxKeys>{LISTED}</MaxKeys><EncodingType>url</EncodingType><IsTruncated>{more}</IsTruncated>{drawn}{next}\
         </ListBucketResult>"
    )
}

/// The signature of a request that is signed by its query (AWS Signature Version 4).
fn signature(request: &HttpRequest) -> String {
    let mac = |key: &[u8], text: &str| Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(text.as_bytes()).finalize().into_bytes().to_vec();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut pairs: Vec<&str> = request.query_string().split('&').filter(|pair| !pair.starts_with("X-Amz-Signature=")).collect();
    pairs.sort_unstable();
    let value = |name: &str| pairs.iter().find_map(|pair| pair.strip_prefix(name)).unwrap_or_default().replace("%2F", "/");
    let scope = value("X-Amz-Credential=");
    let Some(scope) = scope.strip_prefix(&format!("{KEY_ID}/")) else { return String::new() };
    let host = request.headers().get("host").unwrap().to_str().unwrap();
    let canonical = format!("{}\n{}\n{}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", request.method(), request.path(), pairs.join("&"));
    let signed = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", value("X-Amz-Date="), hex(&Sha256::digest(canonical)));
    let key = scope.split('/').fold(format!("AWS4{KEY}").into_bytes(), |key, part| mac(&key, part));
    hex(&mac(&key, &signed))
}
