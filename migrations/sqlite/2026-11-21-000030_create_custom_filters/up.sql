-- Filters that users keep for themselves. filter_type: 0 conversation, 1 contact, 2 report.
CREATE TABLE custom_filters (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  filter_type SMALLINT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX custom_filters_of_user ON custom_filters (user_id, account_id, filter_type);
CREATE INDEX custom_filters_of_account ON custom_filters (account_id);
