-- The log is read by time, the newest first, so each way of asking for it has an index in that order: what is asked for is found at its end, however
-- much there is before it.
DROP INDEX audit_logs_of_account;
CREATE INDEX audit_logs_at ON audit_logs (account_id, created_at, id);
CREATE INDEX audit_logs_of_type ON audit_logs (account_id, auditable_type, created_at, id);
CREATE INDEX audit_logs_of_action ON audit_logs (account_id, action, created_at, id);
DROP INDEX audit_logs_of_author;
CREATE INDEX audit_logs_of_author ON audit_logs (account_id, author_type, author_id, created_at, id);
