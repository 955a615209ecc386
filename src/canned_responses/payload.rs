//! How canned responses look in the API.
use super::model::CannedResponse;
use crate::{
    db::types::{AccountId, CannedResponseId},
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A canned response as its row.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CannedResponse")]
pub(super) struct CannedResponseJson<'a> {
    id: CannedResponseId,
    account_id: AccountId,
    short_code: &'a str,
    content: &'a str,
    created_at: Iso,
    updated_at: Iso,
}

/// Draws a canned response.
pub(super) fn draw(CannedResponse { id, account_id, short_code, content, created_at, updated_at }: &CannedResponse) -> CannedResponseJson<'_> {
    CannedResponseJson { id: *id, account_id: *account_id, short_code, content, created_at: Iso(*created_at), updated_at: Iso(*updated_at) }
}
