-- The unread count and the window for an answer ask for a contact's messages alone: what is written to them need not be in it.
DROP INDEX messages_by_type;
CREATE INDEX messages_incoming ON messages (conversation_id, created_at) WHERE message_type = 0;
