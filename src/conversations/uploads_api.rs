//! `/api/v1/accounts/{account_id}/upload`: a file, brought or to be fetched, that is named in a message later; and
//! `conversations/{id}/direct_uploads`, where one is announced that comes by itself. What no message names within a day is swept away.
use super::{api::At, payload::answers::Uploaded, queries};
use crate::{
    auth::Agent,
    db::{Db, Tx},
    error::{Error, Result},
    files::{self, Announced, DirectUploadJson, Links},
    outbound::Guard,
    storage::Storage,
    web::{
        Body, Input, Params, Quota, Quotas,
        fields::{List, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// How many files an account uploads by themselves.
const UPLOADS: Quota = Quota { of: "upload", most: 60, within: Duration::from_secs(3600) };

/// How many files an account fetches at once: each may take its time, and a connection.
const FETCHES: u32 = 2;

/// How many files an account announces. A message may have several.
const ANNOUNCED: Quota = Quota { of: "direct_upload", most: 600, within: Duration::from_secs(3600) };

pub(super) fn routes(to: &mut Routes) {
    to.at("/upload", |at| at.post("Keeps a file that a message names later", create).answers::<Uploaded>());
    to.at("/conversations/{id}/direct_uploads", |at| {
        at.post("Announces a file that comes by itself, and that a message names later", announce).answers::<DirectUploadJson>()
    });
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Sent {
    /// The file, in a multipart form.
    attachment: List<Value>,
    /// Where the file is fetched from, if none is sent.
    external_url: Patch<Text>,
}

impl Input for Sent {
    const FILES: &'static [&'static str] = &["attachment"];
}

async fn create(
    db: Data<Db>,
    links: Data<Links>,
    storage: Data<Storage>,
    guard: Data<Guard>,
    quotas: Data<Quotas>,
    agent: Agent,
    body: Body<Sent>,
) -> Result<HttpResponse> {
    quotas.take(UPLOADS, agent.account_id().0)?;
    let (Sent { attachment, external_url }, mut uploads) = body.read(&storage).await?;
    let mut sent = uploads.take("attachment", &attachment)?;
    let upload = match (sent.pop(), sent.is_empty(), external_url.set()) {
        (Some(upload), true, _) => upload,
        (None, _, Some(url)) => {
            let _place = quotas.begin("fetch", agent.account_id().0, FETCHES)?;
            // webhooks may go into the operator's networks, and administrators see what is answered there; nobody else does
            let guard = if agent.is_administrator() { Guard::clone(&guard) } else { guard.for_public_addresses() };
            files::fetch(&guard, &storage, "external_url", &url.0).await?
        }
        _ => return Err(Error::Refused("One attachment is expected, as a part of a multipart form, or an external_url".into())),
    };
    let blob = db.write(move |tx: &mut Tx| files::store(tx, agent.account_id(), upload)).await?;
    Ok(HttpResponse::Ok().json(Uploaded { file_url: links.to(&blob), blob_id: &blob.key }))
}

/// A file of a conversation that the agent may see.
async fn announce(
    db: Data<Db>,
    links: Data<Links>,
    storage: Data<Storage>,
    quotas: Data<Quotas>,
    agent: Agent,
    path: At,
    params: Params<Announced>,
) -> Result<HttpResponse> {
    quotas.take(ANNOUNCED, agent.account_id().0)?;
    let (_, id) = path.into_inner();
    let said = params.0.read()?;
    let work = move |tx: &mut Tx| {
        queries::find(tx.conn, &agent, id)?;
        files::announce(tx, &storage, agent.account_id(), said)
    };
    let announced = db.write(work).await?;
    Ok(HttpResponse::Ok().json(files::direct_upload(&announced, &links)))
}
