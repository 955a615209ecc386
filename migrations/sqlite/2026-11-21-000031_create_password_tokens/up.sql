-- Somebody who was invited is confirmed once they have set a password. Until then password_hash is empty, and no password fits it.
ALTER TABLE users ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT TRUE;

-- With such a token a password can be set once. A user has one at most: a new one takes its place.
CREATE TABLE password_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  -- an administrator has seen it; else it went by mail to the user alone
  shown BOOLEAN NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
