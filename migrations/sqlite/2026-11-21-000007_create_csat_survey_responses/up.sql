-- assigned_agent_id: who was to answer when the question was first answered.
CREATE TABLE csat_survey_responses (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_id BIGINT NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
  contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  assigned_agent_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
  rating SMALLINT NOT NULL,
  feedback_message TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX csat_survey_responses_of_account ON csat_survey_responses (account_id, created_at);
-- for what goes away with a conversation, a contact or an agent
CREATE INDEX csat_survey_responses_of_conversation ON csat_survey_responses (conversation_id);
CREATE INDEX csat_survey_responses_of_contact ON csat_survey_responses (contact_id);
CREATE INDEX csat_survey_responses_of_agent ON csat_survey_responses (assigned_agent_id);
