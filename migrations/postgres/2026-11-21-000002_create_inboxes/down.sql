DROP TABLE inbox_members;
DROP TABLE working_hours;
DROP TABLE web_widget_channels;
DROP TABLE api_channels;
DROP TABLE inboxes;
