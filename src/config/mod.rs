//! The configuration: defaults < hookdesk.toml < environment < flags. Which settings there are stands in `settings`.

mod layers;
mod mail;
mod parse;
mod settings;
mod storage;

pub use layers::{FILE, FILE_VARIABLE, Line, Source, Sources, TOKEN_VARIABLE};
pub use mail::{Mail, Smtp, Tls};
pub use parse::{webhook_schedule, webhook_timeout};
pub use settings::{Kind, Setting, all, markdown};
pub use storage::{Bucket, S3};

use ipnet::IpNet;
use layers::Layers;
use std::{fmt, path::PathBuf, time::Duration};
use url::Url;

/// What the server runs with: every value checked, every default filled in. The meaning of each stands in the table, see [`all`].
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `host:port`; the host may be a name and the port 0.
    pub listen: String,
    /// http or https, no path but `/`. By default it has the port of `listen`, so it may be 0 until the server is bound.
    pub public_url: Url,
    /// May not exist yet.
    pub data_dir: PathBuf,
    /// Where the rows are.
    pub database: Database,
    /// How webhooks are delivered.
    pub webhook: Webhooks,
    /// How mail is sent.
    pub mail: Mail,
    /// 1 to 60 characters without control characters.
    pub brand_name: String,
    /// Whether requests are refused with 429 when there are too many.
    pub rate_limits: bool,
    /// Requests from one address in a minute, 1 to 1000000.
    pub request_limit: u32,
    /// Those who may make any number of requests.
    pub request_limit_exempt: Vec<IpNet>,
    /// Those whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests that may wait for the database, 1 to 100000.
    pub write_queue: usize,
    /// Connections, 1 to 200.
    pub pool_size: u32,
    /// The largest file of a message in MiB, 1 to 4096.
    pub upload_limit: u64,
    /// Where files lie that people send, unless it is the data folder.
    pub storage: Option<S3>,
    /// How long finished deliveries are kept, 1 h to 3650 days; none is for ever.
    pub retention: Option<Duration>,
    /// How long entries of the audit log are kept, in the same way.
    pub audit_retention: Option<Duration>,
    /// How long a visitor's session lasts, 1 h to 3650 days.
    pub widget_token_expiry: Duration,
    /// Whether anybody may make an account of their own.
    pub sign_up: bool,
    /// What the secrets of second factors follow from.
    pub secret_key: Option<Secret>,
    /// Opens `/metrics`, which does not exist without it.
    pub metrics_token: Option<Secret>,
    /// A tracing filter; not empty, but otherwise unchecked.
    pub log: String,
    /// How a line of the log looks.
    pub log_format: LogFormat,
    /// How many WebSockets there may be.
    pub sockets: Sockets,
    /// What this node does.
    pub role: Role,
    /// HTTP threads; 0 is as many as there are cores.
    pub workers: usize,
}

/// What a node does, among several on one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    All,
    /// Answers HTTP and delivers nothing.
    Web,
    /// Delivers, and tells its health.
    Worker,
}

/// How many WebSockets one node holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sockets {
    /// In all, 1 to 1,000,000.
    pub most: usize,
    /// Of one address, 1 to 1,000,000.
    pub of_address: u32,
}

/// How webhooks are delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhooks {
    /// For one whole request, 100 ms to 60 s.
    pub timeout: Duration,
    /// The wait before each retry; empty if there are none, at most 20.
    pub retry_schedule: Vec<Duration>,
    /// Private networks that may be reached.
    pub allow_networks: Vec<IpNet>,
    /// PEM, with the certificates of further authorities. Not read yet.
    pub ca_file: Option<PathBuf>,
    /// Requests under way per webhook, 1 to 1000.
    pub in_flight: usize,
    /// Between looks into the database that nobody has asked for, 100 ms to 10 minutes.
    pub poll: Duration,
}

