//! What receivers hear whose events nobody chooses.
use crate::events::EventName;

/// What a webhook hears that does not say.
pub const USUAL: [EventName; 8] = [
    EventName::ConversationStatusChanged,
    EventName::ConversationUpdated,
    EventName::ConversationCreated,
    EventName::ContactCreated,
    EventName::ContactUpdated,
    EventName::MessageCreated,
    EventName::MessageUpdated,
    EventName::WebwidgetTriggered,
];

/// What the callback of an API inbox hears: all that happens in its conversations.
pub const OF_INBOX: [EventName; 7] = [
    EventName::ConversationCreated,
    EventName::ConversationStatusChanged,
    EventName::ConversationUpdated,
    EventName::MessageCreated,
    EventName::MessageUpdated,
    EventName::ConversationTypingOn,
    EventName::ConversationTypingOff,
];

/// What a bot hears.
pub const OF_BOT: [EventName; 7] = [
    EventName::MessageCreated,
    EventName::MessageUpdated,
    EventName::WebwidgetTriggered,
    EventName::ConversationUpdated,
    EventName::ConversationStatusChanged,
    EventName::ConversationOpened,
    EventName::ConversationResolved,
];

/// The waits before the retries of what a bot has not got. They are few and short: somebody waits for its answer.
pub const SCHEDULE_OF_BOT: &str = "3s,3s";
