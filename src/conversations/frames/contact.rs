//! What a contact is told of a conversation: what they may see, and nothing that belongs to the business or lets anybody into another session.
use serde_json::{Value, json};

/// A conversation without what the business keeps about it for itself. The keys stay: clients know them.
pub(super) fn own(mut conversation: Value) -> Value {
    for (key, nothing) in [("labels", json!([])), ("custom_attributes", json!({})), ("priority", Value::Null), ("snoozed_until", Value::Null)] {
        conversation[key] = nothing;
    }
    conversation["meta"]["team"] = Value::Null;
    conversation
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
    fn the_session_is_hidden_wherever_it_stands() {
        let session = json!({"id": 9, "source_id": "3f0d", "pubsub_token": "Zx9"});
        let data = json!({"conversation": {"contact_inbox": session, "messages": [{"conversation": {"contact_inbox": {"source_id": "3f0d"}}}]}});
        let hidden = without_session(data).to_string();
        assert!(!hidden.contains("3f0d") && !hidden.contains("Zx9"), "{hidden}");
        assert!(hidden.contains("\"source_id\":null"), "{hidden}");
    }
}
