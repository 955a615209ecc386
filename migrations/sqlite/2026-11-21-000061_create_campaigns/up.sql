-- What a website says by itself to those who have looked at a page for some time. Without a sender the website itself says it.
CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  display_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  sender_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  title TEXT NOT NULL,
  description TEXT,
  message TEXT NOT NULL,
  url TEXT NOT NULL,
  time_on_page INTEGER NOT NULL DEFAULT 0,
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  trigger_only_during_business_hours BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, display_id)
);
CREATE INDEX campaigns_of_inbox ON campaigns (inbox_id);
CREATE INDEX campaigns_of_sender ON campaigns (sender_id) WHERE sender_id IS NOT NULL;

-- the number that was given last: messages name their campaign by it, so that none is given twice
ALTER TABLE accounts ADD COLUMN last_campaign_id BIGINT NOT NULL DEFAULT 0;

-- most conversations are part of no campaign, and need no entry
ALTER TABLE conversations ADD COLUMN campaign_id BIGINT REFERENCES campaigns (id) ON DELETE SET NULL;
CREATE INDEX conversations_of_campaign ON conversations (campaign_id) WHERE campaign_id IS NOT NULL;
