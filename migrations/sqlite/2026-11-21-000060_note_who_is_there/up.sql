-- Who is there by a socket: a contact whose widget is open, and since when a user has closed the last of theirs. Both are written once in a while
-- at most, whatever the sockets say in between.
ALTER TABLE contacts ADD COLUMN seen_at TIMESTAMP;
CREATE INDEX contacts_seen ON contacts (account_id, seen_at) WHERE seen_at IS NOT NULL;
ALTER TABLE account_users ADD COLUMN left_at TIMESTAMP;
