ALTER TABLE webhooks ADD COLUMN description TEXT;
-- what is sent besides our own: [["X-Team","blue"]]
ALTER TABLE webhooks ADD COLUMN headers JSON NOT NULL DEFAULT '[]';
ALTER TABLE webhooks ADD COLUMN all_events BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE webhooks ADD COLUMN exclude_private_notes BOOLEAN NOT NULL DEFAULT FALSE;
-- the secret before this one, which signs along until then
ALTER TABLE webhooks ADD COLUMN old_secret TEXT;
ALTER TABLE webhooks ADD COLUMN old_secret_until TIMESTAMP;
