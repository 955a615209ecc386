DROP TABLE address_tokens;
ALTER TABLE users DROP COLUMN address_proved;
