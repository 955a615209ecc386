-- The payload is text: the same bytes are signed and sent at every try.
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name SMALLINT NOT NULL,
  inbox_id BIGINT,
  conversation_id BIGINT,
  message_id BIGINT,
  actor_type SMALLINT,
  actor_id BIGINT,
  payload TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX events_of_account ON events (account_id, id);

-- kind: 0 made in the settings, 1 the callback of an API inbox.
CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind SMALLINT NOT NULL DEFAULT 0,
  inbox_id BIGINT REFERENCES inboxes (id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  name TEXT,
  subscriptions TEXT NOT NULL,
  secret TEXT NOT NULL,
  payload_format SMALLINT NOT NULL DEFAULT 0,
  turned_off_at TIMESTAMP,
  turned_off_reason SMALLINT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX webhooks_by_url ON webhooks (account_id, url) WHERE kind = 0;
CREATE UNIQUE INDEX webhooks_of_inbox ON webhooks (inbox_id) WHERE kind = 1;
CREATE INDEX webhooks_of_account ON webhooks (account_id);

-- Queue and log in one. state: 0 pending, 1 delivered, 2 failed, 3 held because its webhook is off.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  public_id TEXT NOT NULL UNIQUE,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  webhook_id BIGINT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event_id BIGINT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  state SMALLINT NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  manual BOOLEAN NOT NULL DEFAULT FALSE,
  due_at TIMESTAMP NOT NULL,
  locked_until TIMESTAMP,
  response_status SMALLINT,
  error_class SMALLINT,
  created_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP
);
-- one step for each webhook finds what is due, however much waits for another one
CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at) WHERE state = 0;
CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, id);
CREATE INDEX deliveries_of_event ON deliveries (event_id);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  delivery_id BIGINT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  manual BOOLEAN NOT NULL DEFAULT FALSE,
  url TEXT NOT NULL,
  request_headers TEXT NOT NULL,
  dialled TEXT,
  response_status SMALLINT,
  response_headers TEXT,
  response_body BLOB,
  response_truncated BOOLEAN NOT NULL DEFAULT FALSE,
  error_class SMALLINT,
  error_message TEXT,
  duration_ms INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX attempts_of_delivery ON attempts (delivery_id);
