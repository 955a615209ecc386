-- What is still to be put into the index, noted with the change itself. A search reads it too. kind: 0 messages, 1 contacts.
CREATE TABLE unindexed (
  kind SMALLINT NOT NULL,
  id BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Of every three neighbouring characters, in which rows they occur. The texts themselves stay where they are.
CREATE VIRTUAL TABLE message_index USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');
CREATE VIRTUAL TABLE contact_index USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');

CREATE TRIGGER index_message AFTER INSERT ON messages WHEN new.message_type < 2 AND new.content IS NOT NULL
BEGIN
  INSERT INTO unindexed (kind, id) VALUES (0, new.id);
END;
CREATE TRIGGER index_message_anew AFTER UPDATE OF content ON messages WHEN new.content IS NOT old.content AND new.message_type < 2
BEGIN
  DELETE FROM message_index WHERE rowid = old.id;
  INSERT INTO unindexed (kind, id) VALUES (0, new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER forget_message AFTER DELETE ON messages
BEGIN
  DELETE FROM message_index WHERE rowid = old.id;
  DELETE FROM unindexed WHERE kind = 0 AND id = old.id;
END;

CREATE TRIGGER index_contact AFTER INSERT ON contacts
BEGIN
  INSERT INTO unindexed (kind, id) VALUES (1, new.id);
END;
CREATE TRIGGER index_contact_anew AFTER UPDATE OF name, email, phone_number, identifier ON contacts
WHEN new.name IS NOT old.name OR new.email IS NOT old.email OR new.phone_number IS NOT old.phone_number OR new.identifier IS NOT old.identifier
BEGIN
  DELETE FROM contact_index WHERE rowid = old.id;
  INSERT INTO unindexed (kind, id) VALUES (1, new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER forget_contact AFTER DELETE ON contacts
BEGIN
  DELETE FROM contact_index WHERE rowid = old.id;
  DELETE FROM unindexed WHERE kind = 1 AND id = old.id;
END;

INSERT INTO unindexed (kind, id) SELECT 0, id FROM messages WHERE message_type < 2 AND content IS NOT NULL;
INSERT INTO unindexed (kind, id) SELECT 1, id FROM contacts;
