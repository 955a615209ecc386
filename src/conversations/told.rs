//! What agents are told of conversations, in words: in their notifications and by mail.
use super::{content, payload, queries, thread::Said};
use crate::{
    checks::beginning,
    contacts::Contact,
    db::{
        DbConn,
        types::{ConversationId, DisplayId, MessageId, NotificationId, UserId},
    },
    error::{Error, Result},
    notifications::{ActorType, Notification, NotificationType, Readers, Teller, Told},
    users::{self, User},
    web::Language,
};
use serde_json::{Value, to_value};
use std::collections::HashMap;

/// How much of a message somebody is told, in characters.
const GLIMPSE: usize = 200;

/// What this room tells.
pub fn teller() -> Teller {
    const OF: &[NotificationType] = &[
        NotificationType::ConversationCreation,
        NotificationType::ConversationAssignment,
        NotificationType::AssignedConversationNewMessage,
        NotificationType::ConversationMention,
        NotificationType::ParticipatingConversationNewMessage,
    ];
    Teller { of: OF, tell }
}

/// What has happened, in a sentence without its end.
pub(super) fn title(language: Language, kind: NotificationType, number: DisplayId, inbox: &str) -> String {
    let key = match kind {
        NotificationType::ConversationCreation => "told-creation",
        NotificationType::ConversationAssignment => "told-assignment",
        NotificationType::ConversationMention => "told-mention",
        _ => "told-message",
    };
    let number = number.to_string();
    language.ta(key, &[("number", number.as_str().into()), ("inbox", inbox.into())])
}

/// The beginning of what was said, and who has said it; where nothing was, with whom the conversation is.
pub(super) fn body(language: Language, said: Option<&Said>, contact: &Contact) -> String {
    let Some(said) = said else {
        return language.ta("told-with", &[("name", contact.name.as_str().into())]);
    };
    let text = glimpse(&content::without_links(said.message.content.as_deref().unwrap_or_default()));
    let text = if text.is_empty() && !said.attachments.is_empty() { language.t("told-file") } else { text };
    match &said.sender {
        Some(sender) => format!("{}: {text}", sender.name()),
        None => text,
    }
}

/// The beginning of a text on one line.
fn glimpse(text: &str) -> String {
    beginning(&text.split_whitespace().collect::<Vec<_>>().join(" "), GLIMPSE)
}

fn tell(conn: &mut DbConn, to: &Readers, those: &[&Notification]) -> Result<HashMap<NotificationId, Told>> {
    let account = to.account;
    let ids: Vec<ConversationId> = those.iter().map(|one| ConversationId(one.primary_actor_id)).collect();
    let found = queries::by_ids(conn, account.id, &ids)?;
    let last_public = payload::last_public(conn, account.id, &ids)?;
    let loaded: HashMap<i64, _> =
        payload::load(conn, account.id, None, found)?.into_iter().map(|loaded| (loaded.conversation.id.0, loaded)).collect();
    let by = |of: ActorType| those.iter().filter(move |one| one.secondary_actor_type == Some(of)).filter_map(|one| one.secondary_actor_id);
    let messages = queries::messages_of(conn, account.id, &by(ActorType::Message).map(MessageId).collect::<Vec<_>>())?;
    let said: HashMap<i64, Said> = payload::said(conn, account.id, messages)?.into_iter().map(|said| (said.message.id.0, said)).collect();
    let users = users::by_ids(conn, &by(ActorType::User).map(UserId).collect::<Vec<_>>())?;
    let users: HashMap<i64, User> = users.into_iter().map(|user| (user.id.0, user)).collect();
    let mut told = HashMap::with_capacity(those.len());
    for one in those {
        let Some(loaded) = loaded.get(&one.primary_actor_id) else { continue };
        let (conversation, inbox) = (&loaded.conversation, loaded.inbox.name.as_str());
        let language = (to.language)(one.user_id);
        let (last, cause) = (last_public.get(&conversation.id), one.secondary_actor_id.unwrap_or_default());
        let (secondary_actor, said) = match one.secondary_actor_type {
            Some(ActorType::Message) => {
                let said = said.get(&cause);
                let draw = |said| payload::message_push(said, conversation, &loaded.contact_inbox.source_id, loaded.unread, to.links);
                (to_value(said.map(draw)), said)
            }
            Some(ActorType::User) => (to_value(users.get(&cause).map(|user| users::push(user, None))), last),
            _ => (Ok(Value::Null), last),
        };
        let drawn = Told {
            title: title(language, one.notification_type, conversation.display_id, inbox),
            body: body(language, said, &loaded.contact),
            // no page of this server shows a conversation
            path: None,
            primary_actor: to_value(payload::loaded_push(loaded, account, last, to.links)).map_err(Error::internal)?,
            secondary_actor: secondary_actor.map_err(Error::internal)?,
        };
        told.insert(one.id, drawn);
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glimpse_is_one_line_of_some_length() {
        assert_eq!(glimpse(" One\n\ntwo  "), "One two");
        let thai = "ก".repeat(GLIMPSE + 1);
        assert_eq!(glimpse(&thai).chars().count(), GLIMPSE + 1);
        assert!(glimpse(&thai).ends_with("ก…"));
    }
}
