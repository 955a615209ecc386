DROP TABLE sessions;
DROP TABLE access_tokens;
DROP TABLE account_users;
DROP TABLE users;
DROP TABLE accounts;
