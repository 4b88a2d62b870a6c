-- An empty team means all.

-- name: Suppressions :many
SELECT key, kind, at, team, case_id, reason FROM suppressions
WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team) ORDER BY at DESC, key LIMIT sqlc.arg(most);

-- name: CountSuppressions :one
SELECT COUNT(*) AS n FROM suppressions WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team);

-- name: AddSuppressionChange :exec
INSERT INTO suppression_changes (id, at, team, who, way, key, kind, case_id, ended, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: SuppressionChanges :many
SELECT * FROM suppression_changes
WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team) ORDER BY at DESC, id DESC LIMIT sqlc.arg(most);

-- name: CountSuppressionChanges :one
SELECT COUNT(*) AS n FROM suppression_changes WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team);
