//! The parameters of a request, from wherever the client put them: the query, a JSON body (flat or under the resource's
//! name, also on a GET), a form, or multipart. They are merged into one JSON value and read into the handler's own type.
use super::{
    fields::{DEEPEST_VALUE, PageNumber, tidy},
    multipart::{self, Uploads},
    spreadsheet::MARK,
};
use crate::{
    error::{Error, Result},
    storage::Storage,
};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use futures_core::future::LocalBoxFuture;
use futures_util::StreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

/// The largest body read, in bytes, apart from files: a message of 150,000 characters fits, however it is escaped.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// How deep bracketed names may nest, as in `a[b][c]`.
const DEEPEST: usize = 8;

/// What a handler reads from a request.
pub trait Input: DeserializeOwned + 'static {
    /// The resource's name, under which clients may nest the body.
    const ROOT: &'static str = "";

    /// The names of the files that a multipart form may bring with it.
    const FILES: &'static [&'static str] = &[];

    /// Whether it is a form of a page. Browsers end each line of a text with `\r\n`, whatever it was when they got it.
    const FORM: bool = false;
}

/// For handlers that take nothing particular.
impl Input for Value {}

/// What a list takes that has one page and nothing else to choose. Clients go on to the next page until one is empty.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct InOnePage {
    /// All of them are on the first page; any other is empty.
    pub page: PageNumber,
}

impl Input for InOnePage {}

/// The parameters as `T`.
///
/// # Errors
/// 400 when the body cannot be read, 413 over [`BODY_LIMIT`], 422 when a field is not what `T` expects.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: Input> FromRequest for Params<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(&request, payload, None).await.map(|(params, _)| Params(params)) })
    }
}

/// The parameters of a request that may bring files, to be read as `T`. They are not read yet, so that it can be known first who sends
/// them.
pub struct Body<T> {
    request: HttpRequest,
    payload: Payload,
    read_as: PhantomData<fn() -> T>,
}

impl<T: Input> FromRequest for Body<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Body { request: request.clone(), payload: payload.take(), read_as: PhantomData }))
    }
}

impl<T: Input> Body<T> {
    /// Whether there may be files in it.
    pub fn may_bring_files(&self) -> bool {
        essence(&self.request) == MULTIPART
    }

    /// Reads it; the files go into the storage.
    ///
    /// # Errors
    /// As for [`Params`]; 422 for a file that is too large, and for too many.
    pub async fn read(self, storage: &Storage) -> Result<(T, Uploads)> {
        read(&self.request, self.payload, Some(storage)).await
    }
}

const MULTIPART: &str = "multipart/form-data";

/// The type of the body, without its parameters.
fn essence(request: &HttpRequest) -> String {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

async fn read<T: Input>(request: &HttpRequest, payload: Payload, storage: Option<&Storage>) -> Result<(T, Uploads)> {
    let mut params = from_pairs(request.query_string().as_bytes())?;
    let mut uploads = Uploads::default();
    let body = match essence(request).as_str() {
        MULTIPART => {
            let (body, files) = multipart::read(request, payload, storage).await?;
            uploads = files;
            body
        }
        "application/x-www-form-urlencoded" => from_pairs(&collect(payload).await?)?,
        _ => from_json(&collect(payload).await?)?,
    };
    params.extend(unwrapped(body, T::ROOT));
    let mut params = Value::Object(unwrapped(params, T::ROOT));
    if !tidy(&mut params, DEEPEST_VALUE) {
        return Err(Error::BadRequest("The body is nested too deep".into()));
    }
    if T::FORM {
        end_lines(&mut params);
    }
    let params = serde_path_to_error::deserialize(params).map_err(|e| match e.path().to_string().as_str() {
        "." => Error::Refused(e.inner().to_string()),
        path => Error::Refused(format!("{path}: {}", e.inner())),
    })?;
    Ok((params, uploads))
}

/// Gives the texts of a form the line ends that they had: who saves what is there changes nothing.
fn end_lines(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\r') => *text = text.replace("\r\n", "\n"),
        Value::Array(list) => list.iter_mut().for_each(end_lines),
        Value::Object(map) => map.values_mut().for_each(end_lines),
        _ => {}
    }
}

/// Reads a body to its end, within the limit.
async fn collect(mut payload: Payload) -> Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|e| Error::BadRequest(format!("The body could not be read: {e}")))?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn from_json(body: &[u8]) -> Result<Map<String, Value>> {
    // some programs begin every text with the mark by which spreadsheets know UTF-8
    let body = body.strip_prefix(MARK.as_bytes()).unwrap_or(body);
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(Error::BadRequest("The body is not a JSON object".into())),
        Err(e) => Err(Error::BadRequest(format!("The body is not JSON: {e}"))),
    }
}

