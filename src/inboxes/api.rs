//! `/api/v1/accounts/{account_id}/inboxes` and `inbox_members`.
use super::{
    commands,
    input::{InboxInput, InboxUpdate},
    payload::{self, Details, InboxJson},
    queries,
};
use crate::{
    accounts::NoRoom,
    auth::{Administrator, Agent},
    bots::{self, AssignableBot, BotOfInbox},
    config::Config,
    db::{
        Db, DbConn,
        types::{AgentBotId, InboxId, UserId},
    },
    error::{Error, Result},
    outbound::{self, Policy},
    storage::Storage,
    users::{self, AgentJson, TokenOwner},
    web::{
        Body, InOnePage, Input, Params, empty,
        envelopes::{Payload, Sentence},
        fields::{Flag, List, PageNumber, Patch},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/inboxes", |at| {
        let at = at.get("The inboxes that whoever asks may see", index).answers::<Payload<Vec<InboxJson>>>();
        at.post("Makes an inbox", create).answers::<InboxJson>().or::<NoRoom>(402, "The account has as many inboxes as it may")
    });
    to.at("/inboxes/{id}", |at| {
        let at = at.get("An inbox", show).answers::<InboxJson>().patch("Changes an inbox", update).answers::<InboxJson>();
        at.delete("Deletes an inbox with its conversations", destroy).answers::<Sentence>()
    });
    to.at("/inboxes/{id}/avatar", |at| at.delete("Takes the picture of an inbox away", delete_avatar));
    to.at("/inboxes/{id}/assignable_agents", |at| {
        at.get("Who can be given the conversations of an inbox", assignable_in).answers::<Payload<Vec<AgentJson>>>()
    });
    to.at("/inboxes/{id}/reset_secret", |at| at.post("Gives the callback of an inbox another secret", reset_secret).answers::<InboxJson>());
    to.at("/inboxes/{id}/reset_hmac_token", |at| {
        at.post("Gives an inbox another key for proving identities", reset_hmac_token).answers::<InboxJson>()
    });
    to.at("/assignable_agents", |at| {
        at.get("Who can be given the conversations of all these inboxes", assignable).answers::<Payload<Vec<Assignee>>>()
    });
    to.at("/inboxes/{id}/agent_bot", |at| at.get("The bot at work in an inbox", agent_bot).answers::<BotOfInbox>());
    to.at("/inboxes/{id}/set_agent_bot", |at| at.post("Sets a bot to work in an inbox, or none", set_agent_bot));
    to.at("/inbox_members", |at| {
        let at = at.post("Adds members to an inbox", add).answers::<Payload<Vec<AgentJson>>>();
        let at = at.patch("Says who the members of an inbox are", set).answers::<Payload<Vec<AgentJson>>>();
        at.delete("Takes members out of an inbox", remove)
    });
    to.at("/inbox_members/{inbox_id}", |at| at.get("The members of an inbox", members).answers::<Payload<Vec<AgentJson>>>());
}

async fn index(db: Data<Db>, config: Data<Config>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let administrator = agent.is_administrator();
    let all = page.share_of(db.read(move |conn| queries::list(conn, &agent).and_then(|inboxes| payload::details(conn, inboxes))).await?);
    let payload: Vec<_> = all.iter().map(|details| payload::draw(details, administrator, config.public_url.as_str())).collect();
    Ok(HttpResponse::Ok().json(Payload { payload }))
}

async fn show(db: Data<Db>, config: Data<Config>, agent: Agent, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (administrator, (_, id)) = (agent.is_administrator(), path.into_inner());
    let details = db.read(move |conn| queries::find(conn, &agent, id).and_then(|inbox| payload::details(conn, vec![inbox]))).await?;
    let drawn = details.first().map(|details| payload::draw(details, administrator, config.public_url.as_str()));
    Ok(HttpResponse::Ok().json(drawn))
}

async fn create(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    storage: Data<Storage>,
    by: Administrator,
    body: Body<InboxInput>,
) -> Result<HttpResponse> {
    let (mut input, mut uploads) = body.read(&storage).await?;
    input.avatar = uploads.take_one("avatar");
    outbound::check_attribute("webhook_url", input.channel.said_callback(), &policy).await?;
    let details = db.write(move |tx| commands::create(tx, &by, input)).await?;
    changed(&details, &config)
}

async fn update(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    storage: Data<Storage>,
    by: Administrator,
    path: Path<(String, InboxId)>,
    body: Body<InboxUpdate>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (InboxUpdate(mut input), mut uploads) = body.read(&storage).await?;
    input.avatar = uploads.take_one("avatar");
    outbound::check_attribute("webhook_url", input.channel.said_callback(), &policy).await?;
    let details = db.write(move |tx| commands::update(tx, &by, id, input)).await?;
    changed(&details, &config)
}

/// An inbox as an administrator sees it.
fn changed(details: &Details, config: &Config) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(payload::draw(details, true, config.public_url.as_str())))
}

async fn delete_avatar(db: Data<Db>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete_avatar(tx, &by, id)).await?;
    Ok(empty())
}

async fn reset_secret(db: Data<Db>, config: Data<Config>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(&db.write(move |tx| commands::reset_secret(tx, &by, id)).await?, &config)
}

