DROP TABLE service_keys;
ALTER TABLE users DROP COLUMN is_service;
