-- Files in the storage, by their keys. One that nothing refers to is swept away after a day, also when its account is gone.
CREATE TABLE blobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
  key TEXT NOT NULL UNIQUE,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  byte_size BIGINT NOT NULL,
  width INTEGER,
  height INTEGER,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX blobs_by_age ON blobs (created_at);

-- file_type: 0 image, 1 audio, 2 video, 3 file.
CREATE TABLE attachments (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  blob_id BIGINT NOT NULL REFERENCES blobs (id),
  file_type SMALLINT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX attachments_of_message ON attachments (message_id);
CREATE INDEX attachments_of_blob ON attachments (blob_id);
