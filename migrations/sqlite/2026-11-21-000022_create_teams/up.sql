-- People who answer together. Names are in lower case.
CREATE TABLE teams (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  allow_auto_assign BOOLEAN NOT NULL DEFAULT TRUE,
  icon TEXT NOT NULL DEFAULT '',
  icon_color TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  UNIQUE (account_id, name)
);

CREATE TABLE team_members (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  team_id BIGINT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (team_id, user_id)
);
CREATE INDEX team_members_of_user ON team_members (user_id);

-- most conversations have no team, and need no entry
CREATE INDEX conversations_of_team ON conversations (team_id, status) WHERE team_id IS NOT NULL;
