DROP TABLE bot_departures;
DROP INDEX conversations_of_bot;
ALTER TABLE conversations DROP COLUMN assignee_agent_bot_id;
DELETE FROM agent_bots WHERE account_id IS NULL;
DROP INDEX webhooks_of_bot;
CREATE UNIQUE INDEX webhooks_of_bot ON webhooks (agent_bot_id);
DROP INDEX agent_bots_avatar;
ALTER TABLE agent_bots DROP COLUMN avatar_url;
ALTER TABLE agent_bots DROP COLUMN avatar_blob_id;
-- account_id stays nullable, which changes nothing: none is null any more
