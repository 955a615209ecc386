-- What belongs to a conversation, a contact, a webhook or an inbox belongs to its account by that, and goes with it. A reference to the account of its own
-- said nothing more, but had the whole table looked through when an account was deleted (and all messages when an inbox was), since no index begins with
-- that column: one would be written with every message. So these references go.
ALTER TABLE messages DROP CONSTRAINT messages_account_id_fkey;
ALTER TABLE attachments DROP CONSTRAINT attachments_account_id_fkey;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_account_id_fkey;
ALTER TABLE conversation_participants DROP CONSTRAINT conversation_participants_account_id_fkey;
ALTER TABLE mentions DROP CONSTRAINT mentions_account_id_fkey;
ALTER TABLE draft_messages DROP CONSTRAINT draft_messages_account_id_fkey;
ALTER TABLE notes DROP CONSTRAINT notes_account_id_fkey;
ALTER TABLE action_runs DROP CONSTRAINT action_runs_account_id_fkey;
ALTER TABLE webhook_replays DROP CONSTRAINT webhook_replays_account_id_fkey;
ALTER TABLE working_hours DROP CONSTRAINT working_hours_account_id_fkey;
ALTER TABLE api_channels DROP CONSTRAINT api_channels_account_id_fkey;
ALTER TABLE web_widget_channels DROP CONSTRAINT web_widget_channels_account_id_fkey;
ALTER TABLE messages DROP CONSTRAINT messages_inbox_id_fkey;

-- what belongs to the account alone
CREATE INDEX blobs_of_account ON blobs (account_id);
CREATE INDEX direct_uploads_of_account ON direct_uploads (account_id);

-- Whose program a user stands for, also once the key is revoked: they go with the account. No reference, for the same reason.
ALTER TABLE users ADD COLUMN service_of BIGINT;
UPDATE users SET service_of = (SELECT account_id FROM service_keys WHERE service_keys.user_id = users.id) WHERE is_service;
CREATE INDEX users_of_service ON users (service_of) WHERE service_of IS NOT NULL;
