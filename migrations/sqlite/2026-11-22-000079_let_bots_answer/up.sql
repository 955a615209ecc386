-- Without an account a bot is the operator's, and at work wherever it is set to work.
DROP INDEX agent_bots_of_account;
ALTER TABLE agent_bots RENAME COLUMN account_id TO account_before;
ALTER TABLE agent_bots ADD COLUMN account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE;
UPDATE agent_bots SET account_id = account_before;
ALTER TABLE agent_bots DROP COLUMN account_before;
CREATE INDEX agent_bots_of_account ON agent_bots (account_id);

ALTER TABLE agent_bots ADD COLUMN avatar_blob_id BIGINT REFERENCES blobs (id);
ALTER TABLE agent_bots ADD COLUMN avatar_url TEXT;
CREATE INDEX agent_bots_avatar ON agent_bots (avatar_blob_id) WHERE avatar_blob_id IS NOT NULL;

-- such a bot hears in each account by itself
DROP INDEX webhooks_of_bot;
CREATE UNIQUE INDEX webhooks_of_bot ON webhooks (agent_bot_id, account_id);

-- The bot that is to answer. It may be gone: then the conversation is about to open (bot_departures).
ALTER TABLE conversations ADD COLUMN assignee_agent_bot_id BIGINT;
CREATE INDEX conversations_of_bot ON conversations (assignee_agent_bot_id) WHERE assignee_agent_bot_id IS NOT NULL;

-- What bots have left behind: the pending conversations of an inbox; without one, those that the bot was to answer. They open for people.
CREATE TABLE bot_departures (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  agent_bot_id BIGINT NOT NULL,
  inbox_id BIGINT REFERENCES inboxes (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX bot_departures_of_inbox ON bot_departures (inbox_id);
