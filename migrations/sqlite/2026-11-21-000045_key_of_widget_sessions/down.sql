ALTER TABLE web_widget_channels DROP COLUMN session_key;
