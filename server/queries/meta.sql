-- name: Meta :one
SELECT value FROM meta WHERE name = $1;

-- name: SetMeta :exec
INSERT INTO meta (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: Teams :many
SELECT * FROM teams ORDER BY team;

-- name: Team :one
SELECT * FROM teams WHERE team = $1;

-- name: AddTeam :exec
INSERT INTO teams (team, name, pos, events, policy, created_at, floor) VALUES ($1, $2, 0, 0, 0, $3, 0);

-- name: MoveTeam :exec
UPDATE teams SET pos = $2, events = $3, policy = $4 WHERE team = $1;
