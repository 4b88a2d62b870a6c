-- +goose Up

-- By which telephone numbers, as keyed hashes, a customer is known besides the
-- one in customers.tel.
CREATE TABLE customer_numbers (
    team        TEXT  NOT NULL,
    key         BYTEA NOT NULL,
    customer_id TEXT  NOT NULL,
    PRIMARY KEY (team, key, customer_id)
);
CREATE INDEX customer_numbers_customer ON customer_numbers (team, customer_id);

-- +goose Down

DROP TABLE customer_numbers;
