//! The table of settings: each one's name, default, meaning and parser, declared once. File keys, flags, help and README are made from it.

use super::{Bucket, Database, LogFormat, Role, Secret, Smtp, mail, parse, storage};
use ipnet::IpNet;
use lettre::message::Mailbox;
use std::{path::PathBuf, time::Duration};
use url::Url;

/// How a setting's value may be written and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One value, shown as it is.
    Plain,
    /// The same, or nothing.
    Optional,
    /// Values separated by commas; in the file also an array of strings.
    List,
    /// A URL whose password is masked wherever it is shown.
    Secret,
    /// A credential, or nothing: masked as a whole wherever it is shown.
    Token,
}

/// What the table says of one setting, apart from the type of its value.
#[derive(Debug)]
pub struct Setting {
    /// The name in the environment, such as `HOOKDESK_LISTEN`; the file's key and the flag derive from it.
    pub name: &'static str,
    /// The default as text; where it depends on other settings, a description of it.
    pub default: &'static str,
    /// What a right value looks like, to follow the word "takes".
    pub takes: &'static str,
    /// One value, several, or one that is not shown.
    pub kind: Kind,
    /// What it means, in one sentence.
    pub doc: &'static str,
}

/// A setting together with the parser that gives its value a type. The parser's error is the part of the text that is wrong.
pub struct Entry<T: 'static> {
    /// All but the type.
    pub about: Setting,
    /// From the text, trimmed, to the value.
    pub parse: fn(&str) -> Result<T, &str>,
}

/// What every name in the environment begins with.
pub const PREFIX: &str = "HOOKDESK_";

// A macro, so that a setting cannot be declared and yet be missing from the list.
macro_rules! settings {
    ($($id:ident: $type:ty = $kind:ident { name: $name:literal, default: $default:literal, takes: $takes:literal, parse: $parse:expr, doc: $doc:literal })*) => {
        $(#[doc = $doc]
        pub static $id: Entry<$type> = Entry {
            about: Setting { name: $name, default: $default, takes: $takes, kind: Kind::$kind, doc: $doc },
            parse: $parse,
        };)*
        static ALL: &[&Setting] = &[$(&$id.about),*];
    };
}

