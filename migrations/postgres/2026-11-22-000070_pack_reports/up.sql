-- What reports count, packed by hours since 1970: see src/reports/packed.rs.
CREATE TABLE report_hours (
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  hour BIGINT NOT NULL,
  facts BYTEA NOT NULL,
  PRIMARY KEY (account_id, hour)
);

-- How far it is packed, in ids; and what was the last id at some time: once the transactions of that time have ended, it may be packed so far.
CREATE TABLE report_progress (
  id BIGINT PRIMARY KEY NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  event_id BIGINT NOT NULL,
  seen_conversation_id BIGINT NOT NULL,
  seen_message_id BIGINT NOT NULL,
  seen_event_id BIGINT NOT NULL,
  seen_at TIMESTAMP NOT NULL
);
INSERT INTO report_progress VALUES (1, 0, 0, 0, 0, 0, 0, '1970-01-01 00:00:00');

-- Conversations that were deleted: what is packed of them counts no more.
CREATE TABLE report_omissions (
  account_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, conversation_id)
);
CREATE FUNCTION omit_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO report_omissions (account_id, conversation_id) VALUES (OLD.account_id, OLD.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER omit_conversation AFTER DELETE ON conversations FOR EACH ROW EXECUTE FUNCTION omit_conversation();
