//! Calling an address that a rule or a macro names: a delivery like any other, so that it is signed, retried and logged like them.
use super::{settings::insert, subscribe::bear};
use crate::{
    accounts::PayloadFormat,
    conversations::Thread,
    db::{
        Tx,
        types::{Json, now},
    },
    error::{Error, Result},
    events::{self, Actor, Event, EventName},
    random,
    webhooks::{
        Handover,
        model::{Webhook, WebhookKind},
        queries,
    },
};
use std::sync::Arc;

/// How many addresses the rules and macros of an account have called.
const MOST: i64 = 200;

/// Sends this body, which is about a conversation, to an address. Each address has a row of its own, with its own secret and log.
///
/// # Errors
/// [`Error::Refused`] for an address that was turned off, and for one address more than an account's rules and macros call.
pub fn call(tx: &mut Tx, thread: &Thread, actor: &Actor, url: &str, payload: String) -> Result<()> {
    let (account_id, at) = (thread.account.id, now());
    let webhook = match queries::called(tx.conn, account_id, url)? {
        Some(webhook) if webhook.turned_off_at.is_some() => {
            return Err(Error::Refused(format!("{} is turned off: it does not take what is sent to it", webhook.masked_url())));
        }
        Some(webhook) => webhook,
        None if queries::count_called(tx.conn, account_id)? >= MOST => {
            return Err(Error::Refused(format!("The rules and macros of an account call at most {MOST} addresses")));
        }
        None => {
            let new = Webhook::new(account_id, url.to_owned(), random::webhook_secret()?, PayloadFormat::Chatwoot, at);
            insert(tx, Webhook { kind: WebhookKind::Action, subscriptions: Json(Vec::new()), ..new })?
        }
    };
    let event = Event {
        name: EventName::AutomationEvent,
        account_id,
        inbox_id: Some(thread.inbox.id),
        conversation_id: Some(thread.conversation.id),
        message_id: None,
        is_private: false,
        actor: actor.clone(),
        payload,
        aside: None,
        at,
    };
    let event_id = events::record(tx, &event)?;
    let handover = tx.shared::<Handover>();
    let (_, ready) = bear(tx, handover.as_deref(), webhook, event_id, &event, &Arc::from(event.payload.as_str()), false)?;
    if let Some(handover) = handover {
        tx.after_commit(move || match ready {
            Some(ready) => handover.give(vec![ready]),
            None => handover.leave(),
        });
    }
    Ok(())
}
