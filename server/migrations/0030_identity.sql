-- +goose Up

-- What was done by those who keep the house, over all teams, as one chain:
-- hash is the SHA-256 of the hash before it and of the row, so that a row that
-- was changed, taken out or put elsewhere is noticed. Rows are added, never
-- changed. They hold ids, numbers and words of our own: nothing that a person
-- wrote, so that an erasure need not touch them.
CREATE TABLE acts (
    n      BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    device TEXT   NOT NULL,
    team   TEXT   NOT NULL,
    what   TEXT   NOT NULL,
    target TEXT   NOT NULL,
    detail TEXT   NOT NULL,
    prev   TEXT   NOT NULL,
    hash   TEXT   NOT NULL
);
CREATE INDEX acts_team ON acts (team, n);

-- The chain's end: one row, which writers take turns at.
CREATE TABLE act_head (
    one  BIGINT PRIMARY KEY,
    n    BIGINT NOT NULL,
    hash TEXT   NOT NULL
);

-- What was on record before is taken over; the server chains it at its next
-- start. A reason is what a person wrote, and stays behind.
INSERT INTO acts (n, at, who, device, team, what, target, detail, prev, hash)
SELECT ROW_NUMBER() OVER (ORDER BY at, team, id), at, who, '', team, what, target,
    CASE WHEN what = 'suppression.add' THEN '' ELSE detail END, '', ''
FROM audit;
INSERT INTO act_head (one, n, hash) SELECT 1, COUNT(*), '' FROM acts;
DROP TABLE audit;

-- Bearer tokens, by their SHA-256. device is empty until the token was first
-- used at a desk; from then on it is that desk's alone. label is what the desk
-- called itself when it asked to be let in.
CREATE TABLE tokens (
    hash       BYTEA PRIMARY KEY,
    user_id    TEXT   NOT NULL,
    device     TEXT   NOT NULL,
    label      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX tokens_user ON tokens (user_id, device);
INSERT INTO tokens (hash, user_id, device, label, created_at, revoked_at)
SELECT token, id, '', '', created_at, 0 FROM users;
DROP INDEX users_token;
ALTER TABLE users DROP COLUMN token;

-- The desks that were seen. place is the address of the last contact. mark
-- tells one machine and folder from another, former is the one before it:
-- when a desk goes back to it, its folder exists twice. wipe_at is when its
-- wiping was ordered, wiped_at when the desk said that it is done.
CREATE TABLE devices (
    id         TEXT PRIMARY KEY,
    user_id    TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    place      TEXT   NOT NULL,
    mark       TEXT   NOT NULL,
    former     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    moved_at   BIGINT NOT NULL,
    copied_at  BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    revoked_by TEXT   NOT NULL,
    wipe_at    BIGINT NOT NULL,
    wiped_at   BIGINT NOT NULL
);
CREATE INDEX devices_user ON devices (user_id, id);

-- Desks that ask to be let in (RFC 8628). Of both codes only hashes are kept,
-- and those for minutes.
CREATE TABLE pairings (
    device_code BYTEA PRIMARY KEY,
    user_code   BYTEA  NOT NULL,
    name        TEXT   NOT NULL,
    place       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    polled_at   BIGINT NOT NULL,
    wait        BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    decided_by  TEXT   NOT NULL
);
CREATE UNIQUE INDEX pairings_code ON pairings (user_code);
CREATE INDEX pairings_expiry ON pairings (expires_at);

-- Why somebody must not be called, in the words of whoever wrote it down.
ALTER TABLE suppressions ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE suppressions DROP COLUMN reason;
DROP TABLE pairings;
DROP TABLE devices;
ALTER TABLE users ADD COLUMN token BYTEA;
UPDATE users SET token = (SELECT hash FROM tokens WHERE tokens.user_id = users.id ORDER BY created_at LIMIT 1);
CREATE UNIQUE INDEX users_token ON users (token);
DROP TABLE tokens;
CREATE TABLE audit (
    team   TEXT   NOT NULL,
    id     TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    what   TEXT   NOT NULL,
    target TEXT   NOT NULL,
    detail TEXT   NOT NULL,
    PRIMARY KEY (team, id)
);
INSERT INTO audit (team, id, at, who, what, target, detail)
SELECT team, CAST(n AS TEXT), at, who, what, target, detail FROM acts;
DROP TABLE act_head;
DROP TABLE acts;
