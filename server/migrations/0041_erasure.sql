-- +goose Up

-- Whose data was erased, and when. The same stands in a file beside the
-- database, so that it outlives a restore.
CREATE TABLE erasures (
    id     TEXT PRIMARY KEY,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    cases  BIGINT NOT NULL
);

-- The cases of an erased person; those too that a backup lacked when the
-- erasure was repeated on it.
CREATE TABLE erased_cases (
    case_id TEXT NOT NULL,
    team    TEXT NOT NULL,
    erasure TEXT NOT NULL,
    PRIMARY KEY (case_id, team)
);

-- Keyed hashes by which an erased person, or a response of theirs, is known
-- when an import brings them again. kind is ref, tel, mail or response.
CREATE TABLE erased_keys (
    key     BYTEA  NOT NULL,
    erasure TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (key, erasure)
);
CREATE INDEX erased_keys_erasure ON erased_keys (erasure, kind);

-- Up to which position of the feed a desk has destroyed what was erased, in
-- which epoch.
CREATE TABLE shreds (
    device  TEXT   NOT NULL,
    team    TEXT   NOT NULL,
    epoch   TEXT   NOT NULL,
    through BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (device, team)
);

-- +goose Down

DROP TABLE shreds;
DROP TABLE erased_keys;
DROP TABLE erased_cases;
DROP TABLE erasures;
