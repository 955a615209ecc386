-- When a bot was at work in an inbox in which it is no longer: reports count what began meanwhile.
CREATE TABLE bot_terms (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
  began_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL
);
CREATE INDEX bot_terms_of_inbox ON bot_terms (inbox_id);
