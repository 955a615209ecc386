DROP TRIGGER index_article ON articles;
DROP TRIGGER forget_changed_article ON articles;
DROP TRIGGER index_article_anew ON articles;
DROP TRIGGER forget_article ON articles;
DROP FUNCTION forget_article();
DELETE FROM unindexed WHERE kind = 2;
DROP TABLE article_index;
