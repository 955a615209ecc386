//! Entries of the log, and what is noted of a change.
use crate::{
    db::{
        schema::audit_logs,
        types::{AccountId, AuditLogId, AuditableId, Json},
    },
    error::{Error, Result},
    outbound::Target,
    text_enum,
    web::ClientInfo,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// What stands in place of a secret, before and after.
const REDACTED: &str = "[REDACTED]";

/// How much of a text is noted, in characters, and of anything else as JSON.
const LONGEST: usize = 2000;

/// What every row has, and nobody changes.
const OF_EVERY_ROW: [&str; 4] = ["id", "account_id", "created_at", "updated_at"];

/// How the names of what opens doors end.
const SECRETS: [&str; 6] = ["secret", "token", "password", "headers", "_key", "_hash"];

/// Names that end so, and open nothing.
const NO_SECRETS: [&str; 1] = ["attribute_key"];

text_enum! {
    /// What was done.
    pub enum Action { Create = 0 "create", Update = 1 "update", Destroy = 2 "destroy", SignIn = 3 "sign_in", SignOut = 4 "sign_out" }
}

text_enum! {
    /// What kind of thing has done it.
    pub enum AuthorType {
        User = 0 "User",
        PlatformApp = 1 "PlatformApp",
        ServiceKey = 2 "ServiceKey",
        Server = 3 "Server",
        CommandLine = 4 "CommandLine",
    }
}

/// From where something is asked.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address; none for the server itself.
    pub address: Option<IpAddr>,
    /// The request, by the id that the log names it by.
    pub request: Option<String>,
}

impl From<&ClientInfo> for Origin {
    fn from(client: &ClientInfo) -> Origin {
        Origin { address: client.ip, request: client.request.clone() }
    }
}

/// Who changes something, and from where.
#[derive(Debug, Clone)]
pub struct Author {
    /// What they are.
    pub kind: AuthorType,
    /// Their id; none for the server and its command line.
    pub id: Option<i64>,
    /// What they are known by at the time: a user's address, the name of a program.
    pub name: String,
    /// Where they ask from.
    pub origin: Origin,
}

impl Author {
    /// The server, which does something by itself.
    pub fn server() -> Author {
        Author { kind: AuthorType::Server, id: None, name: "the server".into(), origin: Origin::default() }
    }

    /// Whoever runs this server, by its command line.
    pub fn command_line() -> Author {
        Author { kind: AuthorType::CommandLine, id: None, name: "the command line".into(), origin: Origin::default() }
    }
}

/// What can be changed, and is named in the log. What is noted of it is what it serializes to; secrets are found by the names of their fields.
pub trait Audited: Serialize {
    /// Its type, by the name that clients know.
    const TYPE: &'static str;
    /// Its id, as clients know it.
    fn id(&self) -> i64;
    /// What people know it by.
    fn name(&self) -> &str;
}

/// Says how rows are named in the log: by which type, and by which of their fields people know them.
#[macro_export]
macro_rules! audited {
    ($row:ty = $type:literal by $name:ident) => {
        $crate::audited!($row = $type: |it| it.id.0, &it.$name);
    };
    ($row:ty = $type:literal: |$it:ident| $id:expr, $name:expr) => {
        impl $crate::audit::Audited for $row {
            const TYPE: &'static str = $type;

            fn id(&self) -> i64 {
                let $it = self;
                $id
            }

            // what is known by no name has none
            #[allow(unused_variables)]
            fn name(&self) -> &str {
                let $it = self;
                $name
            }
        }
    };
}