settings! {
    LISTEN: String = Plain {
        name: "HOOKDESK_LISTEN", default: "127.0.0.1:3000",
        takes: "a host and a port, such as 127.0.0.1:3000, localhost:3000 or [::1]:3000",
        parse: parse::listen,
        doc: "Address and port on which the server listens; port 0 takes a free one."
    }
    PUBLIC_URL: Url = Plain {
        name: "HOOKDESK_PUBLIC_URL", default: "http://<listen>",
        takes: "an absolute http or https URL without user, path, query or fragment, such as https://help.example.com",
        parse: parse::public_url,
        doc: "Address under which browsers and webhook receivers reach this server; links are made with it."
    }
    DATA_DIR: PathBuf = Plain {
        name: "HOOKDESK_DATA_DIR", default: "./hookdesk-data",
        takes: "the path of a folder",
        parse: parse::path,
        doc: "Folder for what the server keeps on disk: the files that people send and the SQLite database, unless another database is set; several servers on one database share it, unless files lie in a bucket."
    }
    DATABASE_URL: Database = Secret {
        name: "HOOKDESK_DATABASE_URL", default: "sqlite:<data_dir>/hookdesk.db",
        takes: "sqlite:PATH of a file (without parameters), or a postgres:// or postgresql:// URL",
        parse: parse::database,
        doc: "Database that holds everything; a password in it is never shown."
    }
    WEBHOOK_TIMEOUT: Duration = Plain {
        name: "HOOKDESK_WEBHOOK_TIMEOUT", default: "5s",
        takes: "a duration with its unit from 100ms to 60s, such as 5s",
        parse: parse::webhook_timeout,
        doc: "How long one webhook request may take, from connecting to the last byte of the answer."
    }
    WEBHOOK_RETRY_SCHEDULE: Vec<Duration> = List {
        name: "HOOKDESK_WEBHOOK_RETRY_SCHEDULE", default: "5s,5m,30m,2h,5h,10h,14h,20h,24h",
        takes: "up to 20 durations of at most 365d each, separated by commas, such as 5s,5m,2h, or nothing for no retries",
        parse: parse::webhook_schedule,
        doc: "Waits before the first, second, and each further retry of a failed webhook delivery."
    }
    WEBHOOK_ALLOW_NETWORKS: Vec<IpNet> = List {
        name: "HOOKDESK_WEBHOOK_ALLOW_NETWORKS", default: "",
        takes: "networks or addresses separated by commas, such as 10.0.0.0/8,192.168.1.7,fd00::/8, or nothing",
        parse: parse::networks,
        doc: "Private networks to which webhooks may nevertheless be sent."
    }
    WEBHOOK_CA_FILE: Option<PathBuf> = Optional {
        name: "HOOKDESK_WEBHOOK_CA_FILE", default: "",
        takes: "the path of a file in PEM, or nothing",
        parse: parse::optional_path,
        doc: "Certificates of authorities of your own, whose receivers are believed besides those with a certificate of a public authority."
    }
    WEBHOOK_IN_FLIGHT: usize = Plain {
        name: "HOOKDESK_WEBHOOK_IN_FLIGHT", default: "32",
        takes: "a whole number from 1 to 1000",
        parse: |text| parse::number(text, 1, 1000),
        doc: "How many requests of one webhook may be under way at the same time."
    }
    WEBHOOK_POLL: Duration = Plain {
        name: "HOOKDESK_WEBHOOK_POLL", default: "500ms",
        takes: "a duration with its unit from 100ms to 10m, such as 500ms",
        parse: |text| parse::duration(text, Duration::from_millis(100), Duration::from_secs(600)),
        doc: "How often a node looks for due webhook deliveries although nothing has woken it."
    }
    SMTP_URL: Option<Smtp> = Secret {
        name: "HOOKDESK_SMTP_URL", default: "",
        takes: "smtps://user:password@host:465 (TLS from the first byte) or smtp://user:password@host:587 (STARTTLS, required with a password; tls=required, opportunistic or none says otherwise, timeout=60s how long a mail may take), or nothing",
        parse: mail::smtp,
        doc: "Server that takes e-mail; without one no e-mail is sent, and a password in it is never shown."
    }
    MAIL_FROM: Mailbox = Plain {
        name: "HOOKDESK_MAIL_FROM", default: "<brand_name> <hookdesk@<host of public_url>>",
        takes: "an address with or without a name, such as Hookdesk <support@example.org>",
        parse: mail::mailbox,
        doc: "Sender of e-mail; where the user of smtp_url is an address, it is the default."
    }
    BRAND_NAME: String = Plain {
        name: "HOOKDESK_BRAND_NAME", default: "Hookdesk",
        takes: "1 to 60 characters on one line",
        parse: |text| parse::line(text, 60),
        doc: "Name of the product in page titles and messages."
    }
    RATE_LIMITS: bool = Plain {
        name: "HOOKDESK_RATE_LIMITS", default: "on",
        takes: "on or off",
        parse: parse::switch,
        doc: "Whether what is done too often is refused: requests from one address, sign-ins with a wrong password, searches for contacts and in help centres, counts of conversations, uploads, transcripts, deletions and what visitors do in the widget with 429, and more than 200 messages a minute in a conversation with 422."
    }
    REQUEST_LIMIT: u32 = Plain {
        name: "HOOKDESK_REQUEST_LIMIT", default: "3000",
        takes: "a whole number from 1 to 1000000",
        parse: |text| parse::number(text, 1, 1_000_000),
        doc: "How many requests one address may make in a minute, unless rate_limits is off; behind a proxy that is not among trusted_proxies all clients are one address."
    }
    REQUEST_LIMIT_EXEMPT: Vec<IpNet> = List {
        name: "HOOKDESK_REQUEST_LIMIT_EXEMPT", default: "127.0.0.0/8,::1/128",
        takes: "networks or addresses separated by commas, such as 127.0.0.0/8,192.0.2.7, or nothing",
        parse: parse::networks,
        doc: "Addresses that may make any number of requests, such as programs of your own; in the widget and for sockets, whoever comes from there is not counted by address."
    }
    TRUSTED_PROXIES: Vec<IpNet> = List {
        name: "HOOKDESK_TRUSTED_PROXIES", default: "127.0.0.0/8,::1/128",
        takes: "networks or addresses separated by commas, such as 127.0.0.0/8,10.0.0.2, or nothing",
        parse: parse::networks,
        doc: "Proxies whose X-Forwarded-For header is believed."
    }
    WRITE_QUEUE: usize = Plain {
        name: "HOOKDESK_WRITE_QUEUE", default: "1024",
        takes: "a whole number from 1 to 100000",
        parse: |text| parse::number(text, 1, 100_000),
        doc: "How many requests may wait for the database before further ones are answered with 503."
    }
    POOL_SIZE: u32 = Plain {
        name: "HOOKDESK_POOL_SIZE", default: "8",
        takes: "a whole number from 1 to 200",
        parse: |text| parse::number(text, 1, 200),
        doc: "Database connections: on SQLite those for reading, on PostgreSQL all but one, by which nodes hear of each other."
    }
    UPLOAD_LIMIT: u64 = Plain {
        name: "HOOKDESK_UPLOAD_LIMIT", default: "40",
        takes: "a whole number from 1 to 4096",
        parse: |text| parse::number(text, 1, 4096),
        doc: "Size of the largest file that a message may carry, in MiB."
    }
    STORAGE_URL: Option<Bucket> = Secret {
        name: "HOOKDESK_STORAGE_URL", default: "",
        takes: "s3://bucket or s3://bucket/prefix, with ?region=eu-west-1, for a storage other than AWS also &endpoint=https://host:port (style=host where the bucket stands in its name), and downloads=redirect where browsers are to fetch larger files from there, or nothing",
        parse: storage::bucket,
        doc: "Bucket of S3-compatible storage for the files that people send; without one they lie in the data folder."
    }
    STORAGE_KEY_ID: Option<Secret> = Token {
        name: "HOOKDESK_STORAGE_KEY_ID", default: "",
        takes: "up to 200 visible ASCII characters, or nothing",
        parse: storage::key,
        doc: "Name of the key with which requests to the bucket are signed."
    }
    STORAGE_KEY: Option<Secret> = Token {
        name: "HOOKDESK_STORAGE_KEY", default: "",
        takes: "up to 200 visible ASCII characters, or nothing",
        parse: storage::key,
        doc: "The key itself."
    }
    RETENTION: Option<Duration> = Plain {
        name: "HOOKDESK_RETENTION", default: "30d",
        takes: "a duration with its unit from 1h to 3650d, such as 30d, or off",
        parse: |text| parse::or_off(text, |text| parse::duration(text, Duration::from_secs(3600), Duration::from_secs(3650 * 86_400))),
        doc: "How long deliveries are kept after they were delivered or given up, with their attempts and events; off keeps them for ever."
    }
    AUDIT_RETENTION: Option<Duration> = Plain {
        name: "HOOKDESK_AUDIT_RETENTION", default: "730d",
        takes: "a duration with its unit from 1h to 3650d, such as 730d, or off",
        parse: |text| parse::or_off(text, |text| parse::duration(text, Duration::from_secs(3600), Duration::from_secs(3650 * 86_400))),
        doc: "How long the audit log says who has changed what; off keeps its entries for ever."
    }
    SOCKETS: usize = Plain {
        name: "HOOKDESK_SOCKETS", default: "20000",
        takes: "a whole number from 1 to 1000000",
        parse: |text| parse::number(text, 1, 1_000_000),
        doc: "How many WebSockets one node holds, each some 12 kB of memory and an open file; further ones are answered with 503."
    }
    SOCKETS_OF_ADDRESS: u32 = Plain {
        name: "HOOKDESK_SOCKETS_OF_ADDRESS", default: "500",
        takes: "a whole number from 1 to 1000000",
        parse: |text| parse::number(text, 1, 1_000_000),
        doc: "How many of them one address may have, unless it is among request_limit_exempt or rate_limits is off; further ones are answered with 429."
    }
    WIDGET_TOKEN_EXPIRY: Duration = Plain {
        name: "HOOKDESK_WIDGET_TOKEN_EXPIRY", default: "180d",
        takes: "a duration with its unit from 1h to 3650d, such as 180d",
        parse: |text| parse::duration(text, Duration::from_secs(3600), Duration::from_secs(3650 * 86_400)),
        doc: "How long the token of a website's visitor holds; whoever comes again when half of it is over gets a new one."
    }
    SIGN_UP: bool = Plain {
        name: "HOOKDESK_SIGN_UP", default: "off",
        takes: "on or off",
        parse: parse::switch,
        doc: "Whether anybody may make an account of their own; it takes smtp_url, since a link proves their address."
    }
    SECRET_KEY: Option<Secret> = Token {
        name: "HOOKDESK_SECRET_KEY", default: "",
        takes: "16 to 200 visible ASCII characters, or nothing",
        parse: parse::token,
        doc: "What the secrets of second factors follow from, the same on all nodes; SQLite without it has a file secret.key in data_dir, PostgreSQL no second factors."
    }
    METRICS_TOKEN: Option<Secret> = Token {
        name: "HOOKDESK_METRICS_TOKEN", default: "",
        takes: "16 to 200 visible ASCII characters, or nothing",
        parse: parse::token,
        doc: "What a monitor sends as Authorization: Bearer to read /metrics; without it that path does not exist."
    }
    LOG: String = Plain {
        name: "HOOKDESK_LOG", default: "info",
        takes: "a level (error, warn, info, debug, trace) or a tracing filter, such as info,hookdesk::webhooks=debug",
        parse: parse::not_empty,
        doc: "What is written to the log."
    }
    LOG_FORMAT: LogFormat = Plain {
        name: "HOOKDESK_LOG_FORMAT", default: "text",
        takes: "text or json",
        parse: parse::log_format,
        doc: "Whether a line of the log is text for people or a JSON object for machines."
    }
    ROLE: Role = Plain {
        name: "HOOKDESK_ROLE", default: "all",
        takes: "all, web or worker",
        parse: parse::role,
        doc: "What this node does: web answers HTTP and leaves deliveries to others, worker delivers and answers /health alone."
    }
    WORKERS: usize = Plain {
        name: "HOOKDESK_WORKERS", default: "0",
        takes: "a whole number from 0 to 1024, where 0 is as many as the machine has cores",
        parse: |text| parse::number(text, 0, 1024),
        doc: "Threads that answer HTTP requests."
    }
}

