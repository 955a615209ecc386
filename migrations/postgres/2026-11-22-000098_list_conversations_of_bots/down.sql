DROP INDEX conversations_of_assignee;
CREATE INDEX conversations_of_assignee ON conversations (account_id, assignee_id, status, inbox_id, team_id);
DROP INDEX conversations_of_bot;
CREATE INDEX conversations_of_bot ON conversations (assignee_agent_bot_id) WHERE assignee_agent_bot_id IS NOT NULL;
DROP INDEX conversations_unseen;
CREATE INDEX conversations_unseen ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, team_id)
  WHERE agent_last_seen_at IS NULL OR agent_last_seen_at < last_activity_at;
DROP INDEX conversations_unattended;
CREATE INDEX conversations_unattended ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, team_id)
  WHERE first_reply_created_at IS NULL OR waiting_since IS NOT NULL;
DROP INDEX conversations_waiting;
CREATE INDEX conversations_waiting ON conversations (account_id, waiting_since, status, inbox_id, assignee_id, team_id) WHERE waiting_since IS NOT NULL;
DROP INDEX conversations_by_priority;
CREATE INDEX conversations_by_priority
  ON conversations (account_id, priority, last_activity_at, id, status, inbox_id, assignee_id, team_id, created_at) WHERE priority IS NOT NULL;
DROP INDEX conversations_by_creation;
CREATE INDEX conversations_by_creation ON conversations (account_id, created_at, id, status, inbox_id, assignee_id, team_id);
DROP INDEX conversations_by_activity;
CREATE INDEX conversations_by_activity ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, team_id, updated_at);
