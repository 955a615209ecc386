DROP TABLE password_tokens;
ALTER TABLE users DROP COLUMN confirmed;
