-- A contact who comes again is told what has happened in their conversations. Which events these are is seen in the index itself, without a look at
-- each event of the account. It grows at its end as before, so that no event costs another page.
DROP INDEX events_of_account;
CREATE INDEX events_of_account ON events (account_id, id, conversation_id);
