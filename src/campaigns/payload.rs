//! How campaigns look: to administrators, and in the widget.
use super::model::{Addressed, Campaign, CampaignStatus, CampaignType};
use crate::{
    db::{
        DbConn,
        types::{AccountId, CampaignNumber, InboxId, UserId},
    },
    error::{Error, Result},
    inboxes::{self, Details, InboxJson},
    users::{self, AgentJson, Member, User, UserPush},
    web::json::{Iso, seconds},
};
use schemars::JsonSchema;
use serde::Serialize;

/// When a campaign is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct TriggerRules<'a> {
    /// The address of the pages, in which `*` is whatever is there.
    url: &'a str,
    /// How long somebody has looked at one, in seconds.
    time_on_page: i32,
}

fn rules(campaign: &Campaign) -> TriggerRules<'_> {
    TriggerRules { url: &campaign.url, time_on_page: campaign.time_on_page }
}

/// Nothing: templates are for channels that need them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Empty {}

/// A campaign as administrators see it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Campaign")]
pub(super) struct CampaignJson<'a> {
    /// Its number in the account.
    id: CampaignNumber,
    title: &'a str,
    description: Option<&'a str>,
    account_id: AccountId,
    /// The website that says it.
    inbox: InboxJson<'a>,
    /// Who says it; not there where the website itself does.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<AgentJson<'a>>,
    message: &'a str,
    template_params: Empty,
    campaign_status: CampaignStatus,
    /// Whether it is shown, or sent, at all.
    enabled: bool,
    campaign_type: CampaignType,
    /// When it is sent, in seconds since 1970; only of one that is sent once.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_at: Option<i64>,
    /// To whom it is sent; only of one that is sent once.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a [Addressed]>,
    trigger_rules: TriggerRules<'a>,
    /// Whether it is shown in the working hours of the inbox alone.
    trigger_only_during_business_hours: bool,
    created_at: Iso,
    updated_at: Iso,
}

/// Campaigns of an account with what is drawn with them.
pub(super) struct Loaded {
    campaigns: Vec<Campaign>,
    inboxes: Vec<Details>,
    senders: Vec<Member>,
}

/// Loads what is drawn with campaigns of an account.
pub(super) fn load(conn: &mut DbConn, account: AccountId, campaigns: Vec<Campaign>) -> Result<Loaded> {
    let mut ids: Vec<InboxId> = campaigns.iter().map(|campaign| campaign.inbox_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = inboxes::by_ids(conn, &ids)?.into_iter().map(|(inbox, _)| inbox).collect();
    let inboxes = inboxes::details(conn, rows)?;
    let ids: Vec<UserId> = campaigns.iter().filter_map(|campaign| campaign.sender_id).collect();
    let senders = if ids.is_empty() { Vec::new() } else { users::members(conn, account, Some(&ids))? };
    Ok(Loaded { campaigns, inboxes, senders })
}

impl Loaded {
    /// Draws them, in their order. `public_url` is where websites load their scripts.
    pub fn draw<'a>(&'a self, public_url: &str) -> Vec<CampaignJson<'a>> {
        self.campaigns.iter().filter_map(|campaign| self.one(campaign, public_url)).collect()
    }

    /// Draws the only one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when its inbox has gone meanwhile.
    pub fn draw_one<'a>(&'a self, public_url: &str) -> Result<CampaignJson<'a>> {
        self.draw(public_url).pop().ok_or(Error::NotFound)
    }

    fn one<'a>(&'a self, campaign: &'a Campaign, public_url: &str) -> Option<CampaignJson<'a>> {
        let website = self.inboxes.iter().find(|details| details.inbox.id == campaign.inbox_id)?;
        let sender = self.senders.iter().find(|member| Some(member.user.id) == campaign.sender_id);
        Some(CampaignJson {
            id: campaign.display_id,
            title: &campaign.title,
            description: campaign.description.as_deref(),
            account_id: campaign.account_id,
            // its keys are shown where it is set up
            inbox: inboxes::draw(website, false, public_url),
            sender: sender.map(users::agent),
            message: &campaign.message,
            template_params: Empty {},
            campaign_status: campaign.campaign_status,
            enabled: campaign.enabled,
            campaign_type: campaign.campaign_type,
            scheduled_at: campaign.scheduled_at.map(seconds),
            audience: (campaign.campaign_type == CampaignType::OneOff).then_some(&*campaign.audience.0),
            trigger_rules: rules(campaign),
            trigger_only_during_business_hours: campaign.trigger_only_during_business_hours,
            created_at: Iso(campaign.created_at),
            updated_at: Iso(campaign.updated_at),
        })
    }
}

/// A campaign as the widget knows it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WidgetCampaign<'a> {
    /// Its number, by which the widget tells that somebody looks closer.
    id: CampaignNumber,
    trigger_rules: TriggerRules<'a>,
    trigger_only_during_business_hours: bool,
    message: &'a str,
    /// Null where the website itself says it.
    sender: Option<UserPush<'a>>,
}

/// Draws campaigns for the widget, whose visitors are not told who is online.
pub fn in_widget(shown: &[(Campaign, Option<User>)]) -> Vec<WidgetCampaign<'_>> {
    let drawn = shown.iter().map(|(campaign, sender)| WidgetCampaign {
        id: campaign.display_id,
        trigger_rules: rules(campaign),
        trigger_only_during_business_hours: campaign.trigger_only_during_business_hours,
        message: &campaign.message,
        sender: sender.as_ref().map(|user| users::push(user, None)),
    });
    drawn.collect()
}