async fn reset_hmac_token(db: Data<Db>, config: Data<Config>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(&db.write(move |tx| commands::reset_hmac_token(tx, &by, id)).await?, &config)
}

async fn assignable_in(
    db: Data<Db>,
    agent: Agent,
    path: Path<(String, InboxId)>,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, &agent, id).and_then(|inbox| queries::assignable(conn, inbox.account_id, &[inbox.id]));
    let found = db.read(work).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(found).iter().map(users::agent).collect::<Vec<_>>() }))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Assignable {
    /// At most 100.
    inbox_ids: List<InboxId>,
    /// Whether the bots of the account are listed as well.
    include_agent_bots: Flag,
    /// All of them are on the first page; any other is empty.
    page: PageNumber,
}

impl Input for Assignable {}

/// Who can be given conversations.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Assignee<'a> {
    Agent {
        #[serde(flatten)]
        agent: AgentJson<'a>,
        /// Only where bots are asked for as well.
        #[serde(skip_serializing_if = "Option::is_none")]
        assignee_type: Option<TokenOwner>,
    },
    Bot(AssignableBot<'a>),
}

/// How many inboxes one request may ask about.
const MOST_INBOXES: usize = 100;

async fn assignable(db: Data<Db>, agent: Agent, params: Params<Assignable>) -> Result<HttpResponse> {
    let Assignable { inbox_ids: List(ids), include_agent_bots: Flag(bots_too), page } = params.0;
    if ids.len() > MOST_INBOXES {
        return Err(Error::invalid("inbox_ids", format!("Inbox ids are too many (maximum is {MOST_INBOXES})")));
    }
    let work = move |conn: &mut DbConn| {
        ids.iter().try_for_each(|id| queries::find(conn, &agent, *id).map(drop))?;
        let found = queries::assignable(conn, agent.account_id(), &ids)?;
        Ok((found, if bots_too { bots::list(conn, agent.account_id())? } else { Vec::new() }, agent))
    };
    let (found, bots, agent) = db.read(work).await?;
    let people = found.iter().map(|member| Assignee::Agent { agent: users::agent(member), assignee_type: bots_too.then_some(TokenOwner::User) });
    let bots = bots.iter().map(|bot| Assignee::Bot(bots::assignable(bot, &agent)));
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(people.chain(bots).collect()) }))
}

async fn destroy(db: Data<Db>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    commands::delete(&db, &by, id).await?;
    Ok(HttpResponse::Ok().json(Sentence { message: "Your inbox deletion request will be processed in some time." }))
}

async fn agent_bot(db: Data<Db>, agent: Agent, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, &agent, id).and_then(|inbox| bots::of_inbox(conn, inbox.id, &agent));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct BotChoice {
    /// Null: none.
    agent_bot: Patch<AgentBotId>,
}

impl Input for BotChoice {}

async fn set_agent_bot(db: Data<Db>, by: Administrator, path: Path<(String, InboxId)>, params: Params<BotChoice>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::set_bot(tx, &by, id, params.0.agent_bot.set())).await?;
    Ok(empty())
}

#[derive(Deserialize, JsonSchema)]
struct Members {
    /// The inbox; needed.
    inbox_id: InboxId,
    /// People of the account.
    #[serde(default)]
    user_ids: List<UserId>,
}

impl Input for Members {}

async fn members(db: Data<Db>, agent: Agent, path: Path<(String, InboxId)>, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let members = db.read(move |conn| queries::find(conn, &agent, id).and_then(|inbox| queries::members(conn, inbox.account_id, inbox.id))).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(members).iter().map(users::agent).collect::<Vec<_>>() }))
}

async fn add(db: Data<Db>, by: Administrator, params: Params<Members>) -> Result<HttpResponse> {
    change_members(db, by, params.0, commands::add_members).await
}

async fn set(db: Data<Db>, by: Administrator, params: Params<Members>) -> Result<HttpResponse> {
    change_members(db, by, params.0, commands::set_members).await
}

type Change = fn(&mut crate::db::Tx, &Administrator, &super::Inbox, &[UserId]) -> Result<()>;

async fn change_members(db: Data<Db>, by: Administrator, members: Members, change: Change) -> Result<HttpResponse> {
    let (inbox_id, user_ids) = (members.inbox_id, users::named(members.user_ids)?);
    let work = move |tx: &mut crate::db::Tx| {
        let inbox = queries::of_account(tx.conn, by.account_id(), inbox_id)?;
        change(tx, &by, &inbox, &user_ids)?;
        queries::members(tx.conn, inbox.account_id, inbox.id)
    };
    let members = db.write(work).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: members.iter().map(users::agent).collect::<Vec<_>>() }))
}

async fn remove(db: Data<Db>, by: Administrator, params: Params<Members>) -> Result<HttpResponse> {
    let (inbox_id, user_ids) = (params.0.inbox_id, users::named(params.0.user_ids)?);
    let work = move |tx: &mut crate::db::Tx| {
        let inbox = queries::of_account(tx.conn, by.account_id(), inbox_id)?;
        commands::remove_members(tx, &by, &inbox, &user_ids)
    };
    db.write(work).await?;
    Ok(empty())
}
