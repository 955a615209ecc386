DROP TABLE csat_survey_responses;
