-- name: AddHead :exec
INSERT INTO heads (team, pos, mark, at) VALUES ($1, $2, $3, $4);

-- name: Head :one
SELECT mark FROM heads WHERE team = $1 AND pos = $2;

-- name: FirstHead :one
SELECT pos, at FROM heads WHERE team = $1 ORDER BY pos LIMIT 1;

-- The last head before an instant, other than the present one.
-- name: LastHeadBefore :one
SELECT pos FROM heads WHERE heads.team = $1 AND at < $2 AND pos < (SELECT teams.pos FROM teams WHERE teams.team = $1)
ORDER BY pos DESC LIMIT 1;

-- name: DropHeads :exec
DELETE FROM heads WHERE team = $1 AND pos < $2;

-- name: DropTombstones :execrows
DELETE FROM docs WHERE team = $1 AND pos <= $2 AND body IS NULL;

-- name: RaiseFloor :exec
UPDATE teams SET floor = $2 WHERE team = $1 AND floor < $2;

-- name: AddBackup :exec
INSERT INTO backups (name, team, at, epoch, pos) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name, team) DO UPDATE SET at = excluded.at, epoch = excluded.epoch, pos = excluded.pos;

-- A team that is added later is in no backup of before.
-- name: AddTeamToBackups :exec
INSERT INTO backups (name, team, at, epoch, pos)
SELECT b.name, CAST(sqlc.arg(of_team) AS TEXT), MIN(b.at), MIN(b.epoch), 0 FROM backups b GROUP BY b.name;

-- name: Backups :many
SELECT * FROM backups ORDER BY at DESC, name, team;

-- name: BackedUp :many
SELECT pos FROM backups WHERE team = $1;

-- name: ForgetBackup :execrows
DELETE FROM backups WHERE name = $1;

-- What a history holds that another may lack.
-- name: CountResponses :one
SELECT COUNT(*) FROM responses WHERE team = $1;

-- name: CountGuides :one
SELECT COUNT(*) FROM guides WHERE team = $1;

-- name: LostEvents :many
SELECT e.stream, s.agent, s.device, CAST(MIN(e.seq) AS BIGINT) AS first, CAST(MAX(e.seq) AS BIGINT) AS last, COUNT(*) AS n
FROM events e JOIN streams s ON s.team = e.team AND s.stream = e.stream
WHERE e.team = sqlc.arg(team) AND e.pos > sqlc.arg(after) AND e.pos <= sqlc.arg(upto)
GROUP BY e.stream, s.agent, s.device ORDER BY e.stream;
