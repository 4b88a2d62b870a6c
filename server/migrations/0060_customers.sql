-- +goose Up

-- Every keyed hash by which a customer was ever known: their number in the
-- source (ref), telephone numbers (tel), addresses (mail). Customers keep the
-- latest of each.
CREATE TABLE customer_keys (
    team        TEXT  NOT NULL,
    key         BYTEA NOT NULL,
    customer_id TEXT  NOT NULL,
    kind        TEXT  NOT NULL,
    PRIMARY KEY (team, key, customer_id)
);
CREATE INDEX customer_keys_of ON customer_keys (team, customer_id);
INSERT INTO customer_keys (team, key, customer_id, kind) SELECT team, ref, id, 'ref' FROM customers WHERE LENGTH(ref) > 0;
INSERT INTO customer_keys (team, key, customer_id, kind) SELECT team, tel, id, 'tel' FROM customers WHERE LENGTH(tel) > 0;
INSERT INTO customer_keys (team, key, customer_id, kind) SELECT team, mail, id, 'mail' FROM customers WHERE LENGTH(mail) > 0;

-- Who turned out to be another customer, who has their cases and responses now.
ALTER TABLE customers ADD COLUMN joined_to TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_joined ON customers (team, joined_to) WHERE joined_to <> '';

CREATE INDEX cases_customer ON cases (team, customer_id);
CREATE INDEX responses_customer ON responses (team, customer_id);

-- +goose Down

DROP INDEX responses_customer;
DROP INDEX cases_customer;
DROP INDEX customers_joined;
ALTER TABLE customers DROP COLUMN joined_to;
DROP TABLE customer_keys;
