DELETE FROM events WHERE name >= 14;
ALTER TABLE events DROP COLUMN aside;
