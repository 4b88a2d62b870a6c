package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ringback/callback"
)

// Backup writes a complete copy of a SQLite database to a new file, durably,
// while the server runs on, reads it back, and puts it on the list of those
// that are meant for restore. PostgreSQL has tools of its own: CodeInvalid.
func (s *Server) Backup(ctx context.Context, path string) (Backup, error) {
	e, ok := s.db.engine.(sqliteEngine)
	if !ok {
		return Backup{}, callback.Errorf(callback.CodeInvalid, "a PostgreSQL database is not copied by ringback-server").
			WithHint("put the backup on the list with --register NAME, then use pg_dump --format=custom, and pg_restore to bring it back")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return Backup{}, fmt.Errorf("find the folder of the backup: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Backup{}, callback.Errorf(callback.CodeInvalid, "the backup cannot be written: %w", err).WithHint("name a file that does not exist yet")
	}
	// It is listed before it is written, so that it lists itself: a server that
	// is set back to it without a word must know that it may be so again.
	b, err := s.NoteBackup(ctx, path)
	if err == nil {
		err = e.copyTo(ctx, path)
	}
	if err == nil {
		err = errors.Join(f.Sync(), syncFolder(path))
	}
	if err == nil {
		err = b.read(ctx)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return b, errors.Join(s.db.failure("write the backup", err), os.Remove(path), s.unlist(ctx, path))
	}
	if b.Epoch != s.Epoch() {
		if err := s.unlist(ctx, path); err != nil {
			return b, err
		}
		return b, callback.Errorf(callback.CodeConflict, "a new epoch began while the backup was written; it is of the one before").
			WithHint("take another one")
	}
	return b, s.register(ctx, b)
}

// copyTo fills an empty file with the database as it is at this moment.
func (e sqliteEngine) copyTo(ctx context.Context, path string) error {
	from, err := sql.Open("sqlite", sqliteDSN(e.path, "_txlock=deferred"))
	if err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	_, err = from.ExecContext(ctx, "VACUUM INTO $1", path)
	return errors.Join(err, from.Close())
}

// read checks the file and takes from it which history it holds, and how far.
func (b *Backup) read(ctx context.Context) (err error) {
	info, err := os.Stat(b.Name)
	if err != nil {
		return callback.Errorf(callback.CodeNotFound, "the backup %s cannot be read: %w", b.Name, err)
	}
	b.Bytes = info.Size()
	db, err := sql.Open("sqlite", readOnly(b.Name))
	if err != nil {
		return fmt.Errorf("open %s: %w", b.Name, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var sound string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&sound); err != nil {
		return noBackup(b.Name, err)
	}
	if sound != "ok" {
		return callback.Errorf(callback.CodeDamaged, "the backup %s is damaged: %s", b.Name, callback.Line(sound))
	}
	if err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'epoch'").Scan(&b.Epoch); err != nil {
		return noBackup(b.Name, err)
	}
	return b.readHeads(ctx, db)
}

func (b *Backup) readHeads(ctx context.Context, db *sql.DB) (err error) {
	list, err := db.QueryContext(ctx, "SELECT team, pos FROM teams")
	if err != nil {
		return noBackup(b.Name, err)
	}
	defer func() { err = errors.Join(err, list.Close()) }()
	b.Positions = map[string]uint64{}
	for list.Next() {
		var team string
		var pos int64
		if err := list.Scan(&team, &pos); err != nil {
			return noBackup(b.Name, err)
		}
		b.Positions[team] = uint64(pos)
	}
	return list.Err()
}

func noBackup(path string, err error) error {
	return callback.Errorf(callback.CodeDamaged, "%s is no backup of a ringback server: %w", path, err).
		WithHint("name a file that ringback-server backup wrote")
}

// readOnly opens a file that nobody writes to, without making files beside it.
func readOnly(path string) string {
	return strings.SplitN(sqliteDSN(path, "mode=ro&immutable=1"), "&_pragma", 2)[0]
}

// syncFolder makes a new file's name durable.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
