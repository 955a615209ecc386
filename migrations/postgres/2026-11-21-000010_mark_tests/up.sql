-- What is sent because somebody wants to see whether it arrives: an event that never happened, and its delivery.
ALTER TABLE events ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE deliveries ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;

-- Ids are given before the commit, so that a smaller one may be seen after a larger one. Whoever reads events in their order
-- has to know how far it is settled: a transaction says at its first event, before the event gets its id, after which id all
-- of its own will come. It says so with a shared advisory lock, which ends with it, at the earliest when its rows are seen.
CREATE FUNCTION announce_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('hookdesk.announced', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock_shared((1000000000 + (given >> 31))::int, (given & 2147483647)::int)
      FROM (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS given FROM events_id_seq) AS sequence;
    PERFORM set_config('hookdesk.announced', '1', true);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER announce_events BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION announce_events();
