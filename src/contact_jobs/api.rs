//! `/api/v1/accounts/{account_id}/contacts/import` and `/export`, and `/contact_jobs`: what becomes of them.
use super::{
    commands::{self, Chosen},
    model::{ContactJob, EXPORTS, IMPORTS, MOST_TOLD},
    payload::{self, ContactJobJson, WithErrorsJson},
    queries,
};
use crate::{
    auth::Administrator,
    db::{Db, DbConn, Tx, types::ContactJobId},
    error::{Error, Result},
    files::Links,
    filters::ConditionInput,
    labels,
    storage::Storage,
    web::{
        Body, InOnePage, Input, Params, Quotas, empty,
        envelopes::Payload,
        fields::{List, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{HeaderValue, LOCATION},
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/contacts/import", |at| at.post("Brings the contacts of a CSV, some time later", import));
    to.at("/contacts/export", |at| at.post("Writes contacts into a CSV, some time later", export));
    to.at("/contact_jobs", |at| at.get("The last imports and exports", index).answers::<Payload<Vec<ContactJobJson<'static>>>>());
    to.at("/contact_jobs/{id}", |at| at.get("An import or export", show).answers::<Payload<WithErrorsJson<'static>>>());
    to.at("/contact_jobs/{id}/cancel", |at| {
        at.post("Ends an import or export that is not done yet", cancel).answers::<Payload<WithErrorsJson<'static>>>()
    });
}

/// A table is a file.
#[derive(Deserialize, JsonSchema)]
struct Table {}

impl Input for Table {
    const FILES: &'static [&'static str] = &["import_file"];
}

/// It will be done; its own address says how far it is.
fn begun(job: &ContactJob) -> Result<HttpResponse> {
    let place = format!("/api/v1/accounts/{}/contact_jobs/{}", job.account_id, job.id);
    let mut answer = empty();
    answer.headers_mut().insert(LOCATION, HeaderValue::from_str(&place).map_err(Error::internal)?);
    Ok(answer)
}

async fn import(db: Data<Db>, storage: Data<Storage>, quotas: Data<Quotas>, by: Administrator, body: Body<Table>) -> Result<HttpResponse> {
    quotas.take(IMPORTS, by.account_id().0)?;
    let (_, mut uploads) = body.read(&storage).await?;
    let upload = uploads.take("import_file", &List::default())?.pop().ok_or_else(|| Error::blank("import_file"))?;
    let total = commands::inspect(&upload).await??;
    begun(&db.write(move |tx| commands::import(tx, &by, upload, total)).await?)
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// Which columns, in this order; unless they are said, the usual ones.
    column_names: List<String>,
    /// The conditions of a filter: only those whom it fits.
    payload: Option<Vec<ConditionInput>>,
    /// Only those with one of these labels; of no meaning beside a filter.
    label: List<Text>,
}

impl Input for Asked {}

async fn export(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, params: Params<Asked>) -> Result<HttpResponse> {
    quotas.take(EXPORTS, by.account_id().0)?;
    let Asked { column_names: List(columns), payload, label } = params.0;
    let chosen = match payload.filter(|conditions| !conditions.is_empty()) {
        Some(conditions) => Chosen::Fitting(conditions),
        None => Chosen::Known(labels::titles(&label)?),
    };
    begun(&db.write(move |tx| commands::export(tx, &by, columns, chosen)).await?)
}

async fn index(db: Data<Db>, links: Data<Links>, by: Administrator, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let jobs = page.share_of(db.read(move |conn| queries::list(conn, by.account_id())).await?);
    let payload: Vec<_> = jobs.iter().map(|job| payload::draw(job, &links)).collect();
    Ok(HttpResponse::Ok().json(Payload { payload }))
}

/// A path of an account and a job.
type At = Path<(String, ContactJobId)>;

async fn show(db: Data<Db>, links: Data<Links>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let payload = db.read(move |conn| drawn(conn, &by, id, &links)).await?;
    Ok(HttpResponse::Ok().json(Payload { payload }))
}

async fn cancel(db: Data<Db>, links: Data<Links>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        commands::cancel(tx, &by, id)?;
        drawn(tx.conn, &by, id, &links)
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.write(work).await? }))
}

fn drawn(conn: &mut DbConn, by: &Administrator, id: ContactJobId, links: &Links) -> Result<Value> {
    let job = queries::find(conn, by.account_id(), id)?;
    let refusals = queries::refusals(conn, id, -1, MOST_TOLD)?;
    serde_json::to_value(payload::with_errors(&job, &refusals, links)).map_err(Error::internal)
}
