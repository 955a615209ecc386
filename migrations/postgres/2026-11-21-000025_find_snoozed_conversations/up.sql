-- Which conversation wakes next. Only what is snoozed until some time is in it.
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE status = 3 AND snoozed_until IS NOT NULL;
