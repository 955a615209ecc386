DROP INDEX attempts_failed;
ALTER TABLE attempts DROP COLUMN account_id;
