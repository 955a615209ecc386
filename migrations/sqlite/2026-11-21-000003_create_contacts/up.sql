CREATE TABLE contacts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '',
  email TEXT,
  phone_number TEXT,
  identifier TEXT,
  contact_type SMALLINT NOT NULL DEFAULT 0,
  blocked BOOLEAN NOT NULL DEFAULT FALSE,
  avatar_url TEXT,
  additional_attributes TEXT NOT NULL DEFAULT '{}',
  custom_attributes TEXT NOT NULL DEFAULT '{}',
  last_activity_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, email),
  UNIQUE (account_id, phone_number),
  UNIQUE (account_id, identifier)
);

CREATE TABLE contact_inboxes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  source_id TEXT NOT NULL,
  pubsub_token TEXT NOT NULL UNIQUE,
  hmac_verified BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (inbox_id, source_id)
);
CREATE INDEX contact_inboxes_of_contact ON contact_inboxes (contact_id);
