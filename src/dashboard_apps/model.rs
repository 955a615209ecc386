//! Rows and rules of dashboard apps.
use crate::{
    audited,
    db::{
        schema::dashboard_apps,
        types::{AccountId, DashboardAppId, Json},
    },
    error::{Error, Result},
    outbound::{Target, UrlError},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many an account may have: clients show each as a tab.
pub const MOST: i64 = 50;

/// How many frames one may have.
const MOST_FRAMES: usize = 10;

text_enum! {
    /// What is shown: so far, only a page in a frame.
    pub enum FrameType { Frame = 0 "frame" }
}

/// What an app shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DashboardAppFrame")]
pub struct Frame {
    /// Always `frame`.
    #[serde(rename = "type")]
    pub kind: FrameType,
    /// Its address: http or https, up to 2048 characters.
    pub url: String,
}

/// A row of `dashboard_apps`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = dashboard_apps)]
pub struct DashboardApp {
    /// Its id.
    pub id: DashboardAppId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What its tab says.
    pub title: String,
    /// What it shows.
    pub content: Json<Vec<Frame>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(DashboardApp = "DashboardApp" by title);

/// What an app shows, as it may be: at least one page that a browser can show.
///
/// # Errors
/// [`Error::Invalid`] about `content`.
pub fn checked_content(frames: Vec<Frame>) -> Result<Vec<Frame>> {
    if frames.is_empty() {
        return Err(Error::blank("content"));
    }
    if frames.len() > MOST_FRAMES {
        return Err(Error::invalid("content", format!("Content has too many frames (maximum is {MOST_FRAMES})")));
    }
    let trimmed = |frame: Frame| Frame { url: frame.url.trim().to_owned(), ..frame };
    let frames: Vec<Frame> = frames.into_iter().map(trimmed).collect();
    match frames.iter().find_map(|frame| unfit(&frame.url)) {
        Some(why) => Err(Error::invalid("content", format!("Content url {why}"))),
        None => Ok(frames),
    }
}

/// Why no browser shows this address. It may well be one that only the business's own people reach.
pub fn unfit(url: &str) -> Option<UrlError> {
    Target::parse(url).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_shows() {
        let frames = |urls: &[&str]| checked_content(urls.iter().map(|url| Frame { kind: FrameType::Frame, url: (*url).to_owned() }).collect());
        let fits = frames(&[" https://crm.example/a?b=c ", "http://10.0.0.1:8080"]).unwrap();
        assert_eq!(fits[0].url, "https://crm.example/a?b=c");
        for bad in ["", "crm.example", "javascript:alert(1)", "data:text/html,x", "ftp://crm.example", "https:// x"] {
            assert!(frames(&[bad]).is_err(), "{bad}");
        }
        assert!(frames(&[]).is_err() && frames(&["https://a.example"; 11]).is_err() && frames(&["https://a.example"; 10]).is_ok());
    }
}
