DROP TRIGGER index_article;
DROP TRIGGER index_article_anew;
DROP TRIGGER forget_article;
DELETE FROM unindexed WHERE kind = 2;
DROP TABLE article_index;
