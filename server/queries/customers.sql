-- Of many who share a number or an address the first are looked at: of those
-- on a switchboard the source must tell who is who. SQLite would compile a
-- statement anew each time that a bound limit is set.
-- name: CustomersByKey :many
SELECT c.* FROM customer_keys k JOIN customers c ON c.team = k.team AND c.id = k.customer_id
WHERE k.team = $1 AND k.key = $2 ORDER BY k.customer_id LIMIT 50;

-- Those among them without a number in the source.
-- name: Refless :many
SELECT c.* FROM customer_keys k JOIN customers c ON c.team = k.team AND c.id = k.customer_id
WHERE k.team = $1 AND k.key = $2 AND k.refless ORDER BY k.customer_id LIMIT 50;

-- name: AddCustomerKey :exec
INSERT INTO customer_keys (team, key, customer_id, kind, refless) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (team, key, customer_id) DO NOTHING;

-- name: RefKnown :exec
UPDATE customer_keys SET refless = FALSE WHERE team = $1 AND customer_id = $2 AND refless;

-- name: KeysOfCustomer :many
SELECT key, kind FROM customer_keys WHERE team = $1 AND customer_id = $2 ORDER BY kind, key;

-- name: DropCustomerKeys :exec
DELETE FROM customer_keys WHERE team = $1 AND customer_id = $2;

-- name: JoinCustomer :exec
UPDATE customers SET joined_to = $3, case_id = '' WHERE team = $1 AND id = $2;

-- name: CustomersJoinedTo :many
SELECT id FROM customers WHERE team = $1 AND joined_to = $2 AND joined_to <> '' ORDER BY id;

-- name: MoveCases :exec
UPDATE cases SET customer_id = sqlc.arg(target) WHERE team = sqlc.arg(team) AND customer_id = sqlc.arg(customer_id);

-- name: MoveResponses :exec
UPDATE responses SET customer_id = sqlc.arg(target) WHERE team = sqlc.arg(team) AND customer_id = sqlc.arg(customer_id);

-- name: CustomersAfter :many
SELECT id FROM customers WHERE team = $1 AND id > $2 AND joined_to = '' ORDER BY id LIMIT $3;

-- name: CasesOfCustomers :many
SELECT cases.customer_id, docs.body FROM cases
JOIN docs ON docs.team = cases.team AND docs.type = 'case' AND docs.id = cases.id
WHERE cases.team = sqlc.arg(team) AND cases.customer_id > sqlc.arg(after) AND cases.customer_id <= sqlc.arg(upto)
  AND docs.body IS NOT NULL
ORDER BY cases.customer_id, cases.id;

-- name: TwoOpenCases :many
SELECT customer_id, COUNT(*) AS n FROM cases WHERE team = $1 AND is_open GROUP BY customer_id HAVING COUNT(*) > 1 ORDER BY customer_id;
