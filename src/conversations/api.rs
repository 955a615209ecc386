//! `/api/v1/accounts/{account_id}/conversations`.
use super::{
    actions_api, bulk_api,
    commands::{self, Beginning, NewConversation},
    contact_files_api, filter_api,
    index::{self, Counts, Filters},
    labels_api, messages_api,
    model::{Conversation, Status},
    participants_api,
    payload::{
        self, ConversationJson,
        answers::{Assigned, Standing},
    },
    queries,
    thread::Sender,
    unread::{self, UnreadCounts},
    uploads_api,
    wording::MessageInput,
};
use crate::{
    auth::Agent,
    bots::{self, AgentOrBot},
    contacts,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, AgentBotId, ContactId, DisplayId, InboxId, TeamId, UserId},
    },
    error::{Error, Result},
    files::Links,
    inboxes::{self, Inbox},
    storage::Storage,
    teams,
    users::{self, Role, TokenOwner},
    web::{
        Body, InOnePage, Input, Params, Quota, Quotas, clock, empty,
        envelopes::{Empty, InData, InMeta, Listed, Payload},
        fields::{Flag, Object, Patch, Text},
        json::Iso,
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::NaiveDateTime;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use std::time::Duration;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/conversations", |at| {
        let at = at.get("Conversations, with counts", list).answers::<InData<Listed<Counts, Vec<ConversationJson>>>>();
        at.post("Begins a conversation", create).answers::<ConversationJson>()
    });
    to.at("/conversations/meta", |at| at.get("How many conversations there are", meta).answers::<InMeta<Counts>>());
    to.at("/conversations/unread_counts", |at| {
        at.get("How many open conversations are unread", unread_counts).answers::<Payload<UnreadCounts>>().may_be_forbidden()
    });
    to.at("/conversations/filter", |at| {
        at.post("Conversations that a filter fits", filter_api::fitting).answers::<Listed<index::Asked, Vec<ConversationJson>>>()
    });
    to.at("/conversations/{id}", |at| {
        let at = at.get("A conversation", show).answers::<ConversationJson>();
        let at = at.patch("Changes a conversation", actions_api::update).answers::<ConversationJson>();
        at.delete("Deletes a conversation", actions_api::destroy)
    });
    to.at("/conversations/{id}/toggle_status", |at| {
        at.post("Opens, resolves, snoozes or sets aside", toggle_status).answers::<Listed<Empty, Standing>>()
    });
    to.at("/conversations/{id}/toggle_typing_status", |at| at.post("Tells that an agent is typing", toggle_typing));
    to.at("/conversations/{id}/update_last_seen", |at| {
        at.post("Notes that an agent has seen the conversation", update_last_seen).answers::<ConversationJson>()
    });
    to.at("/conversations/{id}/assignments", |at| {
        at.post("Gives a conversation to somebody, to a team, or to nobody", assign).answers::<Option<Assigned>>()
    });
    to.at("/contacts/{id}/conversations", |at| at.get("The conversations of a contact", of_contact).answers::<Payload<Vec<ConversationJson>>>());
    labels_api::routes(to);
    messages_api::routes(to);
    actions_api::routes(to);
    participants_api::routes(to);
    bulk_api::routes(to);
    uploads_api::routes(to);
    contact_files_api::routes(to);
}

/// A path of an account and a conversation's number.
pub(super) type At = Path<(String, DisplayId)>;

async fn list(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Filters>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let (counts, found) = index::page(conn, &agent, &params.0)?;
        Ok(Listed { meta: counts, payload: drawn(conn, agent.account_id(), Some(agent.user_id()), found, &links)? })
    };
    Ok(HttpResponse::Ok().json(InData { data: db.read(work).await? }))
}

/// How often somebody asks how many conversations there are.
const COUNTS: Quota = Quota { of: "count of conversations", most: 30, within: Duration::from_secs(60) };

/// How often they ask how many are unread: clients do after each thing that they are told.
const UNREAD_COUNTS: Quota = Quota { of: "unread counts", most: 120, within: Duration::from_secs(60) };

async fn meta(db: Data<Db>, quotas: Data<Quotas>, agent: Agent, params: Params<Filters>) -> Result<HttpResponse> {
    quotas.take(COUNTS, agent.user_id().0)?;
    let counts = db.read(move |conn| index::counts(conn, &agent, &params.0)).await?;
    Ok(HttpResponse::Ok().json(InMeta { meta: counts }))
}

async fn unread_counts(db: Data<Db>, quotas: Data<Quotas>, agent: Agent) -> Result<HttpResponse> {
    if !agent.account.counts_unread() {
        return Err(Error::Forbidden("Unread counts are not switched on for this account".into()));
    }
    quotas.take(UNREAD_COUNTS, agent.user_id().0)?;
    let payload = db.read(move |conn| unread::counts(conn, &agent)).await?;
    Ok(HttpResponse::Ok().json(Payload { payload }))
}

