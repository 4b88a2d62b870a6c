-- An empty team means all.

-- name: Suppressions :many
SELECT key, kind, at, team, case_id, reason FROM suppressions
WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team) ORDER BY at DESC, key LIMIT sqlc.arg(most);

-- name: CountSuppressions :one
SELECT COUNT(*) AS n FROM suppressions WHERE CAST(sqlc.arg(of_team) AS TEXT) IN ('', team);
