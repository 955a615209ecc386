//! Tables of contacts, which are brought and written in the background.
use super::{Answer, Caller, File, Office, until_within};
use serde_json::Value;
use std::time::Duration;

/// How long a long table may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A table as the API takes it.
pub fn table(content: &[u8]) -> File<'_> {
    File::new("import_file", "contacts.csv", "text/csv", content)
}

/// The path of the job that was begun, below the account's.
#[track_caller]
pub fn job_of(answer: &Answer) -> String {
    answer.ok_and_empty();
    let place = answer.header("location").unwrap_or_else(|| panic!("{} names no job", answer.what()));
    place.split_once("/contact_jobs/").map(|(_, id)| format!("/contact_jobs/{id}")).unwrap()
}

/// The job, once it has ended.
pub async fn ended(caller: &Caller, path: &str) -> Value {
    until_within(PATIENCE, "the end of a job", async || {
        let job = caller.get(path).await.ok()["payload"].clone();
        job["finished_at"].is_string().then_some(job)
    })
    .await
}

impl Office {
    /// Brings a table. The path of its job.
    pub async fn begins_to_bring(&self, content: &[u8]) -> String {
        job_of(&self.administrator.upload("/contacts/import", &[], &[table(content)]).await)
    }

    /// Brings a table, and waits until all of it is there.
    pub async fn brings(&self, content: &str) -> Value {
        ended(&self.administrator, &self.begins_to_bring(content.as_bytes()).await).await
    }

    /// The table that somebody gets who wants contacts in one, and its job.
    pub async fn takes_along(&self, wish: Value) -> Value {
        ended(&self.administrator, &job_of(&self.administrator.post("/contacts/export", wish).await)).await
    }
}
