DROP INDEX conversations_of_inbox;
CREATE INDEX conversations_of_inbox ON conversations (inbox_id, status, last_activity_at);
DROP INDEX conversations_by_assignee;
DROP INDEX conversations_by_activity;
CREATE INDEX conversations_by_activity
  ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, assignee_agent_bot_id, team_id, updated_at);
DROP INDEX conversations_by_change;
