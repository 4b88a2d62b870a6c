-- +goose Up

-- The dials of the last days, by whom and what was dialled, over all teams:
-- the ceiling on the calls to a person and to a number reaches across cases.
-- person and tel are keyed hashes; rows older than a week are removed.
CREATE TABLE dials (
    team    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    attempt TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    person  BYTEA  NOT NULL,
    tel     BYTEA  NOT NULL
);
CREATE INDEX dials_person ON dials (person, at);
CREATE INDEX dials_tel ON dials (tel, at);
CREATE INDEX dials_at ON dials (at);

-- +goose Down

DROP TABLE dials;
