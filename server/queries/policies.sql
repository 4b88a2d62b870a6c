-- name: Policy :one
SELECT body FROM policies WHERE team = $1 AND version = $2;

-- name: AddPolicy :exec
INSERT INTO policies (team, version, created_at, created_by, body) VALUES ($1, $2, $3, $4, $5);

-- name: AddGuide :exec
INSERT INTO guides (team, id, version, created_at, created_by, source) VALUES ($1, $2, $3, $4, $5, $6);
