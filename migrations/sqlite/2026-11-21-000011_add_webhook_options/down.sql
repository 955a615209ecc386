ALTER TABLE webhooks DROP COLUMN old_secret_until;
ALTER TABLE webhooks DROP COLUMN old_secret;
ALTER TABLE webhooks DROP COLUMN exclude_private_notes;
ALTER TABLE webhooks DROP COLUMN all_events;
ALTER TABLE webhooks DROP COLUMN headers;
ALTER TABLE webhooks DROP COLUMN description;
