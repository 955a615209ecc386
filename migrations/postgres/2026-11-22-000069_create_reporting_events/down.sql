DROP TABLE reporting_events;
