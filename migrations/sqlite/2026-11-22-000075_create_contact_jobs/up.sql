-- Contacts that are brought as a table, or taken along in one; queue and log in one. kind: 0 import, 1 export. state: 0 waits, 1 runs, 2 done, 3 failed,
-- 4 cancelled. failure: the number of a reason. wish: what an export is to show. reached, line: where the next row of an import begins in its file.
-- due_at: when a node may take it; of what runs, when the lease of the one that has it ends; null while another job of the account comes first.
CREATE TABLE contact_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  by_program BOOLEAN NOT NULL DEFAULT FALSE,
  kind SMALLINT NOT NULL,
  state SMALLINT NOT NULL DEFAULT 0,
  failure SMALLINT,
  filename TEXT NOT NULL,
  source_blob_id BIGINT REFERENCES blobs (id),
  result_blob_id BIGINT REFERENCES blobs (id),
  wish TEXT,
  reached BIGINT NOT NULL DEFAULT 0,
  line BIGINT NOT NULL DEFAULT 1,
  total BIGINT NOT NULL DEFAULT 0,
  done BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL DEFAULT 0,
  updated BIGINT NOT NULL DEFAULT 0,
  refused BIGINT NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  started_at TIMESTAMP,
  finished_at TIMESTAMP
);
-- what is to be done is little, whatever the log holds; and an account has one thing under way
CREATE INDEX contact_jobs_due ON contact_jobs (due_at) WHERE state < 2;
CREATE UNIQUE INDEX contact_jobs_running ON contact_jobs (account_id) WHERE state = 1;
CREATE INDEX contact_jobs_of_account ON contact_jobs (account_id, id);
CREATE INDEX contact_jobs_finished ON contact_jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX contact_jobs_of_user ON contact_jobs (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX contact_jobs_of_source ON contact_jobs (source_blob_id) WHERE source_blob_id IS NOT NULL;
CREATE INDEX contact_jobs_of_result ON contact_jobs (result_blob_id) WHERE result_blob_id IS NOT NULL;

-- The rows that an import has refused: where each begins in the file, its line there, and why.
CREATE TABLE contact_job_refusals (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  job_id BIGINT NOT NULL REFERENCES contact_jobs (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  line BIGINT NOT NULL,
  reason TEXT NOT NULL
);
CREATE UNIQUE INDEX contact_job_refusals_of_job ON contact_job_refusals (job_id, place);
