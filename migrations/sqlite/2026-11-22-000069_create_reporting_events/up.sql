-- What reports measure, one row for each thing that took time. name: 0 first_response, 1 reply_time, 2 conversation_resolved,
-- 3 conversation_bot_handoff, 4 conversation_bot_resolved, 5 conversation_opened. Times are in seconds; value_in_business_hours is null where
-- nobody knows which hours the inbox had.
CREATE TABLE reporting_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name SMALLINT NOT NULL,
  value DOUBLE NOT NULL,
  value_in_business_hours DOUBLE,
  inbox_id BIGINT NOT NULL,
  user_id BIGINT,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  event_start_time TIMESTAMP NOT NULL,
  event_end_time TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX reporting_events_of_account ON reporting_events (account_id, created_at);
CREATE INDEX reporting_events_of_conversation ON reporting_events (conversation_id);

-- What can be told of the past: first answers by the time that the conversation keeps,
INSERT INTO reporting_events (account_id, name, value, value_in_business_hours, inbox_id, user_id, conversation_id, event_start_time, event_end_time, created_at, updated_at)
SELECT c.account_id, 0, CAST(strftime('%s', c.first_reply_created_at) AS INTEGER) - CAST(strftime('%s', c.created_at) AS INTEGER), CASE WHEN i.working_hours_enabled THEN NULL ELSE 0 END, c.inbox_id,
  (SELECT m.sender_id FROM messages m WHERE m.conversation_id = c.id AND m.message_type = 1 AND m.sender_type = 0 AND m.created_at = c.first_reply_created_at LIMIT 1),
  c.id, c.created_at, c.first_reply_created_at, c.first_reply_created_at, c.first_reply_created_at
FROM conversations c JOIN inboxes i ON i.id = c.inbox_id WHERE c.first_reply_created_at IS NOT NULL;

-- later answers by the first message that came since the last one,
INSERT INTO reporting_events (account_id, name, value, value_in_business_hours, inbox_id, user_id, conversation_id, event_start_time, event_end_time, created_at, updated_at)
SELECT w.account_id, 1, CAST(strftime('%s', w.answered_at) AS INTEGER) - CAST(strftime('%s', w.waiting_since) AS INTEGER), CASE WHEN i.working_hours_enabled THEN NULL ELSE 0 END, w.inbox_id, w.user_id,
  w.conversation_id, w.waiting_since, w.answered_at, w.answered_at, w.answered_at
FROM (
  SELECT a.account_id, a.inbox_id, a.conversation_id, a.sender_id AS user_id, a.created_at AS answered_at,
    (SELECT min(q.created_at) FROM messages q WHERE q.conversation_id = a.conversation_id AND q.message_type = 0
      AND q.created_at > a.last_answered_at AND q.created_at <= a.created_at) AS waiting_since
  FROM (
    SELECT m.account_id, m.inbox_id, m.conversation_id, m.sender_id, m.created_at,
      lag(m.created_at) OVER (PARTITION BY m.conversation_id ORDER BY m.created_at, m.id) AS last_answered_at
    FROM messages m WHERE m.message_type = 1 AND m.sender_type = 0 AND m.private = 0
  ) a WHERE a.last_answered_at IS NOT NULL
) w JOIN inboxes i ON i.id = w.inbox_id WHERE w.waiting_since IS NOT NULL;

-- endings by the notices that tell of them,
INSERT INTO reporting_events (account_id, name, value, value_in_business_hours, inbox_id, user_id, conversation_id, event_start_time, event_end_time, created_at, updated_at)
SELECT c.account_id, 2, CAST(strftime('%s', n.created_at) AS INTEGER) - CAST(strftime('%s', c.created_at) AS INTEGER), CASE WHEN i.working_hours_enabled THEN NULL ELSE 0 END, c.inbox_id, c.assignee_id,
  c.id, c.created_at, n.created_at, n.created_at, n.created_at
FROM messages n JOIN conversations c ON c.id = n.conversation_id JOIN inboxes i ON i.id = c.inbox_id
WHERE n.message_type = 2 AND json_extract(n.content_attributes, '$.activity.status') = 'resolved';

-- and those that nobody in particular caused, of which no notice tells, by when something last happened.
INSERT INTO reporting_events (account_id, name, value, value_in_business_hours, inbox_id, user_id, conversation_id, event_start_time, event_end_time, created_at, updated_at)
SELECT c.account_id, 2, CAST(strftime('%s', c.last_activity_at) AS INTEGER) - CAST(strftime('%s', c.created_at) AS INTEGER), CASE WHEN i.working_hours_enabled THEN NULL ELSE 0 END, c.inbox_id, c.assignee_id,
  c.id, c.created_at, c.last_activity_at, c.last_activity_at, c.last_activity_at
FROM conversations c JOIN inboxes i ON i.id = c.inbox_id
WHERE c.status = 1 AND NOT EXISTS (SELECT 1 FROM reporting_events e WHERE e.conversation_id = c.id AND e.name = 2);
