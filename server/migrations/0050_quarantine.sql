-- +goose Up

-- Nothing leaves quarantine without a named person: settled_at is 0 while an
-- event waits; how is applied or dismissed, by settled_by, with their words.
ALTER TABLE quarantine ADD COLUMN settled_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN how TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE quarantine DROP COLUMN note;
ALTER TABLE quarantine DROP COLUMN how;
ALTER TABLE quarantine DROP COLUMN settled_by;
ALTER TABLE quarantine DROP COLUMN settled_at;
