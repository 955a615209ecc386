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
        Body, Input, NoFields, Params, Quota, Quotas, empty,
        fields::{List, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, post, resource},
};
use serde::Deserialize;
use std::time::Duration;

/// How many tables an account brings and takes along.
const IMPORTS: Quota = Quota { of: "contact import", most: 60, within: Duration::from_secs(3600) };
const EXPORTS: Quota = Quota { of: "contact export", most: 20, within: Duration::from_secs(3600) };

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/contacts/import").route(post().to(import))).service(resource("/contacts/export").route(post().to(export)));
}

async fn import(db: Data<Db>, storage: Data<Storage>, quotas: Data<Quotas>, by: Administrator, body: Body) -> Result<HttpResponse> {
    quotas.take(IMPORTS, by.account_id().0)?;
    let (_, mut uploads) = body.read::<NoFields>(&storage).await?;
    let upload = uploads.take("import_file", &List::default())?.pop().ok_or_else(|| Error::blank("import_file"))?;
    let imported = commands::import(&db, &storage, &by, &upload).await?;
    Ok(HttpResponse::Ok().json(payload::imported(&imported)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    column_names: List<String>,
    payload: Option<Vec<ConditionInput>>,
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
