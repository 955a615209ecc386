-- The account of each try, so that an account's newest failures are one step into an index. Tries that succeed are not in it:
-- on the usual way it costs nothing.
ALTER TABLE attempts ADD COLUMN account_id BIGINT;
UPDATE attempts SET account_id = (SELECT account_id FROM deliveries WHERE deliveries.id = attempts.delivery_id);
CREATE INDEX attempts_failed ON attempts (account_id, id) WHERE error_class IS NOT NULL;
