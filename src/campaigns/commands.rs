//! Changing campaigns, and what happens when somebody looks closer at one.
mod sending;

pub(super) use sending::{begin, finish, pass, send};

use super::{
    input::CampaignInput,
    model::{Campaign, CampaignStatus, CampaignType, MOST},
    queries,
};
use crate::{
    audit::Change,
    auth::Administrator,
    conversations::{self, Campaigning, MessageType, NewConversation, NewMessage, Sender, Visitor},
    db::{
        Db, Tx,
        dialect::Columns,
        schema::{accounts, campaigns},
        types::{AccountId, CampaignId, CampaignNumber, ContactId, InboxId, Json, UserId, now},
    },
    error::{Error, Result},
    inboxes::Inbox,
};
use diesel::prelude::*;

/// Makes a campaign.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub(super) fn create(tx: &mut Tx, by: &Administrator, input: CampaignInput) -> Result<Campaign> {
    let (account_id, now) = (by.account_id(), now());
    let mut new = Campaign {
        id: CampaignId(0),
        account_id,
        display_id: CampaignNumber(0),
        inbox_id: InboxId(0),
        sender_id: None,
        title: String::new(),
        description: None,
        message: String::new(),
        url: String::new(),
        time_on_page: 0,
        enabled: true,
        trigger_only_during_business_hours: false,
        created_at: now,
        updated_at: now,
        campaign_type: CampaignType::Ongoing,
        campaign_status: CampaignStatus::Active,
        scheduled_at: None,
        audience: Json::default(),
        reached_contact_id: ContactId(0),
        sent_count: 0,
    };
    input.apply(tx.conn, &mut new)?;
    new.display_id = next_number(tx, account_id)?;
    // counted after the account's row was taken, so that two who make one at the same time are two
    if queries::count(tx.conn, account_id)? >= MOST {
        return Err(Error::Refused(format!("An account may have at most {MOST} campaigns")));
    }
    let insert = diesel::insert_into(campaigns::table).values((
        (campaigns::account_id.eq(account_id), campaigns::display_id.eq(new.display_id)),
        (campaigns::inbox_id.eq(new.inbox_id), campaigns::sender_id.eq(new.sender_id)),
        (campaigns::title.eq(new.title), campaigns::description.eq(new.description), campaigns::message.eq(new.message)),
        (campaigns::url.eq(new.url), campaigns::time_on_page.eq(new.time_on_page), campaigns::enabled.eq(new.enabled)),
        campaigns::trigger_only_during_business_hours.eq(new.trigger_only_during_business_hours),
        (campaigns::campaign_type.eq(new.campaign_type), campaigns::scheduled_at.eq(new.scheduled_at), campaigns::audience.eq(new.audience)),
        (campaigns::created_at.eq(now), campaigns::updated_at.eq(now)),
    ));
    let campaign = insert.returning(Campaign::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Created(&campaign))?;
    Ok(campaign)
}

/// Numbers increase within an account and are never given twice: messages name their campaign by its number for good.
fn next_number(tx: &mut Tx, account: AccountId) -> Result<CampaignNumber> {
    let next = diesel::update(accounts::table.find(account)).set(accounts::last_campaign_id.eq(accounts::last_campaign_id + 1));
    Ok(next.returning(accounts::last_campaign_id).get_result(tx.conn)?)
}

/// Changes a campaign.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute, or about what has been sent.
pub(super) fn update(tx: &mut Tx, by: &Administrator, number: CampaignNumber, input: CampaignInput) -> Result<Campaign> {
    let before = queries::find_to_change(tx.conn, by.account_id(), number)?;
    before.check_not_sent()?;
    let mut campaign = before.clone();
    input.apply(tx.conn, &mut campaign)?;
    if campaign != before {
        campaign.updated_at = now();
        diesel::update(campaigns::table.find(campaign.id)).set(&campaign).execute(tx.conn)?;
        by.record(tx, Change::Updated(&before, &campaign))?;
    }
    Ok(campaign)
}

