ALTER TABLE webhooks DROP COLUMN turned_off_by;
ALTER TABLE webhooks DROP COLUMN failing_since;
