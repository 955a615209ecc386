DROP INDEX conversations_of_campaign;
ALTER TABLE conversations DROP COLUMN campaign_id;
ALTER TABLE accounts DROP COLUMN last_campaign_id;
DROP TABLE campaigns;
