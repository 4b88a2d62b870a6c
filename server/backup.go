package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ringback/callback"
)

// Backup writes a complete copy of a SQLite database to a new file, durably,
// while the server runs on, and gives its size in bytes. PostgreSQL has tools
// of its own: CodeInvalid.
func (s *Server) Backup(ctx context.Context, path string) (int64, error) {
	e, ok := s.db.engine.(sqliteEngine)
	if !ok {
		return 0, callback.Errorf(callback.CodeInvalid, "a PostgreSQL database is not copied by ringback-server").
			WithHint("use pg_dump --format=custom, and pg_restore to bring it back")
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, callback.Errorf(callback.CodeInvalid, "the backup cannot be written: %w", err).WithHint("name a file that does not exist yet")
	}
	size, err := e.copyTo(ctx, path)
	if err == nil {
		err = errors.Join(f.Sync(), syncFolder(path))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, errors.Join(s.db.failure("write the backup", err), os.Remove(path))
	}
	return size, nil
}

// copyTo fills an empty file with the database as it is at this moment.
func (e sqliteEngine) copyTo(ctx context.Context, path string) (int64, error) {
	from, err := sql.Open("sqlite", sqliteDSN(e.path, "_txlock=deferred"))
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", e.path, err)
	}
	_, err = from.ExecContext(ctx, "VACUUM INTO $1", path)
	if err = errors.Join(err, from.Close()); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// syncFolder makes a new file's name durable.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
