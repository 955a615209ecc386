-- Programs that answer before people do. bot_type: 0 webhook.
CREATE TABLE agent_bots (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  -- where events are sent; without it the bot hears nothing
  outgoing_url TEXT,
  bot_type SMALLINT NOT NULL DEFAULT 0,
  bot_config TEXT NOT NULL DEFAULT '{}',
  secret TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX agent_bots_of_account ON agent_bots (account_id);

-- An inbox has one bot at most.
CREATE TABLE agent_bot_inboxes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  inbox_id BIGINT NOT NULL UNIQUE REFERENCES inboxes (id) ON DELETE CASCADE,
  agent_bot_id BIGINT NOT NULL REFERENCES agent_bots (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX agent_bot_inboxes_of_bot ON agent_bot_inboxes (agent_bot_id);

-- kind 2: what a bot hears
ALTER TABLE webhooks ADD COLUMN agent_bot_id BIGINT REFERENCES agent_bots (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX webhooks_of_bot ON webhooks (agent_bot_id);
