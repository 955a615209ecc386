//! Rows and rules of campaigns.
use crate::{
    audited,
    checks::within,
    db::{
        schema::campaigns,
        types::{AccountId, CampaignId, CampaignNumber, ContactId, InboxId, Json, LabelId, UserId},
    },
    error::{Error, Result},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// How many an account may have: lists show them all, and a website's pages load all of its own.
pub const MOST: i64 = 100;

/// The longest message, in characters: it is shown above a bubble.
pub const LONGEST: usize = 5000;

/// The longest description, in characters.
pub const LONGEST_TEXT: usize = 1000;

/// The longest address, in characters; that of a page which a conversation keeps is no longer either.
pub const LONGEST_URL: usize = 1500;

/// The longest time before it is shown, in seconds.
pub const LONGEST_STAY: i32 = 86_400;

/// To those who carry how many labels one is sent, at most.
pub const MOST_LABELS: usize = 20;

text_enum! {
    /// Whether a campaign is said again and again, or sent once.
    pub enum CampaignType { Ongoing = 0 "ongoing", OneOff = 1 "one_off" }
}

text_enum! {
    /// How far a campaign is that is sent once; all others are active for good.
    pub enum CampaignStatus { Active = 0 "active", Completed = 1 "completed", Processing = 2 "processing" }
}

text_enum! {
    /// By what those are chosen to whom one is sent.
    pub enum AudienceKind { Label = 0 "Label" }
}

/// Some of those to whom a campaign is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Addressed {
    /// By what they are chosen.
    #[serde(rename = "type")]
    pub kind: AudienceKind,
    /// Which.
    pub id: LabelId,
}

/// A row of `campaigns`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = campaigns, treat_none_as_null = true)]
pub struct Campaign {
    /// Its id, which never leaves the server.
    pub id: CampaignId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its number in the account.
    pub display_id: CampaignNumber,
    /// The inbox of the website that says it.
    pub inbox_id: InboxId,
    /// Who says it; nobody where the website itself does.
    pub sender_id: Option<UserId>,
    /// What agents call it.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What is said.
    pub message: String,
    /// The address of the pages on which it is said, in which `*` is whatever is there.
    pub url: String,
    /// How long somebody has looked at a page before, in seconds.
    pub time_on_page: i32,
    /// Whether it is said at all.
    pub enabled: bool,
    /// Whether it is said in the inbox's working hours alone.
    pub trigger_only_during_business_hours: bool,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
    /// Whether it is said again and again, or sent once.
    pub campaign_type: CampaignType,
    /// How far it is.
    pub campaign_status: CampaignStatus,
    /// When it is sent.
    pub scheduled_at: Option<NaiveDateTime>,
    /// To whom it is sent.
    pub audience: Json<Vec<Addressed>>,
    /// The last of them who was looked at, in the order of their ids.
    #[serde(skip)]
    pub reached_contact_id: ContactId,
    /// How many have got it.
    #[serde(skip)]
    pub sent_count: i64,
}

impl Campaign {
    /// Refuses to change what has been sent, at least to some.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check_not_sent(&self) -> Result<()> {
        match self.campaign_status {
            CampaignStatus::Active => Ok(()),
            CampaignStatus::Processing | CampaignStatus::Completed => Err(Error::invalid("base", "The campaign is already being sent, or was sent")),
        }
    }

    /// Whether its time to be sent has come.
    pub fn is_due(&self, now: NaiveDateTime) -> bool {
        self.campaign_type == CampaignType::OneOff && self.enabled && self.scheduled_at.is_some_and(|at| at <= now)
    }
}

audited!(Campaign = "Campaign": |it| it.display_id.0, &it.title);

/// The address of pages: of `http` or `https`, whole, with `*` for whatever may stand somewhere.
///
/// # Errors
/// [`Error::Invalid`] about `url`.
pub fn checked_url(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::blank("url"));
    }
    within("url", text, LONGEST_URL)?;
    // what stands for anything may stand in a host, too
    let example = Url::parse(&text.replace('*', "any"));
    let is_page = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none();
    // the parser forgives much that no page's address has
    let is_whole = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) && text.contains("://");
    if is_whole && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') && example.is_ok_and(|url| is_page(&url)) {
        return Ok(text.to_owned());
    }
    Err(Error::invalid("url", "Url must be the address of a page, such as https://example.com/pricing or https://example.com/*"))
}

/// Seconds before a campaign is shown.
///
/// # Errors
/// [`Error::Invalid`] about `time_on_page`.
pub fn checked_stay(text: &str) -> Result<i32> {
    // 10.0 is a whole number, and some languages write no other
    let seconds: Option<f64> = text.trim().parse().ok();
    let whole = seconds.filter(|seconds| seconds.fract() == 0.0 && (0.0..=f64::from(LONGEST_STAY)).contains(seconds));
    let refused = || Error::invalid("time_on_page", format!("Time on page must be a whole number of seconds, from 0 to {LONGEST_STAY}"));
    whole.map(|seconds| seconds as i32).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages() {
        for good in [
            "https://acme.example",
            "http://localhost:3000/",
            "HTTPS://acme.example/pricing?plan=*#top",
            "https://*.acme.example/*",
            "https://*",
            "https://ร้าน.example/สินค้า/*",
        ] {
            assert_eq!(checked_url(&format!(" {good} ")).unwrap(), good);
        }
        let long = format!("https://acme.example/{}", "x".repeat(LONGEST_URL));
        for bad in [
            "",
            " ",
            "*",
            "acme.example",
            "/pricing",
            "//acme.example/",
            "https:acme.example",
            "https://",
            "https:///",
            "https://a b.example/",
            "https://acme.example/a b",
            "https:\\\\acme.example\\",
            "https://me@acme.example/",
            "https://me:secret@acme.example/",
            "http*://acme.example/",
            "ftp://acme.example/",
            "javascript://acme.example/%0aalert(1)",
            "https://acme.example:port/",
            &long,
        ] {
            assert!(checked_url(bad).is_err(), "{bad:.60}");
        }
    }

    #[test]
    fn times_on_pages() {
        for (text, seconds) in [("0", 0), (" 10 ", 10), ("10.0", 10), ("86400", 86_400)] {
            assert_eq!(checked_stay(text).unwrap(), seconds);
        }
        for bad in ["", "-1", "1.5", "86401", "ten", "NaN", "inf", "1e400", "99999999999999999999"] {
            assert!(checked_stay(bad).is_err(), "{bad}");
        }
    }
}
