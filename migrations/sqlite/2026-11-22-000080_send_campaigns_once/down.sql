DROP INDEX campaigns_to_send;
ALTER TABLE campaigns DROP COLUMN sent_count;
ALTER TABLE campaigns DROP COLUMN reached_contact_id;
ALTER TABLE campaigns DROP COLUMN audience;
ALTER TABLE campaigns DROP COLUMN scheduled_at;
ALTER TABLE campaigns DROP COLUMN campaign_status;
ALTER TABLE campaigns DROP COLUMN campaign_type;
