-- Whether a user is known to read what goes to their address. Whoever has a password by now is believed; who was invited and has none yet proves
-- it with the link in their mail.
ALTER TABLE users ADD COLUMN address_proved BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET address_proved = TRUE WHERE confirmed;

-- The address that a user wishes for, until the link that went there is used. A user has one such wish at most: a new one takes its place.
CREATE TABLE address_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
