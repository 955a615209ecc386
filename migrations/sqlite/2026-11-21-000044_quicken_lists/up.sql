-- The name as lists sort it, in small letters. It is kept by triggers, whoever writes the name; lower() knows the letters of all languages in
-- the server's own connections, and an index over it would be wrong as soon as a connection without that writes a row.
ALTER TABLE contacts ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE contacts SET sort_name = lower(name);
CREATE TRIGGER sort_contact AFTER INSERT ON contacts BEGIN
  UPDATE contacts SET sort_name = lower(NEW.name) WHERE id = NEW.id;
END;
CREATE TRIGGER sort_contact_anew AFTER UPDATE OF name ON contacts WHEN OLD.name IS NOT NEW.name BEGIN
  UPDATE contacts SET sort_name = lower(NEW.name) WHERE id = NEW.id;
END;
CREATE INDEX contacts_by_name ON contacts (account_id, sort_name, id)
  WHERE email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL;
