//! Sending a campaign once: to one contact in each transaction, in the order of their ids. How far it has come is stored with what was sent, so that
//! each gets it exactly once, wherever the process ends and however many nodes send.
use crate::{
    accounts,
    campaigns::{
        model::{Campaign, CampaignStatus},
        queries::{self, Recipient},
    },
    contacts,
    conversations::{self, Beginning, Campaigning, MessageType, NewConversation, NewMessage, Sender},
    db::{
        Tx,
        schema::campaigns,
        types::{CampaignId, ContactId, now},
    },
    error::{Error, Result},
    events::Actor,
    inboxes, users,
};
use diesel::prelude::*;

/// Begins to send it if its time has come. None if there is nothing to send (any more).
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>> {
    let Some(mut campaign) = queries::held(tx.conn, id)? else { return Ok(None) };
    match campaign.campaign_status {
        CampaignStatus::Completed => Ok(None),
        CampaignStatus::Processing => Ok(Some(campaign)),
        CampaignStatus::Active if campaign.is_due(now()) => {
            campaign.campaign_status = CampaignStatus::Processing;
            save(tx, &mut campaign)?;
            Ok(Some(campaign))
        }
        CampaignStatus::Active => Ok(None),
    }
}

/// Sends it to one of them, whom it has not reached yet. False if it has, by another node.
///
/// # Errors
/// [`Error::Unauthorized`] when the account has been suspended; those of a message. Nothing is sent then.
pub fn send(tx: &mut Tx, id: CampaignId, to: Recipient) -> Result<bool> {
    let Some(mut campaign) = still_to_reach(tx, id, to.contact)? else { return Ok(false) };
    let account = accounts::find_active(tx.conn, campaign.account_id)?;
    let inbox = inboxes::of_account(tx.conn, account.id, campaign.inbox_id)?;
    let session = contacts::sessions_by_ids(tx.conn, account.id, &[to.session])?.pop().ok_or(Error::NotFound)?;
    let sender = campaign.sender_id.map(|id| users::find(tx.conn, id)).transpose()?.map(|user| Sender::User(Box::new(user)));
    let actor = sender.as_ref().map_or(Actor::System, Sender::actor);
    let at = Beginning { account: &account, inbox: &inbox, session: &session, actor: Some(&actor) };
    let begins = Campaigning { id, is_of_somebody: sender.is_some(), is_to_many: true };
    let mut thread = conversations::start(tx, at, NewConversation { campaign: Some(begins), ..NewConversation::default() })?;
    let said = NewMessage { campaign: Some(campaign.display_id), ..NewMessage::text(MessageType::Outgoing, sender, campaign.message.clone()) };
    conversations::post(tx, &mut thread, said)?;
    (campaign.reached_contact_id, campaign.sent_count) = (to.contact, campaign.sent_count + 1);
    save(tx, &mut campaign)?;
    Ok(true)
}

/// Goes past those up to this one, who cannot be sent anything.
///
/// # Errors
/// The database's.
pub fn pass(tx: &mut Tx, id: CampaignId, contact: ContactId) -> Result<()> {
    let Some(mut campaign) = still_to_reach(tx, id, contact)? else { return Ok(()) };
    campaign.reached_contact_id = contact;
    save(tx, &mut campaign)
}

/// All have got it who are still to be reached after this one, that is, nobody.
///
/// # Errors
/// The database's.
pub fn finish(tx: &mut Tx, id: CampaignId) -> Result<()> {
    let Some(mut campaign) = queries::held(tx.conn, id)? else { return Ok(()) };
    campaign.campaign_status = CampaignStatus::Completed;
    save(tx, &mut campaign)
}

fn still_to_reach(tx: &mut Tx, id: CampaignId, contact: ContactId) -> Result<Option<Campaign>> {
    let campaign = queries::held(tx.conn, id)?;
    Ok(campaign.filter(|campaign| campaign.campaign_status == CampaignStatus::Processing && campaign.reached_contact_id < contact))
}

fn save(tx: &mut Tx, campaign: &mut Campaign) -> Result<()> {
    campaign.updated_at = now();
    diesel::update(campaigns::table.find(campaign.id)).set(&*campaign).execute(tx.conn)?;
    Ok(())
}
