DROP TRIGGER announce_events ON events;
DROP FUNCTION announce_events();
ALTER TABLE deliveries DROP COLUMN test;
ALTER TABLE events DROP COLUMN test;
