-- name: Partings :many
SELECT * FROM partings ORDER BY at, agent, team;

-- name: Parting :one
SELECT * FROM partings WHERE agent = $1 AND team = $2;

-- name: AddParting :exec
INSERT INTO partings (agent, team, who, at, reached, cases, callbacks, promises, escalations)
VALUES ($1, $2, $3, $4, '', 0, 0, 0, 0)
ON CONFLICT (agent, team) DO UPDATE SET reached = '';

-- name: MoveParting :exec
UPDATE partings SET reached = $3, cases = $4, callbacks = $5, promises = $6, escalations = $7 WHERE agent = $1 AND team = $2;

-- name: EndParting :exec
DELETE FROM partings WHERE agent = $1 AND team = $2;
