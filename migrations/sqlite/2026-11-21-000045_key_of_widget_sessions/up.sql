-- The key that signs the sessions of a website's visitors. It is kept here, so that every node knows it and no session ends with a restart.
ALTER TABLE web_widget_channels ADD COLUMN session_key TEXT NOT NULL DEFAULT '';
UPDATE web_widget_channels SET session_key = lower(hex(randomblob(32)));
