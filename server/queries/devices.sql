-- Who bears a token, and at which desk: all that a request is judged by.
-- name: Bearer :one
SELECT t.device AS bound, t.revoked_at AS token_revoked_at, t.label, t.created_at AS token_created_at, t.expires_at, t.replaced_at, t.follows,
    u.id, u.team, u.name, u.role, u.revoked_at,
    COALESCE(d.mark, '') AS mark, COALESCE(d.former, '') AS former, COALESCE(d.place, '') AS place,
    COALESCE(d.seen_at, 0) AS seen_at, COALESCE(d.moved_at, 0) AS moved_at, COALESCE(d.copied_at, 0) AS copied_at,
    COALESCE(d.revoked_at, 0) AS device_revoked_at, COALESCE(d.wipe_at, 0) AS wipe_at, COALESCE(d.wiped_at, 0) AS wiped_at
FROM tokens t JOIN users u ON u.id = t.user_id LEFT JOIN devices d ON d.id = t.device WHERE t.hash = $1;

-- name: AddToken :exec
INSERT INTO tokens (hash, user_id, device, label, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, 0);

-- name: BindToken :execrows
UPDATE tokens SET device = $2, expires_at = $3 WHERE hash = $1 AND device = '';

-- A desk's next token, made by the desk itself.
-- name: AddNextToken :exec
INSERT INTO tokens (hash, user_id, device, label, created_at, revoked_at, expires_at, follows) VALUES ($1, $2, $3, $4, $5, 0, $6, $7);

-- name: Token :one
SELECT * FROM tokens WHERE hash = $1;

-- Of tokens that were asked for and never used the last one counts.
-- name: DropNextTokens :exec
DELETE FROM tokens WHERE user_id = $1 AND device = $2 AND follows <> '' AND hash <> $3;

-- name: TokenUsed :execrows
UPDATE tokens SET follows = '' WHERE hash = $1 AND follows <> '';

-- name: ReplaceToken :exec
UPDATE tokens SET replaced_at = $2, expires_at = $3 WHERE hash = $1 AND replaced_at = 0;

-- Ends the tokens of a desk but the one that it has now.
-- name: RevokeTokensOf :exec
UPDATE tokens SET revoked_at = $3 WHERE user_id = $1 AND device = $2 AND revoked_at = 0 AND hash <> $4;

-- name: RevokeToken :exec
UPDATE tokens SET revoked_at = $2 WHERE hash = $1 AND revoked_at = 0;

-- name: CountTokens :one
SELECT COUNT(*) AS n FROM tokens WHERE user_id = $1 AND device = '' AND revoked_at = 0;

-- name: Device :one
SELECT * FROM devices WHERE id = $1;

-- name: Devices :many
SELECT * FROM devices WHERE user_id = $1 ORDER BY created_at, id;

-- name: AddDevice :exec
INSERT INTO devices (id, user_id, name, place, mark, former, created_at, seen_at, moved_at, copied_at, revoked_at, revoked_by, wipe_at, wiped_at)
VALUES ($1, $2, $3, $4, $5, '', $6, $6, 0, 0, 0, '', 0, 0);

-- A desk is let in again by a new token.
-- name: ReviveDevice :exec
UPDATE devices SET name = $2, place = $3, mark = $4, former = '', seen_at = $5, moved_at = 0, copied_at = 0, revoked_at = 0, revoked_by = ''
WHERE id = $1;

-- name: SeeDevice :exec
UPDATE devices SET place = $2, mark = $3, former = $4, seen_at = $5, moved_at = $6 WHERE id = $1;

-- name: MarkCopied :execrows
UPDATE devices SET copied_at = $2 WHERE id = $1 AND copied_at = 0;

-- name: RevokeDevice :execrows
UPDATE devices SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at = 0;

-- name: OrderWipe :execrows
UPDATE devices SET wipe_at = $2 WHERE id = $1 AND wipe_at = 0;

-- name: DeviceWiped :execrows
UPDATE devices SET wiped_at = $2 WHERE id = $1 AND wiped_at = 0;

-- Desks that went wrong: for the notices. An empty team means all.
-- name: CopiedDevices :many
SELECT d.id, d.name, d.user_id, u.name AS user_name, d.copied_at FROM devices d JOIN users u ON u.id = d.user_id
WHERE d.copied_at > 0 AND d.revoked_at = 0 AND CAST(sqlc.arg(of_team) AS TEXT) IN ('', u.team) ORDER BY d.copied_at, d.id;

-- name: TokenGiven :one
SELECT created_at FROM tokens WHERE hash = $1;

-- name: AcceptCopied :execrows
UPDATE devices SET copied_at = -1 WHERE id = $1 AND copied_at > 0;

-- Ends all tokens of an account.
-- name: RevokeAllTokens :exec
UPDATE tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at = 0;

-- name: RevokeAllDevices :exec
UPDATE devices SET revoked_at = $2, revoked_by = $3 WHERE user_id = $1 AND revoked_at = 0;

-- name: OrderAllWipes :exec
UPDATE devices SET wipe_at = $2 WHERE user_id = $1 AND wipe_at = 0;

-- name: OtherAdmins :one
SELECT COUNT(*) AS n FROM users WHERE role = 'administrator' AND revoked_at = 0 AND id <> $1;

-- name: NoteClock :exec
UPDATE devices SET clock_off = $2, clock_at = $3 WHERE id = $1;
