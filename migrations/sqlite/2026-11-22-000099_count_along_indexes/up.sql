-- What changed lately is found along an index of its own,
CREATE INDEX conversations_by_change ON conversations (account_id, updated_at, inbox_id);
-- and so the others need not have the time of it.
DROP INDEX conversations_by_activity;
CREATE INDEX conversations_by_activity
  ON conversations (account_id, status, last_activity_at, id, inbox_id, assignee_id, assignee_agent_bot_id, team_id);

-- Along these they are counted: those whom nobody is to answer are beside each other, and so are those of an inbox.
CREATE INDEX conversations_by_assignee ON conversations (account_id, assignee_id, assignee_agent_bot_id, status, inbox_id, team_id);
DROP INDEX conversations_of_inbox;
CREATE INDEX conversations_of_inbox ON conversations (inbox_id, status, assignee_id, assignee_agent_bot_id, team_id, account_id);
