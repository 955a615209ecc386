DROP INDEX conversations_of_team;
UPDATE conversations SET team_id = NULL WHERE team_id IS NOT NULL;
DROP TABLE team_members;
DROP TABLE teams;
