DROP TABLE conversations_to_assign;
ALTER TABLE inbox_members DROP COLUMN last_assigned_at;
