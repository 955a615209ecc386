-- Services of others that an account uses. app_id: 2 libretranslate. status: 0 disabled, 1 enabled.
CREATE TABLE integration_hooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  app_id SMALLINT NOT NULL,
  status SMALLINT NOT NULL,
  settings TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, app_id)
);
