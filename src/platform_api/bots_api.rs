//! `/platform/api/v1/agent_bots`.
use super::{
    accounts_api::{Listing, PAGE},
    caller::Platform,
    commands::{self, BotInput},
    payload::{self, BotJson},
    queries,
};
use crate::{
    bots::AgentBot,
    db::{Db, DbConn, Tx, types::AgentBotId},
    error::{Error, Result},
    outbound::{self, Policy},
    storage::Storage,
    web::{Body, Params, empty, fields::Patch, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/platform/api/v1`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/agent_bots", |at| {
        let at = at.get("The bots of the app, 100 on a page", index).answers::<Vec<BotJson>>();
        at.post("Makes a bot", create).answers::<BotJson>()
    });
    to.at("/agent_bots/{bot}", |at| {
        let at = at.get("A bot", show).answers::<BotJson>().patch("Changes a bot", update).answers::<BotJson>();
        at.delete("Deletes a bot", destroy)
    });
    to.at("/agent_bots/{bot}/avatar", |at| at.delete("Takes the picture of a bot away", delete_avatar).answers::<BotJson>());
}

async fn index(db: Data<Db>, by: Platform, Params(asked): Params<Listing>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let found = queries::bots(conn, by.id(), asked.page.offset(PAGE), PAGE)?;
        payload::bots(conn, found)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

fn drawn(conn: &mut DbConn, bot: AgentBot) -> Result<BotJson> {
    payload::bots(conn, vec![bot])?.pop().ok_or(Error::NotFound)
}

async fn show(db: Data<Db>, by: Platform, path: Path<(AgentBotId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let bot = queries::bot(conn, by.id(), id)?;
        drawn(conn, bot)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

/// What is said about a bot, with its picture.
async fn read(body: Body<BotInput>, storage: &Storage) -> Result<BotInput> {
    let (input, mut uploads) = body.read(storage).await?;
    Ok(BotInput { avatar: uploads.take_one("avatar"), ..input })
}

async fn create(db: Data<Db>, policy: Data<Policy>, storage: Data<Storage>, by: Platform, body: Body<BotInput>) -> Result<HttpResponse> {
    let input = read(body, &storage).await?;
    outbound::check_attribute("outgoing_url", input.said_url(), &policy).await?;
    let work = move |tx: &mut Tx| {
        let bot = commands::create_bot(tx, &by, input)?;
        drawn(tx.conn, bot)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(
    db: Data<Db>,
    policy: Data<Policy>,
    storage: Data<Storage>,
    by: Platform,
    path: Path<(AgentBotId,)>,
    body: Body<BotInput>,
) -> Result<HttpResponse> {
    let ((id,), asks) = (path.into_inner(), by.id());
    db.read(move |conn| queries::bot(conn, asks, id)).await?;
    let input = read(body, &storage).await?;
    outbound::check_attribute("outgoing_url", input.said_url(), &policy).await?;
    change(&db, by, id, input).await
}

async fn delete_avatar(db: Data<Db>, by: Platform, path: Path<(AgentBotId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    change(&db, by, id, BotInput { avatar_url: Patch::Null, ..BotInput::default() }).await
}

async fn change(db: &Db, by: Platform, id: AgentBotId, input: BotInput) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        let bot = commands::update_bot(tx, &by, id, input)?;
        drawn(tx.conn, bot)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn destroy(db: Data<Db>, by: Platform, path: Path<(AgentBotId,)>) -> Result<HttpResponse> {
    let (id,) = path.into_inner();
    db.write(move |tx| commands::delete_bot(tx, &by, id)).await?;
    Ok(empty())
}
