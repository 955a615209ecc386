-- A part of the past that is sent to a webhook again. kind: 0 what failed, 1 everything, 2 what was never attempted.
-- state: 0 running, also while its webhook is off and it pauses; 1 done; 2 cancelled.
CREATE TABLE webhook_replays (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  webhook_id BIGINT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  kind SMALLINT NOT NULL,
  from_at TIMESTAMP NOT NULL,
  until_at TIMESTAMP NOT NULL,
  events TEXT NOT NULL,
  rate INTEGER NOT NULL,
  total BIGINT NOT NULL,
  sent BIGINT NOT NULL DEFAULT 0,
  -- the event that was looked at last, and the last one that will be
  reached_id BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  state SMALLINT NOT NULL DEFAULT 0,
  -- before then nobody makes the next step: so the rate holds whichever node makes it
  next_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP
);
CREATE INDEX webhook_replays_of_webhook ON webhook_replays (webhook_id, id);
-- one at a time for each webhook; it is also where the nodes look for work
CREATE UNIQUE INDEX webhook_replays_running ON webhook_replays (webhook_id) WHERE state = 0;
