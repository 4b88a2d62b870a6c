-- name: AddPairing :exec
INSERT INTO pairings (device_code, user_code, name, place, created_at, expires_at, polled_at, wait, state, user_id, decided_by)
VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 'waiting', '', '');

-- name: Pairing :one
SELECT * FROM pairings WHERE device_code = $1;

-- name: PairingByCode :one
SELECT * FROM pairings WHERE user_code = $1;

-- name: PollPairing :exec
UPDATE pairings SET polled_at = $2, wait = $3 WHERE device_code = $1;

-- name: DecidePairing :execrows
UPDATE pairings SET state = $2, user_id = $3, decided_by = $4 WHERE device_code = $1 AND state = 'waiting';

-- name: CountPairings :one
SELECT COUNT(*) AS n FROM pairings;

-- name: ForgetPairings :exec
DELETE FROM pairings WHERE expires_at < $1;
