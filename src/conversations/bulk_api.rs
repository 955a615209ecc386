//! `/api/v1/accounts/{account_id}/bulk_actions`.
use super::{
    api::{NO_TEAM, until},
    commands::{self, BulkChange},
    model::{Priority, Status},
};
use crate::{
    auth::Agent,
    db::{
        Db, Tx,
        types::{DisplayId, TeamId, UserId},
    },
    error::Result,
    labels,
    web::{
        Input, Params, empty,
        fields::{List, Patch, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, post, resource},
};
use serde::Deserialize;
use serde_json::json;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/bulk_actions").route(post().to(create)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Bulk {
    #[serde(rename = "type")]
    kind: Text,
    ids: List<DisplayId>,
    fields: Patch<Fields>,
    labels: Patch<Labels>,
    snoozed_until: Patch<Text>,
}

impl Input for Bulk {
    const ROOT: &'static str = "bulk_action";
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    status: Patch<Status>,
    assignee_id: Patch<UserId>,
    team_id: Patch<TeamId>,
    priority: Patch<Priority>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Labels {
    add: List<Text>,
    remove: List<Text>,
}

async fn create(db: Data<Db>, agent: Agent, params: Params<Bulk>) -> Result<HttpResponse> {
    let Bulk { kind, ids, fields, labels, snoozed_until } = params.0;
    if kind.0 != "Conversation" {
        return Ok(HttpResponse::UnprocessableEntity().json(json!({"success": false})));
    }
    let Fields { status, assignee_id, team_id, priority } = fields.set().unwrap_or_default();
    let Labels { add, remove } = labels.set().unwrap_or_default();
    let team_id = if team_id == Patch::Set(NO_TEAM) { Patch::Null } else { team_id };
    let (labels_added, labels_removed) = (labels::titles(&add)?, labels::titles(&remove)?);
    let snoozed_until = until(snoozed_until)?;
    let wanted = BulkChange { status: status.set(), snoozed_until, assignee_id, team_id, priority, labels_added, labels_removed };
    db.write(move |tx: &mut Tx| commands::change_many(tx, &agent, ids.0, &wanted)).await?;
    Ok(empty())
}
