//! What comes after a conversation: the question how it was; and the end of one in which nothing happens any more.
use super::{
    change,
    post::{self, NewMessage},
};
use crate::{
    accounts::AutoResolve,
    conversations::{
        model::{ContentType, Conversation, MessageType, Status},
        queries,
        thread::Thread,
    },
    db::{
        Tx,
        types::{ConversationId, now},
    },
    error::Result,
    events::Actor,
    labels, surveys,
    web::Language,
};
use chrono::NaiveDateTime;
use serde_json::{Value, json};

/// Asks the contact of a conversation that has just been resolved how it was, if the inbox wants that; once in a conversation.
pub(super) fn ask_how_it_was(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    let inbox = &thread.inbox;
    if !inbox.csat_survey_enabled || thread.contact.blocked || !rules_allow(inbox.csat_config.0.get("survey_rules"), &thread.conversation) {
        return Ok(());
    }
    if queries::was_asked_how_it_was(tx.conn, thread.conversation.id)? {
        return Ok(());
    }
    let language = thread.account.language();
    if !thread.can_reply {
        return post::notice(tx, thread, language.t("activity-survey-not-sent"), None);
    }
    let said = |key: &str| inbox.csat_config.0.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let display = said("display_type").unwrap_or_else(|| surveys::USUAL_DISPLAY.to_owned());
    let mut question = NewMessage::text(MessageType::Template, None, said("message").unwrap_or_else(|| language.t("template-survey")));
    question.content_type = ContentType::InputCsat;
    question.content_attributes.insert("display_type".to_owned(), display.into());
    post::say(tx, thread, question).map(drop)
}

/// Whether the labels of a conversation are such that it is asked about.
fn rules_allow(rules: Option<&Value>, conversation: &Conversation) -> bool {
    let Some(rules) = rules else { return true };
    let titles: Vec<&str> = rules.get("values").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let carried = || titles.iter().any(|title| conversation.labels.0.iter().any(|label| label == title));
    match rules.get("operator").and_then(Value::as_str) {
        _ if titles.is_empty() => true,
        Some("contains") => carried(),
        Some("does_not_contain") => !carried(),
        _ => true,
    }
}

/// Resolves a conversation in which nothing has happened for as long as its account says; false if something has, or somebody else was
/// faster.
///
/// # Errors
/// The database's; a conversation that is gone is none.
pub fn resolve_quiet_one(tx: &mut Tx, id: ConversationId) -> Result<bool> {
    let Some(mut thread) = queries::open_by_id(tx.conn, id)? else { return Ok(false) };
    let Some(wanted) = thread.account.auto_resolve() else { return Ok(false) };
    if !is_quiet(&thread.conversation, &wanted, now()) {
        return Ok(false);
    }
    let language = thread.account.language();
    if let Some(text) = wanted.message.clone() {
        match thread.can_reply {
            true => drop(post::say(tx, &mut thread, NewMessage::text(MessageType::Template, None, text))?),
            false => post::notice(tx, &mut thread, language.t("activity-auto-resolve-message-not-sent"), None)?,
        }
    }
    change::apply(tx, &mut thread, &Actor::System, |conversation| {
        conversation.status = Status::Resolved;
        if let Some(label) = &wanted.label {
            let carried = conversation.labels.0.iter().chain([label]).cloned().collect();
            conversation.labels.0 = labels::replaced(&conversation.labels.0, carried);
        }
    })?;
    let activity = json!({"type": "conversation_status_changed", "status": Status::Resolved});
    post::notice(tx, &mut thread, why(language, wanted.minutes), Some(activity))?;
    ask_how_it_was(tx, &mut thread)?;
    Ok(true)
}

fn is_quiet(conversation: &Conversation, wanted: &AutoResolve, now: NaiveDateTime) -> bool {
    let left_alone = wanted.leaves_waiting && conversation.waiting_since.is_some();
    conversation.status == Status::Open && conversation.last_activity_at < wanted.before(now) && !left_alone
}

/// In the largest unit in which the time is a whole number.
fn why(language: Language, minutes: i64) -> String {
    let (key, count) = match minutes {
        _ if minutes % 1440 == 0 => ("activity-auto-resolved-days", minutes / 1440),
        _ if minutes % 60 == 0 => ("activity-auto-resolved-hours", minutes / 60),
        _ => ("activity-auto-resolved-minutes", minutes),
    };
    language.ta(key, &[("count", count.into())])
}