/// Where the rows are. Shown with `{:?}`, a password is masked.
#[derive(Clone, PartialEq)]
pub enum Database {
    /// The file, which may not exist yet.
    Sqlite(PathBuf),
    /// A `postgres://` or `postgresql://` URL for libpq, with its password.
    Postgres(String),
}

/// A credential. Shown with `{:?}`, it is masked.
#[derive(Clone, PartialEq)]
pub struct Secret(pub String);

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object for each line.
    Json,
}

/// The configuration, and the list for `hookdesk config`, which `{}` prints.
#[derive(Debug)]
pub struct Loaded {
    /// What the server runs with.
    pub config: Config,
    /// Every setting, in the order of the table.
    pub listing: Vec<Line>,
}

impl Config {
    /// The configuration if nobody sets anything. The error is theoretical, a slip in the table which a test would catch.
    pub fn defaults() -> Result<Self, String> {
        Self::load(Sources::default()).map(|loaded| loaded.config)
    }

    /// Lays the sources over the defaults. The error is one sentence that names the unknown setting, or the setting, its value and source and
    /// what would be right. A value that a higher layer replaces is not looked at.
    pub fn load(sources: Sources) -> Result<Loaded, String> {
        use settings::*;
        let mut layers = Layers::new(sources)?;
        let listen = layers.get(&LISTEN)?;
        layers.computed(&PUBLIC_URL, format!("http://{listen}"));
        let data_dir = layers.get(&DATA_DIR)?;
        let file = data_dir.join("hookdesk.db");
        let database =
            if layers.computed(&DATABASE_URL, format!("sqlite:{}", file.display())) { Database::Sqlite(file) } else { layers.get(&DATABASE_URL)? };
        let (public_url, brand_name, smtp) = (layers.get(&PUBLIC_URL)?, layers.get(&BRAND_NAME)?, layers.get(&SMTP_URL)?);
        let sender = mail::usual_sender(&brand_name, &public_url, smtp.as_ref())?;
        let from = if layers.computed(&MAIL_FROM, sender.to_string()) { sender } else { layers.get(&MAIL_FROM)? };
        let config = Self {
            listen,
            public_url,
            data_dir,
            database,
            webhook: Webhooks {
                timeout: layers.get(&WEBHOOK_TIMEOUT)?,
                retry_schedule: layers.get(&WEBHOOK_RETRY_SCHEDULE)?,
                allow_networks: layers.get(&WEBHOOK_ALLOW_NETWORKS)?,
                ca_file: layers.get(&WEBHOOK_CA_FILE)?,
                in_flight: layers.get(&WEBHOOK_IN_FLIGHT)?,
                poll: layers.get(&WEBHOOK_POLL)?,
            },
            mail: Mail { smtp, from },
            brand_name,
            rate_limits: layers.get(&RATE_LIMITS)?,
            request_limit: layers.get(&REQUEST_LIMIT)?,
            request_limit_exempt: layers.get(&REQUEST_LIMIT_EXEMPT)?,
            trusted_proxies: layers.get(&TRUSTED_PROXIES)?,
            write_queue: layers.get(&WRITE_QUEUE)?,
            pool_size: layers.get(&POOL_SIZE)?,
            upload_limit: layers.get(&UPLOAD_LIMIT)?,
            storage: storage::complete(layers.get(&STORAGE_URL)?, layers.get(&STORAGE_KEY_ID)?, layers.get(&STORAGE_KEY)?)?,
            retention: layers.get(&RETENTION)?,
            audit_retention: layers.get(&AUDIT_RETENTION)?,
            widget_token_expiry: layers.get(&WIDGET_TOKEN_EXPIRY)?,
            sign_up: layers.get(&SIGN_UP)?,
            secret_key: layers.get(&SECRET_KEY)?,
            metrics_token: layers.get(&METRICS_TOKEN)?,
            log: layers.get(&LOG)?,
            log_format: layers.get(&LOG_FORMAT)?,
            sockets: Sockets { most: layers.get(&SOCKETS)?, of_address: layers.get(&SOCKETS_OF_ADDRESS)? },
            role: layers.get(&ROLE)?,
            workers: layers.get(&WORKERS)?,
        };
        Ok(Loaded { config, listing: layers.listing() })
    }
}

