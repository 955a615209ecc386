//! What may be said about a campaign, and what it must be. Of which kind it is follows from its inbox: a website says it again and again, a program's
//! inbox sends it once.
use super::model::{Addressed, AudienceKind, Campaign, CampaignType, LONGEST, LONGEST_TEXT, MOST_LABELS, checked_stay, checked_url};
use crate::{
    checks::{LINE, at_most, required, within},
    db::{
        DbConn,
        types::{InboxId, Json, LabelId, UserId, now},
    },
    error::{Error, Result},
    inboxes::{self, ChannelType, Inbox},
    labels,
    web::{
        Input, clock,
        fields::{Flag, List, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// When a campaign is shown.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RulesInput {
    /// The address of the pages, whole and of `http` or `https`, up to 1500 characters; `*` is whatever is there. A new campaign of a website needs it.
    pub url: Patch<Text>,
    /// How long somebody looks at one before, in seconds: 0 to 86400. 0 unless said otherwise.
    pub time_on_page: Patch<Text>,
}

/// Some of those to whom a campaign is sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct AddressedInput {
    /// `Label`: all contacts that carry it.
    #[serde(rename = "type")]
    pub kind: Text,
    /// Which label.
    pub id: LabelId,
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
    /// The inbox of a website, or of the kind API; a new one needs it.
    pub inbox_id: Patch<InboxId>,
    /// Who says it: somebody who answers in the inbox. Null: the inbox itself.
    pub sender_id: Patch<UserId>,
    /// Whether it is shown, or sent, at all; true unless said otherwise.
    pub enabled: Option<Flag>,
    /// Whether it is shown in the working hours of the inbox alone.
    pub trigger_only_during_business_hours: Option<Flag>,
    /// When it is shown; what is not said of it stays.
    pub trigger_rules: Patch<RulesInput>,
    /// `ongoing` in the inbox of a website, `one_off` in one of the kind API.
    pub campaign_type: Patch<Text>,
    /// When it is sent once: unix seconds, or a time as ISO 8601 has it. At once unless said otherwise.
    pub scheduled_at: Patch<Text>,
    /// To whom it is sent once: whoever carries one of up to 20 labels. A new one that is sent needs it.
    pub audience: Patch<List<AddressedInput>>,
}

impl Input for CampaignInput {
    const ROOT: &'static str = "campaign";
}

impl CampaignInput {
    /// Makes a campaign what was said.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the attribute.
    pub fn apply(self, conn: &mut DbConn, campaign: &mut Campaign) -> Result<()> {
        let CampaignInput { title, description, message, inbox_id, sender_id, enabled, trigger_only_during_business_hours, trigger_rules, .. } = self;
        let CampaignInput { campaign_type, scheduled_at, audience, .. } = self;
        campaign.title = required("title", &said(title, &mut campaign.title), LINE)?;
        let description = description.map(|text| text.0.trim().to_owned()).or(campaign.description.take());
        campaign.description = at_most("description", description, LONGEST_TEXT)?.filter(|text| !text.is_empty());
        campaign.message = said(message, &mut campaign.message);
        if campaign.message.trim().is_empty() {
            return Err(Error::blank("message"));
        }
        within("message", &campaign.message, LONGEST)?;
        campaign.enabled = enabled.map_or(campaign.enabled, |flag| flag.0);
        let in_hours = trigger_only_during_business_hours;
        campaign.trigger_only_during_business_hours = in_hours.map_or(campaign.trigger_only_during_business_hours, |flag| flag.0);
        let before = (campaign.inbox_id, campaign.sender_id);
        campaign.inbox_id = inbox_id.or(Some(campaign.inbox_id).filter(|id| id.0 != 0)).ok_or_else(|| Error::blank("inbox"))?;
        campaign.sender_id = sender_id.or(campaign.sender_id);
        let inbox = inbox_of(conn, campaign)?;
        campaign.campaign_type = CampaignType::of(inbox.channel_type);
        if campaign_type.set().is_some_and(|kind| !campaign.campaign_type.is_called(&kind.0)) {
            return Err(Error::invalid("campaign_type", "Campaign type must be ongoing for websites, and one_off for inboxes of the kind API"));
        }
        match campaign.campaign_type {
            CampaignType::Ongoing => show_by(trigger_rules.set().unwrap_or_default(), campaign)?,
            CampaignType::OneOff => send_to(conn, scheduled_at, audience, campaign)?,
        }
        // somebody who has left the inbox since then goes on saying what they say
        if before == (campaign.inbox_id, campaign.sender_id) { Ok(()) } else { check_sender(conn, &inbox, campaign) }
    }
}

fn said(text: Patch<Text>, present: &mut String) -> String {
    text.map(|text| text.0).or(Some(std::mem::take(present))).unwrap_or_default()
}

fn show_by(RulesInput { url, time_on_page }: RulesInput, campaign: &mut Campaign) -> Result<()> {
    campaign.url = checked_url(&said(url, &mut campaign.url))?;
    campaign.time_on_page = match time_on_page {
        Patch::Absent => campaign.time_on_page,
        Patch::Null => 0,
        Patch::Set(Text(text)) => checked_stay(&text)?,
    };
    (campaign.scheduled_at, campaign.audience) = (None, Json::default());
    Ok(())
}

fn send_to(conn: &mut DbConn, scheduled_at: Patch<Text>, audience: Patch<List<AddressedInput>>, campaign: &mut Campaign) -> Result<()> {
    (campaign.url, campaign.time_on_page) = (String::new(), 0);
    campaign.scheduled_at = match scheduled_at.set().filter(|text| !text.0.trim().is_empty()) {
        None => Some(campaign.scheduled_at.unwrap_or_else(now)),
        Some(text) => Some(clock::instant(&text.0).ok_or_else(|| Error::invalid("scheduled_at", "Scheduled at must be a time"))?),
    };
    if !matches!(audience, Patch::Absent) {
        let mut wanted: Vec<Addressed> = Vec::new();
        for AddressedInput { kind, id } in audience.set().unwrap_or_default().0 {
            let kind = AudienceKind::from_name(&kind.0).ok_or_else(|| Error::invalid("audience", "Audience must be of the type Label"))?;
            if !wanted.iter().any(|one| one.id == id) {
                wanted.push(Addressed { kind, id });
            }
        }
        if wanted.len() > MOST_LABELS {
            return Err(Error::invalid("audience", format!("Audience must be at most {MOST_LABELS} labels")));
        }
        let ids: Vec<LabelId> = wanted.iter().map(|one| one.id).collect();
        if labels::titles_by_ids(conn, campaign.account_id, &ids)?.len() != ids.len() {
            return Err(Error::invalid("audience", "Audience must be labels of this account"));
        }
        campaign.audience = Json(wanted);
    }
    if campaign.audience.0.is_empty() { Err(Error::blank("audience")) } else { Ok(()) }
}

/// The inbox that says it. Refuses one that is no part of the account.
fn inbox_of(conn: &mut DbConn, campaign: &Campaign) -> Result<Inbox> {
    let unknown = |e| if matches!(e, Error::NotFound) { Error::invalid("inbox", "Inbox must be one of this account") } else { e };
    inboxes::of_account(conn, campaign.account_id, campaign.inbox_id).map_err(unknown)
}

/// Refuses somebody who does not answer in the inbox.
fn check_sender(conn: &mut DbConn, inbox: &Inbox, campaign: &Campaign) -> Result<()> {
    let Some(sender) = campaign.sender_id else { return Ok(()) };
    let able = inboxes::assignable(conn, campaign.account_id, &[inbox.id])?;
    if able.iter().any(|member| member.user.id == sender) { Ok(()) } else { Err(Error::invalid("sender", "Sender must answer in the inbox")) }
}

impl CampaignType {
    /// What an inbox of this channel says.
    fn of(channel: ChannelType) -> CampaignType {
        match channel {
            ChannelType::WebWidget => CampaignType::Ongoing,
            ChannelType::Api => CampaignType::OneOff,
        }
    }

    /// Whether clients call it so: by its name, or by its number.
    fn is_called(self, text: &str) -> bool {
        text == self.name() || text.parse() == Ok(self.number())
    }
}
