-- What attributes of its own a business gives to its conversations (model 0) and contacts (1).
-- display_type: 0 text, 1 number, 2 currency, 3 percent, 4 link, 5 date, 6 list, 7 checkbox.
CREATE TABLE custom_attribute_definitions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  attribute_model SMALLINT NOT NULL,
  attribute_key TEXT NOT NULL,
  attribute_display_name TEXT NOT NULL,
  attribute_display_type SMALLINT NOT NULL,
  attribute_description TEXT,
  attribute_values TEXT NOT NULL DEFAULT '[]',
  regex_pattern TEXT,
  regex_cue TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, attribute_model, attribute_key)
);
