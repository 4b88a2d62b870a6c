-- name: UserByToken :one
SELECT * FROM users WHERE token = $1;

-- name: User :one
SELECT * FROM users WHERE id = $1;

-- name: Users :many
SELECT * FROM users ORDER BY team, id;

-- name: AddUser :exec
INSERT INTO users (id, team, name, role, token, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, 0);

-- name: RevokeUser :execrows
UPDATE users SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0;
