//! What a seeded conversation is to be: drawn from chance alone, before any transaction begins.
use super::{
    chance::Chance,
    words::{ENGLISH, Kind, THAI, Tongue},
};
use crate::{
    conversations::{Priority, Status},
    reporting::Measure,
};
use chrono::{NaiveDateTime, TimeDelta, Timelike};

/// Over how many days before today the conversations are spread.
const DAYS: i64 = 365;
/// How many of a hundred people write Thai.
const THAI_SHARE: u64 = 45;

/// Somebody who writes.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub email: Option<String>,
    pub phone_number: Option<String>,
    pub identifier: Option<String>,
    pub city: &'static str,
    pub country: &'static str,
    pub company: Option<&'static str>,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Contact,
    Agent,
    /// Nobody: a notice that it was resolved.
    Notice,
}

/// Something that is said.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: NaiveDateTime,
    pub by: By,
    pub private: bool,
    /// Empty in a notice.
    pub text: String,
}

/// A conversation.
#[derive(Debug, Clone)]
pub struct Talk {
    /// None is whoever had the conversation before this one.
    pub person: Option<Person>,
    /// Which of the inboxes, counted from 0.
    pub inbox: usize,
    /// Which of the inbox's members answers, counted from 0; whoever that is, is the assignee if `assigned`.
    pub answering: usize,
    pub assigned: bool,
    pub status: Status,
    pub snoozed_until: Option<NaiveDateTime>,
    pub priority: Option<Priority>,
    pub began: NaiveDateTime,
    /// Whether an agent has seen all of it.
    pub seen: bool,
    pub lines: Vec<Line>,
}

/// The whole account, conversation by conversation.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    pub conversations: u64,
    pub inboxes: usize,
    /// When it ends; it begins [`DAYS`] before.
    pub now: NaiveDateTime,
    /// How many conversations are drawn already.
    pub drawn: u64,
    /// How many messages the others have together.
    pub messages_left: u64,
    /// The numbers in addresses and the like begin after this one, so that they are nobody else's.
    pub after: u64,
}

impl Iterator for Plan {
    type Item = Talk;

    /// Draws the next conversation; none when all are drawn.
    fn next(&mut self) -> Option<Talk> {
        if self.drawn >= self.conversations {
            return None;
        }
        let mut chance = Chance::of(self.seed, self.drawn);
        let tongue = if chance.percent(THAI_SHARE) { &THAI } else { &ENGLISH };
        let person = (self.drawn == 0 || chance.percent(70)).then(|| self.person(&mut chance, tongue));
        let count = self.share(&mut chance);
        let (began, status) = (self.beginning(&mut chance), self.status(&mut chance));
        let waits = matches!(status, Status::Open | Status::Pending);
        let talk = Talk {
            person,
            inbox: chance.place(self.inboxes),
            answering: chance.place(usize::MAX),
            assigned: chance.percent(if waits { 65 } else { 92 }),
            status,
            snoozed_until: (status == Status::Snoozed).then(|| self.now + TimeDelta::hours(1 + chance.below(160) as i64)),
            priority: chance.percent(15).then(|| Priority::from_number(chance.below(4) as i64)).flatten(),
            began,
            seen: !waits || chance.percent(55),
            lines: self.lines(&mut chance, tongue, began, status, count),
        };
        self.drawn += 1;
        self.messages_left -= count;
        Some(talk)
    }
}

impl Plan {
    /// As many messages as all have on the average, give or take; the last one has what is left.
    fn share(&self, chance: &mut Chance) -> u64 {
        let (left, talks) = (self.messages_left, self.conversations - self.drawn);
        if talks == 1 {
            return left;
        }
        let mean = left / talks + u64::from(chance.below(talks) < left % talks);
        let drawn = if mean == 0 { 0 } else { 1 + chance.below(2 * mean - 1) };
        drawn.min(left)
    }

