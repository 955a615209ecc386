//! Reading campaigns: within an account, or as a website's visitors may.
use super::model::{Addressed, Campaign, CampaignStatus, CampaignType, MOST};
use crate::{
    accounts::AccountStatus,
    db::{
        DbConn,
        dialect::{Columns, closed, kept, locked},
        schema::{accounts, campaigns, contact_inboxes, contact_labels, contacts},
        types::{AccountId, CampaignId, CampaignNumber, ContactId, ContactInboxId, InboxId, LabelId, UserId},
    },
    error::Result,
    labels,
    users::{self, User},
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{max, min, sql},
    prelude::*,
    sql_types::Bool,
};
use std::collections::HashMap;

/// How many contacts are looked at in one step of sending.
const LOOKED_AT: i64 = 100;

/// How many campaigns are sent beside each other.
const AT_ONCE: i64 = 20;

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
    let shown = campaigns::enabled.eq(true).and(campaigns::campaign_type.eq(CampaignType::Ongoing));
    let query = campaigns::table.filter(campaigns::inbox_id.eq(inbox).and(shown)).select(Campaign::columns());
    let found: Vec<Campaign> = query.order_by(campaigns::display_id).limit(MOST).load(conn)?;
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
    let shown = campaigns::enabled.eq(true).and(campaigns::campaign_type.eq(CampaignType::Ongoing));
    let query = campaigns::table.filter(of_inbox.and(shown)).select(Campaign::columns());
    let Some(campaign) = kept(query).get_result::<Campaign>(conn).optional()? else { return Ok(None) };
    let sender = campaign.sender_id.map(|id| users::find(conn, id)).transpose()?;
    Ok(Some((campaign, sender)))
}

/// The number of a campaign, as the wire names it.
pub fn number(conn: &mut DbConn, id: Option<CampaignId>) -> Result<Option<CampaignNumber>> {
    let Some(id) = id else { return Ok(None) };
    Ok(campaigns::table.find(id).select(campaigns::display_id).get_result(conn).optional()?)
}

/// That it is sent once, and not wholly yet. Written out, since bound values would keep the partial index from being used.
const TO_SEND: &str = "\"campaigns\".\"campaign_type\" = 1 AND \"campaigns\".\"campaign_status\" <> 1";

/// The campaigns whose time to be sent has come, whoever longest first. Those of an account that is suspended wait until it is active again.
pub(super) fn due(conn: &mut DbConn, now: NaiveDateTime) -> Result<Vec<CampaignId>> {
    let on_its_way = campaigns::campaign_status.eq(CampaignStatus::Processing).or(campaigns::enabled.eq(true));
    let query = campaigns::table.inner_join(accounts::table).filter(accounts::status.eq(AccountStatus::Active));
    let query = query.filter(sql::<Bool>(TO_SEND)).filter(campaigns::scheduled_at.le(now)).filter(on_its_way);
    Ok(query.order_by(campaigns::scheduled_at).select(campaigns::id).limit(AT_ONCE).load(conn)?)
}

/// A campaign that nobody else sends or changes before this transaction ends; none if it is gone.
pub(super) fn held(conn: &mut DbConn, id: CampaignId) -> Result<Option<Campaign>> {
    Ok(locked(campaigns::table.filter(campaigns::id.eq(id)).select(Campaign::columns())).get_result(conn).optional()?)
}

/// Somebody to whom a campaign is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipient {
    /// Who.
    pub contact: ContactId,
    /// In which session of theirs.
    pub session: ContactInboxId,
}

/// Those to whom a campaign is sent next.
#[derive(Debug)]
pub(super) struct Next {
    /// In the order of their ids.
    pub recipients: Vec<Recipient>,
    /// The last one who was looked at; none if there is nobody.
    pub reaches_to: Option<ContactId>,
}

/// Looks at some of those who carry one of the labels, after the last one who was reached: whoever has a session in the inbox and is not blocked is
/// sent it, in their newest session. Each label is read in the order of its index.
pub(super) fn next_recipients(conn: &mut DbConn, campaign: &Campaign) -> Result<Next> {
    let ids: Vec<LabelId> = campaign.audience.0.iter().map(|Addressed { kind: _, id }| *id).collect();
    let mut found: Vec<ContactId> = Vec::new();
    for title in labels::titles_by_ids(conn, campaign.account_id, &ids)? {
        let carrying = contact_labels::account_id.eq(campaign.account_id).and(contact_labels::title.eq(title));
        let query = contact_labels::table.filter(carrying.and(contact_labels::contact_id.gt(campaign.reached_contact_id)));
        found.extend(query.select(contact_labels::contact_id).order_by(contact_labels::contact_id).limit(LOOKED_AT).load::<ContactId>(conn)?);
    }
    found.sort_unstable();
    found.dedup();
    // so many of each label were read, so that nobody is missing among the first so many of all
    found.truncate(LOOKED_AT as usize);
    let sessions = contact_inboxes::table
        .inner_join(contacts::table)
        .filter(contact_inboxes::inbox_id.eq(campaign.inbox_id).and(contact_inboxes::contact_id.eq_any(&found)).and(contacts::blocked.eq(false)))
        .group_by(contact_inboxes::contact_id)
        .select((contact_inboxes::contact_id, max(contact_inboxes::id)));
    let sessions: HashMap<ContactId, Option<ContactInboxId>> = sessions.load(conn)?.into_iter().collect();
    let recipient = |contact: &ContactId| sessions.get(contact).copied().flatten().map(|session| Recipient { contact: *contact, session });
    Ok(Next { recipients: found.iter().filter_map(recipient).collect(), reaches_to: found.last().copied() })
}
