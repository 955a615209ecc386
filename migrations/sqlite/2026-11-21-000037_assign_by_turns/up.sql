-- When a member was last given a conversation of the inbox by turns. Whoever was given one longest ago is the next.
ALTER TABLE inbox_members ADD COLUMN last_assigned_at TIMESTAMP;

-- Open conversations for which nobody was there. A row goes when its conversation is given to
-- somebody, and when it is not to be handed over any more.
CREATE TABLE conversations_to_assign (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX conversations_to_assign_of_inbox ON conversations_to_assign (inbox_id);
