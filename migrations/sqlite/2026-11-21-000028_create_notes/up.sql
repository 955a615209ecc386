-- What agents note about a contact, for each other.
CREATE TABLE notes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  content TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX notes_of_contact ON notes (contact_id, id);
CREATE INDEX notes_of_user ON notes (user_id);

-- a picture that was uploaded; avatar_url leads to it then
ALTER TABLE contacts ADD COLUMN avatar_blob_id BIGINT REFERENCES blobs (id);
CREATE INDEX contacts_of_avatar ON contacts (avatar_blob_id) WHERE avatar_blob_id IS NOT NULL;
