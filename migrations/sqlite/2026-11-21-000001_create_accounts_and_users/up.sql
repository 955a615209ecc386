CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  locale TEXT NOT NULL DEFAULT 'en',
  domain TEXT,
  support_email TEXT,
  status SMALLINT NOT NULL DEFAULT 0,
  settings TEXT NOT NULL DEFAULT '{}',
  custom_attributes TEXT NOT NULL DEFAULT '{}',
  webhook_payload_format SMALLINT NOT NULL DEFAULT 0,
  last_display_id BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  display_name TEXT,
  email TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  pubsub_token TEXT NOT NULL UNIQUE,
  message_signature TEXT,
  ui_settings TEXT NOT NULL DEFAULT '{}',
  custom_attributes TEXT NOT NULL DEFAULT '{}',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE account_users (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role SMALLINT NOT NULL DEFAULT 0,
  availability SMALLINT NOT NULL DEFAULT 0,
  auto_offline BOOLEAN NOT NULL DEFAULT TRUE,
  inviter_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  active_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, user_id)
);
CREATE INDEX account_users_of_user ON account_users (user_id);

-- Shown again by the API, hence not hashed. owner_type: 0 user, 1 agent bot, 2 platform app.
CREATE TABLE access_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  owner_type SMALLINT NOT NULL,
  owner_id BIGINT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (owner_type, owner_id)
);

-- One row serves the browser's cookie and the API's access-token, client, uid.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL UNIQUE,
  token_hash TEXT NOT NULL,
  user_agent TEXT,
  ip TEXT,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