/// What was done to a thing.
#[derive(Debug)]
pub enum Change<'a, T> {
    /// It is new.
    Created(&'a T),
    /// It was the one, and is the other. Where they are the same, nothing is noted.
    Updated(&'a T, &'a T),
    /// It is gone.
    Destroyed(&'a T),
    /// It has another secret of this name.
    Renewed(&'a T, &'static str),
    /// Something was done with it that changes no field.
    Done(&'a T, &'static str),
    /// Somebody has come.
    SignedIn(&'a T),
    /// Somebody has gone.
    SignedOut(&'a T),
}

impl<T> Clone for Change<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

// of whatever: it holds nothing but references
impl<T> Copy for Change<'_, T> {}

impl<'a, T: Audited> Change<'a, T> {
    pub(super) fn thing(self) -> &'a T {
        match self {
            Change::Updated(_, thing) | Change::Renewed(thing, _) | Change::Done(thing, _) => thing,
            Change::Created(thing) | Change::Destroyed(thing) | Change::SignedIn(thing) | Change::SignedOut(thing) => thing,
        }
    }

    pub(super) fn action(self) -> Action {
        match self {
            Change::Created(_) => Action::Create,
            Change::Updated(..) | Change::Renewed(..) | Change::Done(..) => Action::Update,
            Change::Destroyed(_) => Action::Destroy,
            Change::SignedIn(_) => Action::SignIn,
            Change::SignedOut(_) => Action::SignOut,
        }
    }

    /// What is noted: of what was updated, each field with what it was and what it is; of what came or went, each field. None if nothing has changed.
    pub(super) fn noted(self) -> Result<Option<Map<String, Value>>> {
        let noted: Map<String, Value> = match self {
            Change::Created(thing) | Change::Destroyed(thing) => {
                fields(thing)?.into_iter().map(|(name, value)| (name.clone(), shown(&name, value))).collect()
            }
            Change::Updated(before, after) => {
                let mut before = fields(before)?;
                let changed = fields(after)?.into_iter().filter_map(|(name, after)| {
                    let before = before.remove(&name).unwrap_or_default();
                    let pair = (before != after).then(|| json!([shown(&name, before), shown(&name, after)]));
                    pair.map(|pair| (name, pair))
                });
                let changed: Map<String, Value> = changed.collect();
                if changed.is_empty() {
                    return Ok(None);
                }
                changed
            }
            Change::Renewed(_, secret) => Map::from_iter([(secret.to_owned(), json!([REDACTED, REDACTED]))]),
            Change::Done(_, what) => Map::from_iter([(what.to_owned(), json!([null, true]))]),
            Change::SignedIn(_) | Change::SignedOut(_) => Map::new(),
        };
        Ok(Some(noted))
    }
}

/// What a thing serializes to, without what every row has.
fn fields(thing: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(thing).map_err(Error::internal)? {
        Value::Object(mut fields) => {
            fields.retain(|name, _| !OF_EVERY_ROW.contains(&name.as_str()));
            Ok(fields)
        }
        _ => Ok(Map::new()),
    }
}

/// A value as the log shows it: no secret, no password in a URL, and not too long.
fn shown(name: &str, value: Value) -> Value {
    let text = match redacted(name, value) {
        Value::String(text) => text,
        other => match other.to_string() {
            json if json.chars().nth(LONGEST).is_some() => json,
            _ => return other,
        },
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Value::String(format!("{}…", &text[..end])),
        None => Value::String(text),
    }
}

fn redacted(name: &str, value: Value) -> Value {
    let is_secret = SECRETS.iter().any(|end| name.ends_with(end)) && !NO_SECRETS.contains(&name);
    match value {
        Value::Null => Value::Null,
        _ if is_secret => json!(REDACTED),
        Value::String(url) if url.starts_with("http") => json!(Target::parse(&url).map_or(url, |target| target.masked())),
        Value::Array(items) => items.into_iter().map(|item| redacted("", item)).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name.clone(), redacted(&name, value))).collect()),
        other => other,
    }
}

/// A row of `audit_logs`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = audit_logs)]
pub struct AuditLog {
    /// Its id.
    pub id: AuditLogId,
    /// In which account.
    pub account_id: AccountId,
    /// What kind of thing was changed.
    pub auditable_type: String,
    /// Which one.
    pub auditable_id: AuditableId,
    /// What it was known by then.
    pub auditable_name: String,
    /// What was done.
    pub action: Action,
    /// What has changed.
    pub audited_changes: Json<Map<String, Value>>,
    /// 1 for the first entry about the thing.
    pub version: i64,
    /// What kind of thing has done it.
    pub author_type: Option<AuthorType>,
    /// Which one.
    pub author_id: Option<i64>,
    /// What they were known by then.
    pub author_name: String,
    /// Within which request.
    pub request_uuid: Option<String>,
    /// From where.
    pub remote_address: Option<String>,
    /// When.
    pub created_at: NaiveDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Door {
        id: i64,
        title: String,
        secret: Option<&'static str>,
        attribute_key: &'static str,
        url: &'static str,
        inner: Value,
        updated_at: i64,
    }

    impl Audited for Door {
        const TYPE: &'static str = "Door";
        fn id(&self) -> i64 {
            self.id
        }
        fn name(&self) -> &str {
            &self.title
        }
    }

    fn door() -> Door {
        let inner = json!({"api_key": "hush", "headers": {"X": "hush"}, "list": [{"token": "hush"}], "plan": "gold"});
        Door { id: 1, title: "front".into(), secret: Some("hush"), attribute_key: "plan", url: "https://a:hush@x.example/", inner, updated_at: 1 }
    }

    #[test]
    fn secrets_are_not_noted() {
        let noted = Change::Created(&door()).noted().unwrap().unwrap();
        let inner = json!({"api_key": REDACTED, "headers": REDACTED, "list": [{"token": REDACTED}], "plan": "gold"});
        let expected = json!({"title": "front", "secret": REDACTED, "attribute_key": "plan", "url": "https://***@x.example/", "inner": inner});
        assert_eq!(Value::Object(noted), expected);
    }

    #[test]
    fn only_what_has_changed_is_noted_and_a_secret_by_its_name() {
        let other = Door { title: "back".into(), secret: Some("hush!"), updated_at: 2, ..door() };
        let noted = Change::Updated(&door(), &other).noted().unwrap().unwrap();
        assert_eq!(Value::Object(noted), json!({"title": ["front", "back"], "secret": [REDACTED, REDACTED]}));
        let gone = Change::Updated(&door(), &Door { secret: None, ..door() }).noted().unwrap().unwrap();
        assert_eq!(Value::Object(gone), json!({"secret": [REDACTED, null]}));
        assert_eq!(Change::Updated(&door(), &Door { updated_at: 3, ..door() }).noted().unwrap(), None);
    }

    #[test]
    fn long_texts_are_cut() {
        let noted = Change::Destroyed(&Door { title: "ü".repeat(LONGEST + 1), inner: json!(vec!["ü"; LONGEST]), ..door() }).noted().unwrap().unwrap();
        assert_eq!(noted["title"], format!("{}…", "ü".repeat(LONGEST)));
        assert_eq!(noted["inner"].as_str().unwrap().chars().count(), LONGEST + 1);
        let fits = Change::Destroyed(&Door { title: "ü".repeat(LONGEST), ..door() }).noted().unwrap().unwrap();
        assert_eq!(fits["title"], "ü".repeat(LONGEST));
    }
}
