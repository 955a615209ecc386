CREATE TABLE inboxes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  channel_type SMALLINT NOT NULL,
  name TEXT NOT NULL,
  greeting_enabled BOOLEAN NOT NULL DEFAULT FALSE,
  greeting_message TEXT,
  working_hours_enabled BOOLEAN NOT NULL DEFAULT FALSE,
  out_of_office_message TEXT,
  timezone TEXT NOT NULL DEFAULT 'UTC',
  enable_email_collect BOOLEAN NOT NULL DEFAULT TRUE,
  csat_survey_enabled BOOLEAN NOT NULL DEFAULT FALSE,
  csat_config TEXT NOT NULL DEFAULT '{}',
  enable_auto_assignment BOOLEAN NOT NULL DEFAULT TRUE,
  auto_assignment_config TEXT NOT NULL DEFAULT '{}',
  allow_messages_after_resolved BOOLEAN NOT NULL DEFAULT TRUE,
  lock_to_single_conversation BOOLEAN NOT NULL DEFAULT FALSE,
  sender_name_type SMALLINT NOT NULL DEFAULT 0,
  business_name TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX inboxes_of_account ON inboxes (account_id);

CREATE TABLE api_channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  inbox_id BIGINT NOT NULL UNIQUE REFERENCES inboxes (id) ON DELETE CASCADE,
  webhook_url TEXT,
  identifier TEXT NOT NULL UNIQUE,
  hmac_token TEXT NOT NULL UNIQUE,
  hmac_mandatory BOOLEAN NOT NULL DEFAULT FALSE,
  secret TEXT NOT NULL,
  additional_attributes TEXT NOT NULL DEFAULT '{}',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE web_widget_channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  inbox_id BIGINT NOT NULL UNIQUE REFERENCES inboxes (id) ON DELETE CASCADE,
  website_url TEXT NOT NULL,
  website_token TEXT NOT NULL UNIQUE,
  hmac_token TEXT NOT NULL UNIQUE,
  hmac_mandatory BOOLEAN NOT NULL DEFAULT FALSE,
  widget_color TEXT NOT NULL DEFAULT '#1f93ff',
  welcome_title TEXT,
  welcome_tagline TEXT,
  reply_time SMALLINT NOT NULL DEFAULT 0,
  pre_chat_form_enabled BOOLEAN NOT NULL DEFAULT FALSE,
  pre_chat_form_options TEXT NOT NULL DEFAULT '{}',
  continuity_via_email BOOLEAN NOT NULL DEFAULT TRUE,
  allowed_domains TEXT NOT NULL DEFAULT '',
  feature_flags TEXT NOT NULL DEFAULT '["attachments","emoji_picker","end_conversation"]',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE working_hours (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  day_of_week SMALLINT NOT NULL,
  closed_all_day BOOLEAN NOT NULL DEFAULT FALSE,
  open_hour SMALLINT,
  open_minutes SMALLINT,
  close_hour SMALLINT,
  close_minutes SMALLINT,
  open_all_day BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (inbox_id, day_of_week)
);

CREATE TABLE inbox_members (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (inbox_id, user_id)
);
CREATE INDEX inbox_members_of_user ON inbox_members (user_id);
