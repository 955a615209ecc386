//! How macros look in JSON.
use super::model::{Macro, Visibility};
use crate::{
    actions::{self, FileJson, Said},
    db::{
        DbConn,
        types::{AccountId, MacroId, UserId},
    },
    error::Result,
    files::Links,
    users::{self, AgentJson, Member},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A macro.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Macro")]
pub struct MacroJson<'a> {
    id: MacroId,
    name: &'a str,
    visibility: Visibility,
    /// Who has made it: somebody of the account, or a program of its own. Null once they have left.
    created_by: Option<AgentJson<'a>>,
    /// Who has changed it last; null like that.
    updated_by: Option<AgentJson<'a>>,
    account_id: AccountId,
    actions: &'a [Said],
    /// What its actions send.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileJson<'a>>,
}

/// Macros with what is drawn with them.
pub struct Loaded {
    macros: Vec<Macro>,
    people: Vec<Member>,
    files: Vec<actions::File>,
}

/// Loads what is drawn with macros of an account.
///
/// # Errors
/// The database's.
pub fn load(conn: &mut DbConn, account: AccountId, macros: Vec<Macro>) -> Result<Loaded> {
    let mut ids: Vec<UserId> = macros.iter().flat_map(|one| [one.created_by_id, one.updated_by_id]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let people = if ids.is_empty() { Vec::new() } else { users::authors(conn, account, &ids)? };
    let files = actions::files_of_macros(conn, &macros.iter().map(|one| one.id).collect::<Vec<_>>())?;
    Ok(Loaded { macros, people, files })
}

impl Loaded {
    /// Draws them, in their order.
    pub fn draw<'a>(&'a self, links: &Links) -> Vec<MacroJson<'a>> {
        let person = |id: Option<UserId>| self.people.iter().find(|member| Some(member.user.id) == id).map(users::agent);
        let one = |one: &'a Macro| MacroJson {
            id: one.id,
            name: &one.name,
            visibility: one.visibility,
            created_by: person(one.created_by_id),
            updated_by: person(one.updated_by_id),
            account_id: one.account_id,
            actions: &one.actions.0,
            files: actions::draw_files(self.files.iter().filter(|file| file.macro_id == Some(one.id)), one.account_id, links),
        };
        self.macros.iter().map(one).collect()
    }
}
