//! A webhook's secret: shown, and replaced by a new one.
use super::{At, url_of};
use crate::{
    auth::AdministratorPage,
    db::{Db, types::now},
    error::Result,
    web::{Form, Input, NoFields, fields::Flag, see_other, shell::Flash},
    webhooks::{commands, model::Webhook},
};
use actix_web::{HttpResponse, web::Data};
use serde::Deserialize;

/// The secret, and the one before it while that still signs along.
pub(super) struct SecretPanel {
    pub secret: String,
    /// Until when, in seconds since 1970.
    pub old_until: Option<i64>,
}

impl SecretPanel {
    pub fn of(webhook: &Webhook) -> SecretPanel {
        let until = webhook.old_secret_until.filter(|until| *until > now());
        SecretPanel { secret: webhook.secret.clone(), old_until: until.map(|until| until.and_utc().timestamp()) }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Rotation {
    end_old: Flag,
}

impl Input for Rotation {}

pub(super) async fn rotate(db: Data<Db>, page: AdministratorPage, path: At, Form(rotation): Form<Rotation>) -> Result<HttpResponse> {
    let (AdministratorPage { shell: page, administrator }, (_, id)) = (page, path.into_inner());
    db.write(move |tx| commands::rotate_secret(tx, &administrator, id, rotation.end_old.0)).await?;
    Ok(see_other(&format!("{}/edit", url_of(&page, id)), Some(Flash::notice("flash-secret-rotated"))))
}

pub(super) async fn end_old(db: Data<Db>, page: AdministratorPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (AdministratorPage { shell: page, administrator }, (_, id)) = (page, path.into_inner());
    db.write(move |tx| commands::end_old_secret(tx, &administrator, id)).await?;
    Ok(see_other(&format!("{}/edit", url_of(&page, id)), Some(Flash::notice("flash-old-secret-ended"))))
}
