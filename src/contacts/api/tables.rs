//! `/api/v1/accounts/{account_id}/contacts/import` and `/export`.
use crate::{
    auth::Administrator,
    contacts::{
        commands::{self, Chosen},
        payload,
    },
    db::Db,
    error::{Error, Result},
    filters::ConditionInput,
    labels,
    mail::Mailer,
    storage::Storage,
    web::{
        Body, Input, Params, Quota, Quotas, empty,
        fields::{List, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// How many tables an account brings and takes along.
const IMPORTS: Quota = Quota { of: "contact import", most: 60, within: Duration::from_secs(3600) };
const EXPORTS: Quota = Quota { of: "contact export", most: 20, within: Duration::from_secs(3600) };

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/contacts/import", |at| at.post("Brings contacts in a CSV", import).answers::<payload::ImportedJson>());
    to.at("/contacts/export", |at| at.post("Mails a link to a CSV of contacts", export));
}

/// A table is a file.
#[derive(Deserialize, JsonSchema)]
struct Table {}

impl Input for Table {
    const FILES: &'static [&'static str] = &["import_file"];
}

async fn import(db: Data<Db>, storage: Data<Storage>, quotas: Data<Quotas>, by: Administrator, body: Body<Table>) -> Result<HttpResponse> {
    quotas.take(IMPORTS, by.account_id().0)?;
    let (_, mut uploads) = body.read(&storage).await?;
    let upload = uploads.take("import_file", &List::default())?.pop().ok_or_else(|| Error::blank("import_file"))?;
    let imported = commands::import(&db, &by, &upload).await?;
    Ok(HttpResponse::Ok().json(payload::imported(&imported)))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wish {
    /// Which columns, in this order; unless they are said, the usual ones.
    column_names: List<String>,
    /// The conditions of a filter: only those whom it fits.
    payload: Option<Vec<ConditionInput>>,
    /// Only those with one of these labels; of no meaning beside a filter.
    label: List<Text>,
}

impl Input for Wish {}

async fn export(
    db: Data<Db>,
    storage: Data<Storage>,
    mailer: Data<Mailer>,
    quotas: Data<Quotas>,
    by: Administrator,
    params: Params<Wish>,
) -> Result<HttpResponse> {
    quotas.take(EXPORTS, by.account_id().0)?;
    let Wish { column_names, payload, label } = params.0;
    let chosen = match payload.filter(|conditions| !conditions.is_empty()) {
        Some(conditions) => Chosen::Fitting(conditions),
        None => Chosen::Known(labels::titles(&label)?),
    };
    commands::export(&db, &storage, &mailer, by, column_names.0, chosen).await?;
    Ok(empty())
}
