DROP INDEX contacts_of_avatar;
ALTER TABLE contacts DROP COLUMN avatar_blob_id;
DROP TABLE notes;