    /// One after the other, by day.
    fn beginning(&self, chance: &mut Chance) -> NaiveDateTime {
        let span = DAYS * 86_400;
        let at = self.now - TimeDelta::seconds(span - (span as f64 * self.drawn as f64 / self.conversations as f64) as i64);
        // the hours of the day drawn together into those between 7 and 21, and the seconds anything
        let second = i64::from(at.num_seconds_from_midnight());
        let at = at - TimeDelta::seconds(second - 7 * 3600 - second * 14 / 24) + TimeDelta::microseconds(chance.below(60_000_000) as i64);
        at.min(self.now - TimeDelta::minutes(1))
    }

    /// What is old is mostly resolved.
    fn status(&self, chance: &mut Chance) -> Status {
        let age = 1.0 - self.drawn as f64 / self.conversations as f64;
        let open = if age < 0.05 {
            60
        } else if age < 0.2 {
            25
        } else {
            4
        };
        match chance.below(100) {
            n if n < open => Status::Open,
            n if n < open + 2 => Status::Pending,
            n if n < open + 4 => Status::Snoozed,
            _ => Status::Resolved,
        }
    }

    fn person(&self, chance: &mut Chance, tongue: &'static Tongue) -> Person {
        let number = self.after + self.drawn + 1;
        let (given, family) = (chance.pick(tongue.given), chance.pick(tongue.family));
        // addresses are written in Latin letters wherever people come from
        let local = if given.is_ascii() { given.to_lowercase() } else { "customer".to_owned() };
        let thai = tongue.country == THAI.country;
        Person {
            name: format!("{given} {family}"),
            email: chance.percent(85).then(|| format!("{local}.{number}@example.com")),
            phone_number: chance.percent(50).then(|| format!("+{}{number:09}", if thai { 66 } else { 44 })),
            identifier: chance.percent(30).then(|| format!("customer-{number}")),
            city: chance.pick(tongue.cities),
            country: tongue.country,
            company: chance.percent(40).then(|| chance.pick(tongue.companies)),
        }
    }

    fn lines(&self, chance: &mut Chance, tongue: &Tongue, began: NaiveDateTime, status: Status, count: u64) -> Vec<Line> {
        let (mut at, mut by, mut lines) = (began, By::Contact, Vec::with_capacity(count as usize));
        for n in 0..count {
            if n > 0 {
                let minutes = if chance.percent(8) { 600 + chance.below(900) } else { 1 + chance.below(45) };
                at = (at + TimeDelta::minutes(minutes as i64) + TimeDelta::microseconds(chance.below(60_000_000) as i64)).min(self.now);
                if chance.percent(72) {
                    by = if by == By::Contact { By::Agent } else { By::Contact };
                }
            }
            let last = n + 1 == count;
            if last && n > 0 && status == Status::Resolved {
                lines.push(Line { at, by: By::Notice, private: false, text: String::new() });
                break;
            }
            let private = by == By::Agent && chance.percent(6);
            let kind = match by {
                By::Agent if private => Kind::Note,
                By::Agent => Kind::Answer,
                _ if n == 0 => Kind::Opening,
                _ => Kind::FollowUp,
            };
            lines.push(Line { at, by, private, text: tongue.say(chance, kind) });
        }
        lines
    }
}

impl Talk {
    /// When a person first answered so that the contact could read it.
    pub fn first_reply(&self) -> Option<NaiveDateTime> {
        self.lines.iter().find(|line| line.by == By::Agent && !line.private).map(|line| line.at)
    }

    /// Since when the contact waits.
    pub fn waiting_since(&self) -> Option<NaiveDateTime> {
        if self.status == Status::Resolved {
            return None;
        }
        let answered = self.lines.iter().rposition(|line| line.by == By::Agent && !line.private);
        let waiting = self.lines.iter().skip(answered.map_or(0, |at| at + 1)).find(|line| line.by == By::Contact).map(|line| line.at);
        if answered.is_none() { Some(waiting.unwrap_or(self.began)) } else { waiting }
    }

