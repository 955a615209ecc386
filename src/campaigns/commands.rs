//! Changing campaigns, and what happens when somebody looks closer at one.
use super::{
    model::{Campaign, LONGEST, LONGEST_TEXT, MOST, checked_stay, checked_url},
    queries,
};
use crate::{
    audit::Change,
    auth::Administrator,
    checks::{LINE, at_most, required, within},
    conversations::{self, Campaigning, MessageType, NewConversation, NewMessage, Sender, Visitor},
    db::{
        Db, Tx,
        dialect::Columns,
        schema::{accounts, campaigns},
        types::{AccountId, CampaignId, CampaignNumber, InboxId, UserId, now},
    },
    error::{Error, Result},
    inboxes::{self, ChannelType, Inbox},
    web::{
        Input,
        fields::{Flag, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The only kind that websites have, by its name and its number.
const ONGOING: [&str; 2] = ["ongoing", "0"];

/// When a campaign is shown.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RulesInput {
    /// The address of the pages, whole and of `http` or `https`, up to 1500 characters; `*` is whatever is there. A new campaign needs it.
    pub url: Patch<Text>,
    /// How long somebody looks at one before, in seconds: 0 to 86400. 0 unless said otherwise.
    pub time_on_page: Patch<Text>,
}

/// What may be said about a campaign.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct CampaignInput {
    /// Up to 255 characters; a new one needs it.
    pub title: Patch<Text>,
    /// What it is for, up to 1000 characters.
    pub description: Patch<Text>,
    /// What is said, up to 5000 characters; a new one needs it.
    pub message: Patch<Text>,
    /// The inbox of a website; a new one needs it.
    pub inbox_id: Patch<InboxId>,
    /// Who says it: somebody who answers in the inbox. Null: the website itself.
    pub sender_id: Patch<UserId>,
    /// Whether it is shown at all; true unless said otherwise.
    pub enabled: Option<Flag>,
    /// Whether it is shown in the working hours of the inbox alone.
    pub trigger_only_during_business_hours: Option<Flag>,
    /// When it is shown; what is not said of it stays.
    pub trigger_rules: Patch<RulesInput>,
    /// `ongoing`. Campaigns that are sent once belong to channels that can write to somebody first.
    pub campaign_type: Patch<Text>,
}

impl Input for CampaignInput {
    const ROOT: &'static str = "campaign";
}

impl CampaignInput {
    fn apply(self, tx: &mut Tx, campaign: &mut Campaign) -> Result<()> {
        let CampaignInput {
            title,
            description,
            message,
            inbox_id,
            sender_id,
            enabled,
            trigger_only_during_business_hours,
            trigger_rules,
            campaign_type,
        } = self;
        let RulesInput { url, time_on_page } = trigger_rules.set().unwrap_or_default();
        if campaign_type.set().is_some_and(|kind| !ONGOING.contains(&kind.0.as_str())) {
            return Err(Error::invalid("campaign_type", "Campaign type must be ongoing: only websites have campaigns here"));
        }
        let said = |text: Patch<Text>, present: &mut String| text.map(|text| text.0).or(Some(std::mem::take(present))).unwrap_or_default();
        campaign.title = required("title", &said(title, &mut campaign.title), LINE)?;
        let description = description.map(|text| text.0.trim().to_owned()).or(campaign.description.take());
        campaign.description = at_most("description", description, LONGEST_TEXT)?.filter(|text| !text.is_empty());
        campaign.message = said(message, &mut campaign.message);
        if campaign.message.trim().is_empty() {
            return Err(Error::blank("message"));
        }
        within("message", &campaign.message, LONGEST)?;
        campaign.url = checked_url(&said(url, &mut campaign.url))?;
        campaign.time_on_page = match time_on_page {
            Patch::Absent => campaign.time_on_page,
            Patch::Null => 0,
            Patch::Set(Text(text)) => checked_stay(&text)?,
        };
        campaign.enabled = enabled.map_or(campaign.enabled, |flag| flag.0);
        let in_hours = trigger_only_during_business_hours;
        campaign.trigger_only_during_business_hours = in_hours.map_or(campaign.trigger_only_during_business_hours, |flag| flag.0);
        let before = (campaign.inbox_id, campaign.sender_id);
        campaign.inbox_id = inbox_id.or(Some(campaign.inbox_id).filter(|id| id.0 != 0)).ok_or_else(|| Error::blank("inbox"))?;
        campaign.sender_id = sender_id.or(campaign.sender_id);
        // somebody who has left the inbox since then goes on saying what they say
        if before == (campaign.inbox_id, campaign.sender_id) { Ok(()) } else { check_place(tx, campaign) }
    }
}

/// Refuses an inbox that is no website's, and somebody who does not answer there.
fn check_place(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    let unknown = |e| if matches!(e, Error::NotFound) { Error::invalid("inbox", "Inbox must be one of this account") } else { e };
    let inbox = inboxes::of_account(tx.conn, campaign.account_id, campaign.inbox_id).map_err(unknown)?;
    if inbox.channel_type != ChannelType::WebWidget {
        return Err(Error::invalid("inbox", "Inbox must be a website's: campaigns of other channels are not supported"));
    }
    let Some(sender) = campaign.sender_id else { return Ok(()) };
    let able = inboxes::assignable(tx.conn, campaign.account_id, &[inbox.id])?;
    if able.iter().any(|member| member.user.id == sender) { Ok(()) } else { Err(Error::invalid("sender", "Sender must answer in the inbox")) }
}

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
    };
    input.apply(tx, &mut new)?;
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
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub(super) fn update(tx: &mut Tx, by: &Administrator, number: CampaignNumber, input: CampaignInput) -> Result<Campaign> {
    let before = queries::find_to_change(tx.conn, by.account_id(), number)?;
    let mut campaign = before.clone();
    input.apply(tx, &mut campaign)?;
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
        diesel::update(campaigns::table.find(campaign.id)).set(campaigns::enabled.eq(false)).execute(tx.conn)?;
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
    let begins = Campaigning { id: campaign.id, is_of_somebody: sender.is_some() };
    let (mut thread, has_begun) = conversations::go_on_or_start(tx, visitor, NewConversation { campaign: Some(begins), ..about })?;
    if !has_begun {
        return Ok(());
    }
    let sender = sender.map(|user| Sender::User(Box::new(user)));
    let said = NewMessage { campaign: Some(number), ..NewMessage::text(MessageType::Outgoing, sender, campaign.message) };
    conversations::post(tx, &mut thread, said).map(drop)
}
