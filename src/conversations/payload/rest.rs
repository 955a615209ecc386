//! How the API draws conversations: as front ends for agents read them.
use super::{Loaded, MessagePush, message_push_among};
use crate::{
    bots::{self, SlimBot},
    contacts::{self, ContactJson},
    conversations::model::{Priority, Status},
    db::types::{AccountId, DisplayId, InboxId},
    files::Links,
    inboxes::ChannelType,
    teams::{self, TeamJson},
    users::{self, AgentJson, TokenOwner},
    web::json::{Iso, fraction, seconds, seconds_or_zero},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A conversation in the API.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Conversation")]
pub struct ConversationJson<'a> {
    meta: Meta<'a>,
    /// Its number in the account.
    id: DisplayId,
    /// The newest one.
    messages: Vec<MessagePush<'a>>,
    account_id: AccountId,
    uuid: &'a str,
    additional_attributes: &'a Map<String, Value>,
    /// In seconds since 1970, as all times here that are numbers; 0 for never.
    agent_last_seen_at: i64,
    assignee_last_seen_at: i64,
    /// Whether an agent may still answer.
    can_reply: bool,
    contact_last_seen_at: i64,
    custom_attributes: &'a Map<String, Value>,
    inbox_id: InboxId,
    labels: &'a [String],
    /// Whether the contact is blocked.
    muted: bool,
    snoozed_until: Option<Iso>,
    status: Status,
    created_at: i64,
    /// With a fraction.
    updated_at: f64,
    /// The same as `last_activity_at`.
    timestamp: i64,
    first_reply_created_at: i64,
    /// How many messages of the contact no agent has seen, at most 10.
    unread_count: i64,
    last_non_activity_message: Option<MessagePush<'a>>,
    last_activity_at: i64,
    priority: Option<Priority>,
    /// Since when the contact waits for an answer; 0 if they do not.
    waiting_since: i64,
    /// Always null.
    sla_policy_id: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Meta<'a> {
    sender: ContactJson<'a>,
    channel: ChannelType,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<AssigneeJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee_type: Option<TokenOwner>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<TeamJson<'a>>,
    hmac_verified: bool,
}

/// Who is to answer.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum AssigneeJson<'a> {
    Agent(AgentJson<'a>),
    Bot(SlimBot<'a>),
}

impl AssigneeJson<'_> {
    fn of(loaded: &Loaded) -> Option<(AssigneeJson<'_>, TokenOwner)> {
        let somebody = loaded.assignee.as_ref().map(|member| (AssigneeJson::Agent(users::agent(member)), TokenOwner::User));
        somebody.or_else(|| loaded.assignee_bot.as_ref().map(|bot| (AssigneeJson::Bot(bots::slim(bot)), TokenOwner::AgentBot)))
    }
}

/// Draws a conversation for the API.
pub fn conversation<'a>(loaded: &'a Loaded, links: &Links) -> ConversationJson<'a> {
    let c = &loaded.conversation;
    let push = |said| message_push_among(said, c, &loaded.contact_inbox.source_id, loaded.unread, Some(&loaded.colleagues), links);
    let (assignee, assignee_type) = AssigneeJson::of(loaded).unzip();
    ConversationJson {
        meta: Meta {
            sender: contacts::draw(&loaded.contact, None),
            channel: loaded.inbox.channel_type,
            assignee,
            assignee_type,
            team: loaded.team.as_ref().map(|(is_member, team)| teams::draw(team, *is_member)),
            hmac_verified: loaded.contact_inbox.hmac_verified,
        },
        id: c.display_id,
        messages: loaded.last.iter().map(push).collect(),
        account_id: c.account_id,
        uuid: &c.uuid,
        additional_attributes: &c.additional_attributes.0,
        agent_last_seen_at: seconds_or_zero(c.agent_last_seen_at),
        assignee_last_seen_at: seconds_or_zero(c.assignee_last_seen_at),
        can_reply: loaded.can_reply,
        contact_last_seen_at: seconds_or_zero(c.contact_last_seen_at),
        custom_attributes: &c.custom_attributes.0,
        inbox_id: c.inbox_id,
        labels: &c.labels.0,
        muted: loaded.contact.blocked,
        snoozed_until: c.snoozed_until.map(Iso),
        status: c.status,
        created_at: seconds(c.created_at),
        updated_at: fraction(c.updated_at),
        timestamp: seconds(c.last_activity_at),
        first_reply_created_at: seconds_or_zero(c.first_reply_created_at),
        unread_count: loaded.unread,
        last_non_activity_message: loaded.last_non_activity.as_ref().map(push),
        last_activity_at: seconds(c.last_activity_at),
        priority: c.priority,
        waiting_since: seconds_or_zero(c.waiting_since),
        sla_policy_id: None,
    }
}
