//! `/api/v1/accounts/{account_id}/upload`: a file that is named in a message later. What no message names within a day is swept away.
use crate::{
    auth::Agent,
    db::{Db, Tx},
    error::{Error, Result},
    files::{self, Links},
    storage::Storage,
    web::{Body, Input, Quota, Quotas, fields::List},
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, post, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How many files an account uploads by themselves.
const UPLOADS: Quota = Quota { of: "upload", most: 60, within: Duration::from_secs(3600) };

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/upload").route(post().to(create)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    attachment: List<Value>,
}

impl Input for Sent {}

async fn create(db: Data<Db>, links: Data<Links>, storage: Data<Storage>, quotas: Data<Quotas>, agent: Agent, body: Body) -> Result<HttpResponse> {
    quotas.take(UPLOADS, agent.account_id().0)?;
    let (Sent { attachment }, mut uploads) = body.read(&storage).await?;
    let mut sent = uploads.take("attachment", &attachment)?;
    let (Some(upload), true) = (sent.pop(), sent.is_empty()) else {
        return Err(Error::Refused("attachment: one file is expected here, as a part of a multipart form".into()));
    };
    let blob = db.write(move |tx: &mut Tx| files::store(tx, agent.account_id(), upload)).await?;
    Ok(HttpResponse::Ok().json(json!({"file_url": links.to(&blob), "blob_id": blob.key})))
}
