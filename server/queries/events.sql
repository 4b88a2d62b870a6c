-- name: Event :one
SELECT kind, stream, seq, hash, status, reason, pos, fence FROM events WHERE team = $1 AND id = $2;

-- name: EventAt :one
SELECT id FROM events WHERE team = $1 AND stream = $2 AND seq = $3;

-- name: RestreamAt :one
SELECT event_id FROM restreams WHERE team = $1 AND stream = $2 AND seq = $3;

-- name: AddEvent :exec
INSERT INTO events (team, id, n, case_id, kind, stream, seq, received_at, hash, status, reason, pos, fence, policy, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: CaseEvents :many
SELECT id, n, status, reason, fence, policy, body FROM events
WHERE team = $1 AND case_id = $2 ORDER BY n;

-- name: CountEvents :one
SELECT COUNT(*) FROM events WHERE team = $1;

-- name: Stream :one
SELECT device, agent, last_seq FROM streams WHERE team = $1 AND stream = $2;

-- name: PutStream :exec
INSERT INTO streams (team, stream, device, agent, last_seq, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (team, stream) DO UPDATE SET last_seq = excluded.last_seq, updated_at = excluded.updated_at;

-- name: AddRestream :exec
INSERT INTO restreams (team, stream, seq, event_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (team, stream, seq) DO NOTHING;

-- name: AddQuarantine :exec
INSERT INTO quarantine (team, event_id, hash, stream, seq, agent, device, received_at, reason, detail, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (team, event_id, hash) DO NOTHING;

-- name: Quarantine :many
SELECT * FROM quarantine WHERE team = sqlc.arg(team) AND (settled_at = 0 OR CAST(sqlc.arg(settled) AS BOOLEAN))
ORDER BY received_at DESC, event_id LIMIT sqlc.arg(most);

-- name: QuarantineWaits :one
SELECT COUNT(*) AS n, CAST(COALESCE(MIN(received_at), 0) AS BIGINT) AS oldest FROM quarantine WHERE team = $1 AND settled_at = 0;

-- name: QuarantineOf :many
SELECT * FROM quarantine WHERE team = $1 AND event_id = $2 AND settled_at = 0 ORDER BY received_at, hash;

-- name: SettleQuarantine :execrows
UPDATE quarantine SET settled_at = sqlc.arg(settled_at), settled_by = sqlc.arg(settled_by), how = sqlc.arg(how), note = sqlc.arg(note)
WHERE team = sqlc.arg(team) AND event_id = sqlc.arg(event_id) AND hash = sqlc.arg(hash) AND settled_at = 0;

-- name: CountRejudged :one
SELECT COUNT(*) AS n FROM quarantine WHERE team = $1 AND how = 'applied';

-- An event in quarantine that is judged anew takes its place behind those judged since.

-- name: RejudgeEvent :execrows
UPDATE events SET
    n = sqlc.arg(n), case_id = sqlc.arg(case_id), kind = sqlc.arg(kind), status = sqlc.arg(status), reason = sqlc.arg(reason),
    pos = sqlc.arg(pos), fence = sqlc.arg(fence), policy = sqlc.arg(policy), body = sqlc.arg(body)
WHERE team = sqlc.arg(team) AND id = sqlc.arg(id) AND status = 'rejected';
