DROP INDEX messages_incoming;
CREATE INDEX messages_by_type ON messages (conversation_id, message_type, created_at);