/// Deletes a campaign. It is shown no more; then the conversations that it has begun are let go, some at a time, however many they are.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn delete(db: &Db, by: &Administrator, number: CampaignNumber) -> Result<()> {
    let (account, by) = (by.account_id(), by.clone());
    let shut = move |tx: &mut Tx| {
        let campaign = queries::find_to_delete(tx.conn, account, number)?;
        // what is being sent ends as well
        let over = (campaigns::enabled.eq(false), campaigns::campaign_status.eq(CampaignStatus::Completed));
        diesel::update(campaigns::table.find(campaign.id)).set(over).execute(tx.conn)?;
        by.record(tx, Change::Destroyed(&campaign))
    };
    let delete_some = move |tx: &mut Tx| {
        let campaign = queries::find_to_delete(tx.conn, account, number)?;
        let_go(tx, &campaign)
    };
    db.write_in_steps(shut, delete_some).await
}

/// Deletes one of the campaigns of a website that is to be deleted, or some of what hangs on it: its conversations may be in another inbox, where it
/// was before. True when there is none.
///
/// # Errors
/// The database's.
pub fn clear_inbox(tx: &mut Tx, inbox: &Inbox) -> Result<bool> {
    let Some(campaign) = queries::first_to_delete(tx.conn, inbox.id)? else { return Ok(true) };
    let_go(tx, &campaign)?;
    Ok(false)
}

/// Lets some of its conversations go, or, once none is left, the campaign itself. True when it is gone.
fn let_go(tx: &mut Tx, campaign: &Campaign) -> Result<bool> {
    let none_left = conversations::clear_campaign(tx, campaign.id)?;
    if none_left {
        diesel::delete(campaigns::table.find(campaign.id)).execute(tx.conn)?;
    }
    Ok(none_left)
}

/// Ends what is sent in an account that is to be deleted. False when nothing was.
///
/// # Errors
/// The database's.
pub fn end_sending(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let of_account = campaigns::account_id.eq(account).and(campaigns::campaign_type.eq(CampaignType::OneOff));
    let to_send = campaigns::table.filter(of_account.and(campaigns::campaign_status.ne(CampaignStatus::Completed)));
    Ok(diesel::update(to_send).set(campaigns::campaign_status.eq(CampaignStatus::Completed)).execute(tx.conn)? > 0)
}

/// Whoever leaves the account says nothing there any more: the website itself does.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let theirs = campaigns::table.filter(campaigns::account_id.eq(account).and(campaigns::sender_id.eq(user)));
    let set = (campaigns::sender_id.eq(None::<UserId>), campaigns::updated_at.eq(now()));
    diesel::update(theirs).set(set).execute(tx.conn)?;
    Ok(())
}

/// A visitor looks closer at what a campaign says: that begins a conversation with it. Nothing happens where they are in one already, and where the
/// website has no such campaign (any more). Whether the page, the time and the hours are right is for the widget to see: somebody may look closer
/// at what they were shown a while ago.
///
/// # Errors
/// [`Error::Invalid`] for attributes over the limits.
pub fn trigger(tx: &mut Tx, visitor: &Visitor, number: CampaignNumber, about: NewConversation) -> Result<()> {
    let Some((campaign, sender)) = queries::one_shown_on(tx.conn, visitor.inbox.id, number)? else { return Ok(()) };
    let begins = Campaigning { id: campaign.id, is_of_somebody: sender.is_some(), is_to_many: false };
    let (mut thread, has_begun) = conversations::go_on_or_start(tx, visitor, NewConversation { campaign: Some(begins), ..about })?;
    if !has_begun {
        return Ok(());
    }
    let sender = sender.map(|user| Sender::User(Box::new(user)));
    let said = NewMessage { campaign: Some(number), ..NewMessage::text(MessageType::Outgoing, sender, campaign.message) };
    conversations::post(tx, &mut thread, said).map(drop)
}
