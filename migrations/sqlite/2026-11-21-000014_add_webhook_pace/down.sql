DROP INDEX deliveries_in_order;
ALTER TABLE deliveries DROP COLUMN conversation_id;
ALTER TABLE webhooks DROP COLUMN in_order;
ALTER TABLE webhooks DROP COLUMN rate_limit;
ALTER TABLE webhooks DROP COLUMN max_in_flight;
ALTER TABLE webhooks DROP COLUMN retry_schedule;
ALTER TABLE webhooks DROP COLUMN timeout_ms;
