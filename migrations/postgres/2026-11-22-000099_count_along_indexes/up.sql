-- What changed lately is found along an index of its own,
CREATE INDEX conversations_by_change ON conversations (account_id, updated_at, id, inbox_id);
-- and so the others need not have the time of it.
DROP INDEX conversations_by_activity;
CREATE INDEX conversations_by_activity
  ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, assignee_agent_bot_id, team_id);

-- Along this they are counted that are in a few inboxes.
DROP INDEX conversations_of_inbox;
CREATE INDEX conversations_of_inbox ON conversations (inbox_id, status, assignee_id, assignee_agent_bot_id, team_id, account_id);
