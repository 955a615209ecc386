//! How entries look in the API.
use super::model::{Action, AuditLog, AuthorType};
use crate::db::types::{AuditLogId, AuditableId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// An entry of the audit log.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditLog")]
pub struct AuditLogJson<'a> {
    id: AuditLogId,
    auditable_id: AuditableId,
    /// What kind of thing was changed, such as `Inbox`, `AccountUser` or `Webhook`.
    auditable_type: &'a str,
    auditable: Auditable<'a>,
    /// The account.
    associated_id: i64,
    associated_type: &'static str,
    /// Who has done it; null where the server has, by itself or by its command line.
    user_id: Option<i64>,
    /// What they are; `Server` where nobody asked for it, `CommandLine` where whoever runs the server did.
    user_type: Option<AuthorType>,
    /// The address of the user at the time, or the name of the program.
    username: &'a str,
    action: Action,
    /// Of what was updated, each field with what it was and what it is; of what was created or destroyed, each field. Secrets are `[REDACTED]`.
    audited_changes: &'a Map<String, Value>,
    /// 1 for the first entry about the thing.
    version: i64,
    /// Always null.
    comment: (),
    request_uuid: Option<&'a str>,
    /// Unix seconds.
    created_at: i64,
    remote_address: Option<&'a str>,
}

/// The thing.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Auditable<'a> {
    id: AuditableId,
    /// What it was known by then.
    name: &'a str,
}

/// Draws an entry.
pub fn draw(log: &AuditLog) -> AuditLogJson<'_> {
    AuditLogJson {
        id: log.id,
        auditable_id: log.auditable_id,
        auditable_type: &log.auditable_type,
        auditable: Auditable { id: log.auditable_id, name: &log.auditable_name },
        associated_id: log.account_id.0,
        associated_type: "Account",
        user_id: log.author_id,
        user_type: log.author_type,
        username: &log.author_name,
        action: log.action,
        audited_changes: &log.audited_changes.0,
        version: log.version,
        comment: (),
        request_uuid: log.request_uuid.as_deref(),
        created_at: log.created_at.and_utc().timestamp(),
        remote_address: log.remote_address.as_deref(),
    }
}
