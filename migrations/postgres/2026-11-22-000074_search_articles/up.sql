-- Articles are searched as messages and contacts are; kind 2 of what is still to be put into the index.
CREATE TABLE article_index (
  id BIGINT PRIMARY KEY,
  grams INTEGER[] NOT NULL
);
CREATE INDEX article_index_grams ON article_index USING gin (grams) WITH (gin_pending_list_limit = 512);

CREATE FUNCTION forget_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM unindexed WHERE kind = 2 AND id = OLD.id;
  DELETE FROM article_index WHERE id = OLD.id;
  RETURN NULL;
END $$;

CREATE TRIGGER index_article AFTER INSERT ON articles FOR EACH ROW EXECUTE FUNCTION index_later('2');
-- in the order of their names: what the index holds goes first
CREATE TRIGGER forget_changed_article AFTER UPDATE OF title, description, content ON articles FOR EACH ROW
  WHEN ((NEW.title, NEW.description, NEW.content) IS DISTINCT FROM (OLD.title, OLD.description, OLD.content))
  EXECUTE FUNCTION forget_article();
CREATE TRIGGER index_article_anew AFTER UPDATE OF title, description, content ON articles FOR EACH ROW
  WHEN ((NEW.title, NEW.description, NEW.content) IS DISTINCT FROM (OLD.title, OLD.description, OLD.content))
  EXECUTE FUNCTION index_later('2');
CREATE TRIGGER forget_article AFTER DELETE ON articles FOR EACH ROW EXECUTE FUNCTION forget_article();
