DROP INDEX users_of_service;
ALTER TABLE users DROP COLUMN service_of;
DROP INDEX direct_uploads_of_account;
DROP INDEX blobs_of_account;
PRAGMA writable_schema = ON;
UPDATE sqlite_master
  SET sql = replace(sql, 'account_id BIGINT NOT NULL', 'account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE')
  WHERE type = 'table' AND name IN ('messages', 'attachments', 'deliveries', 'conversation_participants', 'mentions', 'draft_messages', 'notes',
    'action_runs', 'webhook_replays', 'working_hours', 'api_channels', 'web_widget_channels');
UPDATE sqlite_master
  SET sql = replace(sql, 'inbox_id BIGINT NOT NULL', 'inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE')
  WHERE type = 'table' AND name = 'messages';
PRAGMA writable_schema = RESET;
