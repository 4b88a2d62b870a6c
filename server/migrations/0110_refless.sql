-- +goose Up

-- Whether the customer has no number in the source. Thousands may be known by
-- one switchboard's number; those who could be one of them by it are few.
ALTER TABLE customer_keys ADD COLUMN refless BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE customer_keys SET refless = TRUE
WHERE EXISTS (SELECT 1 FROM customers c WHERE c.team = customer_keys.team AND c.id = customer_keys.customer_id AND LENGTH(c.ref) = 0);
CREATE INDEX customer_keys_refless ON customer_keys (team, key, customer_id) WHERE refless;

-- +goose Down

DROP INDEX customer_keys_refless;
ALTER TABLE customer_keys DROP COLUMN refless;
