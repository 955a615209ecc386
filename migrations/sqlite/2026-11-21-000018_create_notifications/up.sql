-- What a user is told. The numbers of notification_type and primary_actor_type are in notifications/model.rs; an actor's id is
-- that of its table, which nothing here refers to, since which table it is depends on the type.
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  notification_type SMALLINT NOT NULL,
  primary_actor_type SMALLINT NOT NULL,
  primary_actor_id BIGINT NOT NULL,
  secondary_actor_type SMALLINT,
  secondary_actor_id BIGINT,
  read_at TIMESTAMP,
  -- hidden until then
  snoozed_until TIMESTAMP,
  last_activity_at TIMESTAMP NOT NULL,
  meta TEXT NOT NULL DEFAULT '{}',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX notifications_of_user ON notifications (user_id, account_id, id);
-- counted for every page
CREATE INDEX notifications_unread ON notifications (user_id, account_id) WHERE read_at IS NULL;
-- for what goes away with its matter, and with an account
CREATE INDEX notifications_about ON notifications (account_id, primary_actor_type, primary_actor_id);
