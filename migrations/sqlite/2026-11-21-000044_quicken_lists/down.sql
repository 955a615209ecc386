DROP INDEX contacts_by_name;
DROP TRIGGER sort_contact;
DROP TRIGGER sort_contact_anew;
ALTER TABLE contacts DROP COLUMN sort_name;
