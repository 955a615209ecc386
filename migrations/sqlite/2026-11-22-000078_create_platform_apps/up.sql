-- Programs of the operator's, and what each may touch: an account (0), a user (1) or a bot (2).
CREATE TABLE platform_apps (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE TABLE platform_app_permissibles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  platform_app_id BIGINT NOT NULL REFERENCES platform_apps (id) ON DELETE CASCADE,
  permissible_type SMALLINT NOT NULL,
  permissible_id BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (platform_app_id, permissible_type, permissible_id)
);
CREATE INDEX platform_app_permissibles_of_thing ON platform_app_permissibles (permissible_type, permissible_id);

-- What they say of an account; most have no row. From deleted_at on it is cleared away.
CREATE TABLE account_plans (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
  features TEXT NOT NULL,
  limits TEXT NOT NULL,
  deleted_at TIMESTAMP
);
CREATE INDEX account_plans_deleted ON account_plans (id) WHERE deleted_at IS NOT NULL;

-- Links that sign somebody in once.
CREATE TABLE sign_in_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_tokens_of_user ON sign_in_tokens (user_id);
