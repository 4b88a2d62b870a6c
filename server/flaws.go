package server

import (
	"context"
	"database/sql"
	"errors"

	"ringback/callback"
)

// maxFlaws bounds how many flaws of a database file are told.
const maxFlaws = "20"

// restoreHint is what to do about a damaged database.
const restoreHint = "stop the server, look at the disk, and restore the latest backup with ringback-server restore; the desks send again what it lacks"

// flaws asks SQLite whether the file's pages hold together: a page that no
// question happens to touch is damaged all the same.
func (sqliteEngine) flaws(ctx context.Context, db *sql.DB) ([]string, error) {
	list, err := db.QueryContext(ctx, "PRAGMA quick_check("+maxFlaws+")")
	if err != nil {
		return nil, err
	}
	defer list.Close() //nolint:errcheck // it was only read
	var out []string
	for list.Next() {
		var word string
		if err := list.Scan(&word); err != nil {
			return out, err
		}
		if word != "ok" {
			out = append(out, callback.Line(word).String())
		}
	}
	return out, list.Err()
}

// flaws are looked for by PostgreSQL itself (pg_amcheck, data checksums).
func (pgEngine) flaws(context.Context, *sql.DB) ([]string, error) { return nil, nil }

// flawed tells whether the database itself is damaged, when something went
// wrong that does not say so: a damaged page can look like a table that is
// missing.
func (db *database) flawed(ctx context.Context, err error) error {
	if code := callback.CodeOf(db.failure("", err)); code != callback.CodeInternal {
		return err
	}
	list, bad := db.engine.flaws(ctx, db.read)
	if bad != nil && callback.CodeOf(db.failure("", bad)) == callback.CodeDamaged {
		list = append(list, bad.Error())
	}
	if len(list) == 0 {
		return err
	}
	return callback.Errorf(callback.CodeDamaged, "the database is damaged (%s): %w", list[0], err).WithHint(restoreHint)
}

// checkFile adds the flaws of the database file to a report; sound tells that
// there are none, so that its content can be looked at.
func (s *Server) checkFile(ctx context.Context, report *callback.CheckReport) (sound bool, err error) {
	list, err := s.db.engine.flaws(ctx, s.db.read)
	if err != nil {
		err = s.db.failure("check the database file", err)
		var known *callback.Error
		if !errors.As(err, &known) || known.Code != callback.CodeDamaged {
			return false, err
		}
		list = append(list, known.Message)
	}
	for _, flaw := range list {
		report.Problems = append(report.Problems, callback.Problem{Where: "file", What: flaw})
	}
	return len(list) == 0, nil
}
