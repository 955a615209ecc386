//! The door of the audit log: `/api/v1/accounts/{account_id}/audit_logs`, and its page. It is there to be read alone.
pub mod pages;

use crate::{
    audit::{self, Action, AuditLogJson, Wanted},
    auth::Administrator,
    db::{
        Db,
        types::{AuditableId, UserId},
    },
    error::{Error, Result},
    web::{
        Input, Params,
        fields::{PageNumber, Patch, Text},
        period,
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use chrono::NaiveDateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many entries a page has.
const PAGE: i64 = 25;

/// The route, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/audit_logs", |at| at.get("Who has changed what, and from where, the newest first", index).answers::<Page>());
}

/// What is asked of the log; all of it without more.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// From 1 on.
    page: PageNumber,
    /// A time: unix seconds, or ISO 8601.
    since: Text,
    /// The same.
    until: Text,
    /// Only what this user has done.
    user_id: Patch<UserId>,
    /// Only things of this type, such as `Inbox`.
    auditable_type: Text,
    /// Only the thing of that type with this id.
    auditable_id: Patch<AuditableId>,
    /// Only where this was done.
    action: Patch<Action>,
}

impl Input for Asked {}

impl Asked {
    fn wanted(&self) -> Result<Wanted> {
        let Asked { page: _, since, until, user_id, auditable_type, auditable_id, action } = self;
        Ok(Wanted {
            since: time("since", since)?,
            until: time("until", until)?,
            user: user_id.clone().set(),
            auditable_type: Some(auditable_type.0.trim().to_owned()).filter(|name| !name.is_empty()),
            auditable_id: auditable_id.clone().set(),
            action: action.clone().set(),
        })
    }
}

fn time(name: &'static str, Text(text): &Text) -> Result<Option<NaiveDateTime>> {
    match text.trim() {
        "" => Ok(None),
        text => period::parse(text).map(Some).ok_or_else(|| Error::invalid(name, format!("{name} is not a time"))),
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Page<'a> {
    per_page: i64,
    /// How many entries there are on all pages. No more than 10,000 are counted; on a page that is further than that, as many as it reaches.
    total_entries: i64,
    current_page: i64,
    audit_logs: Vec<AuditLogJson<'a>>,
}

async fn index(db: Data<Db>, by: Administrator, Params(asked): Params<Asked>) -> Result<HttpResponse> {
    let (wanted, current_page, account) = (asked.wanted()?, asked.page.number(), by.account_id());
    let offset = asked.page.offset(PAGE);
    let audit::Found { entries, total, .. } = db.read(move |conn| audit::page(conn, account, &wanted, offset, PAGE)).await?;
    let audit_logs = entries.iter().map(audit::draw).collect();
    Ok(HttpResponse::Ok().json(Page { per_page: PAGE, total_entries: total, current_page, audit_logs }))
}
