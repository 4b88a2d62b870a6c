-- name: User :one
SELECT * FROM users WHERE id = $1;

-- name: Users :many
SELECT * FROM users ORDER BY team, id;

-- name: AddUser :exec
INSERT INTO users (id, team, name, role, created_at, revoked_at, languages, skills) VALUES ($1, $2, $3, $4, $5, 0, $6, $7);

-- name: RevokeUser :execrows
UPDATE users SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0;

-- name: ReopenUser :execrows
UPDATE users SET revoked_at = 0 WHERE id = $1 AND revoked_at > 0;

-- name: ChangeUser :exec
UPDATE users SET name = $2, role = $3, team = $4, languages = $5, skills = $6 WHERE id = $1;
