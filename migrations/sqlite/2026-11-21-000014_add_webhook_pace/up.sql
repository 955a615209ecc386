-- nothing means as the server's settings say
ALTER TABLE webhooks ADD COLUMN timeout_ms INTEGER;
ALTER TABLE webhooks ADD COLUMN retry_schedule TEXT;
ALTER TABLE webhooks ADD COLUMN max_in_flight INTEGER;
-- deliveries in a second, on each node
ALTER TABLE webhooks ADD COLUMN rate_limit INTEGER;
ALTER TABLE webhooks ADD COLUMN in_order BOOLEAN NOT NULL DEFAULT FALSE;
-- only where the order within a conversation is kept
ALTER TABLE deliveries ADD COLUMN conversation_id BIGINT;
CREATE INDEX deliveries_in_order ON deliveries (webhook_id, conversation_id, id) WHERE state = 0 AND conversation_id IS NOT NULL;
