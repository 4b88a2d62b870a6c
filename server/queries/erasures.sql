-- name: Customer :one
SELECT * FROM customers WHERE team = $1 AND id = $2;

-- name: CustomerOfCase :one
SELECT customer_id FROM cases WHERE team = $1 AND id = $2;

-- name: CustomersByRef :many
SELECT id, ref, tel, mail FROM customers WHERE team = $1 AND ref = $2;

-- name: CustomersByTel :many
SELECT id, ref, tel, mail FROM customers
WHERE customers.team = $1 AND (tel = $2 OR id IN (SELECT customer_id FROM customer_numbers WHERE customer_numbers.team = $1 AND key = $2));

-- name: CustomerNumbers :many
SELECT key FROM customer_numbers WHERE team = $1 AND customer_id = $2 ORDER BY key;

-- name: DropCustomerNumbers :exec
DELETE FROM customer_numbers WHERE team = $1 AND customer_id = $2;

-- name: CustomersByMail :many
SELECT id, ref, tel, mail FROM customers WHERE team = $1 AND mail = $2;

-- name: CasesOfCustomer :many
SELECT id FROM cases WHERE team = $1 AND customer_id = $2 ORDER BY id;

-- name: ResponsesOfCustomer :many
SELECT source, external_id, id, words, body FROM responses WHERE team = $1 AND customer_id = $2 ORDER BY source, external_id;

-- name: EraseCustomer :exec
UPDATE customers SET ref = $3, tel = $3, mail = $3, case_id = '', body = $4 WHERE team = $1 AND id = $2;

-- name: EraseResponse :exec
UPDATE responses SET source = $4, external_id = $5, words = FALSE, body = $6
WHERE team = $1 AND source = $2 AND external_id = $3;

-- name: EraseEvent :exec
UPDATE events SET body = $3 WHERE team = $1 AND id = $2;

-- name: EraseQuarantined :exec
UPDATE quarantine SET body = $4, detail = '', note = '' WHERE team = $1 AND event_id = $2 AND hash = $3;

-- name: AllQuarantine :many
SELECT event_id, hash, body FROM quarantine WHERE team = $1;

-- name: DropContacts :exec
DELETE FROM contacts WHERE team = $1 AND case_id = $2;

-- name: EraseSuppressionReason :exec
UPDATE suppressions SET reason = '' WHERE key = $1;

-- name: EraseChangeReasons :exec
UPDATE suppression_changes SET reason = '' WHERE key = $1;

-- name: EraseNumberReason :exec
UPDATE numbers SET reason = '' WHERE key = $1;

-- name: AddErasure :exec
INSERT INTO erasures (id, at, who, reason, cases) VALUES ($1, $2, $3, $4, $5);

-- name: Erasure :one
SELECT at FROM erasures WHERE id = $1;

-- name: Erasures :many
SELECT * FROM erasures ORDER BY at DESC, id;

-- name: CountErasures :one
SELECT COUNT(*) FROM erasures;

-- name: AddErasedCase :exec
INSERT INTO erased_cases (case_id, team, erasure) VALUES ($1, $2, $3) ON CONFLICT (case_id, team) DO NOTHING;

-- name: AddErasedKey :exec
INSERT INTO erased_keys (key, erasure, kind, at) VALUES ($1, $2, $3, $4) ON CONFLICT (key, erasure) DO NOTHING;

-- name: ErasedKey :one
SELECT erasure, kind, at FROM erased_keys WHERE key = $1 ORDER BY at DESC LIMIT 1;

-- name: ErasedKeysOf :many
SELECT key, kind FROM erased_keys WHERE erasure = $1;

-- name: ErasedCase :one
SELECT erasure FROM erased_cases WHERE case_id = $1 AND team = $2;

-- name: IsErased :one
SELECT COUNT(*) FROM erased_cases WHERE case_id = $1;

-- name: CasesOfErasure :many
SELECT e.team, e.case_id, COALESCE(c.customer_id, '') AS customer_id
FROM erased_cases e LEFT JOIN cases c ON c.team = e.team AND c.id = e.case_id WHERE e.erasure = $1 ORDER BY e.team, e.case_id;

-- name: PutShred :exec
INSERT INTO shreds (device, team, epoch, through, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (device, team) DO UPDATE SET epoch = excluded.epoch, through = excluded.through, at = excluded.at;

-- name: Shreds :many
SELECT * FROM shreds WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team) ORDER BY team, device;

-- name: ErasedDocs :many
SELECT id, pos FROM docs WHERE team = $1 AND type = 'erased' ORDER BY pos;

-- name: DevicesOfTeam :many
SELECT d.id, d.user_id, u.name AS user_name, d.name, d.seen_at, d.created_at, d.revoked_at, d.wiped_at, u.team
FROM devices d JOIN users u ON u.id = d.user_id
WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', u.team) ORDER BY u.team, d.user_id, d.id;
