//! How often visitors may do what costs more than a look: each by themselves, and all of them together that come to one website from one
//! address. Counted on each node alone.
use crate::web::Quota;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// How often something may be done.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limit {
    /// From one address, on one website.
    pub address: Option<Quota>,
    /// By one visitor.
    pub visitor: Option<Quota>,
}

const fn quota(of: &'static str, most: u32, within: Duration) -> Option<Quota> {
    Some(Quota { of, most, within })
}

/// As often as the server takes requests at all.
pub(super) const ANY: Limit = Limit { address: None, visitor: None };
/// Beginning a conversation.
pub(super) const CONVERSATIONS: Limit =
    Limit { address: quota("widget conversations", 30, MINUTE), visitor: quota("conversations of a visitor", 10, MINUTE) };
/// Writing.
pub(super) const MESSAGES: Limit = Limit { address: quota("widget messages", 60, MINUTE), visitor: quota("messages of a visitor", 60, MINUTE) };
/// Saying who one is.
pub(super) const CONTACT: Limit = Limit { address: quota("widget contact", 60, HOUR), visitor: quota("contact of a visitor", 60, HOUR) };
/// The same by the site, at every page that somebody opens who is signed in there.
pub(super) const USER: Limit = Limit { address: quota("widget user", 600, HOUR), visitor: quota("user of a visitor", 60, HOUR) };
/// Asking for a mail.
pub(super) const TRANSCRIPTS: Limit = Limit { address: quota("widget transcript", 5, HOUR), visitor: quota("transcript of a visitor", 5, HOUR) };
/// Telling that one types, or has stopped.
pub(super) const TYPING: Limit = Limit { address: quota("widget typing", 300, MINUTE), visitor: quota("typing of a visitor", 60, MINUTE) };
/// Telling what one does on the page.
pub(super) const EVENTS: Limit = Limit { address: quota("widget events", 120, MINUTE), visitor: quota("events of a visitor", 30, MINUTE) };
/// Telling that one has seen the conversation.
pub(super) const SEEN: Limit = Limit { address: quota("widget seen", 600, MINUTE), visitor: quota("seen by a visitor", 120, MINUTE) };
/// Answering forms, labels and attributes, ending the conversation.
pub(super) const CHANGES: Limit = Limit { address: quota("widget changes", 300, MINUTE), visitor: quota("changes of a visitor", 60, MINUTE) };
/// Requests that bring files, or announce them.
pub(super) const FILES: Limit = Limit { address: quota("widget files", 300, HOUR), visitor: quota("files of a visitor", 100, HOUR) };
/// Beginning a session. Many people share the address of their mobile carrier.
pub(super) const SESSIONS: Limit = Limit { address: quota("widget sessions", 2000, HOUR), visitor: None };

/// How many requests with files may be under way from one address.
pub(super) const FILES_AT_ONCE: u32 = 4;