fn from_pairs(text: &[u8]) -> Result<Map<String, Value>> {
    let mut map = Map::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        insert(&mut map, &name, Value::String(value.into_owned()))?;
    }
    Ok(map)
}

/// The inner object where the client nested its body under the resource's name, else the body itself.
fn unwrapped(mut body: Map<String, Value>, root: &str) -> Map<String, Value> {
    match body.get(root) {
        Some(Value::Object(_)) => {
            if let Some(Value::Object(inner)) = body.remove(root) {
                body.extend(inner);
            }
            body
        }
        _ => body,
    }
}

/// Puts `value` where a bracketed name says: `labels[]` appends to a list, `contact[email]` goes into an object. Of a list of
/// objects, `items[][title]` begins the next one when the last one has a title already.
pub(super) fn insert(map: &mut Map<String, Value>, name: &str, value: Value) -> Result<()> {
    let (head, rest) = match name.find('[') {
        Some(at) if at > 0 => (&name[..at], &name[at..]),
        _ => (name, ""),
    };
    let keys: Vec<&str> = rest.split('[').skip(1).map(|key| key.trim_end_matches(']')).collect();
    if keys.len() > DEEPEST {
        return Err(Error::BadRequest(format!("{head} is nested too deep")));
    }
    let mut place = map.entry(head).or_insert(Value::Null);
    for (at, key) in keys.iter().enumerate() {
        place = match *key {
            "" => {
                if !place.is_array() {
                    *place = Value::Array(Vec::new());
                }
                let Value::Array(list) = place else { return Ok(()) };
                let inner = keys.get(at + 1).copied().unwrap_or_default();
                let unfinished = |last: &Value| !inner.is_empty() && last.as_object().is_some_and(|last| !last.contains_key(inner));
                if !list.last().is_some_and(unfinished) {
                    list.push(Value::Null);
                }
                let last = list.len() - 1;
                &mut list[last]
            }
            key => {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                let Value::Object(inner) = place else { return Ok(()) };
                inner.entry(key).or_insert(Value::Null)
            }
        };
    }
    *place = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bracketed_names_become_lists_and_objects() {
        let read = |text: &str| from_pairs(text.as_bytes()).map(Value::Object).unwrap();
        assert_eq!(read("labels[]=a&labels[]=b&q=x%20y"), json!({"labels": ["a", "b"], "q": "x y"}));
        assert_eq!(read("profile[name]=Ada&profile[ui_settings][locale]=th"), json!({"profile": {"name": "Ada", "ui_settings": {"locale": "th"}}}));
        let items = read("items[][title]=A&items[][value]=a&items[][title]=B&items[][value]=b");
        assert_eq!(items, json!({"items": [{"title": "A", "value": "a"}, {"title": "B", "value": "b"}]}));
        assert_eq!(read("a[][b][c]=1&a[][b][c]=2"), json!({"a": [{"b": {"c": "1"}}, {"b": {"c": "2"}}]}));
        assert_eq!(read("[]=a&=b"), json!({"[]": "a", "": "b"}));
        assert!(from_pairs(format!("a{}=1", "[b]".repeat(9)).as_bytes()).is_err());
    }

    #[test]
    fn texts_of_forms_keep_their_line_ends() {
        let mut form = json!({"a": "1\r\n2\r\n", "b": ["\r\n", {"c": "x\ry"}], "d": "plain"});
        end_lines(&mut form);
        assert_eq!(form, json!({"a": "1\n2\n", "b": ["\n", {"c": "x\ry"}], "d": "plain"}));
    }

    #[test]
    fn a_body_may_begin_with_a_byte_order_mark() {
        let read = |text: &str| from_json(text.as_bytes()).map(Value::Object);
        assert_eq!(read("\u{feff}{\"a\": 1}").unwrap(), json!({"a": 1}));
        assert_eq!(read("\u{feff}\n").unwrap(), json!({}));
        assert!(read("{\u{feff}}").is_err());
    }

    #[test]
    fn a_body_may_be_nested_under_its_root() {
        let body = json!({"webhook": {"url": "u"}, "account_id": 1}).as_object().cloned().unwrap();
        assert_eq!(Value::Object(unwrapped(body, "webhook")), json!({"account_id": 1, "url": "u"}));
    }
}
