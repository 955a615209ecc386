-- What conversations and contacts are sorted by. Titles are in lower case.
CREATE TABLE labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  description TEXT,
  color TEXT NOT NULL DEFAULT '#1f93ff',
  show_on_sidebar BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, title)
);

-- Who carries which label, by its title: clients may also give titles that are no label of the account. What payloads draw is the
-- list in conversations.labels, which is written with these rows.
CREATE TABLE conversation_labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  UNIQUE (conversation_id, title)
);
CREATE INDEX conversation_labels_by_title ON conversation_labels (account_id, title, conversation_id);

CREATE TABLE contact_labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  UNIQUE (contact_id, title)
);
CREATE INDEX contact_labels_by_title ON contact_labels (account_id, title, contact_id);