async fn show(db: Data<Db>, links: Data<Links>, by: AgentOrBot, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::seen_by(conn, &by, id).and_then(|found| one(conn, &by, found, &links));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn of_contact(
    db: Data<Db>,
    links: Data<Links>,
    agent: Agent,
    path: Path<(String, ContactId)>,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = contacts::find(conn, agent.account_id(), id)?;
        let found = page.share_of(queries::of_contact(conn, &agent, contact.id)?);
        drawn(conn, agent.account_id(), Some(agent.user_id()), found, &links)
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await? }))
}

/// What clients send for no team at all.
pub(super) const NO_TEAM: TeamId = TeamId(0);

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[derive(Default)]
struct Creation {
    /// Where; together with `contact_id`.
    inbox_id: Patch<InboxId>,
    /// With whom; together with `inbox_id`.
    contact_id: Patch<ContactId>,
    /// A session of the contact; by itself it says where and with whom.
    source_id: Patch<Text>,
    /// Whatever clients keep with it.
    additional_attributes: Patch<Object>,
    /// By the keys that are defined.
    custom_attributes: Patch<Object>,
    /// Open unless said otherwise.
    status: Patch<Status>,
    /// Unix seconds, or a time as ISO 8601 has it.
    snoozed_until: Patch<Text>,
    /// Who is to answer.
    assignee_id: Patch<UserId>,
    /// Which team is to answer; 0 for none.
    team_id: Patch<TeamId>,
    /// What is said first, if it is not blank; files of a multipart form come as `message[attachments][]`.
    message: Patch<MessageInput>,
}

impl Input for Creation {
    const ROOT: &'static str = "conversation";
    const FILES: &'static [&'static str] = &["message[attachments][]"];
}

