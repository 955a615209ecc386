ALTER TABLE contacts DROP COLUMN is_claimed;
ALTER TABLE contact_inboxes DROP COLUMN said;
