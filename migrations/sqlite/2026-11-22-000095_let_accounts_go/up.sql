-- What belongs to a conversation, a contact, a webhook or an inbox belongs to its account by that, and goes with it. A reference to the account of its own
-- said nothing more, but had the whole table looked through when an account was deleted (and all messages when an inbox was), since no index begins with
-- that column: one would be written with every message. So these references go. SQLite has no statement for that: the text of the table is changed, which
-- its documentation allows for constraints, since the stored rows stay what they are.
PRAGMA writable_schema = ON;
UPDATE sqlite_master
  SET sql = replace(sql, 'account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE', 'account_id BIGINT NOT NULL')
  WHERE type = 'table' AND name IN ('messages', 'attachments', 'deliveries', 'conversation_participants', 'mentions', 'draft_messages', 'notes',
    'action_runs', 'webhook_replays', 'working_hours', 'api_channels', 'web_widget_channels');
UPDATE sqlite_master
  SET sql = replace(sql, 'inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE', 'inbox_id BIGINT NOT NULL')
  WHERE type = 'table' AND name = 'messages';
PRAGMA writable_schema = RESET;

-- what belongs to the account alone
CREATE INDEX blobs_of_account ON blobs (account_id);
CREATE INDEX direct_uploads_of_account ON direct_uploads (account_id);

-- Whose program a user stands for, also once the key is revoked: they go with the account. No reference, for the same reason.
ALTER TABLE users ADD COLUMN service_of BIGINT;
UPDATE users SET service_of = (SELECT account_id FROM service_keys WHERE service_keys.user_id = users.id) WHERE is_service;
CREATE INDEX users_of_service ON users (service_of) WHERE service_of IS NOT NULL;
