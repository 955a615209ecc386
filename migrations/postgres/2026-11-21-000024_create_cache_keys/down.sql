DROP TABLE cache_keys;
