DELETE FROM webhooks WHERE kind = 3;
DROP INDEX webhooks_of_actions;
DROP TABLE action_runs;
DROP TABLE action_files;
ALTER TABLE accounts DROP COLUMN rule_events;
DROP TABLE automation_rules;
DROP TABLE macros;
