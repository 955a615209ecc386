//! Texts that answer a contact before people do: that nobody is there now, a greeting, and the question for an e-mail address. They belong to
//! the transaction of the message that they answer. What an inbox does not want costs no query.
use super::post::{self, NewMessage};
use crate::{
    conversations::{
        model::{ContentType, MessageType},
        queries,
        thread::Thread,
    },
    db::{Tx, types::now},
    error::Result,
    inboxes::{self, ChannelType},
};
use chrono::{NaiveTime, TimeDelta};

/// Whoever was answered within this time sees that somebody is there.
const JUST_ANSWERED: TimeDelta = TimeDelta::minutes(5);

/// Answers what a contact has just written. A greeting comes before anything else was said, so that who was told that nobody is there is not
/// greeted as well.
pub(super) fn answer(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    // a campaign has said something already
    if thread.contact.blocked || thread.conversation.campaign_id.is_some() {
        return Ok(());
    }
    tell_that_nobody_is_there(tx, thread)?;
    greet(tx, thread)?;
    ask_for_email(tx, thread)
}

/// Once a day, by the calendar of UTC.
fn tell_that_nobody_is_there(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    let (inbox, conversation, now) = (&thread.inbox, thread.conversation.id, now());
    let Some(text) = said(inbox.working_hours_enabled, &inbox.out_of_office_message) else { return Ok(()) };
    if !inboxes::is_closed(&inboxes::hours(tx.conn, &[inbox.id])?, &inbox.timezone, now) {
        return Ok(());
    }
    let today = now.date().and_time(NaiveTime::MIN);
    if queries::was_answered_automatically_since(tx.conn, conversation, today)?
        || queries::was_answered_after(tx.conn, conversation, now - JUST_ANSWERED)?
    {
        return Ok(());
    }
    post::say(tx, thread, NewMessage::text(MessageType::Template, None, text)).map(drop)
}

fn greet(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    let (inbox, conversation) = (&thread.inbox, &thread.conversation);
    let Some(text) = said(inbox.greeting_enabled, &inbox.greeting_message) else { return Ok(()) };
    if conversation.first_reply_created_at.is_some()
        || queries::was_answered_automatically(tx.conn, conversation.id)?
        || queries::was_answered(tx.conn, conversation.id)?
    {
        return Ok(());
    }
    post::say(tx, thread, NewMessage::text(MessageType::Template, None, text)).map(drop)
}

/// On a website, whoever leaves it can be reached no other way.
fn ask_for_email(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    let wanted = thread.inbox.enable_email_collect && thread.inbox.channel_type == ChannelType::WebWidget && !has_left_an_address(thread);
    if !wanted || queries::was_asked_for_email(tx.conn, thread.conversation.id)? {
        return Ok(());
    }
    let language = thread.account.language();
    post::say(tx, thread, NewMessage::text(MessageType::Template, None, language.t("template-ways-to-reach-you")))?;
    let mut field = NewMessage::text(MessageType::Template, None, language.t("template-email-field"));
    field.content_type = ContentType::InputEmail;
    post::say(tx, thread, field).map(drop)
}

/// By what they may know themselves: whether they are asked tells nobody what the business knows of others.
fn has_left_an_address(thread: &Thread) -> bool {
    thread.contact_inbox.sees(&thread.contact).as_contact().email.is_some()
}

/// What is to be said, if that is wanted and there is something to say.
fn said(wanted: bool, text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| wanted && !text.trim().is_empty())
}
