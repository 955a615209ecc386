//! The layers: where each setting's text comes from, which one is in force, and what is said of one that is unknown or wrong.

use super::settings::{Entry, Kind, PREFIX, Setting, all, nearest};
use std::{collections::BTreeMap, ffi::OsString, fmt, fs, io, path::Path};

/// The file that is read if none is named and it exists in the working directory.
pub const FILE: &str = "hookdesk.toml";
/// The variable that names another file. It is no setting, since a file cannot say where it is.
pub const FILE_VARIABLE: &str = "HOOKDESK_CONFIG";
/// The variable with the access token of `hookdesk tail`. It is no setting, since the server has none.
pub const TOKEN_VARIABLE: &str = "HOOKDESK_TOKEN";
/// Variables that belong to the tests, not to the server.
const TEST_PREFIX: &str = "HOOKDESK_TEST_";

/// The layers above the defaults, as yet unchecked. A test fills in what it needs and leaves the rest to `Default`. Not `Debug`, since it may hold
/// a password.
#[derive(Default)]
pub struct Sources {
    /// The file's name for messages, and its TOML text.
    pub file: Option<(String, String)>,
    /// Names and values; those without the prefix `HOOKDESK_` are passed over.
    pub environment: Vec<(String, String)>,
    /// Values from the command line.
    pub flags: Vec<(&'static Setting, String)>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The table.
    Default,
    /// The file of this name, usually hookdesk.toml.
    File(String),
    /// A `HOOKDESK_*` variable.
    Environment,
    /// The command line.
    Flag,
}

/// One setting as it is in force.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Such as `HOOKDESK_LISTEN`.
    pub name: &'static str,
    /// As it was written, but without a password.
    pub value: String,
    /// The uppermost layer that has it.
    pub source: Source,
    /// What it means.
    pub doc: &'static str,
}

impl Sources {
    /// Picks the `HOOKDESK_*` variables out of `environment` and reads the file: the one of `--config`, else the one that `HOOKDESK_CONFIG`
    /// names, else hookdesk.toml in the working directory if there is one. The error is a sentence, for a named file that cannot be read or a
    /// variable that is no UTF-8.
    pub fn gather(
        named: Option<&Path>,
        flags: Vec<(&'static Setting, String)>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, String> {
        let mut ours = Vec::new();
        for (name, value) in environment {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let value = value.into_string().map_err(|_| format!("{name} in the environment is not valid UTF-8."))?;
            ours.push((name.to_owned(), value));
        }
        let variable = ours.iter().find(|(name, _)| name == FILE_VARIABLE).map(|(_, path)| Path::new(path));
        let named = named.or(variable);
        let path = named.unwrap_or(Path::new(FILE));
        let file = match fs::read_to_string(path) {
            Ok(text) => Some((path.display().to_string(), text)),
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(format!("The configuration file {:?} cannot be read: {error}.", path.display().to_string()));
            }
        };
        Ok(Self { file, environment: ours, flags })
    }
}

/// The text of each setting that is not left to the table, and where it comes from.
pub(super) struct Layers(BTreeMap<&'static str, (String, Source)>);

impl Layers {
    pub fn new(sources: Sources) -> Result<Self, String> {
        let mut layers = BTreeMap::new();
        if let Some((file, text)) = sources.file {
            for (setting, value) in read_file(&file, &text)? {
                layers.insert(setting.name, (value, Source::File(file.clone())));
            }
        }
        for (name, value) in sources.environment {
            if !name.starts_with(PREFIX) || name.starts_with(TEST_PREFIX) || name == FILE_VARIABLE || name == TOKEN_VARIABLE {
                continue;
            }
            let Some(setting) = all().iter().find(|setting| setting.name == name) else {
                let known = all().iter().map(|setting| setting.name).chain([FILE_VARIABLE]).map(str::to_owned);
                return Err(unknown("The environment", &name, known));
            };
            layers.insert(setting.name, (value, Source::Environment));
        }
        for (setting, value) in sources.flags {
            layers.insert(setting.name, (value, Source::Flag));
        }
        Ok(Self(layers))
    }

    pub fn get<T>(&self, entry: &'static Entry<T>) -> Result<T, String> {
        let (text, source) = self.in_force(&entry.about);
        (entry.parse)(text).map_err(|wrong| refusal(&entry.about, &format!("{:?}", entry.about.shown(wrong)), wrong != text, &source))
    }

    /// Sets a default that depends on other settings. Says whether it is in force, that is, whether no layer has a value.
    pub fn computed<T>(&mut self, entry: &'static Entry<T>, default: String) -> bool {
        self.0.entry(entry.about.name).or_insert((default, Source::Default)).1 == Source::Default
    }

    fn in_force(&self, setting: &'static Setting) -> (&str, Source) {
        match self.0.get(setting.name) {
            Some((text, source)) => (text.trim(), source.clone()),
            None => (setting.default, Source::Default),
        }
    }

    pub fn listing(&self) -> Vec<Line> {
        let line = |setting: &&'static Setting| {
            let (value, source) = self.in_force(setting);
            Line { name: setting.name, value: setting.shown(value), source, doc: setting.doc }
        };
        all().iter().map(line).collect()
    }
}

/// The settings of a file as texts. Types are checked here only so far that nothing is taken for what it is not.
fn read_file(file: &str, text: &str) -> Result<Vec<(&'static Setting, String)>, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        // Not the whole error: it quotes the line, which may hold a password.
        let line = error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
        format!("{file} is not valid TOML at line {line}: {}.", error.message().replace('\n', ", "))
    })?;
    let mut values = Vec::new();
    for (key, value) in table {
        let Some(setting) = all().iter().find(|setting| setting.key() == key) else {
            // `[webhook] timeout` is shown as webhook.timeout, so that webhook_timeout is near.
            let key = value.as_table().and_then(|inner| inner.keys().next()).map_or(key.clone(), |inner| format!("{key}.{inner}"));
            return Err(unknown(file, &key, all().iter().map(|setting| setting.key())));
        };
        let text = match &value {
            toml::Value::String(text) => Some(text.clone()),
            toml::Value::Integer(number) => Some(number.to_string()),
            toml::Value::Boolean(switch) => Some(switch.to_string()),
            toml::Value::Array(items) if setting.kind == Kind::List => {
                items.iter().map(toml::Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(","))
            }
            _ => None,
        };
        let wrong_type = || refusal(setting, &format!("of the type {}", value.type_str()), false, &Source::File(file.to_owned()));
        values.push((*setting, text.ok_or_else(wrong_type)?));
    }
    Ok(values)
}

/// Without the value, which may be a secret that only its name would have told.
fn unknown(place: &str, name: &str, known: impl Iterator<Item = String>) -> String {
    match nearest(name, known) {
        Some(near) => format!("{place} has the unknown setting {name:?}; did you mean {near:?}?"),
        None => format!("{place} has the unknown setting {name:?}; \"hookdesk serve --help\" lists the known ones."),
    }
}

fn refusal(setting: &Setting, value: &str, in_part: bool, source: &Source) -> String {
    let from = match source {
        Source::Default => "from the default".to_owned(),
        Source::File(file) => format!("from {} in {file}", setting.key()),
        Source::Environment => "from the environment".to_owned(),
        Source::Flag => format!("from the flag --{}", setting.flag()),
    };
    let verb = if in_part { "contains" } else { "is" };
    format!("{} {verb} {value} ({from}), but takes {}.", setting.name, setting.takes)
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File(name) => name,
            Self::Environment => "environment",
            Self::Flag => "flag",
        })
    }
}
