UPDATE report_progress SET seen_conversation_id = conversation_id, seen_message_id = message_id, seen_event_id = event_id;
ALTER TABLE report_progress DROP COLUMN steps;
ALTER TABLE report_progress DROP COLUMN awaited;
ALTER TABLE report_progress ADD COLUMN seen_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
DROP INDEX reporting_events_to_pack;
DROP INDEX messages_to_pack;
DROP INDEX conversations_to_pack;