    /// What took time: each answer that somebody waited for, and the whole, where it is over.
    pub fn lapses(&self) -> Vec<(Measure, NaiveDateTime, NaiveDateTime)> {
        let (mut lapses, mut waits_since, mut answered) = (Vec::new(), Some(self.began), false);
        for line in self.lines.iter().filter(|line| !line.private) {
            match line.by {
                By::Contact => waits_since = waits_since.or(Some(line.at)),
                By::Agent => {
                    let name = if answered { Measure::ReplyTime } else { Measure::FirstResponse };
                    lapses.extend(waits_since.take().map(|since| (name, since, line.at)));
                    answered = true;
                }
                By::Notice => lapses.push((Measure::ConversationResolved, self.began, line.at)),
            }
        }
        lapses
    }

    /// When anything was last said.
    pub fn last_activity(&self) -> NaiveDateTime {
        self.lines.last().map_or(self.began, |line| line.at)
    }

    /// When the contact last wrote.
    pub fn last_written(&self) -> Option<NaiveDateTime> {
        self.lines.iter().rev().find(|line| line.by == By::Contact).map(|line| line.at)
    }

    /// When an agent last looked: at the end, or when they last wrote themselves.
    pub fn agent_last_seen(&self) -> Option<NaiveDateTime> {
        let own = || self.lines.iter().rev().find(|line| line.by == By::Agent).map(|line| line.at);
        if self.seen { Some(self.last_activity()) } else { own() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(conversations: u64, messages_left: u64) -> Plan {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap().naive_utc();
        Plan { seed: 7, conversations, inboxes: 3, now, drawn: 0, messages_left, after: 0 }
    }

    #[test]
    fn there_are_as_many_as_were_asked_for() {
        for (conversations, messages) in [(1, 1), (1, 50), (10, 3), (10, 0), (300, 3000), (0, 0)] {
            let talks = plan(conversations, messages).collect::<Vec<_>>();
            assert_eq!(talks.len() as u64, conversations);
            assert_eq!(talks.iter().map(|talk| talk.lines.len() as u64).sum::<u64>(), messages);
        }
    }

    #[test]
    fn one_seed_draws_the_same_again_and_another_does_not() {
        let (one, same, other) = (plan(50, 500), plan(50, 500), Plan { seed: 8, ..plan(50, 500) });
        let drawn = |plan: Plan| format!("{:?}", plan.collect::<Vec<_>>());
        assert_eq!(drawn(one.clone()), drawn(same));
        assert_ne!(drawn(one), drawn(other));
    }

    #[test]
    fn everything_is_in_the_past_and_in_order_and_of_every_kind() {
        let plan = plan(2000, 20_000);
        let (now, talks) = (plan.now, plan.collect::<Vec<_>>());
        assert!(talks.iter().all(|talk| talk.lines.is_sorted_by_key(|line| line.at) && talk.began < now && talk.last_activity() <= now));
        assert!(now - talks[0].began > TimeDelta::days(DAYS - 2));
        for status in Status::ALL {
            assert!(talks.iter().filter(|talk| talk.status == *status).count() > 10, "{status:?}");
        }
        assert!(talks.iter().any(|talk| !talk.seen) && talks.iter().any(|talk| !talk.assigned) && talks.iter().any(|talk| talk.priority.is_some()));
        assert!(talks.iter().flat_map(|talk| &talk.lines).all(|line| !line.text.contains('{') && (line.text.is_empty() == (line.by == By::Notice))));
        let resolved = talks.iter().find(|talk| talk.status == Status::Resolved && talk.lines.len() > 2).unwrap();
        assert_eq!((resolved.lines.last().unwrap().by, resolved.waiting_since()), (By::Notice, None));
        let lapses = resolved.lapses();
        assert_eq!(lapses.iter().filter(|(name, ..)| *name == Measure::ConversationResolved).count(), 1);
        assert_eq!(lapses.iter().any(|(name, ..)| *name == Measure::FirstResponse), resolved.first_reply().is_some());
        assert!(talks.iter().flat_map(Talk::lapses).all(|(_, from, to)| from <= to));
    }
}
