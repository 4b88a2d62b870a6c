-- name: Doc :one
SELECT pos, schema, rank, body FROM docs WHERE team = $1 AND type = $2 AND id = $3;

-- name: PutDoc :exec
INSERT INTO docs (team, type, id, pos, schema, rank, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (team, type, id) DO UPDATE SET
    pos = excluded.pos, schema = excluded.schema, rank = excluded.rank, body = excluded.body;

-- name: Feed :many
SELECT type, id, pos, schema, rank, body FROM docs WHERE team = $1 AND pos > $2 ORDER BY pos LIMIT $3;

-- name: FeedWithoutCases :many
SELECT type, id, pos, schema, rank, body FROM docs
WHERE team = $1 AND pos > $2 AND type NOT IN ('case', 'dispute') ORDER BY pos LIMIT $3;

-- name: CountLiving :one
SELECT COUNT(*) AS n FROM docs
WHERE team = sqlc.arg(team) AND body IS NOT NULL AND (CAST(sqlc.arg(whole) AS BOOLEAN) OR type NOT IN ('case', 'dispute'));

-- name: DocsOf :many
SELECT id, pos, schema, rank, body FROM docs WHERE team = $1 AND type = $2 ORDER BY id;

-- name: DocsBetween :many
SELECT id, body FROM docs
WHERE team = sqlc.arg(team) AND type = sqlc.arg(type) AND id >= sqlc.arg(low) AND id < sqlc.arg(high) AND body IS NOT NULL
ORDER BY id;

-- name: OpenRanks :many
SELECT id, rank FROM docs WHERE team = $1 AND rank IS NOT NULL;

-- name: CountDocs :one
SELECT COUNT(*) AS n, CAST(COALESCE(MAX(pos), 0) AS BIGINT) AS high FROM docs WHERE team = $1;

-- name: DocsAfter :many
SELECT id, body FROM docs
WHERE team = $1 AND type = $2 AND id > $3 AND body IS NOT NULL ORDER BY id LIMIT $4;
