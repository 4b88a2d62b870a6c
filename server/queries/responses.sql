-- name: Response :one
SELECT id, case_id, body FROM responses WHERE team = $1 AND source = $2 AND external_id = $3;

-- name: AddResponse :exec
INSERT INTO responses (team, source, external_id, id, customer_id, case_id, answered_at, received_at, score, words, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: Words :many
SELECT id, case_id, answered_at, body FROM responses
WHERE team = sqlc.arg(team) AND words
  AND score >= sqlc.arg(low) AND score <= sqlc.arg(high)
  AND (answered_at < sqlc.arg(before) OR (answered_at = sqlc.arg(before) AND id < sqlc.arg(before_id)))
ORDER BY answered_at DESC, id DESC LIMIT sqlc.arg(most);

-- name: AddCustomerNumber :exec
INSERT INTO customer_numbers (team, key, customer_id) VALUES ($1, $2, $3)
ON CONFLICT (team, key, customer_id) DO NOTHING;

-- name: KeepNumbers :exec
UPDATE customers SET tel = sqlc.arg(tel), body = sqlc.arg(body) WHERE team = sqlc.arg(team) AND id = sqlc.arg(id);

-- name: PutCustomer :exec
INSERT INTO customers (team, id, ref, tel, mail, detractors, case_id, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (team, id) DO UPDATE SET
    ref = excluded.ref, tel = excluded.tel, mail = excluded.mail, detractors = excluded.detractors,
    case_id = excluded.case_id, body = excluded.body;

-- name: SetCustomerCase :exec
UPDATE customers SET case_id = sqlc.arg(case_id) WHERE team = sqlc.arg(team) AND id = sqlc.arg(id);

-- name: FillComment :exec
UPDATE responses SET words = TRUE, body = $4 WHERE team = $1 AND source = $2 AND external_id = $3;
