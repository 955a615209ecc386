//! What a contact is told of a conversation: what they may see, and nothing that belongs to the business or lets anybody into another session.
use crate::{
    contacts::{self, SeenContact},
    conversations::model::FAILURE,
    error::{Error, Result},
};
use serde_json::{Value, json, to_value};

/// A conversation without what the business keeps about it for itself. The keys stay: clients know them.
pub(super) fn own(mut conversation: Value) -> Value {
    for (key, nothing) in [("labels", json!([])), ("custom_attributes", json!({})), ("priority", Value::Null), ("snoozed_until", Value::Null)] {
        conversation[key] = nothing;
    }
    conversation["meta"]["team"] = Value::Null;
    conversation
}

/// A frame without why a message did not arrive.
pub(super) fn without_failure(mut data: Value) -> Value {
    forget_failure(&mut data);
    data
}

fn forget_failure(data: &mut Value) {
    match data {
        Value::Object(keys) => {
            keys.shift_remove(FAILURE);
            for key in ["content_attributes", "previous_changes", "conversation", "messages"] {
                keys.get_mut(key).into_iter().for_each(forget_failure);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forget_failure),
        _ => {}
    }
}

/// A frame with what may be known of its contact where it is heard.
pub(super) fn known(mut data: Value, seen: &SeenContact) -> Result<Value> {
    show(&mut data, &to_value(contacts::push(seen.as_contact())).map_err(Error::internal)?);
    Ok(data)
}

fn show(data: &mut Value, contact: &Value) {
    match data {
        Value::Object(keys) => {
            for key in ["sender", "user"] {
                keys.get_mut(key).filter(|by| by["type"] == "contact").into_iter().for_each(|by| by.clone_from(contact));
            }
            for key in ["conversation", "messages", "meta"] {
                keys.get_mut(key).into_iter().for_each(|part| show(part, contact));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| show(item, contact)),
        _ => {}
    }
}

/// A frame without what names its session and lets anybody into it: for other sessions of the same person.
pub(super) fn without_session(mut data: Value) -> Value {
    hide(&mut data);
    data
}

fn hide(data: &mut Value) {
    match data {
        Value::Object(keys) => {
            if let Some(session) = keys.get_mut("contact_inbox").and_then(Value::as_object_mut) {
                session.insert("source_id".to_owned(), Value::Null);
                session.shift_remove("pubsub_token");
            }
            for key in ["conversation", "messages"] {
                keys.get_mut(key).into_iter().for_each(hide);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_shown_as_they_may_be_known_wherever_they_stand() {
        let (secret, agent) = (json!({"type": "contact", "name": "Lea"}), json!({"type": "user", "name": "Ben"}));
        let message = json!({"sender": secret, "content_attributes": {"sender": "Lea"}});
        let data = json!({"conversation": {"meta": {"sender": secret, "assignee": agent}, "messages": [message, {"sender": agent}]}, "user": secret});
        let (mut shown, other) = (data.clone(), json!({"type": "contact", "name": "quiet-river-1"}));
        show(&mut shown, &other);
        assert_eq!(shown.to_string(), data.to_string().replace(&secret.to_string(), &other.to_string()));
    }

    #[test]
    fn nobody_outside_reads_why_a_message_did_not_arrive() {
        let failed = json!({"content_attributes": {"external_error": "10.2.3.4 refuses", "in_reply_to": 7}});
        let changes = json!({"content_attributes": [{}, {"external_error": "10.2.3.4 refuses"}], "status": ["sent", "failed"]});
        let data = json!({"content_attributes": failed["content_attributes"], "previous_changes": changes, "conversation": {"messages": [failed]}});
        let told = without_failure(data);
        assert!(!told.to_string().contains("10.2.3.4"), "{told}");
        assert_eq!((&told["content_attributes"], &told["previous_changes"]["status"][1]), (&json!({"in_reply_to": 7}), &json!("failed")));
    }

    #[test]
    fn the_session_is_hidden_wherever_it_stands() {
        let session = json!({"id": 9, "source_id": "3f0d", "pubsub_token": "Zx9"});
        let data = json!({"conversation": {"contact_inbox": session, "messages": [{"conversation": {"contact_inbox": {"source_id": "3f0d"}}}]}});
        let hidden = without_session(data).to_string();
        assert!(!hidden.contains("3f0d") && !hidden.contains("Zx9"), "{hidden}");
        assert!(hidden.contains("\"source_id\":null"), "{hidden}");
    }
}
