-- +goose Up

-- A desk's token ends at expires_at, 0 if never, and the desk takes a new one
-- before. follows is the hash of the token that a new one takes the place of,
-- until the new one was used; then that one's replaced_at is set.
ALTER TABLE tokens ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN replaced_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN follows TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE tokens DROP COLUMN follows;
ALTER TABLE tokens DROP COLUMN replaced_at;
ALTER TABLE tokens DROP COLUMN expires_at;