impl Setting {
    /// The key in hookdesk.toml, such as `webhook_timeout`.
    pub fn key(&self) -> String {
        self.name.trim_start_matches(PREFIX).to_ascii_lowercase()
    }

    /// The flag without its dashes, such as `webhook-timeout`.
    pub fn flag(&self) -> String {
        self.key().replace('_', "-")
    }

    /// A value of this setting as it may be shown: the password of a secret one is masked.
    pub fn shown(&self, value: &str) -> String {
        match self.kind {
            Kind::Secret => parse::masked(value),
            Kind::Token if !value.is_empty() => parse::MASK.to_owned(),
            Kind::Plain | Kind::Optional | Kind::List | Kind::Token => value.to_owned(),
        }
    }

    /// The default for people to read, where an empty one has a name.
    pub fn default_shown(&self) -> &'static str {
        if self.default.is_empty() { "none" } else { self.default }
    }
}

/// Every setting, in the order of the table.
pub fn all() -> &'static [&'static Setting] {
    ALL
}

/// The candidate that somebody who wrote `word` most likely meant, if any is near. Case, `-`, `.` and the prefix do not count.
pub(super) fn nearest(word: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    let word = plain(word);
    candidates
        .into_iter()
        .map(|candidate| {
            let other = plain(&candidate);
            (distance(&word, &other), word.len().max(other.len()) / 3, candidate)
        })
        .filter(|(distance, allowed, _)| distance <= allowed)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(_, _, candidate)| candidate)
}

