//! Sending something to see whether it arrives: an event that never happened, delivered like any other.
use super::subscribe::bear;
use crate::{
    auth::Administrator,
    db::{
        Tx,
        types::{DeliveryId, WebhookId, now},
    },
    error::{Error, Result},
    events::{self, Actor, Event, EventName},
    files,
    inboxes::{self, Inbox},
    webhooks::{
        Handover,
        catalogue::{self, Scene},
        model::Webhook,
        queries,
    },
};
use std::sync::Arc;

/// Sends a sample of an event to a webhook, once; also to one that is off, or that does not hear such events.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for an event that receivers of its kind never hear.
pub fn send_test(tx: &mut Tx, by: &Administrator, id: WebhookId, name: EventName) -> Result<DeliveryId> {
    let webhook = queries::find_shown(tx.conn, by.account_id(), id)?;
    if !webhook.may_hear().contains(&name) {
        return Err(Error::invalid("event", format!("Event: {} is not for this receiver", name.name())));
    }
    let inbox = familiar_inbox(tx, &webhook)?;
    let (inbox_id, links) = (inbox.as_ref().map(|inbox| inbox.id), files::links(tx)?);
    let samples = catalogue::samples(name, &Scene { account: &by.account, inbox, links: &links })?;
    let payload = samples.into_iter().next().ok_or_else(|| Error::Internal(format!("{} has no sample", name.name())))?.payload;
    // about no message and no conversation that there is: nothing of them may be changed by what becomes of the delivery
    let event = Event {
        name,
        account_id: webhook.account_id,
        inbox_id,
        conversation_id: None,
        message_id: None,
        is_private: false,
        actor: Actor::System,
        payload,
        aside: None,
        at: now(),
    };
    let event_id = events::pretend(tx, &event)?;
    let handover = tx.shared::<Handover>();
    let (delivery, ready) = bear(tx, handover.as_deref(), webhook, event_id, &event, &Arc::from(event.payload.as_str()), true)?;
    if let Some(handover) = handover {
        tx.after_commit(move || match ready {
            Some(ready) => handover.give(vec![ready]),
            None => handover.leave(),
        });
    }
    Ok(delivery)
}

/// The webhook's inbox, or else the oldest one of the account.
fn familiar_inbox(tx: &mut Tx, webhook: &Webhook) -> Result<Option<Inbox>> {
    let oldest = queries::inbox_names(tx.conn, webhook.account_id)?.into_keys().min();
    webhook.inbox_id.or(oldest).map(|id| inboxes::of_account(tx.conn, webhook.account_id, id)).transpose()
}
