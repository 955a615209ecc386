DROP INDEX audit_logs_of_author;
CREATE INDEX audit_logs_of_author ON audit_logs (account_id, author_type, author_id, id);
DROP INDEX audit_logs_of_action;
DROP INDEX audit_logs_of_type;
DROP INDEX audit_logs_at;
CREATE INDEX audit_logs_of_account ON audit_logs (account_id, id);