impl Config {
    /// Whether this node can be what it is meant to be.
    ///
    /// # Errors
    /// A sentence, when it cannot.
    pub fn check_role(&self) -> Result<(), String> {
        match (&self.database, self.role) {
            (Database::Sqlite(_), Role::Web | Role::Worker) => Err("HOOKDESK_ROLE must be all on SQLite, which has one node that does everything; \
                several nodes share a PostgreSQL, see HOOKDESK_DATABASE_URL."
                .to_owned()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => f.debug_tuple("Sqlite").field(file).finish(),
            Self::Postgres(url) => f.debug_tuple("Postgres").field(&parse::masked(url)).finish(),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(parse::MASK)
    }
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { name, value, source, doc } in &self.listing {
            writeln!(f, "{name} = {value:?}  ({source})\n    {doc}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line such as `HOOKDESK_LISTEN=a:1` is environment, `--listen=a:1` a flag, and everything else the file.
    fn sources(lines: &[&str]) -> Sources {
        let mut sources = Sources::default();
        let mut toml = String::new();
        for line in lines {
            match line.split_once('=') {
                Some((name, value)) if name.starts_with("HOOKDESK_") => sources.environment.push((name.to_owned(), value.to_owned())),
                Some((name, value)) if name.starts_with("--") => {
                    let flag = all().iter().find(|setting| format!("--{}", setting.flag()) == name);
                    sources.flags.extend(flag.map(|setting| (*setting, value.to_owned())));
                }
                _ => toml += &format!("{line}\n"),
            }
        }
        sources.file = (!toml.is_empty()).then(|| (FILE.to_owned(), toml));
        sources
    }

    fn load(lines: &[&str]) -> Result<Loaded, String> {
        Config::load(sources(lines))
    }

    fn refusal(lines: &[&str]) -> String {
        load(lines).err().unwrap_or_else(|| format!("{lines:?} was accepted"))
    }

    #[test]
    fn without_sources_everything_has_its_default() -> Result<(), String> {
        let config = Config::defaults()?;
        assert_eq!(config.listen, "127.0.0.1:3000");
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000/");
        assert_eq!(config.database, Database::Sqlite("./hookdesk-data/hookdesk.db".into()));
        assert_eq!(config.webhook.timeout, Duration::from_secs(5));
        assert_eq!((config.webhook.retry_schedule.len(), config.webhook.in_flight), (9, 32));
        assert!(config.webhook.allow_networks.is_empty() && config.trusted_proxies.len() == 2);
        assert_eq!((config.brand_name.as_str(), config.log.as_str(), config.log_format), ("Hookdesk", "info", LogFormat::Text));
        assert_eq!([config.retention, config.audit_retention], [30, 730].map(|days| Some(Duration::from_secs(days * 86_400))));
        assert_eq!((config.rate_limits, config.write_queue, config.pool_size, config.workers, config.metrics_token), (true, 1024, 8, 0, None));
        assert!(load(&[])?.listing.iter().all(|line| line.source == Source::Default));
        Ok(())
    }

    #[test]
    fn each_layer_lies_over_the_one_below() -> Result<(), String> {
        let (file, variable, flag) = ("brand_name = 'file'", "HOOKDESK_BRAND_NAME=variable", "--brand-name=flag");
        for (lines, value, source) in [
            (&[file, variable, flag][..], "flag", Source::Flag),
            (&[file, variable], "variable", Source::Environment),
            (&[file], "file", Source::File(FILE.to_owned())),
            (&[flag, file], "flag", Source::Flag),
        ] {
            let loaded = load(lines)?;
            assert_eq!(loaded.config.brand_name, value);
            let line = loaded.listing.iter().find(|line| line.name == "HOOKDESK_BRAND_NAME");
            assert_eq!(line.map(|line| (line.value.as_str(), &line.source)), Some((value, &source)));
        }
        Ok(())
    }

    #[test]
    fn defaults_follow_the_settings_that_they_are_made_of() -> Result<(), String> {
        let loaded = load(&["data_dir = '/var/lib/hookdesk'", "--listen=localhost:0"])?;
        assert_eq!(loaded.config.public_url.as_str(), "http://localhost:0/");
        assert_eq!(loaded.config.database, Database::Sqlite("/var/lib/hookdesk/hookdesk.db".into()));
        let text = loaded.to_string();
        assert!(text.contains("HOOKDESK_DATABASE_URL = \"sqlite:/var/lib/hookdesk/hookdesk.db\"  (default)\n"), "{text}");
        assert!(text.contains("HOOKDESK_DATA_DIR = \"/var/lib/hookdesk\"  (hookdesk.toml)\n    Folder"), "{text}");
        Ok(())
    }

    #[test]
    fn the_file_takes_strings_integers_booleans_and_arrays() -> Result<(), String> {
        let toml =
            ["webhook_retry_schedule = ['1s', '2s']", "pool_size = 3", "rate_limits = false", "trusted_proxies = []", "webhook_timeout = \"1s\""];
        let config = load(&toml)?.config;
        assert_eq!(config.webhook.retry_schedule, [Duration::from_secs(1), Duration::from_secs(2)]);
        assert_eq!((config.pool_size, config.rate_limits, config.trusted_proxies.len()), (3, false, 0));
        assert!(load(&["HOOKDESK_WEBHOOK_RETRY_SCHEDULE="])?.config.webhook.retry_schedule.is_empty());
        Ok(())
    }

    #[test]
    fn unknown_names_are_refused_with_the_nearest_one() -> Result<(), String> {
        assert_eq!(refusal(&["listn = 'a:1'"]), r#"hookdesk.toml has the unknown setting "listn"; did you mean "listen"?"#);
        let table = refusal(&["[webhook]", "timeout = '1s'"]);
        assert_eq!(table, r#"hookdesk.toml has the unknown setting "webhook.timeout"; did you mean "webhook_timeout"?"#);
        let variable = refusal(&["HOOKDESK_DATABSE_URL=postgres://u:s3cret@h/d"]);
        assert_eq!(variable, r#"The environment has the unknown setting "HOOKDESK_DATABSE_URL"; did you mean "HOOKDESK_DATABASE_URL"?"#);
        assert!(refusal(&["HOOKDESK_CONFG=x"]).ends_with(r#"did you mean "HOOKDESK_CONFIG"?"#));
        assert!(refusal(&["HOOKDESK_SMTP_SERVER=x"]).ends_with(r#""hookdesk serve --help" lists the known ones."#));
        load(&["HOOKDESK_TEST_POSTGRES=x", "HOOKDESK_CONFIG=y"]).map(drop)
    }

    #[test]
    fn a_wrong_value_is_named_with_its_source_and_what_would_be_right() {
        let right = "but takes a duration with its unit from 100ms to 60s, such as 5s.";
        for (line, start) in [
            ("webhook_timeout = 5", "HOOKDESK_WEBHOOK_TIMEOUT is \"5\" (from webhook_timeout in hookdesk.toml), "),
            ("webhook_timeout = 1.5", "HOOKDESK_WEBHOOK_TIMEOUT is of the type float (from webhook_timeout in hookdesk.toml), "),
            ("webhook_timeout = ['1s']", "HOOKDESK_WEBHOOK_TIMEOUT is of the type array (from webhook_timeout in hookdesk.toml), "),
            ("HOOKDESK_WEBHOOK_TIMEOUT=61s", "HOOKDESK_WEBHOOK_TIMEOUT is \"61s\" (from the environment), "),
            ("--webhook-timeout=soon", "HOOKDESK_WEBHOOK_TIMEOUT is \"soon\" (from the flag --webhook-timeout), "),
        ] {
            assert_eq!(refusal(&[line]), format!("{start}{right}"));
        }
        let network = refusal(&["HOOKDESK_WEBHOOK_ALLOW_NETWORKS=10.0.0.0/8,10.0.0.300"]);
        assert!(
            network.starts_with(r#"HOOKDESK_WEBHOOK_ALLOW_NETWORKS contains "10.0.0.300" (from the environment), but takes networks"#),
            "{network}"
        );
        for setting in all().iter().filter(|setting| setting.kind == Kind::Plain) {
            assert!(refusal(&[&format!("{}=", setting.name)]).starts_with(setting.name), "{} takes nothing", setting.name);
        }
    }

    #[test]
    fn passwords_are_shown_nowhere() -> Result<(), String> {
        let loaded = load(&["HOOKDESK_DATABASE_URL=postgres://desk:s3cret@db/desk"])?;
        assert_eq!(loaded.config.database, Database::Postgres("postgres://desk:s3cret@db/desk".to_owned()));
        let shown = format!("{loaded:?} {loaded}");
        assert!(!shown.contains("s3cret") && shown.contains("postgres://desk:***@db/desk"), "{shown}");
        let loaded = load(&["HOOKDESK_METRICS_TOKEN=s3cret-of-the-monitor"])?;
        assert_eq!(loaded.config.metrics_token, Some(Secret("s3cret-of-the-monitor".to_owned())));
        let shown = format!("{loaded:?} {loaded}");
        assert!(!shown.contains("s3cret") && shown.contains("HOOKDESK_METRICS_TOKEN = \"***\"  (environment)"), "{shown}");
        assert!(refusal(&["HOOKDESK_METRICS_TOKEN=s3cret"]).starts_with("HOOKDESK_METRICS_TOKEN is \"***\" (from the environment), but takes 16"));
        let scheme = refusal(&["HOOKDESK_DATABASE_URL=mysql://desk:s3cret@db/desk"]);
        assert!(scheme.starts_with(r#"HOOKDESK_DATABASE_URL is "mysql://desk:***@db/desk" (from the environment), but takes"#), "{scheme}");
        let quotes = refusal(&["listen = 'a:1'", "database_url = postgres://desk:s3cret@db/desk"]);
        assert!(quotes.starts_with("hookdesk.toml is not valid TOML at line 2: ") && !quotes.contains("s3cret"), "{quotes}");
        assert!(!quotes.trim_end().contains('\n'), "{quotes}");
        Ok(())
    }

    #[test]
    fn a_named_file_must_exist_and_other_variables_are_passed_over() -> Result<(), String> {
        let variable = |name: &str, value: &str| (name.into(), value.into());
        let missing = Sources::gather(None, vec![], [variable("HOOKDESK_CONFIG", "/nowhere/desk.toml")]).err();
        assert!(missing.is_some_and(|error| error.starts_with("The configuration file \"/nowhere/desk.toml\" cannot be read: ")));
        let path = std::env::temp_dir().join(format!("hookdesk-config-{}.toml", std::process::id()));
        std::fs::write(&path, "workers = 2").map_err(|error| error.to_string())?;
        let sources = Sources::gather(Some(&path), vec![], [variable("HOOKDESK_CONFIG", "/nowhere"), variable("PATH", "/bin")]);
        std::fs::remove_file(&path).map_err(|error| error.to_string())?;
        let loaded = Config::load(sources?)?;
        assert_eq!(loaded.config.workers, 2);
        assert!(loaded.listing.iter().any(|line| line.source == Source::File(path.display().to_string())));
        Ok(())
    }

    #[test]
    fn the_readme_has_the_table_of_settings() {
        assert!(include_str!("../../README.md").contains(&markdown()), "put the output of `markdown()` into README.md");
    }
}
