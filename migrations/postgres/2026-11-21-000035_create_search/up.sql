-- What is still to be put into the index, noted with the change itself. A search reads it too. kind: 0 messages, 1 contacts.
CREATE TABLE unindexed (
  kind SMALLINT NOT NULL,
  id BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
);

-- Each row's groups of three neighbouring characters, as numbers. Arrays need no extension, and no right to install one; nor does it
-- matter which characters the database's locale takes for letters.
CREATE TABLE message_index (
  id BIGINT PRIMARY KEY,
  grams INTEGER[] NOT NULL
);
CREATE INDEX message_index_grams ON message_index USING gin (grams) WITH (gin_pending_list_limit = 512);
CREATE TABLE contact_index (
  id BIGINT PRIMARY KEY,
  grams INTEGER[] NOT NULL
);
CREATE INDEX contact_index_grams ON contact_index USING gin (grams) WITH (gin_pending_list_limit = 512);

CREATE FUNCTION index_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unindexed (kind, id) VALUES (TG_ARGV[0]::smallint, NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION forget_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- in this order: who waits for a row that is being put into the index finds it there afterwards
  DELETE FROM unindexed WHERE kind = 0 AND id = OLD.id;
  DELETE FROM message_index WHERE id = OLD.id;
  RETURN NULL;
END $$;
CREATE FUNCTION forget_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM unindexed WHERE kind = 1 AND id = OLD.id;
  DELETE FROM contact_index WHERE id = OLD.id;
  RETURN NULL;
END $$;

CREATE TRIGGER index_message AFTER INSERT ON messages FOR EACH ROW
  WHEN (NEW.message_type < 2 AND NEW.content IS NOT NULL) EXECUTE FUNCTION index_later('0');
-- in the order of their names: what the index holds goes first
CREATE TRIGGER forget_changed_message AFTER UPDATE OF content ON messages FOR EACH ROW
  WHEN (NEW.content IS DISTINCT FROM OLD.content AND NEW.message_type < 2) EXECUTE FUNCTION forget_message();
CREATE TRIGGER index_message_anew AFTER UPDATE OF content ON messages FOR EACH ROW
  WHEN (NEW.content IS DISTINCT FROM OLD.content AND NEW.message_type < 2) EXECUTE FUNCTION index_later('0');
CREATE TRIGGER forget_message AFTER DELETE ON messages FOR EACH ROW EXECUTE FUNCTION forget_message();

CREATE TRIGGER index_contact AFTER INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION index_later('1');
CREATE TRIGGER forget_changed_contact AFTER UPDATE OF name, email, phone_number, identifier ON contacts FOR EACH ROW
  WHEN ((NEW.name, NEW.email, NEW.phone_number, NEW.identifier) IS DISTINCT FROM (OLD.name, OLD.email, OLD.phone_number, OLD.identifier))
  EXECUTE FUNCTION forget_contact();
CREATE TRIGGER index_contact_anew AFTER UPDATE OF name, email, phone_number, identifier ON contacts FOR EACH ROW
  WHEN ((NEW.name, NEW.email, NEW.phone_number, NEW.identifier) IS DISTINCT FROM (OLD.name, OLD.email, OLD.phone_number, OLD.identifier))
  EXECUTE FUNCTION index_later('1');
CREATE TRIGGER forget_contact AFTER DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION forget_contact();

INSERT INTO unindexed (kind, id) SELECT 0, id FROM messages WHERE message_type < 2 AND content IS NOT NULL;
INSERT INTO unindexed (kind, id) SELECT 1, id FROM contacts;
