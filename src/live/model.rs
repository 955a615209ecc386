//! What clients send, and who they are.
use crate::db::types::{AccountId, ContactId, ContactInboxId, EventId, UserId};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// Who hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Who {
    /// Somebody who works in the account.
    User(UserId),
    /// A contact, by one of their sessions.
    Session(ContactInboxId),
}

/// Somebody who has shown that they may hear.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Admitted {
    /// Where.
    pub account: AccountId,
    /// Who.
    pub who: Who,
    /// What they have shown.
    pub token: String,
}

/// Somebody who is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Person {
    /// Somebody who works in an account.
    User(AccountId, UserId),
    /// A contact, in whichever of their sessions.
    Contact(ContactId),
}

/// What a client wants of the server.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    /// To hear; with the identifier as it was sent.
    Subscribe(String),
    /// To hear no more.
    Unsubscribe(String),
    /// To be seen.
    UpdatePresence(String),
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    command: Cow<'a, str>,
    #[serde(borrow)]
    identifier: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Performed<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
}

impl Command {
    /// Reads one. What is no command that is known here is none, and nothing follows from it.
    pub fn read(text: &[u8]) -> Option<Command> {
        let Sent { command, identifier, data } = serde_json::from_slice(text).ok()?;
        match &*command {
            "subscribe" => Some(Command::Subscribe(identifier.into_owned())),
            "unsubscribe" => Some(Command::Unsubscribe(identifier.into_owned())),
            "message" => {
                let Performed { action } = serde_json::from_str(data.as_deref()?).ok()?;
                (action == "update_presence").then(|| Command::UpdatePresence(identifier.into_owned()))
            }
            _ => None,
        }
    }
}

/// What an identifier asks for.
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Wanted {
    channel: String,
    /// The credential.
    pub pubsub_token: String,
    /// Where; only users say it.
    #[serde(default, deserialize_with = "number")]
    pub account_id: Option<i64>,
    /// Who; only users say it.
    #[serde(default, deserialize_with = "number")]
    pub user_id: Option<i64>,
    /// The place after which something may have been missed.
    #[serde(default, deserialize_with = "number")]
    pub since: Option<i64>,
}

impl Wanted {
    /// Reads an identifier. One of another channel asks for nothing.
    pub fn read(identifier: &str) -> Option<Wanted> {
        let wanted: Wanted = serde_json::from_str(identifier).ok()?;
        (wanted.channel == "RoomChannel" && !wanted.pubsub_token.is_empty()).then_some(wanted)
    }
}

/// A number, or a text that is one; anything else is none.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Number(number) => number.as_i64(),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// How many places an event has: for its frames, and one after them.
const FRAMES: i64 = 256;

/// The place of a frame among all that were ever sent: opaque to clients, and growing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sequence(pub i64);

impl Sequence {
    /// Of one of an event's frames, if there is a place left for it.
    pub fn of(event: EventId, frame: usize) -> Option<Sequence> {
        let frame = i64::try_from(frame).ok().filter(|frame| *frame < FRAMES - 1)?;
        Some(Sequence(event.0.saturating_mul(FRAMES).saturating_add(frame)))
    }

    /// After all frames of an event.
    pub fn after(event: EventId) -> Sequence {
        Sequence(event.0.saturating_mul(FRAMES).saturating_add(FRAMES - 1))
    }

    /// The event to which it belongs.
    pub fn event(self) -> EventId {
        EventId(self.0.div_euclid(FRAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_and_what_is_none_is_passed_over() {
        let identifier = r#"{\"channel\":\"RoomChannel\",\"pubsub_token\":\"t\"}"#;
        let plain = identifier.replace("\\\"", "\"");
        let read = |text: &str| Command::read(text.as_bytes());
        assert_eq!(read(&format!(r#"{{"command":"subscribe","identifier":"{identifier}"}}"#)), Some(Command::Subscribe(plain.clone())));
        assert_eq!(
            read(&format!(r#"{{"identifier":"{identifier}","command":"unsubscribe","more":[1]}}"#)),
            Some(Command::Unsubscribe(plain.clone()))
        );
        let message = format!(r#"{{"command":"message","identifier":"{identifier}","data":"{{\"action\":\"update_presence\"}}"}}"#);
        assert_eq!(read(&message), Some(Command::UpdatePresence(plain)));
        for other in [
            "",
            "null",
            "[]",
            "{}",
            "\u{0}",
            r#"{"command":"subscribe"}"#,
            r#"{"command":"subscribe","identifier":{}}"#,
            r#"{"command":"dance","identifier":"x"}"#,
            r#"{"command":"message","identifier":"x"}"#,
            r#"{"command":"message","identifier":"x","data":"{\"action\":\"destroy\"}"}"#,
            r#"{"command":"message","identifier":"x","data":"["}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(read(&"[".repeat(5000)), None);
    }

    #[test]
    fn identifiers_have_numbers_in_either_form() {
        let read = |rest: &str| Wanted::read(&format!(r#"{{"channel":"RoomChannel","pubsub_token":"t"{rest}}}"#)).unwrap();
        let wanted = read(r#","account_id":1,"user_id":"7","since":"12""#);
        assert_eq!((wanted.account_id, wanted.user_id, wanted.since), (Some(1), Some(7), Some(12)));
        for odd in ["", r#","user_id":null"#, r#","user_id":[7]"#, r#","user_id":"x""#, r#","user_id":1.5"#, r#","user_id":99999999999999999999"#] {
            assert_eq!(read(odd).user_id, None, "{odd}");
        }
        for none in
            [r#"{"channel":"RoomChannel"}"#, r#"{"channel":"Other","pubsub_token":"t"}"#, r#"{"channel":"RoomChannel","pubsub_token":""}"#, "x"]
        {
            assert_eq!(Wanted::read(none), None, "{none}");
        }
    }

    #[test]
    fn places_grow_with_events_and_their_frames() {
        let (first, second) = (EventId(4), EventId(5));
        let of = |event, frame| Sequence::of(event, frame).unwrap();
        let places = [of(first, 0), of(first, 1), of(first, 254), Sequence::after(first), of(second, 0)];
        assert!(places.is_sorted() && places.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!((Sequence::of(first, 255), Sequence::of(first, usize::MAX)), (None, None));
        assert_eq!(places.map(|place| place.event().0), [4, 4, 4, 4, 5]);
        assert_eq!(Sequence(-1).event(), EventId(-1));
        let _ = (Sequence(i64::MAX).event(), Sequence::after(EventId(i64::MAX)), Sequence::of(EventId(i64::MIN), 3));
    }
}
