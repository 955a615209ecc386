-- What only those at sockets are told of an event, as JSON. Most events have nothing of the kind, and cost nothing more.
ALTER TABLE events ADD COLUMN aside TEXT;
