//! `/api/v1/accounts/{account_id}/bulk_actions`.
use super::{
    api::{NO_TEAM, until},
    commands::{self, BulkChange},
    model::{Priority, Status},
    payload::answers::Failed,
};
use crate::{
    auth::Agent,
    contacts,
    db::{
        Db, Tx,
        types::{ContactId, DisplayId, TeamId, UserId},
    },
    error::Result,
    labels,
    web::{
        Input, Params, empty,
        fields::{List, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) fn routes(to: &mut Routes) {
    to.at("/bulk_actions", |at| {
        let at = at.post("Changes many conversations or contacts at once", create);
        at.or::<Failed>(422, "The type is none that is known, or what is to be done with contacts; or a value breaks a rule")
    });
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Bulk {
    /// `Conversation` or `Contact`; needed.
    #[serde(rename = "type")]
    kind: Text,
    /// The numbers of at most 100 conversations, or the ids of at most 100 contacts. Those that are not there are passed over.
    ids: List<DisplayId>,
    /// What conversations are to have.
    fields: Patch<Fields>,
    /// Which labels come and go.
    labels: Patch<Labels>,
    /// Of conversations: Unix seconds, or a time as ISO 8601 has it.
    snoozed_until: Patch<Text>,
    /// Of contacts: `delete` deletes them with all that hangs on them, which administrators may, unless one of them is online. Left out, their labels
    /// are changed.
    action_name: Text,
}

impl Input for Bulk {
    const ROOT: &'static str = "bulk_action";
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Fields {
    /// Their status.
    status: Patch<Status>,
    /// Who is to answer; null for nobody.
    assignee_id: Patch<UserId>,
    /// Which team is to answer; null or 0 for none.
    team_id: Patch<TeamId>,
    /// Null for none.
    priority: Patch<Priority>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Labels {
    /// Titles of those that come.
    add: List<Text>,
    /// Titles of those that go.
    remove: List<Text>,
}

async fn create(db: Data<Db>, agent: Agent, params: Params<Bulk>) -> Result<HttpResponse> {
    let Bulk { kind, ids, fields, labels, snoozed_until, action_name } = params.0;
    match kind.0.as_str() {
        "Conversation" => {}
        "Contact" => return of_contacts(&db, agent, ids, labels.set().unwrap_or_default(), &action_name.0).await,
        _ => return Ok(HttpResponse::UnprocessableEntity().json(Failed { success: false })),
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

async fn of_contacts(db: &Db, agent: Agent, List(ids): List<DisplayId>, labels: Labels, action: &str) -> Result<HttpResponse> {
    let ids: Vec<ContactId> = ids.into_iter().map(|DisplayId(id)| ContactId(id)).collect();
    match action {
        "delete" => contacts::delete_many(db, &agent.into_administrator()?, ids).await?,
        "" => {
            let (added, removed) = (labels::titles(&labels.add)?, labels::titles(&labels.remove)?);
            db.write(move |tx: &mut Tx| contacts::change_labels(tx, &agent.account, &agent.actor(), ids, &added, &removed)).await?;
        }
        _ => return Ok(HttpResponse::UnprocessableEntity().json(Failed { success: false })),
    }
    Ok(empty())
}
