-- When a list that clients keep has changed last, in unix seconds, or later if it changed more than once in a second.
-- list: 0 label, 1 inbox, 2 team, 3 canned_response. No row: never.
CREATE TABLE cache_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  list SMALLINT NOT NULL,
  changed BIGINT NOT NULL,
  UNIQUE (account_id, list)
);
