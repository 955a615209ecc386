//! How the files of actions look in JSON.
use super::queries::File;
use crate::{
    db::types::{AccountId, ActionFileId, AutomationRuleId, MacroId},
    files::Links,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A file that actions send.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ActionFile")]
pub struct FileJson<'a> {
    id: ActionFileId,
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_rule_id: Option<AutomationRuleId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    macro_id: Option<MacroId>,
    /// What its sender said it is.
    file_type: &'a str,
    account_id: AccountId,
    file_url: String,
    /// What names it among the parameters of the action.
    blob_id: &'a str,
    filename: &'a str,
}

/// Draws files.
pub fn draw_files<'a>(files: impl Iterator<Item = &'a File>, account_id: AccountId, links: &Links) -> Vec<FileJson<'a>> {
    let one = |file: &'a File| FileJson {
        id: file.id,
        automation_rule_id: file.automation_rule_id,
        macro_id: file.macro_id,
        file_type: &file.blob.content_type,
        account_id,
        file_url: links.to(&file.blob),
        blob_id: &file.blob.key,
        filename: &file.blob.filename,
    };
    files.map(one).collect()
}
