-- Who has changed what in an account, and from where. Neither the thing nor whoever changed it is referred to: an entry stays when they go.
CREATE TABLE audit_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  auditable_type TEXT NOT NULL,
  auditable_id BIGINT NOT NULL,
  auditable_name TEXT NOT NULL,
  action SMALLINT NOT NULL,
  audited_changes TEXT NOT NULL,
  version BIGINT NOT NULL,
  author_type SMALLINT,
  author_id BIGINT,
  author_name TEXT NOT NULL,
  request_uuid TEXT,
  remote_address TEXT,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX audit_logs_of_account ON audit_logs (account_id, id);
-- also says how many there are of one thing, and of which types there are any
CREATE INDEX audit_logs_of_thing ON audit_logs (account_id, auditable_type, auditable_id, version);
CREATE INDEX audit_logs_of_author ON audit_logs (account_id, author_type, author_id, id);
