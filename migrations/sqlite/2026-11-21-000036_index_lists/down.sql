DROP INDEX contacts_by_creation;
DROP INDEX contacts_by_activity;
DROP INDEX conversations_unseen;
DROP INDEX conversations_unattended;
DROP INDEX conversations_waiting;
DROP INDEX conversations_by_priority;
DROP INDEX conversations_by_creation;
DROP INDEX conversations_by_activity;
CREATE INDEX conversations_by_activity ON conversations (account_id, status, last_activity_at);
