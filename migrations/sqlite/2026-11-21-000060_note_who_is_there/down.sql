ALTER TABLE account_users DROP COLUMN left_at;
DROP INDEX contacts_seen;
ALTER TABLE contacts DROP COLUMN seen_at;
