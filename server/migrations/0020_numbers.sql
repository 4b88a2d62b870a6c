-- +goose Up

-- Phone numbers, by keyed hash, that wait for a supervisor with all their
-- cases (state held), or that one has set free (released).
CREATE TABLE numbers (
    team    TEXT   NOT NULL,
    key     BYTEA  NOT NULL,
    state   TEXT   NOT NULL,
    cause   TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    who     TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    PRIMARY KEY (team, key)
);

-- +goose Down

DROP TABLE numbers;
