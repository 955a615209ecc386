DROP TRIGGER omit_conversation ON conversations;
DROP FUNCTION omit_conversation();
DROP TABLE report_omissions;
DROP TABLE report_progress;
DROP TABLE report_hours;
