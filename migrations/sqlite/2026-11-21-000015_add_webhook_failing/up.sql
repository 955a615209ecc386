-- when the first delivery was given up since the last success
ALTER TABLE webhooks ADD COLUMN failing_since TIMESTAMP;
ALTER TABLE webhooks ADD COLUMN turned_off_by BIGINT REFERENCES users (id) ON DELETE SET NULL;
