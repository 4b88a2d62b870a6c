-- name: Number :one
SELECT * FROM numbers WHERE team = $1 AND key = $2;

-- name: PutNumber :exec
INSERT INTO numbers (team, key, state, cause, reason, at, who, case_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (team, key) DO UPDATE SET
    state = excluded.state, cause = excluded.cause, reason = excluded.reason, at = excluded.at, who = excluded.who,
    case_id = excluded.case_id;
