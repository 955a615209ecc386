-- The picture of somebody or something: its file, and the link to it. When the address of this server changes, its next start makes the links anew.
ALTER TABLE users ADD COLUMN avatar_blob_id BIGINT REFERENCES blobs (id);
ALTER TABLE users ADD COLUMN avatar_url TEXT;
CREATE INDEX users_avatar ON users (avatar_blob_id) WHERE avatar_blob_id IS NOT NULL;
ALTER TABLE inboxes ADD COLUMN avatar_blob_id BIGINT REFERENCES blobs (id);
ALTER TABLE inboxes ADD COLUMN avatar_url TEXT;
CREATE INDEX inboxes_avatar ON inboxes (avatar_blob_id) WHERE avatar_blob_id IS NOT NULL;
