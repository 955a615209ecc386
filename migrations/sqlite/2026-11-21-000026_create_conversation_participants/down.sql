DROP TABLE draft_messages;
DROP TABLE mentions;
DROP TABLE conversation_participants;
