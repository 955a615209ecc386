-- Lists and counts are read from these alone: what filters ask for is in them, so that the rows themselves need not be looked up.
-- Those of last_activity_at are written with every message, hence the partial ones hold only what their lists begin with.
DROP INDEX conversations_by_activity;
CREATE INDEX conversations_by_activity ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, team_id, updated_at);
CREATE INDEX conversations_by_creation ON conversations (account_id, created_at, id, status, inbox_id, assignee_id, team_id);
CREATE INDEX conversations_by_priority
  ON conversations (account_id, priority, last_activity_at, id, status, inbox_id, assignee_id, team_id, created_at) WHERE priority IS NOT NULL;
CREATE INDEX conversations_waiting ON conversations (account_id, waiting_since, status, inbox_id, assignee_id, team_id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_unattended ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, team_id)
  WHERE first_reply_created_at IS NULL OR waiting_since IS NOT NULL;
CREATE INDEX conversations_unseen ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, team_id)
  WHERE agent_last_seen_at IS NULL OR agent_last_seen_at < last_activity_at;
CREATE INDEX contacts_by_activity ON contacts (account_id, last_activity_at DESC, id DESC)
  WHERE email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL;
CREATE INDEX contacts_by_creation ON contacts (account_id, created_at, id)
  WHERE email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL;
