//! `/api/v1/accounts/{account_id}/conversations/{id}/messages`.
use super::{
    api::At,
    commands,
    model::MessageStatus,
    payload::{self, ListedAttachment, MessageJson, answers::Around},
    queries::{self, Window},
    thread::{Said, Thread},
    wording::MessageInput,
};
use crate::{
    auth::Agent,
    bots::AgentOrBot,
    contacts,
    db::{
        Db, DbConn, Tx,
        types::{DisplayId, MessageId, UserId},
    },
    error::{Error, Result},
    files::Links,
    storage::Storage,
    users::{self, Member},
    web::{
        Body, Input, Params,
        envelopes::{Listed, Total},
        fields::{Flag, PageNumber, Patch, Text},
        json::Iso,
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) fn routes(to: &mut Routes) {
    to.at("/conversations/{id}/messages", |at| {
        let at = at.get("Messages of a conversation", list).answers::<Listed<Around, Vec<MessageJson>>>();
        at.post("Writes a message", create).answers::<MessageJson>()
    });
    to.at("/conversations/{id}/messages/{message_id}", |at| {
        let at = at.patch("Says what became of a message (API inboxes)", update).answers::<MessageJson>().may_be_forbidden();
        at.delete("Deletes what a message says", destroy).answers::<MessageJson>()
    });
    to.at("/conversations/{id}/messages/{message_id}/retry", |at| at.post("Sends a message again", retry).answers::<MessageJson>());
    to.at("/conversations/{id}/attachments", |at| {
        at.get("The files of a conversation", attachments).answers::<Listed<Total, Vec<ListedAttachment>>>()
    });
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// Only those before this message.
    before: Patch<MessageId>,
    /// Only those after this message, the oldest first.
    after: Patch<MessageId>,
    /// Whether notes and notices are left out.
    filter_internal_messages: Flag,
}

impl Input for Listing {}

async fn list(db: Data<Db>, links: Data<Links>, agent: Agent, path: At, params: Params<Listing>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Listing { before, after, filter_internal_messages } = params.0;
    let window = Window { before: before.set(), after: after.set(), public_only: filter_internal_messages.0 };
    let work = move |conn: &mut DbConn| {
        let conversation = queries::find(conn, &agent, id)?;
        let contact = contacts::find(conn, agent.account_id(), conversation.contact_id)?;
        let assignee = conversation.assignee_id.map(|id| users::find(conn, id)).transpose()?;
        let bot = queries::assignee_bot(conn, &conversation)?;
        let messages = queries::messages(conn, conversation.id, window)?;
        let said = payload::said(conn, agent.account_id(), messages)?;
        let colleagues = colleagues(conn, &agent, &said, conversation.assignee_id)?;
        let meta = Around {
            labels: &conversation.labels.0,
            additional_attributes: &conversation.additional_attributes.0,
            contact: contacts::push(&contact),
            assignee: payload::assignee(
                assignee.as_ref().map(|assignee| users::push(assignee, Some(payload::availability(&colleagues, assignee.id)))),
                bot.as_ref(),
            ),
            agent_last_seen_at: conversation.agent_last_seen_at.map(Iso),
            assignee_last_seen_at: conversation.assignee_last_seen_at.map(Iso),
        };
        let payload: Vec<_> = said.iter().map(|said| payload::message(said, conversation.display_id, None, &colleagues, &links)).collect();
        serde_json::to_value(Listed { meta, payload }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

/// The members of the account among the authors, and the assignee.
fn colleagues(conn: &mut DbConn, agent: &Agent, said: &[Said], assignee: Option<UserId>) -> Result<Vec<Member>> {
    let mut ids: Vec<UserId> = said.iter().filter_map(Said::author).chain(assignee).collect();
    ids.sort();
    ids.dedup();
    users::members(conn, agent.account_id(), Some(&ids))
}

async fn create(
    db: Data<Db>,
    links: Data<Links>,
    storage: Data<Storage>,
    by: AgentOrBot,
    path: At,
    body: Body<MessageInput>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (said, mut uploads) = body.read(&storage).await?;
    let wording = said.read(&mut uploads)?.ok_or_else(|| Error::Refused("Content can't be blank".into()))?;
    let echo_id = wording.echo_id().map(str::to_owned);
    let myself: Vec<Member> = by.agent().map(|agent| Member { user: agent.user.clone(), membership: agent.membership.clone() }).into_iter().collect();
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        let new = wording.said_by(tx, &by, &thread)?;
        let said = commands::post(tx, &mut thread, new)?;
        Ok((said, thread.conversation.display_id))
    };
    let (said, conversation) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::message(&said, conversation, echo_id.as_deref(), &myself, &links)))
}

/// A path of an account, a conversation's number and a message.
type AtMessage = Path<(String, DisplayId, MessageId)>;

/// Changes a message of one of the agent's conversations; answers with it as it is then.
async fn changed(
    db: &Db,
    links: &Links,
    agent: Agent,
    path: AtMessage,
    work: impl FnOnce(&mut Tx, &mut Thread, &Agent, MessageId) -> Result<Said> + Send + 'static,
) -> Result<HttpResponse> {
    let (_, id, message) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        let said = work(tx, &mut thread, &agent, message)?;
        let colleagues = colleagues(tx.conn, &agent, std::slice::from_ref(&said), None)?;
        Ok((said, colleagues))
    };
    let (said, colleagues) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::message(&said, id, None, &colleagues, links)))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Correction {
    /// `sent`, `delivered`, `read` or `failed`.
    status: Text,
    /// Why it has failed, up to 20,000 characters.
    external_error: Patch<Text>,
}

impl Input for Correction {
    const ROOT: &'static str = "message";
}

async fn update(db: Data<Db>, links: Data<Links>, agent: Agent, path: AtMessage, params: Params<Correction>) -> Result<HttpResponse> {
    let Correction { status, external_error } = params.0;
    let status = MessageStatus::from_name(&status.0);
    let reason = external_error.set().map(|reason| reason.0);
    let work =
        move |tx: &mut Tx, thread: &mut Thread, agent: &Agent, id| commands::set_message_status(tx, thread, &agent.actor(), id, status, reason);
    changed(&db, &links, agent, path, work).await
}

async fn destroy(db: Data<Db>, links: Data<Links>, agent: Agent, path: AtMessage) -> Result<HttpResponse> {
    changed(&db, &links, agent, path, |tx, thread, agent, id| commands::delete_message(tx, thread, &agent.actor(), id)).await
}

async fn retry(db: Data<Db>, links: Data<Links>, agent: Agent, path: AtMessage) -> Result<HttpResponse> {
    changed(&db, &links, agent, path, |tx, thread, agent, id| commands::retry(tx, thread, &agent.actor(), id)).await
}

/// How many files a page of them has.
const FILES: i64 = 100;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Page {
    /// From 1 on.
    page: PageNumber,
}

impl Input for Page {}

async fn attachments(db: Data<Db>, links: Data<Links>, agent: Agent, path: At, params: Params<Page>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let conversation = queries::find(conn, &agent, id)?;
        let (total, found) = queries::files_of(conn, conversation.id, params.0.page.offset(FILES), FILES)?;
        let (files, messages): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let said = payload::said(conn, agent.account_id(), messages)?;
        let colleagues = colleagues(conn, &agent, &said, None)?;
        let payload: Vec<_> = files.iter().zip(&said).map(|(file, of)| payload::listed_attachment(file, of, &colleagues, &links)).collect();
        serde_json::to_value(Listed { meta: Total { total_count: total }, payload }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}
