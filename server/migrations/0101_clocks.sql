-- +goose Up

-- How far a desk's clock was behind the server's, in milliseconds, when it last
-- recorded something by a clock that was badly wrong, and when that came.
ALTER TABLE devices ADD COLUMN clock_off BIGINT NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN clock_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE devices DROP COLUMN clock_at;
ALTER TABLE devices DROP COLUMN clock_off;
