//! Following bots: what a bot hears goes the way of webhooks, so that it is signed, retried and logged like them.
use super::{settings::recall, subscribe::keep_in_step};
use crate::{
    accounts::PayloadFormat,
    bots::{self, AgentBot, Happening},
    conversations,
    db::{
        Tx,
        schema::{deliveries, events},
        types::{DeliveryId, Json, MessageId, now},
    },
    error::Result,
    webhooks::{
        model::{DeliveryState, OF_BOT, SCHEDULE_OF_BOT, Webhook, WebhookKind},
        queries,
    },
};
use diesel::prelude::*;

/// Keeps what a bot hears by in step with the bot.
///
/// # Errors
/// The database's.
pub fn follow_bot(tx: &mut Tx, happening: Happening) -> Result<()> {
    match happening {
        Happening::Saved(bot) => {
            let present = queries::of_bot_to_change(tx.conn, bot.id)?;
            keep_in_step(tx, present, ear_of(bot))
        }
        // what is in memory goes back to the database, and is looked at there: see `without_left`
        Happening::Left(bot) => match queries::of_bot_to_change(tx.conn, bot)? {
            Some(webhook) => recall(tx, webhook.id),
            None => Ok(()),
        },
        Happening::Ends(bot) => {
            let present = queries::of_bot_to_change(tx.conn, bot)?;
            keep_in_step(tx, present, None)
        }
    }
}

/// Never turned off, neither by 410 nor by days of failures: conversations wait for the bot, and only what fails opens them.
fn ear_of(bot: &AgentBot) -> Option<Webhook> {
    let url = bot.outgoing_url.clone()?;
    Some(Webhook {
        kind: WebhookKind::Bot,
        agent_bot_id: Some(bot.id),
        name: Some(bot.name.clone()),
        subscriptions: Json(OF_BOT.to_vec()),
        retry_schedule: Some(SCHEDULE_OF_BOT.into()),
        ..Webhook::new(bot.account_id, url, bot.secret.clone(), PayloadFormat::Chatwoot, bot.updated_at)
    })
}

/// What is due to a bot, without what comes from inboxes that it has left since: that is given up, unless somebody asked for it, and
/// whoever waits for the bot is people's matter.
pub(super) fn without_left(tx: &mut Tx, webhook: &Webhook, mut due: Vec<DeliveryId>) -> Result<Vec<DeliveryId>> {
    let Some(bot) = webhook.agent_bot_id else { return Ok(due) };
    let at_work = bots::inboxes_of(tx.conn, bot)?;
    let from_elsewhere = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::id.eq_any(&due).and(deliveries::manual.eq(false)).and(deliveries::test.eq(false)))
        .filter(events::inbox_id.ne_all(at_work));
    let rows: Vec<(DeliveryId, Option<MessageId>)> = from_elsewhere.select((deliveries::id, events::message_id)).load(tx.conn)?;
    if !rows.is_empty() {
        let (left, messages): (Vec<DeliveryId>, Vec<Option<MessageId>>) = rows.into_iter().unzip();
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(&left)))
            .set((deliveries::state.eq(DeliveryState::Failed), deliveries::finished_at.eq(now())))
            .execute(tx.conn)?;
        due.retain(|id| !left.contains(id));
        let mut messages: Vec<MessageId> = messages.into_iter().flatten().collect();
        // always in the same order, so that no two nodes wait for each other
        let places = conversations::of_messages(tx.conn, &messages)?;
        messages.sort_by_key(|message| places.get(message));
        messages.into_iter().try_for_each(|message| conversations::open_after_bot(tx, message))?;
    }
    Ok(due)
}
