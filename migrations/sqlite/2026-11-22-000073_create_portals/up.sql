-- A help centre that anybody may read. Its name in links is one on the whole server; so is its own host.
CREATE TABLE portals (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  inbox_id BIGINT REFERENCES inboxes (id) ON DELETE SET NULL,
  logo_blob_id BIGINT REFERENCES blobs (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  custom_domain TEXT UNIQUE,
  color TEXT,
  header_text TEXT,
  homepage_link TEXT,
  page_title TEXT,
  config TEXT NOT NULL,
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX portals_of_account ON portals (account_id);
CREATE INDEX portals_of_inbox ON portals (inbox_id) WHERE inbox_id IS NOT NULL;
CREATE INDEX portals_of_logo ON portals (logo_blob_id) WHERE logo_blob_id IS NOT NULL;

-- The same category in another language is a row of its own, which names the first of them.
CREATE TABLE categories (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  portal_id BIGINT NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
  locale TEXT NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  icon TEXT,
  icon_color TEXT,
  position INTEGER NOT NULL,
  parent_category_id BIGINT REFERENCES categories (id) ON DELETE SET NULL,
  associated_category_id BIGINT REFERENCES categories (id) ON DELETE SET NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (portal_id, locale, slug)
);
CREATE INDEX categories_of_account ON categories (account_id);
CREATE INDEX categories_within ON categories (parent_category_id) WHERE parent_category_id IS NOT NULL;
CREATE INDEX categories_associated ON categories (associated_category_id) WHERE associated_category_id IS NOT NULL;

-- What readers of a category may want as well.
CREATE TABLE related_categories (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  category_id BIGINT NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
  related_category_id BIGINT NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
  UNIQUE (category_id, related_category_id)
);
CREATE INDEX related_categories_other ON related_categories (related_category_id);

CREATE TABLE articles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  portal_id BIGINT NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
  category_id BIGINT REFERENCES categories (id) ON DELETE SET NULL,
  author_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  associated_article_id BIGINT REFERENCES articles (id) ON DELETE SET NULL,
  locale TEXT NOT NULL,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  content TEXT,
  status SMALLINT NOT NULL,
  position INTEGER NOT NULL,
  meta TEXT NOT NULL,
  views BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (portal_id, slug)
);
CREATE INDEX articles_of_account ON articles (account_id);
CREATE INDEX articles_listed ON articles (portal_id, locale, status, position, id);
CREATE INDEX articles_of_category ON articles (category_id) WHERE category_id IS NOT NULL;
CREATE INDEX articles_of_author ON articles (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX articles_associated ON articles (associated_article_id) WHERE associated_article_id IS NOT NULL;

-- The help centre whose articles the chat of an inbox offers. It refers to no row: portals refer to inboxes already, and what goes is forgotten here.
ALTER TABLE inboxes ADD COLUMN portal_id BIGINT;
CREATE INDEX inboxes_of_portal ON inboxes (portal_id) WHERE portal_id IS NOT NULL;
