-- Agents who follow a conversation besides whoever is to answer.
CREATE TABLE conversation_participants (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (user_id, conversation_id)
);
CREATE INDEX conversation_participants_of_conversation ON conversation_participants (conversation_id);

-- Who was named in a note of a conversation, and when last.
CREATE TABLE mentions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  mentioned_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (user_id, conversation_id)
);
CREATE INDEX mentions_of_conversation ON mentions (conversation_id);

-- What somebody has begun to write in a conversation.
CREATE TABLE draft_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  message TEXT NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (user_id, conversation_id)
);
CREATE INDEX draft_messages_of_conversation ON draft_messages (conversation_id);
