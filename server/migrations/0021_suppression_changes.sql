-- +goose Up

-- Every change of the do-not-call list: who, when, and by which way. A reason
-- that stands on a case is kept there and nowhere else.
CREATE TABLE suppression_changes (
    id      TEXT   PRIMARY KEY,
    at      BIGINT NOT NULL,
    team    TEXT   NOT NULL,
    who     TEXT   NOT NULL,
    way     TEXT   NOT NULL,
    key     BYTEA  NOT NULL,
    kind    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    ended   BIGINT NOT NULL,
    reason  TEXT   NOT NULL
);
CREATE INDEX suppression_changes_at ON suppression_changes (at, id);

-- +goose Down

DROP TABLE suppression_changes;
