-- name: AddDial :exec
INSERT INTO dials (team, case_id, attempt, at, person, tel) VALUES ($1, $2, $3, $4, $5, $6);

-- name: DialsOfPerson :many
SELECT team, case_id, attempt, at FROM dials WHERE person = $1 AND at > $2 ORDER BY at;

-- name: DialsOfNumber :many
SELECT team, case_id, attempt, at FROM dials WHERE tel = $1 AND at > $2 ORDER BY at;

-- name: ForgetDials :exec
DELETE FROM dials WHERE at <= $1;

-- name: DialsOf :many
SELECT case_id, attempt, at, person FROM dials WHERE team = $1 AND at > $2 ORDER BY case_id, attempt;

-- name: DropDials :exec
DELETE FROM dials WHERE team = $1;

-- name: RekeyDials :exec
UPDATE dials SET person = $3 WHERE team = $1 AND case_id = $2;