fn plain(name: &str) -> String {
    let name = name.to_lowercase().replace(['-', '.'], "_");
    name.strip_prefix("hookdesk_").map(str::to_owned).unwrap_or(name)
}

/// Edits (insert, delete, replace) that make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        let mut before = i + 1;
        for (pair, target) in row.windows(2).zip(&other) {
            before = (pair[0] + usize::from(letter != *target)).min(pair[1] + 1).min(before + 1);
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// The settings as a Markdown table with a header, one line each and a newline at the end; the README holds a copy.
pub fn markdown() -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut table = String::from("| Setting | Default | Meaning |\n|---|---|---|\n");
    for setting in ALL {
        let default = if setting.default.is_empty() { String::from("none") } else { format!("`{}`", setting.default) };
        table += &format!("| `{}` | {} | {} Takes {}. |\n", setting.name, cell(&default), cell(setting.doc), cell(setting.takes));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> impl Iterator<Item = String> {
        ALL.iter().map(|setting| setting.key())
    }

    #[test]
    fn every_setting_is_named_and_explained() {
        for setting in ALL {
            assert!(setting.name.starts_with(PREFIX), "{}", setting.name);
            assert!(setting.doc.ends_with('.') && setting.doc.matches(". ").count() == 0, "{} wants one sentence", setting.name);
            assert!(!setting.takes.is_empty() && !setting.takes.ends_with('.'), "{}", setting.name);
        }
        assert_eq!(WEBHOOK_TIMEOUT.about.key(), "webhook_timeout");
        assert_eq!(WEBHOOK_TIMEOUT.about.flag(), "webhook-timeout");
        let names: std::collections::BTreeSet<_> = keys().collect();
        assert_eq!(names.len(), ALL.len(), "a name stands twice");
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        for (word, meant) in [
            ("listn", "listen"),
            ("HOOKDESK_LISTEN", "listen"),
            ("webhook-timeout", "webhook_timeout"),
            ("webhook.timeout", "webhook_timeout"),
            ("database", "database_url"),
            ("brandname", "brand_name"),
        ] {
            assert_eq!(nearest(word, keys()).as_deref(), Some(meant), "{word}");
        }
        assert_eq!(nearest("smtp_password", keys()), None);
        assert_eq!((distance("", "abc"), distance("kitten", "sitting"), distance("same", "same")), (3, 3, 0));
    }

    #[test]
    fn the_markdown_table_has_a_line_for_each_setting() {
        let table = markdown();
        assert_eq!(table.lines().count(), ALL.len() + 2);
        assert!(table.contains("| `HOOKDESK_WEBHOOK_IN_FLIGHT` | `32` | How many"), "{table}");
        assert!(table.contains("| `HOOKDESK_WEBHOOK_ALLOW_NETWORKS` | none |"), "{table}");
        assert!(table.lines().all(|line| line.matches('|').count() == 4), "{table}");
    }
}
