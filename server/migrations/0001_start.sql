-- +goose Up

-- One schema for SQLite and PostgreSQL: TEXT, BIGINT, BOOLEAN and BYTEA only.
-- Times are microseconds UTC. The team comes first in every key that belongs
-- to a team, so that a sharded database can spread teams.

-- What the server knows of itself: epoch, secret, schema.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- pos is the head of the team's feed, events the number of its last event,
-- policy the version in force.
CREATE TABLE teams (
    team       TEXT PRIMARY KEY,
    name       TEXT   NOT NULL,
    pos        BIGINT NOT NULL,
    events     BIGINT NOT NULL,
    policy     BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- token is the SHA-256 of a bearer token; the token itself is nowhere.
CREATE TABLE users (
    id         TEXT PRIMARY KEY,
    team       TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    token      BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_token ON users (token);
CREATE INDEX users_team ON users (team, id);

CREATE TABLE policies (
    team       TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT   NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (team, version)
);

-- source is the guide's Markdown as its author wrote it.
CREATE TABLE guides (
    team       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    PRIMARY KEY (team, id, version)
);

-- The feed: the latest state of every document. A document without a body is
-- a tombstone; a rank is there for open cases only.
CREATE TABLE docs (
    team   TEXT   NOT NULL,
    type   TEXT   NOT NULL,
    id     TEXT   NOT NULL,
    pos    BIGINT NOT NULL,
    schema BIGINT NOT NULL,
    rank   BYTEA,
    body   BYTEA,
    PRIMARY KEY (team, type, id)
);
CREATE UNIQUE INDEX docs_pos ON docs (team, pos);
CREATE INDEX docs_open ON docs (team, id) WHERE rank IS NOT NULL;

-- Every event that was ever judged. n counts the team's events in commit
-- order; policy is the version that judged it, so that a recount can repeat it.
CREATE TABLE events (
    team        TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    case_id     TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    stream      TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    hash        BYTEA  NOT NULL,
    status      TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    pos         BIGINT NOT NULL,
    fence       BIGINT NOT NULL,
    policy      BIGINT NOT NULL,
    body        BYTEA  NOT NULL,
    PRIMARY KEY (team, id)
);
CREATE INDEX events_case ON events (team, case_id, n);
CREATE INDEX events_stream ON events (team, stream, seq);

CREATE TABLE streams (
    team       TEXT   NOT NULL,
    stream     TEXT   NOT NULL,
    device     TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    last_seq   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (team, stream)
);

-- Events that came again under another number, after their desk began a new
-- stream.
CREATE TABLE restreams (
    team     TEXT   NOT NULL,
    stream   TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    event_id TEXT   NOT NULL,
    PRIMARY KEY (team, stream, seq)
);

-- Refused events, byte for byte.
CREATE TABLE quarantine (
    team        TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    hash        BYTEA  NOT NULL,
    stream      TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    agent       TEXT   NOT NULL,
    device      TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    detail      TEXT   NOT NULL,
    body        BYTEA  NOT NULL,
    PRIMARY KEY (team, event_id, hash)
);

-- score is -1 where the customer gave none.
CREATE TABLE responses (
    team        TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    external_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    customer_id TEXT    NOT NULL,
    case_id     TEXT    NOT NULL,
    answered_at BIGINT  NOT NULL,
    received_at BIGINT  NOT NULL,
    score       BIGINT  NOT NULL,
    words       BOOLEAN NOT NULL,
    body        BYTEA   NOT NULL,
    PRIMARY KEY (team, source, external_id)
);
CREATE INDEX responses_time ON responses (team, answered_at, id);

-- ref, tel and mail are keyed hashes by which a customer is recognised; empty
-- where there is none. case_id is the customer's open case, or empty.
CREATE TABLE customers (
    team       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    ref        BYTEA  NOT NULL,
    tel        BYTEA  NOT NULL,
    mail       BYTEA  NOT NULL,
    detractors BIGINT NOT NULL,
    case_id    TEXT   NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (team, id)
);
CREATE INDEX customers_ref ON customers (team, ref, id);
CREATE INDEX customers_tel ON customers (team, tel, id);
CREATE INDEX customers_mail ON customers (team, mail, id);

-- wake is when the clock alone changes the case: a callback missed, a promise
-- overdue, the case too old; 0 if never.
CREATE TABLE cases (
    team        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    customer_id TEXT    NOT NULL,
    is_open     BOOLEAN NOT NULL,
    wake        BIGINT  NOT NULL,
    PRIMARY KEY (team, id)
);
CREATE INDEX cases_wake ON cases (team, wake);

-- The cases of a person or number, by keyed hash.
CREATE TABLE contacts (
    team    TEXT  NOT NULL,
    key     BYTEA NOT NULL,
    case_id TEXT  NOT NULL,
    PRIMARY KEY (team, key, case_id)
);

-- Persons and numbers that must never be called again, over all teams.
CREATE TABLE suppressions (
    key      BYTEA PRIMARY KEY,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    team     TEXT   NOT NULL,
    case_id  TEXT   NOT NULL,
    event_id TEXT   NOT NULL
);

CREATE TABLE leases (
    team       TEXT   NOT NULL,
    case_id    TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    device     TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (team, case_id)
);
CREATE INDEX leases_id ON leases (team, id);
CREATE INDEX leases_agent ON leases (team, agent);

-- The one live lease of a phone number, over all teams.
CREATE TABLE held_numbers (
    key        BYTEA PRIMARY KEY,
    team       TEXT   NOT NULL,
    case_id    TEXT   NOT NULL,
    lease      TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    held_until BIGINT NOT NULL
);

-- What administrators did.
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

-- +goose Down

DROP TABLE audit;
DROP TABLE held_numbers;
DROP TABLE leases;
DROP TABLE suppressions;
DROP TABLE contacts;
DROP TABLE cases;
DROP TABLE customers;
DROP TABLE responses;
DROP TABLE quarantine;
DROP TABLE restreams;
DROP TABLE streams;
DROP TABLE events;
DROP TABLE docs;
DROP TABLE guides;
DROP TABLE policies;
DROP TABLE users;
DROP TABLE teams;
DROP TABLE meta;
