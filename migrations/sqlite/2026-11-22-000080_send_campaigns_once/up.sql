-- campaign_type: 0 ongoing, 1 one_off. campaign_status: 0 active, 1 completed, 2 processing.
ALTER TABLE campaigns ADD COLUMN campaign_type SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN campaign_status SMALLINT NOT NULL DEFAULT 0;
-- only of those that are sent once: when, to whom, how far (contacts in the order of their ids), and to how many
ALTER TABLE campaigns ADD COLUMN scheduled_at TIMESTAMP;
ALTER TABLE campaigns ADD COLUMN audience TEXT NOT NULL DEFAULT '[]';
ALTER TABLE campaigns ADD COLUMN reached_contact_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN sent_count BIGINT NOT NULL DEFAULT 0;
CREATE INDEX campaigns_to_send ON campaigns (scheduled_at) WHERE campaign_type = 1 AND campaign_status <> 1;
