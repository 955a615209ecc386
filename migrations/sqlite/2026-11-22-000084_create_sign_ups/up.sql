-- Who wants an account of their own, until the link that went to their address is used: neither user nor account is made before. An address has one
-- such wish at most: a new one takes its place.
CREATE TABLE sign_ups (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  account_name TEXT NOT NULL,
  locale TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
