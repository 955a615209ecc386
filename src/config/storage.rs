//! Where files lie that people send, unless it is the data folder.

use super::Secret;
use url::Url;

/// A bucket of storage that speaks S3.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What the names of all files in it begin with: empty, or with a `/` at its end.
    pub prefix: String,
    /// http or https, and nothing behind the port.
    pub endpoint: Url,
    /// By which requests are signed.
    pub region: String,
    /// Whether the bucket stands in the path, or else before the endpoint's name.
    pub in_path: bool,
    /// Whether files are fetched from there by those who may have them, or else through this server.
    pub redirects: bool,
}

/// A bucket, and with what requests to it are signed.
#[derive(Clone, Debug, PartialEq)]
pub struct S3 {
    /// The bucket.
    pub bucket: Bucket,
    /// The name of the key.
    pub key_id: Secret,
    /// The key.
    pub key: Secret,
}

/// A bucket as `s3://name/prefix?endpoint=..&region=..&style=..&downloads=..`, or none.
pub fn bucket(text: &str) -> Result<Option<Bucket>, &str> {
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text).map_err(|_| text)?;
    let (mut endpoint, mut region, mut style, mut redirects) = (None, "us-east-1".to_owned(), None, false);
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.as_ref()) {
            ("endpoint", value) => endpoint = Some(super::parse::public_url(value).map_err(|_| text)?),
            ("region", value) if is_plain(value) => region = value.to_owned(),
            ("style", "path") => style = Some(true),
            ("style", "host") => style = Some(false),
            ("downloads", "redirect") => redirects = true,
            ("downloads", "through") => redirects = false,
            _ => return Err(text),
        }
    }
    let name = url.host_str().filter(|name| is_plain(name)).ok_or(text)?.to_owned();
    let bare = url.scheme() == "s3" && url.username().is_empty() && url.password().is_none() && url.port().is_none() && url.fragment().is_none();
    let prefix = url.path().trim_matches('/');
    if !bare || !prefix.split('/').all(|part| prefix.is_empty() || is_plain(part)) {
        return Err(text);
    }
    // whoever names a server of their own seldom has a name for each bucket
    let in_path = style.unwrap_or(endpoint.is_some());
    let endpoint = endpoint.map_or_else(|| Url::parse(&format!("https://s3.{region}.amazonaws.com")), Ok).map_err(|_| text)?;
    let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    Ok(Some(Bucket { name, prefix, endpoint, region, in_path, redirects }))
}

/// The bucket with its key. The error is a sentence: one without the other is of no use.
pub fn complete(bucket: Option<Bucket>, key_id: Option<Secret>, key: Option<Secret>) -> Result<Option<S3>, String> {
    match (bucket, key_id, key) {
        (Some(bucket), Some(key_id), Some(key)) => Ok(Some(S3 { bucket, key_id, key })),
        (None, None, None) => Ok(None),
        (Some(_), ..) => Err("HOOKDESK_STORAGE_URL needs HOOKDESK_STORAGE_KEY_ID and HOOKDESK_STORAGE_KEY.".to_owned()),
        (None, ..) => Err("HOOKDESK_STORAGE_KEY_ID and HOOKDESK_STORAGE_KEY are of no use without HOOKDESK_STORAGE_URL.".to_owned()),
    }
}

/// Whether it is written the same way wherever it stands.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !matches!(text, "." | "..") && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// The name of a key, or a key; nothing is none.
pub fn key(text: &str) -> Result<Option<Secret>, &str> {
    let right = text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if right { Ok((!text.is_empty()).then(|| Secret(text.to_owned()))) } else { Err(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_with_its_place() {
        let aws = bucket("s3://desk?region=eu-west-1").unwrap().unwrap();
        assert_eq!((aws.endpoint.as_str(), aws.prefix.as_str(), aws.in_path), ("https://s3.eu-west-1.amazonaws.com/", "", false));
        let own = bucket("s3://desk/files/of/help/?endpoint=http://minio:9000&downloads=redirect").unwrap().unwrap();
        assert_eq!((own.endpoint.as_str(), own.prefix.as_str(), own.in_path), ("http://minio:9000/", "files/of/help/", true));
        assert!(own.redirects && own.region == "us-east-1" && own.name == "desk");
        assert_eq!(bucket("s3://desk?endpoint=https://storage.example&style=host").unwrap().map(|bucket| bucket.in_path), Some(false));
        assert_eq!(bucket(""), Ok(None));
        for wrong in [
            "desk",
            "s3://",
            "https://desk",
            "s3://desk?endpoint=minio:9000",
            "s3://desk?endpoint=https://u:p@minio",
            "s3://key:secret@desk",
            "s3://desk?zone=1",
            "s3://desk/a//b",
            "s3://desk/%20",
            "s3://desk?region=",
            "s3://desk?style=domain",
        ] {
            assert_eq!(bucket(wrong), Err(wrong));
        }
        assert_eq!((key(""), key("AKIA"), key("a b")), (Ok(None), Ok(Some(Secret("AKIA".to_owned()))), Err("a b")));
    }
}