async fn create(db: Data<Db>, links: Data<Links>, storage: Data<Storage>, by: AgentOrBot, body: Body<Creation>) -> Result<HttpResponse> {
    let (said, mut uploads) = body.read(&storage).await?;
    let Creation { inbox_id, contact_id, source_id, additional_attributes, custom_attributes, status, snoozed_until, .. } = said;
    let Creation { assignee_id, team_id, message, .. } = said;
    let first = message.set().unwrap_or_default().read(&mut uploads)?;
    let new = NewConversation {
        status: status.set(),
        snoozed_until: until(snoozed_until)?,
        assignee_id: assignee_id.set(),
        team_id: team_id.set().filter(|id| *id != NO_TEAM),
        additional_attributes: additional_attributes.set().unwrap_or_default().0,
        custom_attributes: custom_attributes.set().unwrap_or_default().0,
        campaign: None,
    };
    let source_id = source_id.set().map(|source| source.0);
    let work = move |tx: &mut Tx| {
        let (inbox, session) = match (inbox_id.set(), contact_id.set()) {
            (Some(inbox), Some(contact)) => {
                let inbox = inbox_of(tx.conn, &by, inbox)?;
                let contact = contacts::find(tx.conn, by.account_id(), contact)?;
                let session = contacts::attach(tx, &contact, &inbox, source_id, false)?;
                (inbox, session)
            }
            _ => {
                let source_id = source_id.ok_or(Error::NotFound)?;
                let session = contacts::latest_session(tx.conn, by.account_id(), &source_id)?.ok_or(Error::NotFound)?;
                (inbox_of(tx.conn, &by, session.inbox_id)?, session)
            }
        };
        let at = Beginning { account: by.account(), inbox: &inbox, session: &session, actor: Some(&by.actor()) };
        let mut thread = commands::start(tx, at, new)?;
        if let Some(first) = first {
            let message = first.said_by(tx, &by, &thread)?;
            commands::post(tx, &mut thread, message)?;
        }
        one(tx.conn, &by, thread.conversation, &links)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// An inbox in which whoever asks may begin conversations.
fn inbox_of(conn: &mut DbConn, by: &AgentOrBot, id: InboxId) -> Result<Inbox> {
    match by {
        AgentOrBot::Agent(agent) => inboxes::find(conn, agent, id),
        AgentOrBot::Bot(acting) => inboxes::of_account(conn, acting.account.id, id),
    }
}

/// The time until which a conversation is snoozed: unix seconds as number or text, or ISO text.
///
/// # Errors
/// [`Error::Refused`] for what is no time, or none that ISO text of four-digit years can hold.
pub(super) fn until(text: Patch<Text>) -> Result<Option<NaiveDateTime>> {
    let Some(text) = text.set() else { return Ok(None) };
    clock::instant(&text.0).map(Some).ok_or_else(|| Error::Refused(format!("snoozed_until: {} is no time in unix seconds", text.0.trim())))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct StatusChange {
    /// Left out: resolved if it is open, and open if it is not.
    status: Patch<Status>,
    /// Unix seconds, or a time as ISO 8601 has it. Left out: until the contact writes.
    snoozed_until: Patch<Text>,
}

impl Input for StatusChange {}

async fn toggle_status(db: Data<Db>, by: AgentOrBot, path: At, params: Params<StatusChange>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let StatusChange { status, snoozed_until } = params.0;
    let until = until(snoozed_until)?;
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        let status = status.set();
        if let AgentOrBot::Bot(acting) = &by
            && matches!(status, None | Some(Status::Open))
            && commands::hand_off(tx, &mut thread, &acting.bot)?
        {
            return Ok((thread.conversation, None));
        }
        // a program answers nobody by opening, and neither does an administrator
        let opener = by.agent().filter(|agent| agent.membership.role == Role::Agent && agent.key.is_none()).map(Agent::user_id);
        commands::change_status(tx, &mut thread, &by.actor(), status, until, opener)?;
        Ok((thread.conversation, Some(true)))
    };
    let (changed, success) = db.write(work).await?;
    let payload =
        Standing { success, conversation_id: changed.display_id, current_status: changed.status, snoozed_until: changed.snoozed_until.map(Iso) };
    Ok(HttpResponse::Ok().json(Listed { meta: Empty {}, payload }))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Typing {
    /// `on` or `off`.
    typing_status: Text,
    /// Whether it is a note, of which the contact is not told.
    is_private: Flag,
}

impl Input for Typing {}

async fn toggle_typing(db: Data<Db>, by: AgentOrBot, path: At, params: Params<Typing>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Typing { typing_status, is_private } = params.0;
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        commands::toggle_typing(tx, &mut thread, &Sender::from(&by), &typing_status.0, is_private.0)
    };
    db.write(work).await?;
    Ok(empty())
}

async fn update_last_seen(db: Data<Db>, links: Data<Links>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        commands::see_as_agent(tx, &mut thread, &agent.user)?;
        one(tx.conn, &agent.into(), thread.conversation, &links)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Assignment {
    /// Somebody of the account, or a bot; null or 0 for nobody.
    assignee_id: Patch<Value>,
    /// `AgentBot` when `assignee_id` is a bot's.
    assignee_type: Patch<Text>,
    /// A team, unless `assignee_id` is there as well; null or 0 for none.
    team_id: Patch<Value>,
}

impl Input for Assignment {}

async fn assign(db: Data<Db>, by: AgentOrBot, path: At, params: Params<Assignment>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Assignment { assignee_id, assignee_type, team_id } = params.0;
    let number = |value: Value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()).unwrap_or_default();
    if assignee_id == Patch::Absent {
        return match team_id.map(number).map(TeamId) {
            Patch::Absent => db.read(move |conn| queries::seen_by(conn, &by, id)).await.map(|_| HttpResponse::Ok().json(Value::Null)),
            team => assign_team(&db, by, id, team.set().filter(|id| *id != NO_TEAM)).await,
        };
    }
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        let wanted = assignee_id.map(number).set().unwrap_or_default();
        if assignee_type.set().is_some_and(|kind| kind.0 == TokenOwner::AgentBot.name()) {
            let bot = bots::find_to_keep(tx.conn, by.account_id(), AgentBotId(wanted))?;
            commands::assign_bot(tx, &mut thread, &by.actor(), &bot)?;
            return serde_json::to_value(Assigned::Bot(bots::slim(&bot))).map_err(Error::internal);
        }
        let member = users::members(tx.conn, by.account_id(), Some(&[UserId(wanted)]))?.pop();
        commands::assign(tx, &mut thread, &by.actor(), member.as_ref().map(|member| member.user.id))?;
        serde_json::to_value(member.as_ref().map(users::agent).map(Assigned::Agent)).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn assign_team(db: &Db, by: AgentOrBot, id: DisplayId, team: Option<TeamId>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        // whether there is such a conversation comes first, although the team is to be held before it
        let team = team.map(|id| teams::find_to_keep(tx.conn, by.account_id(), id));
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        let team = team.transpose()?;
        commands::assign_team(tx, &mut thread, &by.actor(), team.as_ref().map(|team| team.id))?;
        serde_json::to_value(team.as_ref().map(teams::raw).map(Assigned::Team)).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// Draws one conversation.
pub(super) fn one(conn: &mut DbConn, seen_by: &AgentOrBot, conversation: Conversation, links: &Links) -> Result<Box<RawValue>> {
    drawn(conn, seen_by.account_id(), seen_by.user_id(), vec![conversation], links)?.pop().ok_or(Error::NotFound)
}

/// Draws conversations of an account for somebody, or for nobody in particular.
pub(super) fn drawn(
    conn: &mut DbConn,
    account: AccountId,
    seen_by: Option<UserId>,
    found: Vec<Conversation>,
    links: &Links,
) -> Result<Vec<Box<RawValue>>> {
    let loaded = payload::load(conn, account, seen_by, found)?;
    loaded.iter().map(|loaded| to_raw_value(&payload::conversation(loaded, links)).map_err(Error::internal)).collect()
}
