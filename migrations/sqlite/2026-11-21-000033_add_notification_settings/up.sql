-- Which of Chatwoot's notifications somebody wants by mail, and pushed: the bit of a type is 2 to the power of its number less one. At first
-- it is conversation_assignment.
ALTER TABLE account_users ADD COLUMN email_flags BIGINT NOT NULL DEFAULT 2;
ALTER TABLE account_users ADD COLUMN push_flags BIGINT NOT NULL DEFAULT 2;

-- Browsers and apps that notifications can be pushed to. subscription_type: 1 browser_push, 2 fcm.
CREATE TABLE notification_subscriptions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  subscription_type SMALLINT NOT NULL,
  -- an endpoint, or the id of a device: it is in the hands of whoever has used it last
  identifier TEXT NOT NULL UNIQUE,
  subscription_attributes TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX notification_subscriptions_of_user ON notification_subscriptions (user_id);
