-- name: Policy :one
SELECT body, created_at FROM policies WHERE team = $1 AND version = $2;

-- name: PolicyVersionAt :one
SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS version FROM policies WHERE team = $1 AND created_at <= $2;

-- name: AddPolicy :exec
INSERT INTO policies (team, version, created_at, created_by, body) VALUES ($1, $2, $3, $4, $5);

-- name: AddGuide :exec
INSERT INTO guides (team, id, version, created_at, created_by, source) VALUES ($1, $2, $3, $4, $5, $6);

-- name: GuideVersions :many
SELECT id, version, created_by FROM guides WHERE team = $1;

-- name: GuideSource :one
SELECT version, source FROM guides WHERE team = $1 AND id = $2 AND version <= $3 ORDER BY version DESC LIMIT 1;
