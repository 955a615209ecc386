DROP INDEX inboxes_of_portal;
ALTER TABLE inboxes DROP COLUMN portal_id;
DROP TABLE articles;
DROP TABLE related_categories;
DROP TABLE categories;
DROP TABLE portals;
