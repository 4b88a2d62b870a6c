-- +goose Up

-- What an agent speaks (BCP 47) and can do: words, in order, with spaces
-- between. Empty: nothing is said.
ALTER TABLE users ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN skills TEXT NOT NULL DEFAULT '';

-- Who has left a team and whose cases are being handed on, a batch at a time:
-- reached is the case up to which it is done. who ordered it, at when; the rest
-- counts what was handed on.
CREATE TABLE partings (
    agent       TEXT   NOT NULL,
    team        TEXT   NOT NULL,
    who         TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    reached     TEXT   NOT NULL,
    cases       BIGINT NOT NULL,
    callbacks   BIGINT NOT NULL,
    promises    BIGINT NOT NULL,
    escalations BIGINT NOT NULL,
    PRIMARY KEY (agent, team)
);

-- Accounts that were closed before hand on what they still have.
INSERT INTO partings (agent, team, who, at, reached, cases, callbacks, promises, escalations)
SELECT id, team, 'server', revoked_at, '', 0, 0, 0, 0 FROM users WHERE revoked_at > 0;

-- +goose Down

DROP TABLE partings;
ALTER TABLE users DROP COLUMN skills;
ALTER TABLE users DROP COLUMN languages;
