-- What people have done to conversations with one click. visibility: 0 personal, 1 global.
CREATE TABLE macros (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  visibility SMALLINT NOT NULL DEFAULT 0,
  created_by_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  updated_by_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  actions TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX macros_of_account ON macros (account_id);

-- What the server does by itself when something happens in a conversation. event_name: the number of an event; turned_off_because: why the server has
-- turned it off.
CREATE TABLE automation_rules (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  event_name SMALLINT NOT NULL,
  conditions TEXT NOT NULL,
  actions TEXT NOT NULL,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  execution_delay INTEGER,
  turned_off_because TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX automation_rules_of_account ON automation_rules (account_id);

-- For which events there are rules that are on, a bit for each: so that a message in an account without rules asks nothing.
ALTER TABLE accounts ADD COLUMN rule_events INTEGER NOT NULL DEFAULT 0;

-- The files that actions send.
CREATE TABLE action_files (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  automation_rule_id BIGINT REFERENCES automation_rules (id) ON DELETE CASCADE,
  macro_id BIGINT REFERENCES macros (id) ON DELETE CASCADE,
  blob_id BIGINT NOT NULL REFERENCES blobs (id)
);
CREATE INDEX action_files_of_rule ON action_files (automation_rule_id) WHERE automation_rule_id IS NOT NULL;
CREATE INDEX action_files_of_macro ON action_files (macro_id) WHERE macro_id IS NOT NULL;
CREATE INDEX action_files_of_blob ON action_files (blob_id);

-- Queue and log in one. state: 0 to be looked at, 1 waits for its rule's delay, 2 done, 3 failed, 4 passed over. A row of an event has neither rule nor
-- actions; one of a macro has its actions as they were, and who runs it.
CREATE TABLE action_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  state SMALLINT NOT NULL DEFAULT 0,
  event_name SMALLINT,
  message_id BIGINT,
  changes TEXT,
  automation_rule_id BIGINT REFERENCES automation_rules (id) ON DELETE CASCADE,
  macro_id BIGINT REFERENCES macros (id) ON DELETE SET NULL,
  user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
  actions TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  outcome TEXT
);
-- what is to be done is little, whatever the log holds
CREATE INDEX action_runs_due ON action_runs (due_at) WHERE state < 2;
CREATE INDEX action_runs_of_conversation ON action_runs (conversation_id, id);
CREATE INDEX action_runs_of_rule ON action_runs (automation_rule_id, id) WHERE automation_rule_id IS NOT NULL;
CREATE INDEX action_runs_of_macro ON action_runs (macro_id) WHERE macro_id IS NOT NULL;
CREATE INDEX action_runs_of_user ON action_runs (user_id) WHERE user_id IS NOT NULL;

-- what rules and macros call; kind 3
CREATE UNIQUE INDEX webhooks_of_actions ON webhooks (account_id, url) WHERE kind = 3;
