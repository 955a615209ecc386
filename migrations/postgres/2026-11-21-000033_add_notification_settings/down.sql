DROP TABLE notification_subscriptions;
ALTER TABLE account_users DROP COLUMN push_flags;
ALTER TABLE account_users DROP COLUMN email_flags;
