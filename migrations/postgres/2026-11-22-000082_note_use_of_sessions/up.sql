-- When a session was used last, to within some minutes; none since it was opened.
ALTER TABLE sessions ADD COLUMN last_seen_at TIMESTAMP;
