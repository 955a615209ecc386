-- What is sent because somebody wants to see whether it arrives: an event that never happened, and its delivery.
ALTER TABLE events ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE deliveries ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
