-- Receivers that an owner points webhooks at to see what arrives. answer: a status, or 1000 after `seconds`, 1001 by hanging up.
CREATE TABLE test_receivers (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT,
  token TEXT NOT NULL UNIQUE,
  answer SMALLINT NOT NULL,
  seconds INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX test_receivers_of_account ON test_receivers (account_id);

-- What has arrived: the newest hundred of each, of each body the beginning.
CREATE TABLE test_receiver_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  receiver_id BIGINT NOT NULL REFERENCES test_receivers (id) ON DELETE CASCADE,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  body_size BIGINT NOT NULL,
  -- what it was answered, none where the connection was closed without an answer; and after how many seconds
  status SMALLINT,
  seconds INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX test_receiver_requests_of_receiver ON test_receiver_requests (receiver_id, id);
