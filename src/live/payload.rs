//! What is sent, as ActionCable writes it.
use super::model::Sequence;
use crate::db::types::{AccountId, ContactId, UserId};
use actix_web::web::Bytes;
use serde_json::{Map, Value, json};

/// The first thing that a client hears.
pub(super) const WELCOME: &str = r#"{"type":"welcome"}"#;

/// The server ends; clients are to come again.
pub(super) const RESTART: &str = r#"{"type":"disconnect","reason":"server_restart","reconnect":true}"#;

/// What the client has shown holds no more: it is not to come again with it.
pub(super) const UNAUTHORIZED: &str = r#"{"type":"disconnect","reason":"unauthorized","reconnect":false}"#;

/// That the server is there.
pub(super) fn ping(now: i64) -> String {
    format!(r#"{{"type":"ping","message":{now}}}"#)
}

/// How everything begins that is said to one subscription: with its identifier, as it was sent.
pub(super) fn prefix(identifier: &str) -> String {
    format!(r#"{{"identifier":{},"#, Value::from(identifier))
}

/// That a subscription holds from this place on; follows a prefix.
pub(super) fn confirmed(from: Sequence) -> Bytes {
    Bytes::from(format!(r#""type":"confirm_subscription","sequence":{}}}"#, from.0))
}

/// That a subscription is one too many, as a whole.
pub(super) fn rejected(identifier: &str) -> String {
    format!(r#"{}"type":"reject_subscription"}}"#, prefix(identifier))
}

/// A frame of one of our names, for all who hear it; follows a prefix.
pub(super) fn told(name: &'static str, data: &Value, sequence: Option<Sequence>) -> Bytes {
    let sequence = sequence.map_or_else(String::new, |sequence| format!(r#","sequence":{}"#, sequence.0));
    Bytes::from(format!(r#""message":{{"event":"{name}","data":{data}{sequence}}}}}"#))
}

/// That too much was missed to be told; follows a prefix.
pub(super) fn reload(account: AccountId, now: Sequence) -> Bytes {
    told("reload", &json!({"account_id": account}), Some(now))
}

/// Who is there; follows a prefix. Contacts are named to those who work there alone.
pub(super) fn presence(account: AccountId, users: &[(UserId, &str)], contacts: Option<&[ContactId]>) -> Bytes {
    let users: Map<String, Value> = users.iter().map(|(id, status)| (id.to_string(), json!(status))).collect();
    let mut data = json!({"account_id": account, "users": users});
    if let Some(contacts) = contacts {
        data["contacts"] = contacts.iter().map(|id| (id.to_string(), json!("online"))).collect::<Map<_, _>>().into();
    }
    told("presence.update", &data, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::EventId;

    #[test]
    fn frames_are_what_clients_know() {
        let whole = |identifier: &str, rest: Bytes| format!("{}{}", prefix(identifier), std::str::from_utf8(&rest).unwrap());
        let identifier = "{\"channel\":\"RoomChannel\",\"pubsub_token\":\"ä\\u00e4 \u{2028}\"}";
        let sequence = Sequence::of(EventId(2), 1).unwrap();
        let confirmed: Value = serde_json::from_str(&whole(identifier, confirmed(sequence))).unwrap();
        assert_eq!(confirmed, json!({"identifier": identifier, "type": "confirm_subscription", "sequence": 513}));
        let told: Value = serde_json::from_str(&whole("x", told("a.b", &json!({"c": 1}), Some(sequence)))).unwrap();
        assert_eq!(told, json!({"identifier": "x", "message": {"event": "a.b", "data": {"c": 1}, "sequence": 513}}));
        let presence = presence(AccountId(1), &[(UserId(7), "online"), (UserId(8), "busy")], Some(&[ContactId(41)]));
        let expected = r#"{"identifier":"x","message":{"event":"presence.update","data":{"account_id":1,"users":{"7":"online","8":"busy"},"contacts":{"41":"online"}}}}"#;
        assert_eq!(whole("x", presence), expected);
        assert_eq!(ping(1_777_630_830), r#"{"type":"ping","message":1777630830}"#);
    }
}
