//! Changing labels. Whoever carries one follows in the same transaction; clients that keep the list are told by its key.
use super::{
    model::{Label, Relabelled, USUAL_COLOR, checked_title},
    queries,
};
use crate::{
    accounts::{self, KeptList},
    audit::Change,
    auth::Administrator,
    checks::{at_most, checked_color},
    db::{
        Tx,
        dialect::Columns,
        schema::labels,
        types::{LabelId, now},
    },
    error::{Error, Result},
    web::{
        Input,
        fields::{Flag, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 20_000;

/// What the rooms above do with those who carry a label that is renamed or deleted, in the same transaction. `app` makes the list
/// and puts it into [`crate::db::Shared`].
pub struct Relabellings(pub Vec<Relabelling>);

/// One room's part in it.
pub type Relabelling = fn(&mut Tx, Relabelled) -> Result<()>;

/// What may be said about a label.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LabelInput {
    /// Letters, digits, `_` and `-`, kept in lower case; a new one needs it.
    pub title: Patch<Text>,
    /// What it is for, up to 20,000 characters.
    pub description: Patch<Text>,
    /// `#rrggbb` or `#rgb`.
    pub color: Patch<Text>,
    /// Whether clients show it beside their lists.
    pub show_on_sidebar: Option<Flag>,
}

impl Input for LabelInput {
    const ROOT: &'static str = "label";
}

impl LabelInput {
    fn apply(self, label: &mut Label) -> Result<()> {
        let LabelInput { title, description, color, show_on_sidebar } = self;
        if title != Patch::Absent || label.title.is_empty() {
            label.title = checked_title(&title.set().unwrap_or_default().0)?;
        }
        let description = description.map(|text| text.0.trim().to_owned()).or(label.description.take());
        label.description = at_most("description", description, LONGEST_TEXT)?;
        match color {
            Patch::Absent => {}
            Patch::Null => label.color = USUAL_COLOR.into(),
            Patch::Set(Text(color)) => label.color = checked_color(&color)?,
        }
        label.show_on_sidebar = show_on_sidebar.map_or(label.show_on_sidebar, |flag| flag.0);
        Ok(())
    }
}

/// Makes a label.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute: a bad value, or a title that another label of the account has.
pub fn create(tx: &mut Tx, by: &Administrator, input: LabelInput) -> Result<Label> {
    let now = now();
    let mut new = Label {
        id: LabelId(0),
        account_id: by.account_id(),
        title: String::new(),
        description: None,
        color: USUAL_COLOR.into(),
        show_on_sidebar: false,
        created_at: now,
        updated_at: now,
    };
    input.apply(&mut new)?;
    let Label { id: _, account_id, title, description, color, show_on_sidebar, created_at, updated_at } = new;
    let insert = diesel::insert_into(labels::table).values((
        (labels::account_id.eq(account_id), labels::title.eq(title), labels::description.eq(description)),
        (labels::color.eq(color), labels::show_on_sidebar.eq(show_on_sidebar)),
        (labels::created_at.eq(created_at), labels::updated_at.eq(updated_at)),
    ));
    let label = insert.returning(Label::columns()).get_result(tx.conn).map_err(|e| Error::or_taken(e, "title"))?;
    by.record(tx, Change::Created(&label))?;
    accounts::note_change(tx, account_id, KeptList::Label, &by.actor())?;
    Ok(label)
}

/// Changes a label. Who carries it carries its new title from now on, which no event tells.
///
/// # Errors
/// [`Error::NotFound`]; else as [`create`].
pub fn update(tx: &mut Tx, by: &Administrator, id: LabelId, input: LabelInput) -> Result<Label> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut label = before.clone();
    input.apply(&mut label)?;
    if label == before {
        return Ok(label);
    }
    label.updated_at = now();
    diesel::update(labels::table.find(id)).set(&label).execute(tx.conn).map_err(|e| Error::or_taken(e, "title"))?;
    if label.title != before.title {
        relabel(tx, Relabelled { account: label.account_id, from: &before.title, to: Some(&label.title) })?;
    }
    by.record(tx, Change::Updated(&before, &label))?;
    accounts::note_change(tx, label.account_id, KeptList::Label, &by.actor())?;
    Ok(label)
}

/// Deletes a label. Nothing carries it any more, which no event tells.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: LabelId) -> Result<()> {
    let label = queries::find_to_change(tx.conn, by.account_id(), id)?;
    diesel::delete(labels::table.find(id)).execute(tx.conn)?;
    relabel(tx, Relabelled { account: label.account_id, from: &label.title, to: None })?;
    by.record(tx, Change::Destroyed(&label))?;
    accounts::note_change(tx, label.account_id, KeptList::Label, &by.actor())
}

fn relabel(tx: &mut Tx, relabelled: Relabelled) -> Result<()> {
    match tx.shared::<Relabellings>() {
        Some(relabellings) => relabellings.0.iter().try_for_each(|relabel| relabel(tx, relabelled)),
        None => Ok(()),
    }
}
