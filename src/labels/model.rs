//! Rows and rules of labels.
use crate::{
    audited,
    checks::{LINE, required, within},
    db::{
        schema::labels,
        types::{AccountId, LabelId},
    },
    error::{Error, Result},
    web::{
        Input,
        fields::{List, Text},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The colour of a label of which none is said.
pub const USUAL_COLOR: &str = "#1f93ff";

/// How many labels one thing may carry, and one filter may name.
const MOST: usize = 100;

/// A row of `labels`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = labels, treat_none_as_null = true)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// Whose it is.
    pub account_id: AccountId,
    /// In lower case; unique in the account.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// `#rrggbb`.
    pub color: String,
    /// Whether clients show it beside their lists.
    pub show_on_sidebar: bool,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Label = "Label" by title);

/// What whoever carries a label is to do: carry another one in its place, or none.
#[derive(Debug, Clone, Copy)]
pub struct Relabelled<'a> {
    /// Where.
    pub account: AccountId,
    /// The title until now.
    pub from: &'a str,
    /// The title from now on; none where the label is gone.
    pub to: Option<&'a str>,
}

/// What a thing is to carry from now on, as clients say it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Carried {
    /// Titles, at most 100; those that are not named go.
    pub labels: List<Text>,
}

impl Input for Carried {}

/// The title of a label: two or more letters, digits, `_` and `-`, of which the first is a letter or a digit; in lower case.
///
/// # Errors
/// [`Error::Invalid`] about `title`.
pub fn checked_title(text: &str) -> Result<String> {
    let title = required("title", text, LINE)?.to_lowercase();
    // the tone marks of Thai and accents that stand by themselves are part of a word, though no letters to Unicode
    let mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{e47}'..='\u{e4e}');
    let fits = title.chars().count() > 1
        && title.starts_with(char::is_alphanumeric)
        && title.chars().all(|c| c.is_alphanumeric() || mark(c) || matches!(c, '_' | '-'));
    if fits {
        return Ok(title);
    }
    Err(Error::invalid("title", "Title must begin with a letter or a digit and have two or more letters, digits, _ and - only"))
}

/// Titles as things carry them: in lower case, each once. Some clients put several into one text, with commas between them. They need
/// not be labels of the account.
///
/// # Errors
/// [`Error::Invalid`] about `labels` for more than 100, or one that is longer than 255 characters.
pub fn titles(List(said): &List<Text>) -> Result<Vec<String>> {
    let mut titles: Vec<String> = Vec::new();
    for text in said.iter().flat_map(|text| text.0.split(',')) {
        let title = text.trim().to_lowercase();
        within("labels", &title, LINE)?;
        if title.is_empty() || titles.contains(&title) {
            continue;
        }
        if titles.len() == MOST {
            return Err(Error::invalid("labels", format!("Labels are too many (maximum is {MOST})")));
        }
        titles.push(title);
    }
    Ok(titles)
}

/// The list after it was replaced: what stays keeps its place, what is new follows. So the same labels in another order are the same
/// list.
pub fn replaced(before: &[String], wanted: Vec<String>) -> Vec<String> {
    let mut after: Vec<String> = before.iter().filter(|title| wanted.contains(title)).cloned().collect();
    after.extend(wanted.into_iter().filter(|title| !before.contains(title)));
    after
}

/// The list once these titles were taken off it and those put on; what is in both is on it.
///
/// # Errors
/// Those of [`titles`].
pub fn changed(before: &[String], added: &[String], removed: &[String]) -> Result<Vec<String>> {
    let kept = before.iter().filter(|title| !removed.contains(title));
    titles(&List(kept.chain(added).cloned().map(Text).collect()))
}

/// What was added to a list, and what was taken from it.
pub fn difference<'a>(before: &'a [String], after: &'a [String]) -> (Vec<&'a str>, Vec<&'a str>) {
    let only_in = |one: &'a [String], other: &[String]| one.iter().filter(|title| !other.contains(title)).map(String::as_str).collect();
    (only_in(after, before), only_in(before, after))
}

impl Relabelled<'_> {
    /// A list after it. Who carries both titles carries the new one once.
    pub fn applied_to(&self, list: &[String]) -> Vec<String> {
        let mut after: Vec<String> = Vec::with_capacity(list.len());
        for title in list.iter().map(String::as_str) {
            let title = if title == self.from { self.to } else { Some(title) };
            if let Some(title) = title.filter(|title| !after.iter().any(|other| other == title)) {
                after.push(title.to_owned());
            }
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(titles: &[&str]) -> Vec<String> {
        titles.iter().map(|title| (*title).to_owned()).collect()
    }

    #[test]
    fn titles_of_labels() {
        for (text, title) in
            [("VIP", "vip"), (" to-do_2 ", "to-do_2"), ("2nd", "2nd"), ("Äpfel", "äpfel"), ("ร้านค้า", "ร้านค้า"), ("ลูกค้าใหม่", "ลูกค้าใหม่")]
        {
            assert_eq!(checked_title(text).unwrap(), title);
        }
        for bad in ["", " ", "a", "-a", "_a", "a b", "a,b", "a.b", "a/b", "<b>", "😀😀", &"x".repeat(256)] {
            assert!(checked_title(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_are_read_and_replaced() {
        let said = |texts: &[&str]| titles(&List(texts.iter().map(|text| Text((*text).into())).collect()));
        assert_eq!(said(&["VIP ", "new, vip,,open", ""]).unwrap(), ["vip", "new", "open"]);
        assert!(said(&["x".repeat(256).as_str()]).is_err());
        let many: Vec<String> = (0..101).map(|n| format!("label{n}")).collect();
        assert_eq!(said(&[&many[..100].join(",")]).unwrap().len(), 100);
        assert!(said(&[&many.join(",")]).is_err());
        let before = list(&["a", "b", "c"]);
        assert_eq!(replaced(&before, list(&["c", "a", "b"])), before);
        assert_eq!(changed(&before, &list(&["D", "a", "c"]), &list(&["b", "c"])).unwrap(), ["a", "d", "c"]);
        assert!(changed(&before, &many[..97], &[]).is_ok() && changed(&before, &many[..98], &[]).is_err());
        let after = replaced(&before, list(&["d", "c"]));
        assert_eq!(after, ["c", "d"]);
        assert_eq!(difference(&before, &after), (vec!["d"], vec!["a", "b"]));
    }

    #[test]
    fn a_label_is_renamed_in_a_list() {
        let renamed = |to| Relabelled { account: AccountId(1), from: "a", to }.applied_to(&list(&["b", "a", "c"]));
        assert_eq!(renamed(Some("d")), ["b", "d", "c"]);
        assert_eq!(renamed(Some("c")), ["b", "c"]);
        assert_eq!(renamed(Some("b")), ["b", "c"]);
        assert_eq!(renamed(None), ["b", "c"]);
    }
}
