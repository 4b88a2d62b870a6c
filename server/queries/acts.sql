-- name: ActHead :one
SELECT n, hash FROM act_head WHERE one = 1;

-- Writers take turns at the chain's end: whoever moved it holds the row until
-- the commit.
-- name: LockActHead :one
UPDATE act_head SET n = n WHERE one = 1 RETURNING n, hash;

-- name: MoveActHead :exec
UPDATE act_head SET n = $1, hash = $2 WHERE one = 1;

-- name: AddAct :exec
INSERT INTO acts (n, at, who, device, team, what, target, detail, prev, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- An empty team means all.
-- name: Acts :many
SELECT * FROM acts
WHERE n > sqlc.arg(after) AND CAST(sqlc.arg(of_team) AS TEXT) IN ('', team) ORDER BY n LIMIT sqlc.arg(most);

-- Only for acts that were on record before there was a chain.
-- name: SealAct :exec
UPDATE acts SET prev = $2, hash = $3 WHERE n = $1 AND hash = '';
