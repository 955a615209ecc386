-- What is to be sent by e-mail, written in the transaction that causes it. state: 0 waiting, 1 sent, 2 given up.
CREATE TABLE mails (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
  to_name TEXT,
  to_address TEXT NOT NULL,
  -- one line
  subject TEXT NOT NULL,
  -- emptied once it is sent or given up: nobody needs them any more
  text TEXT NOT NULL,
  html TEXT,
  -- the same at every try, so that a receiver who gets it twice can tell
  message_id TEXT NOT NULL,
  state SMALLINT NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- the next try, or the end of the claim
  due_at TIMESTAMP NOT NULL,
  locked_until TIMESTAMP,
  last_error TEXT,
  created_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP
);
CREATE INDEX mails_waiting ON mails (due_at) WHERE state = 0;
-- for what goes away with an account
CREATE INDEX mails_of_account ON mails (account_id);
