//! What the two databases store differently, or not at all by themselves: JSON, typed ids, enums, times.
use super::MultiBackend;
use chrono::{DurationRound, NaiveDateTime, TimeDelta, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{HasSqlType, SqlType},
    sqlite::{Sqlite, SqliteValue},
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use std::io::Write;

/// The present, in UTC, cut to the microseconds that both databases keep: an inserted and a re-read row are equal.
pub fn now() -> NaiveDateTime {
    let now = Utc::now().naive_utc();
    now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
}

/// JSON in PostgreSQL, TEXT in SQLite. (Not JSONB: that reorders keys, and what a client stores should come back as sent.)
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 114, array_oid = 199))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Document;

impl HasSqlType<Document> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Document>(lookup)
    }
}

/// A typed JSON column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, FromSqlRow, AsExpression)]
#[diesel(sql_type = Document)]
#[serde(transparent)]
pub struct Json<T: std::fmt::Debug + 'static>(pub T);

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<Document, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Json(serde_json::from_slice(value.as_bytes())?))
    }
}
impl<T: Serialize + std::fmt::Debug> ToSql<Document, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&serde_json::to_vec(&self.0)?)?;
        Ok(IsNull::No)
    }
}
impl<T: DeserializeOwned + std::fmt::Debug> FromSql<Document, Sqlite> for Json<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Json(serde_json::from_str(value.read_text())?))
    }
}
impl<T: Serialize + std::fmt::Debug> ToSql<Document, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: DeserializeOwned + std::fmt::Debug> FromSql<Document, MultiBackend> for Json<T> {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Document>()
    }
}
impl<T: Serialize + std::fmt::Debug + Send + Sync> ToSql<Document, MultiBackend> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Document, self));
        Ok(IsNull::No)
    }
}

/// An id of one table, so that an inbox's id cannot be handed over as a contact's. Clients send ids as numbers and as text
/// of digits; both are read.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromSqlRow, AsExpression, schemars::JsonSchema)]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name(pub i64);

        impl<DB: Backend> FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(value).map($name)
            }
        }
        impl<DB: Backend> ToSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map($name)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                digits(deserializer).map($name)
            }
        }
    )+};
}

ids! {
    /// The id of an account.
    AccountId,
    /// The id of somebody.
    UserId,
    /// The id of a session.
    SessionId,
    /// The id of a bot.
    AgentBotId,
    /// The id of a service key.
    ServiceKeyId,
    /// The id of an inbox.
    InboxId,
    /// The id of a contact.
    ContactId,
    /// The id of a contact's session in an inbox.
    ContactInboxId,
    /// The id of contacts that are brought as a table, or taken along in one.
    ContactJobId,
    /// The id of a note.
    NoteId,
    /// The id of a custom attribute.
    DefinitionId,
    /// The id of a filter.
    CustomFilterId,
    /// The id of a conversation inside the server, which is not its number.
    ConversationId,
    /// The number of a conversation in its account: what the wire calls its id.
    DisplayId,
    /// The id of a message.
    MessageId,
    /// The id of an answer to a survey.
    SurveyResponseId,
    /// The id of something that reports measure.
    ReportingEventId,
    /// The id of an event.
    EventId,
    /// The id of an automation rule.
    AutomationRuleId,
    /// The id of a macro.
    MacroId,
    /// The id of a file that actions send.
    ActionFileId,
    /// The id of what is to be done by a rule or a macro, or was.
    ActionRunId,
    /// The id of a webhook.
    WebhookId,
    /// The id of a replay.
    ReplayId,
    /// The id of a delivery.
    DeliveryId,
    /// The id of a test receiver.
    TestReceiverId,
    /// The id of a request that a test receiver got.
    ArrivalId,
    /// The id of a page that is shown beside conversations.
    DashboardAppId,
    /// The id of a service of others that an account uses.
    IntegrationHookId,
    /// The id of a team.
    TeamId,
    /// The id of a label.
    LabelId,
    /// The id of a stored file.
    BlobId,
    /// The id of a file that was announced.
    DirectUploadId,
    /// The id of a file of a message.
    AttachmentId,
    /// The id of a mail.
    MailId,
    /// The id of a notification.
    NotificationId,
    /// The id of a browser or an app that is told.
    SubscriptionId,
    /// The id of a canned response.
    CannedResponseId,
    /// The id of a campaign inside the server, which is not its number.
    CampaignId,
    /// The number of a campaign in its account: what the wire calls its id.
    CampaignNumber,
    /// The id of a program of the operator's.
    PlatformAppId,
    /// The id of an entry of the audit log.
    AuditLogId,
    /// The id of whatever an entry of the audit log is about.
    AuditableId,
    /// The id of a help centre.
    PortalId,
    /// The id of a category of a help centre.
    CategoryId,
    /// The id of an article of a help centre.
    ArticleId,
}

/// A whole number, written as a number or as text of digits.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written<'a> {
        Number(i64),
        Real(f64),
        Text(std::borrow::Cow<'a, str>),
    }
    match Written::deserialize(deserializer) {
        Ok(Written::Number(number)) => Ok(number),
        // 2.0 is a whole number in JSON, and some languages write no other
        Ok(Written::Real(number)) if number.fract() == 0.0 && number.abs() <= 2_f64.powi(53) => Ok(number as i64),
        Ok(Written::Text(text)) => text.trim().parse().map_err(|_| serde::de::Error::custom(format!("\"{text}\" is not an id"))),
        _ => Err(serde::de::Error::custom("an id is a whole number")),
    }
}

/// An enum that is a small number in the database and a name on the wire. Requests may give the name or the number.
#[macro_export]
macro_rules! text_enum {
    (
        $(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $number:literal $text:literal),+ $(,)? }
        $(on the wire: $known:expr)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::deserialize::FromSqlRow, diesel::expression::AsExpression)]
        #[diesel(sql_type = diesel::sql_types::SmallInt)]
        #[repr(i16)]
        pub enum $name { $($(#[$variant_meta])* $variant = $number),+ }

        impl $name {
            /// Every variant, in the order of its number.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The names of those that clients know.
            fn known() -> Vec<&'static str> {
                let known = [$name::ALL $(, $known)?];
                known.last().into_iter().copied().flatten().map(|variant| variant.name()).collect()
            }

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The number in the database.
            pub const fn number(self) -> i16 {
                self as i16
            }

            /// The variant of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.name() == name)
            }

            /// The variant of that number.
            pub fn from_number(number: i64) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| i64::from(variant.number()) == number)
            }
        }
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::SmallInt, DB> for $name
        where
            i16: diesel::deserialize::FromSql<diesel::sql_types::SmallInt, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let number = i16::from_sql(value)?;
                $name::from_number(number.into()).ok_or_else(|| format!("no such {}: {number}", stringify!($name)).into())
            }
        }
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::SmallInt, DB> for $name
        where
            i16: diesel::serialize::ToSql<diesel::sql_types::SmallInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                match self { $($name::$variant => <i16 as diesel::serialize::ToSql<diesel::sql_types::SmallInt, DB>>::to_sql(&$number, out)),+ }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "enum": $name::known()})
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = serde_json::Value::deserialize(deserializer)?;
                let found = match &written {
                    serde_json::Value::String(text) => $name::from_name(text).or_else(|| text.parse().ok().and_then($name::from_number)),
                    serde_json::Value::Number(number) => number.as_i64().and_then($name::from_number),
                    _ => None,
                };
                found.ok_or_else(|| serde::de::Error::custom(format!("{written} is none of {}", $name::known().join(", "))))
            }
        }
    };
}
