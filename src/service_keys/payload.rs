//! How keys look in JSON.
use crate::{
    auth::{Scope, ServiceKey},
    db::types::{ServiceKeyId, UserId},
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A key, without what is secret of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServiceKey")]
pub struct KeyJson {
    id: ServiceKeyId,
    /// What it is for; also the name of whoever writes with it.
    name: String,
    scope: Scope,
    /// How its token ends.
    hint: String,
    /// As the author of what is written with it.
    user_id: UserId,
    /// Who has made it.
    created_by: Option<UserId>,
    /// Null: it does not end by itself.
    expires_at: Option<Iso>,
    /// Whether its time is over.
    expired: bool,
    /// To within a minute; null if it was never used.
    last_used_at: Option<Iso>,
    created_at: Iso,
}

/// A key that was just made.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NewServiceKey")]
pub struct NewKeyJson {
    #[serde(flatten)]
    key: KeyJson,
    /// What programs send as the header `api_access_token`. It is shown this once.
    token: String,
}

/// Draws a key.
pub fn key(key: ServiceKey) -> KeyJson {
    KeyJson {
        expired: key.is_over(),
        id: key.id,
        name: key.name,
        scope: key.scope,
        hint: key.hint,
        user_id: key.user_id,
        created_by: key.created_by,
        expires_at: key.expires_at.map(Iso),
        last_used_at: key.last_used_at.map(Iso),
        created_at: Iso(key.created_at),
    }
}

/// Draws a key that was just made.
pub fn new_key(made: ServiceKey, token: String) -> NewKeyJson {
    NewKeyJson { key: key(made), token }
}
