-- What proves besides the password who signs in: an app that makes codes from a shared secret. The secret follows from the seed and from a key that
-- is not in the database; key_print tells whether a node has the same key. Until a first code was right (enabled_at) nobody is asked for one.
CREATE TABLE second_factors (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  seed TEXT NOT NULL,
  key_print TEXT NOT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  enabled_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
);

-- For whoever has lost the app. A code is gone once it was used.
CREATE TABLE backup_codes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (user_id, code_hash)
);

-- Somebody has said the right password and is asked for a code.
CREATE TABLE sign_in_challenges (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  tries BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_challenges_of_user ON sign_in_challenges (user_id);
