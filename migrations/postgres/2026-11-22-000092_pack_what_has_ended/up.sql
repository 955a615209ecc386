-- Reports read what is not packed yet along these: of their own account, whatever others have written meanwhile. What is sorted is "id + 0":
-- PostgreSQL, whose figures are older than the rows in question, would go by the primary key and meet everybody's. And each has a condition that
-- only its own query has: SQLite, which takes an account for ten rows, would find other lists by it.
CREATE INDEX conversations_to_pack ON conversations (account_id, (id + 0)) WHERE id > 0;
CREATE INDEX messages_to_pack ON messages (account_id, (id + 0)) WHERE message_type < 2;
CREATE INDEX reporting_events_to_pack ON reporting_events (account_id, (id + 0)) WHERE id > 0;

-- Whose transactions had not ended when the last ids were seen, in place of a time; and how many steps were made, so that nobody writes what was read
-- before another step.
ALTER TABLE report_progress DROP COLUMN seen_at;
ALTER TABLE report_progress ADD COLUMN awaited TEXT NOT NULL DEFAULT '';
ALTER TABLE report_progress ADD COLUMN steps BIGINT NOT NULL DEFAULT 0;
UPDATE report_progress SET seen_conversation_id = conversation_id, seen_message_id = message_id, seen_event_id = event_id;
