-- Whether a conversation was answered automatically already. Only automatic texts are in it, so other messages are written no slower.
CREATE INDEX messages_automatic ON messages (conversation_id, created_at) WHERE message_type = 3;
-- Whether a contact was asked how it was, and how many were.
CREATE INDEX messages_asking ON messages (conversation_id) WHERE content_type = 9;
CREATE INDEX messages_asking_of_account ON messages (account_id, created_at) WHERE content_type = 9;
