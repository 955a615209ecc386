CREATE TABLE conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  contact_inbox_id BIGINT NOT NULL REFERENCES contact_inboxes (id) ON DELETE CASCADE,
  display_id BIGINT NOT NULL,
  uuid TEXT NOT NULL UNIQUE,
  status SMALLINT NOT NULL DEFAULT 0,
  priority SMALLINT,
  assignee_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  team_id BIGINT,
  snoozed_until TIMESTAMP,
  first_reply_created_at TIMESTAMP,
  waiting_since TIMESTAMP,
  last_activity_at TIMESTAMP NOT NULL,
  agent_last_seen_at TIMESTAMP,
  assignee_last_seen_at TIMESTAMP,
  contact_last_seen_at TIMESTAMP,
  labels TEXT NOT NULL DEFAULT '[]',
  additional_attributes TEXT NOT NULL DEFAULT '{}',
  custom_attributes TEXT NOT NULL DEFAULT '{}',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, display_id)
);
CREATE INDEX conversations_by_activity ON conversations (account_id, status, last_activity_at);
CREATE INDEX conversations_of_inbox ON conversations (inbox_id, status, last_activity_at);
CREATE INDEX conversations_of_contact ON conversations (contact_id);
CREATE INDEX conversations_of_contact_inbox ON conversations (contact_inbox_id);
CREATE INDEX conversations_of_assignee ON conversations (assignee_id, status);

CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_type SMALLINT NOT NULL,
  content_type SMALLINT NOT NULL DEFAULT 0,
  content TEXT,
  content_attributes TEXT NOT NULL DEFAULT '{}',
  private BOOLEAN NOT NULL DEFAULT FALSE,
  status SMALLINT NOT NULL DEFAULT 0,
  source_id TEXT,
  sender_type SMALLINT,
  sender_id BIGINT,
  additional_attributes TEXT NOT NULL DEFAULT '{}',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX messages_of_conversation ON messages (conversation_id, id);
-- for the unread count
CREATE INDEX messages_by_type ON messages (conversation_id, message_type, created_at);
CREATE INDEX messages_by_source ON messages (source_id) WHERE source_id IS NOT NULL;
