DROP INDEX inboxes_avatar;
ALTER TABLE inboxes DROP COLUMN avatar_url;
ALTER TABLE inboxes DROP COLUMN avatar_blob_id;
DROP INDEX users_avatar;
ALTER TABLE users DROP COLUMN avatar_url;
ALTER TABLE users DROP COLUMN avatar_blob_id;
