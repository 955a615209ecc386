//! Reading campaigns: within an account, or as a website's visitors may.
use super::model::Campaign;
use crate::{
    db::{
        DbConn,
        dialect::{Columns, closed, kept, locked},
        schema::campaigns,
        types::{AccountId, CampaignId, CampaignNumber, InboxId, UserId},
    },
    error::Result,
    users::{self, User},
};
use diesel::{dsl::min, prelude::*};

/// The campaigns of an account; with an inbox, those of that website.
pub fn list(conn: &mut DbConn, account: AccountId, inbox: Option<InboxId>) -> Result<Vec<Campaign>> {
    let mut query =
        campaigns::table.filter(campaigns::account_id.eq(account)).select(Campaign::columns()).order_by(campaigns::display_id).into_boxed();
    if let Some(inbox) = inbox {
        query = query.filter(campaigns::inbox_id.eq(inbox));
    }
    Ok(query.load(conn)?)
}

/// How many campaigns an account has.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(campaigns::table.filter(campaigns::account_id.eq(account)).count().get_result(conn)?)
}

/// A campaign of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, number: CampaignNumber) -> Result<Campaign> {
    let query = campaigns::table.filter(campaigns::account_id.eq(account).and(campaigns::display_id.eq(number)));
    Ok(query.select(Campaign::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, number: CampaignNumber) -> Result<Campaign> {
    let query = campaigns::table.filter(campaigns::account_id.eq(account).and(campaigns::display_id.eq(number)));
    Ok(locked(query.select(Campaign::columns())).get_result(conn)?)
}

/// The same, which is about to go: nobody begins a conversation with it meanwhile.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_delete(conn: &mut DbConn, account: AccountId, number: CampaignNumber) -> Result<Campaign> {
    let query = campaigns::table.filter(campaigns::account_id.eq(account).and(campaigns::display_id.eq(number)));
    Ok(closed(query.select(Campaign::columns())).get_result(conn)?)
}

/// The first of a website, to be deleted as well.
pub(super) fn first_to_delete(conn: &mut DbConn, inbox: InboxId) -> Result<Option<Campaign>> {
    let Some(first) = campaigns::table.filter(campaigns::inbox_id.eq(inbox)).select(min(campaigns::id)).get_result::<Option<CampaignId>>(conn)?
    else {
        return Ok(None);
    };
    let query = campaigns::table.filter(campaigns::id.eq(first)).select(Campaign::columns());
    Ok(closed(query).get_result(conn).optional()?)
}

/// What a website says by itself now, each with who says it.
pub fn shown_on(conn: &mut DbConn, inbox: InboxId) -> Result<Vec<(Campaign, Option<User>)>> {
    let query = campaigns::table.filter(campaigns::inbox_id.eq(inbox).and(campaigns::enabled.eq(true))).select(Campaign::columns());
    let found: Vec<Campaign> = query.order_by(campaigns::display_id).load(conn)?;
    let ids: Vec<UserId> = found.iter().filter_map(|campaign| campaign.sender_id).collect();
    let senders = users::by_ids(conn, &ids)?;
    let with_sender = |campaign: Campaign| {
        let sender = senders.iter().find(|user| Some(user.id) == campaign.sender_id).cloned();
        (campaign, sender)
    };
    Ok(found.into_iter().map(with_sender).collect())
}

/// One of them, which nobody deletes before this transaction ends. To be asked before a conversation is taken: who deletes a campaign takes its
/// conversations afterwards.
pub(super) fn one_shown_on(conn: &mut DbConn, inbox: InboxId, number: CampaignNumber) -> Result<Option<(Campaign, Option<User>)>> {
    let of_inbox = campaigns::inbox_id.eq(inbox).and(campaigns::display_id.eq(number));
    let query = campaigns::table.filter(of_inbox.and(campaigns::enabled.eq(true))).select(Campaign::columns());
    let Some(campaign) = kept(query).get_result::<Campaign>(conn).optional()? else { return Ok(None) };
    let sender = campaign.sender_id.map(|id| users::find(conn, id)).transpose()?;
    Ok(Some((campaign, sender)))
}

/// The number of a campaign, as the wire names it.
pub fn number(conn: &mut DbConn, id: Option<CampaignId>) -> Result<Option<CampaignNumber>> {
    let Some(id) = id else { return Ok(None) };
    Ok(campaigns::table.find(id).select(campaigns::display_id).get_result(conn).optional()?)
}
