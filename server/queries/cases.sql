-- name: CaseRows :many
SELECT * FROM cases WHERE team = $1 ORDER BY id;

-- name: PutCase :exec
INSERT INTO cases (team, id, customer_id, is_open, wake) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (team, id) DO UPDATE SET is_open = excluded.is_open, wake = excluded.wake;

-- name: Waking :many
SELECT id FROM cases WHERE team = $1 AND wake > 0 AND wake <= $2 ORDER BY wake, id LIMIT $3;

-- name: AddContact :exec
INSERT INTO contacts (team, key, case_id) VALUES ($1, $2, $3)
ON CONFLICT (team, key, case_id) DO NOTHING;

-- name: OpenContacts :many
SELECT contacts.case_id FROM contacts
JOIN cases ON cases.team = contacts.team AND cases.id = contacts.case_id
WHERE contacts.team = $1 AND contacts.key = $2 AND cases.is_open ORDER BY contacts.case_id;

-- name: Suppressed :one
SELECT kind, at FROM suppressions WHERE key = $1;

-- name: AddSuppression :exec
INSERT INTO suppressions (key, kind, at, team, case_id, event_id, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (key) DO NOTHING;

-- name: Lease :one
SELECT * FROM leases WHERE team = $1 AND id = $2;

-- name: LeasesOf :many
SELECT * FROM leases WHERE team = $1 AND agent = $2 ORDER BY id;

-- name: Leases :many
SELECT * FROM leases WHERE team = $1 ORDER BY case_id;

-- name: CountLiveLeases :one
SELECT COUNT(*) FROM leases WHERE team = sqlc.arg(team) AND held_until > sqlc.arg(now);

-- name: PutLease :exec
INSERT INTO leases (team, case_id, id, agent, device, purpose, held_until) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (team, case_id) DO UPDATE SET
    id = excluded.id, agent = excluded.agent, device = excluded.device, purpose = excluded.purpose,
    held_until = excluded.held_until;

-- name: DropLease :exec
DELETE FROM leases WHERE team = $1 AND case_id = $2;

-- name: HoldNumber :execrows
INSERT INTO held_numbers (key, team, case_id, lease, agent, held_until)
VALUES (sqlc.arg(key), sqlc.arg(team), sqlc.arg(case_id), sqlc.arg(lease), sqlc.arg(agent), sqlc.arg(held_until))
ON CONFLICT (key) DO UPDATE SET
    team = excluded.team, case_id = excluded.case_id, lease = excluded.lease, agent = excluded.agent,
    held_until = excluded.held_until
WHERE held_numbers.held_until <= sqlc.arg(now) OR (held_numbers.team = excluded.team AND held_numbers.case_id = excluded.case_id);

-- name: HeldNumber :one
SELECT * FROM held_numbers WHERE key = $1;

-- name: FreeNumber :exec
DELETE FROM held_numbers WHERE key = $1 AND team = $2 AND case_id = $3;
