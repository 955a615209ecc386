DELETE FROM webhooks WHERE kind = 2;
DELETE FROM events WHERE name IN (12, 13);
DROP INDEX webhooks_of_bot;
ALTER TABLE webhooks DROP COLUMN agent_bot_id;
DROP TABLE agent_bot_inboxes;
DROP TABLE agent_bots;
DELETE FROM access_tokens WHERE owner_type = 1;
