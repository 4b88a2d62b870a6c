-- +goose Up

-- Where the head of a team's feed has stood after each commit, with a random
-- mark: two histories that share a position do not share its mark. Rows below
-- the team's floor are gone, and so are the tombstones below it.
CREATE TABLE heads (
    team TEXT   NOT NULL,
    pos  BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    at   BIGINT NOT NULL,
    PRIMARY KEY (team, pos)
);
INSERT INTO heads (team, pos, mark, at) SELECT team, pos, 0, 0 FROM teams;

ALTER TABLE teams ADD COLUMN floor BIGINT NOT NULL DEFAULT 0;

-- Backups that are still meant for restore, with each team's position in them.
CREATE TABLE backups (
    name  TEXT   NOT NULL,
    team  TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    epoch TEXT   NOT NULL,
    pos   BIGINT NOT NULL,
    PRIMARY KEY (name, team)
);
CREATE INDEX backups_team ON backups (team, pos);

-- +goose Down

DROP TABLE backups;
ALTER TABLE teams DROP COLUMN floor;
DROP TABLE heads;
