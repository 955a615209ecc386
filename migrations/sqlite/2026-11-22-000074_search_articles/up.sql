-- Articles are searched as messages and contacts are; kind 2 of what is still to be put into the index.
CREATE VIRTUAL TABLE article_index USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');

CREATE TRIGGER index_article AFTER INSERT ON articles
BEGIN
  INSERT INTO unindexed (kind, id) VALUES (2, new.id);
END;
CREATE TRIGGER index_article_anew AFTER UPDATE OF title, description, content ON articles
WHEN new.title IS NOT old.title OR new.description IS NOT old.description OR new.content IS NOT old.content
BEGIN
  DELETE FROM article_index WHERE rowid = old.id;
  INSERT INTO unindexed (kind, id) VALUES (2, new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER forget_article AFTER DELETE ON articles
BEGIN
  DELETE FROM article_index WHERE rowid = old.id;
  DELETE FROM unindexed WHERE kind = 2 AND id = old.id;
END;
