//! What reports count: facts, and what they add up to.
use crate::{
    db::types::{InboxId, LabelId, TeamId, UserId},
    error::{Error, Result},
    reporting::Measure,
    text_enum,
};
use std::collections::HashSet;

text_enum! {
    /// What happened.
    pub enum Kind {
        FirstResponse = 0 "first_response",
        ReplyTime = 1 "reply_time",
        Resolved = 2 "conversation_resolved",
        BotHandoff = 3 "conversation_bot_handoff",
        BotResolved = 4 "conversation_bot_resolved",
        Opened = 5 "conversation_opened",
        Began = 6 "conversation",
        Incoming = 7 "incoming_message",
        Outgoing = 8 "outgoing_message",
    }
}

impl From<Measure> for Kind {
    fn from(name: Measure) -> Kind {
        match name {
            Measure::FirstResponse => Kind::FirstResponse,
            Measure::ReplyTime => Kind::ReplyTime,
            Measure::ConversationResolved => Kind::Resolved,
            Measure::ConversationBotHandoff => Kind::BotHandoff,
            Measure::ConversationBotResolved => Kind::BotResolved,
            Measure::ConversationOpened => Kind::Opened,
        }
    }
}

/// Something that happened, as far as reports count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// When, in seconds since 1970.
    pub at: i64,
    /// What.
    pub kind: Kind,
    /// In which conversation.
    pub conversation: i64,
    /// In which inbox.
    pub inbox: i64,
    /// Whose doing it was; 0 is nobody's.
    pub user: i64,
    /// How long it took, in seconds.
    pub value: i64,
    /// How much of it in working hours, where that is known.
    pub within_hours: Option<i64>,
}

text_enum! {
    /// What a report can be about.
    pub enum Metric {
        Conversations = 0 "conversations_count",
        Incoming = 1 "incoming_messages_count",
        Outgoing = 2 "outgoing_messages_count",
        FirstResponse = 3 "avg_first_response_time",
        Resolution = 4 "avg_resolution_time",
        Resolutions = 5 "resolutions_count",
        ReplyTime = 6 "reply_time",
        BotResolutions = 7 "bot_resolutions_count",
        BotHandoffs = 8 "bot_handoffs_count",
    }
}

impl Metric {
    /// As clients say it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none that there is.
    pub fn asked(name: &str) -> Result<Metric> {
        Metric::from_name(name).ok_or_else(|| Error::invalid("metric", "metric is none that there is"))
    }

    /// What it counts or measures.
    pub fn kind(self) -> Kind {
        match self {
            Metric::Conversations => Kind::Began,
            Metric::Incoming => Kind::Incoming,
            Metric::Outgoing => Kind::Outgoing,
            Metric::FirstResponse => Kind::FirstResponse,
            Metric::Resolution | Metric::Resolutions => Kind::Resolved,
            Metric::ReplyTime => Kind::ReplyTime,
            Metric::BotResolutions => Kind::BotResolved,
            Metric::BotHandoffs => Kind::BotHandoff,
        }
    }

    /// Whether it is an average of times, and no number.
    pub fn is_time(self) -> bool {
        matches!(self, Metric::FirstResponse | Metric::Resolution | Metric::ReplyTime)
    }
}

/// Of what a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Of everything.
    Account,
    /// Of what somebody did; of conversations, those that they are to answer now.
    Agent(UserId),
    /// Of an inbox.
    Inbox(InboxId),
    /// Of conversations that carry a label now.
    Label(LabelId),
    /// Of conversations that are a team's now.
    Team(TeamId),
}

text_enum! {
    /// By what the rows of a summary are told apart.
    pub enum Dimension { Agent = 0 "agent", Inbox = 1 "inbox", Label = 2 "label", Team = 3 "team" }
}

impl Dimension {
    /// What its table is called.
    pub fn table(self) -> &'static str {
        match self {
            Dimension::Agent => "agents_report",
            Dimension::Inbox => "inboxes_report",
            Dimension::Label => "labels_report",
            Dimension::Team => "teams_report",
        }
    }
}

/// One kind of fact, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    number: i64,
    value: i64,
    known_within_hours: i64,
    within_hours: i64,
}

/// Facts added up.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    sums: [Sum; Kind::ALL.len()],
    /// In which conversations a bot did something, which counts once in each.
    of_bots: HashSet<(Kind, i64)>,
}

impl Tally {
    /// Counts it in.
    pub fn add(&mut self, fact: &Fact) {
        if matches!(fact.kind, Kind::BotResolved | Kind::BotHandoff) && !self.of_bots.insert((fact.kind, fact.conversation)) {
            return;
        }
        let Some(sum) = self.sums.get_mut(fact.kind as usize) else { return };
        sum.number += 1;
        sum.value += fact.value;
        if let Some(within_hours) = fact.within_hours {
            sum.known_within_hours += 1;
            sum.within_hours += within_hours;
        }
    }

    /// Counts conversations in that began.
    pub fn add_begun(&mut self, number: i64) {
        if let Some(sum) = self.sums.get_mut(Kind::Began as usize) {
            sum.number += number;
        }
    }

    fn sum(&self, kind: Kind) -> Sum {
        self.sums.get(kind as usize).copied().unwrap_or_default()
    }

    /// How many there are.
    pub fn number(&self, metric: Metric) -> i64 {
        self.sum(metric.kind()).number
    }

    /// How long they took on the average, in seconds, perhaps of working hours alone; nothing without any.
    pub fn average(&self, metric: Metric, within_hours: bool) -> Option<f64> {
        let sum = self.sum(metric.kind());
        let (total, of) = if within_hours { (sum.within_hours, sum.known_within_hours) } else { (sum.value, sum.number) };
        (of > 0).then(|| total as f64 / of as f64)
    }
}
