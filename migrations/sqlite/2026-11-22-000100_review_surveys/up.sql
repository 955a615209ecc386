-- What administrators note about an answer, for themselves.
ALTER TABLE csat_survey_responses ADD COLUMN csat_review_notes TEXT;
ALTER TABLE csat_survey_responses ADD COLUMN review_notes_updated_at TIMESTAMP;
ALTER TABLE csat_survey_responses ADD COLUMN review_notes_updated_by_id BIGINT REFERENCES users (id) ON DELETE SET NULL;
-- for what goes away with a user
CREATE INDEX csat_survey_responses_of_reviewer ON csat_survey_responses (review_notes_updated_by_id) WHERE review_notes_updated_by_id IS NOT NULL;
