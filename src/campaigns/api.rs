//! `/api/v1/accounts/{account_id}/campaigns`.
use super::{
    commands,
    input::CampaignInput,
    payload::{self, CampaignJson},
    queries,
};
use crate::{
    auth::Administrator,
    config::Config,
    db::{
        Db, Tx,
        types::{CampaignNumber, InboxId},
    },
    error::Result,
    inboxes,
    web::{InOnePage, Params, empty, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/campaigns", |at| {
        let at = at.get("The campaigns of the account", index).answers::<Vec<CampaignJson>>();
        at.post("Makes a campaign", create).answers::<CampaignJson>()
    });
    to.at("/campaigns/{id}", |at| {
        let at = at.get("A campaign", show).answers::<CampaignJson>();
        at.patch("Changes a campaign", update).answers::<CampaignJson>().delete("Deletes a campaign", destroy)
    });
    to.at("/inboxes/{id}/campaigns", |at| at.get("The campaigns of an inbox", of_inbox).answers::<Vec<CampaignJson>>());
}

/// A path of an account and a campaign.
type At = Path<(String, CampaignNumber)>;

async fn index(db: Data<Db>, config: Data<Config>, by: Administrator, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let account = by.account_id();
    let all = db.read(move |conn| queries::list(conn, account, None).and_then(|all| payload::load(conn, account, all))).await?;
    Ok(HttpResponse::Ok().json(page.share_of(all.draw(config.public_url.as_str()))))
}

async fn of_inbox(
    db: Data<Db>,
    config: Data<Config>,
    by: Administrator,
    path: Path<(String, InboxId)>,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), by.account_id());
    let found = db
        .read(move |conn| {
            let inbox = inboxes::of_account(conn, account, id)?;
            queries::list(conn, account, Some(inbox.id)).and_then(|found| payload::load(conn, account, found))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page.share_of(found.draw(config.public_url.as_str()))))
}

async fn show(db: Data<Db>, config: Data<Config>, by: Administrator, path: At) -> Result<HttpResponse> {
    let ((_, number), account) = (path.into_inner(), by.account_id());
    let one = db.read(move |conn| queries::find(conn, account, number).and_then(|one| payload::load(conn, account, vec![one]))).await?;
    Ok(HttpResponse::Ok().json(one.draw_one(config.public_url.as_str())?))
}

async fn create(db: Data<Db>, config: Data<Config>, by: Administrator, params: Params<CampaignInput>) -> Result<HttpResponse> {
    let account = by.account_id();
    let made = db.write(move |tx| commands::create(tx, &by, params.0).and_then(|made| payload::load(tx.conn, account, vec![made]))).await?;
    Ok(HttpResponse::Ok().json(made.draw_one(config.public_url.as_str())?))
}

async fn update(db: Data<Db>, config: Data<Config>, by: Administrator, path: At, params: Params<CampaignInput>) -> Result<HttpResponse> {
    let ((_, number), account) = (path.into_inner(), by.account_id());
    let work = move |tx: &mut Tx| {
        let changed = commands::update(tx, &by, number, params.0)?;
        payload::load(tx.conn, account, vec![changed])
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?.draw_one(config.public_url.as_str())?))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, number) = path.into_inner();
    commands::delete(&db, &by, number).await?;
    Ok(empty())
}
