DROP INDEX conversations_of_assignee;
CREATE INDEX conversations_of_assignee ON conversations (assignee_id, status);
DROP INDEX contacts_by_name;
DROP TRIGGER sort_contact ON contacts;
DROP FUNCTION sort_contact();
ALTER TABLE contacts DROP COLUMN sort_name;
CREATE INDEX contacts_by_name ON contacts (account_id, lower(name), id)
  WHERE email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL;
