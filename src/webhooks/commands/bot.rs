//! Following bots: what a bot hears goes the way of webhooks, so that it is signed, retried and logged like them.
use super::{settings::recall, subscribe::keep_in_step};
use crate::{
    accounts::PayloadFormat,
    bots::{self, AgentBot, Happening},
    conversations,
    db::{
        Tx,
        schema::{deliveries, events},
        types::{AccountId, ConversationId, DeliveryId, InboxId, Json, MessageId, now},
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
            let (present, mut accounts) = (queries::of_bot_to_change(tx.conn, bot.id)?, bots::accounts_of(tx.conn, bot)?);
            for webhook in present {
                accounts.retain(|account| *account != webhook.account_id);
                let wanted = ear_of(bot, webhook.account_id);
                keep_in_step(tx, Some(webhook), wanted)?;
            }
            accounts.into_iter().try_for_each(|account| keep_in_step(tx, None, ear_of(bot, account)))
        }
        Happening::Joined(bot, account) => {
            let present = queries::of_bot_to_change(tx.conn, bot.id)?.into_iter().find(|webhook| webhook.account_id == account);
            keep_in_step(tx, present, ear_of(bot, account))
        }
        // what is in memory goes back to the database, and is looked at there: see `without_left`
        Happening::Left(bot) => queries::of_bot_to_change(tx.conn, bot)?.iter().try_for_each(|webhook| recall(tx, webhook.id)),
        Happening::Ends(bot) => queries::of_bot_to_change(tx.conn, bot)?.into_iter().try_for_each(|webhook| keep_in_step(tx, Some(webhook), None)),
    }
}

/// Never turned off, neither by 410 nor by days of failures: conversations wait for the bot, and only what fails opens them.
fn ear_of(bot: &AgentBot, account: AccountId) -> Option<Webhook> {
    let url = bot.outgoing_url.clone()?;
    Some(Webhook {
        kind: WebhookKind::Bot,
        agent_bot_id: Some(bot.id),
        name: Some(bot.name.clone()),
        subscriptions: Json(OF_BOT.to_vec()),
        retry_schedule: Some(SCHEDULE_OF_BOT.into()),
        ..Webhook::new(account, url, bot.secret.clone(), PayloadFormat::Chatwoot, bot.updated_at)
    })
}

/// What is due to a bot, without what comes from inboxes that it has left since and conversations that it is not to answer: that is given up, unless
/// somebody asked for it, and whoever waits for the bot is people's matter.
pub(super) fn without_left(tx: &mut Tx, webhook: &Webhook, mut due: Vec<DeliveryId>) -> Result<Vec<DeliveryId>> {
    let Some(bot) = webhook.agent_bot_id else { return Ok(due) };
    let at_work = bots::inboxes_of(tx.conn, bot)?;
    let from_elsewhere = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::id.eq_any(&due).and(deliveries::manual.eq(false)).and(deliveries::test.eq(false)))
        .filter(events::inbox_id.ne_all(at_work));
    let mut rows: Vec<Elsewhere> =
        from_elsewhere.select((deliveries::id, events::message_id, events::conversation_id, events::inbox_id)).load(tx.conn)?;
    if rows.is_empty() {
        return Ok(due);
    }
    let conversations: Vec<ConversationId> = rows.iter().filter_map(|(_, _, conversation, _)| *conversation).collect();
    let answered = conversations::answered_by(tx.conn, bot, &conversations)?;
    // what it was to answer in an inbox that it has left is about to be taken from it
    let departed = bots::left_by(tx.conn, bot)?;
    let is_left = |inbox: &Option<InboxId>| inbox.is_some_and(|id| departed.contains(&id));
    rows.retain(|(_, _, conversation, inbox)| is_left(inbox) || conversation.is_none_or(|id| !answered.contains(&id)));
    if !rows.is_empty() {
        let left: Vec<DeliveryId> = rows.iter().map(|(id, ..)| *id).collect();
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(&left)))
            .set((deliveries::state.eq(DeliveryState::Failed), deliveries::finished_at.eq(now())))
            .execute(tx.conn)?;
        due.retain(|id| !left.contains(id));
        let mut messages: Vec<MessageId> = rows.into_iter().filter_map(|(_, message, ..)| message).collect();
        // always in the same order, so that no two nodes wait for each other
        let places = conversations::of_messages(tx.conn, &messages)?;
        messages.sort_by_key(|message| places.get(message));
        messages.into_iter().try_for_each(|message| conversations::open_after_bot(tx, message))?;
    }
    Ok(due)
}

/// A delivery from an inbox in which its bot is not at work: about which message, in which conversation, from where.
type Elsewhere = (DeliveryId, Option<MessageId>, Option<ConversationId>, Option<InboxId>);
