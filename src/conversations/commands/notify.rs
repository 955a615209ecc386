//! Telling agents what happens in conversations: in their notifications and by mail, in the transaction in which it happens. Nobody is told what
//! they did themselves, nor of a contact who is blocked, unless a colleague names them.
use crate::{
    conversations::{
        model::{MessageType, Status},
        queries,
        thread::{Said, Sender, Thread},
        told,
    },
    db::{Tx, types::UserId},
    error::Result,
    events::Actor,
    mail::{self, Letter},
    notifications::{self, ActorType, Listener, News, NotificationType, Notified},
};

/// Tells of a message: whom it names, then whoever is to answer, then those who take part. Each is told once, of the first of these that they
/// want to hear of. Gives what is to be announced with the message.
pub(super) fn of_message(tx: &mut Tx, thread: &Thread, said: &Said, named: &[UserId]) -> Result<Vec<Notified>> {
    let author = match (&said.sender, said.message.message_type) {
        (Some(Sender::User(user)), MessageType::Outgoing | MessageType::Incoming) => Some(user.id),
        (Some(Sender::Contact(_)), MessageType::Outgoing | MessageType::Incoming) => None,
        // what a bot says to the contact is nothing new for anybody; what it notes may name somebody
        (Some(Sender::Bot(_)), MessageType::Outgoing) if said.message.private => None,
        _ => return Ok(Vec::new()),
    };
    let assignee = thread.conversation.assignee_id;
    let is_for_others = !thread.contact.blocked && (thread.is_followed || assignee.is_some_and(|assignee| Some(assignee) != author));
    if named.is_empty() && !is_for_others {
        return Ok(Vec::new());
    }
    let also: Vec<UserId> = named.iter().copied().chain(assignee).collect();
    let mut listeners = queries::listeners(tx.conn, &thread.conversation, &also)?;
    listeners.retain(|one| Some(one.user.id) != author);
    let reason = |listener: &Listener| {
        let user = listener.user.id;
        let reasons = [
            (NotificationType::ConversationMention, named.contains(&user)),
            (NotificationType::AssignedConversationNewMessage, is_for_others && assignee == Some(user)),
            (NotificationType::ParticipatingConversationNewMessage, is_for_others),
        ];
        reasons.into_iter().find(|(kind, applies)| *applies && listener.choices.hears(*kind)).map(|(kind, _)| kind)
    };
    let (cause, mut announced) = (Some((ActorType::Message, said.message.id.0)), Vec::new());
    for kind in [
        NotificationType::ConversationMention,
        NotificationType::AssignedConversationNewMessage,
        NotificationType::ParticipatingConversationNewMessage,
    ] {
        let theirs: Vec<&Listener> = listeners.iter().filter(|one| reason(one) == Some(kind)).collect();
        announced.extend(announce(tx, thread, kind, &theirs, cause, Some(said))?);
    }
    Ok(announced)
}

/// Tells of a conversation that has begun, or that a bot has left to people: the members of its inbox, and whoever is to answer. As long as a bot
/// has it, nobody is told.
pub(super) fn of_new(tx: &mut Tx, thread: &Thread, actor: &Actor) -> Result<()> {
    if is_silent(thread) {
        return Ok(());
    }
    let mut listeners = queries::listeners_for_new(tx.conn, thread.account.id, thread.inbox.id)?;
    listeners.retain(|one| by(actor) != Some(one.user.id));
    let listeners: Vec<&Listener> = listeners.iter().collect();
    let announced = announce(tx, thread, NotificationType::ConversationCreation, &listeners, cause(actor), thread.last_public.as_ref())?;
    announced.map_or(Ok(()), |announced| notifications::announce(tx, thread.account.id, actor, announced))
}

/// Tells somebody that they are to answer in a conversation.
pub(super) fn of_assignment(tx: &mut Tx, thread: &Thread, actor: &Actor) -> Result<()> {
    let Some(assignee) = thread.conversation.assignee_id.filter(|assignee| by(actor) != Some(*assignee) && !is_silent(thread)) else {
        return Ok(());
    };
    let kind = NotificationType::ConversationAssignment;
    let listeners = queries::listeners(tx.conn, &thread.conversation, &[assignee])?;
    let theirs: Vec<&Listener> = listeners.iter().filter(|one| one.user.id == assignee && one.choices.hears(kind)).collect();
    let announced = announce(tx, thread, kind, &theirs, cause(actor), thread.last_public.as_ref())?;
    announced.map_or(Ok(()), |announced| notifications::announce(tx, thread.account.id, actor, announced))
}

fn is_silent(thread: &Thread) -> bool {
    thread.contact.blocked || thread.conversation.status == Status::Pending
}

fn by(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::User(id, _) => Some(*id),
        Actor::Contact(..) | Actor::Bot(..) | Actor::Rule(_) | Actor::System => None,
    }
}

fn cause(actor: &Actor) -> Option<(ActorType, i64)> {
    by(actor).map(|user| (ActorType::User, user.0))
}

fn announce(
    tx: &mut Tx,
    thread: &Thread,
    kind: NotificationType,
    listeners: &[&Listener],
    secondary_actor: Option<(ActorType, i64)>,
    said: Option<&Said>,
) -> Result<Option<Notified>> {
    if listeners.is_empty() {
        return Ok(None);
    }
    let (account_id, primary_actor) = (thread.account.id, (ActorType::Conversation, thread.conversation.id.0));
    let news = News { account_id, notification_type: kind, primary_actor, secondary_actor, meta: Default::default() };
    let (announced, by_mail) = notifications::tell_anew(tx, listeners, &news)?;
    let Some(mailer) = mail::mailer(tx) else { return Ok(Some(announced)) };
    for Listener { user, choices: _ } in by_mail {
        let (account, language) = (&thread.account, user.language(&thread.account));
        let title = told::title(language, kind, thread.conversation.display_id, &thread.inbox.name);
        let letter = Letter {
            account_id: Some(account.id),
            to: user.recipient(),
            language,
            subject: format!("[{}] {title}", account.name),
            paragraphs: vec![title, told::body(language, said, &thread.contact)],
            facts: vec![
                (language.t("told-contact"), thread.contact.name.clone()),
                (language.t("told-inbox"), thread.inbox.name.clone()),
                (language.t("told-number"), thread.conversation.display_id.to_string()),
            ],
            action: Some((language.t("told-action"), format!("/app/accounts/{}/notifications", account.id))),
            reason: language.ta("told-why-you", &[("account", account.name.as_str().into())]),
        };
        mail::post(tx, &letter.write(&mailer)?)?;
    }
    Ok(Some(announced))
}
