//! What each event looks like: samples with the account's own name, drawn by the functions that draw the real bodies.
use super::format;
use crate::{
    accounts::{Account, PayloadFormat},
    contacts, conversations,
    error::Result,
    events::{EventName, catalogue::Sample},
    files::Links,
    inboxes::{self, Inbox},
};

pub use super::schema::schema;

/// Where samples take place.
pub struct Scene<'a> {
    /// In which account.
    pub account: &'a Account,
    /// In which inbox; without one, in one that exists in samples only.
    pub inbox: Option<Inbox>,
    /// How files are linked.
    pub links: &'a Links,
}

/// Samples of an event's body, as it is stored; the plainest first.
///
/// # Errors
/// When one cannot be drawn, which would be our mistake.
pub fn samples(event: EventName, scene: &Scene<'_>) -> Result<Vec<Sample>> {
    let Scene { account, inbox, links } = scene;
    let inbox = inbox.clone().unwrap_or_else(|| inboxes::sample(account.id));
    let mut samples = contacts::samples(event, account)?;
    samples.extend(inboxes::samples(event, account, &inbox)?);
    samples.extend(conversations::samples(event, account, &inbox, links)?);
    Ok(samples)
}

/// The body of a delivery in a format, from the stored one.
pub fn render(format: PayloadFormat, stored: &str) -> String {
    format::render(format, stored).into_owned()
}
