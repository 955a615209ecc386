//! What somebody is told when their import or export has ended: in their notifications, and by mail.
use super::{
    model::{ContactJob, Failure, JobKind, JobState, Refusal},
    queries,
};
use crate::{
    accounts::Account,
    db::{
        DbConn,
        types::{AccountId, ContactJobId, NotificationId},
    },
    error::Result,
    mail::Letter,
    notifications::{Notification, NotificationType, Readers, Teller, Told},
    users::User,
    web::Language,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What this room tells.
pub fn teller() -> Teller {
    Teller { of: &[NotificationType::ContactJobEnded], tell }
}

/// The end of a job, as it was then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct End {
    kind: JobKind,
    failure: Option<Failure>,
    filename: String,
    done: i64,
    created: i64,
    updated: i64,
    refused: i64,
}

impl End {
    /// Of this one.
    pub fn of(job: &ContactJob) -> End {
        let ContactJob { kind, failure, filename, done, created, updated, refused, .. } = job.clone();
        End { kind, failure, filename, done, created, updated, refused }
    }

    /// As a notification keeps it.
    pub fn meta(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn outcome(&self) -> &'static str {
        if self.failure.is_some() { JobState::Failed.name() } else { JobState::Done.name() }
    }

    fn title(&self, language: Language) -> String {
        language.t(&format!("contact-job-ended-{}-{}", self.kind.name(), self.outcome()))
    }

    fn body(&self, language: Language) -> String {
        let file = self.filename.as_str();
        match (self.failure, self.kind) {
            (Some(failure), _) => {
                language.ta("contact-job-failed-text", &[("file", file.into()), ("reason", why(failure, language).as_str().into())])
            }
            (None, JobKind::Export) => language.ta("contact-job-exported-text", &[("number", self.done.into())]),
            (None, JobKind::Import) => language.ta(
                "contact-job-imported-text",
                &[("file", file.into()), ("created", self.created.into()), ("updated", self.updated.into()), ("refused", self.refused.into())],
            ),
        }
    }
}

/// Why it was not done to its end.
pub(super) fn why(failure: Failure, language: Language) -> String {
    language.t(&format!("contact-job-failure-{}", failure.name().replace('_', "-")))
}

fn page_of(account: AccountId) -> String {
    format!("/app/accounts/{account}/settings/contacts")
}

/// The mail about it; `file` is where the table is to be had that came of it, and `refusals` are the first rows that were refused.
pub(super) fn letter(end: &End, account: &Account, to: &User, file: Option<String>, refusals: &[Refusal]) -> Letter {
    let language = to.language(account);
    let name = account.name.as_str();
    let ends = file.is_some().then(|| language.ta("contact-job-link-ends", &[("days", end.kind.keeps_file().num_days().into())]));
    let action = match file {
        Some(path) => (language.t(&format!("contact-job-file-{}", end.kind.name())), path),
        None => (language.t("contact-job-page"), page_of(account.id)),
    };
    let fact = |(_, line, reason): &Refusal| (language.ta("contact-job-line", &[("line", (*line).into())]), reason.clone());
    Letter {
        account_id: Some(account.id),
        to: to.recipient(),
        language,
        subject: format!("[{name}] {}", end.title(language)),
        paragraphs: std::iter::once(end.body(language)).chain(ends).collect(),
        facts: refusals.iter().map(fact).collect(),
        action: Some(action),
        reason: language.ta("contact-job-why-you", &[("account", name.into())]),
    }
}

fn tell(conn: &mut DbConn, to: &Readers, those: &[&Notification]) -> Result<HashMap<NotificationId, Told>> {
    let ids: Vec<ContactJobId> = those.iter().map(|one| ContactJobId(one.primary_actor_id)).collect();
    let there = queries::states(conn, to.account.id, &ids)?;
    let told = |one: &&Notification| {
        let language = (to.language)(one.user_id);
        let end: End = serde_json::from_value(Value::Object(one.meta.0.clone())).ok()?;
        let job = there.iter().find(|(id, _)| id.0 == one.primary_actor_id);
        let told = Told {
            title: end.title(language),
            body: end.body(language),
            path: Some(page_of(to.account.id)),
            primary_actor: job.map(|(id, state)| json!({"id": id, "kind": end.kind, "state": state})).unwrap_or_default(),
            secondary_actor: Value::Null,
        };
        Some((one.id, told))
    };
    Ok(those.iter().filter_map(told).collect())
}
