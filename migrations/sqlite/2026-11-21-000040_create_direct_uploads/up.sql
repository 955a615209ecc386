-- Files that were announced and are uploaded by themselves, each at an address that its token opens. They are forgotten after a day, with or
-- without a file; what a message has named by then stays in the storage.
CREATE TABLE direct_uploads (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  token TEXT NOT NULL UNIQUE,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  byte_size BIGINT NOT NULL,
  checksum TEXT NOT NULL,
  blob_id BIGINT REFERENCES blobs (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX direct_uploads_by_age ON direct_uploads (created_at);
CREATE INDEX direct_uploads_of_blob ON direct_uploads (blob_id);
