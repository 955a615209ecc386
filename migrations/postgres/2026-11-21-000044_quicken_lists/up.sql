-- The name as lists sort it, in small letters. It is kept by a trigger, whoever writes the name.
ALTER TABLE contacts ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE contacts SET sort_name = lower(name);
CREATE FUNCTION sort_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sort_name := lower(NEW.name);
  RETURN NEW;
END $$;
CREATE TRIGGER sort_contact BEFORE INSERT OR UPDATE OF name ON contacts FOR EACH ROW EXECUTE FUNCTION sort_contact();
DROP INDEX contacts_by_name;
CREATE INDEX contacts_by_name ON contacts (account_id, sort_name, id)
  WHERE email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL;
-- What counts by assignee reads is in it, and it is small: equal rows share their key.
DROP INDEX conversations_of_assignee;
CREATE INDEX conversations_of_assignee ON conversations (account_id, assignee_id, status, inbox_id, team_id);
