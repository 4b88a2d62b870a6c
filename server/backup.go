package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// unfinished is behind the name of a backup until it is whole, with a word that
// no other one has behind it.
const unfinished = ".unfinished-"

// abandonedAfter is how much older than a new backup an unfinished one is that
// nobody writes any more: SQLite writes without a pause, and the reading back
// that follows takes a fraction of that.
const abandonedAfter = time.Hour

// Backup writes a complete copy of a SQLite database to a new file, durably,
// while the server runs on, reads it back, and puts it on the list of those
// that are meant for restore. Until all of it is on disk it has another name,
// and is on no list: a kill leaves no file that could be taken for a backup.
// PostgreSQL has tools of its own: CodeInvalid.
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
	if _, err := os.Lstat(path); err == nil {
		return Backup{}, taken(path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+unfinished+"*")
	if err != nil {
		return Backup{}, callback.Errorf(callback.CodeInvalid, "the backup cannot be written: %w", err).WithHint("name a file in a folder that this user may write to")
	}
	b := Backup{Name: f.Name(), At: s.now()}
	err = errors.Join(s.fill(ctx, e, &b, path), f.Sync(), f.Close())
	if err == nil && b.Epoch != s.Epoch() {
		err = callback.Errorf(callback.CodeConflict, "a new epoch began while the backup was written; it is of the one before").
			WithHint("take another one")
	}
	if err == nil {
		clearAbandoned(b.Name)
		err = publish(b.Name, path)
	}
	if err != nil {
		if err = s.db.failure("write the backup", err); callback.CodeOf(err) == callback.CodeFull {
			err = callback.Errorf(callback.CodeFull, "the backup was not written: the disk with %s is full: %w", filepath.Dir(path), err).
				WithHint("make room, or name a file on another disk; nothing is left of this one")
		}
		return b, errors.Join(err, removeDatabase(b.Name))
	}
	b.Name = path
	if err := s.register(ctx, b); err != nil {
		return b, errors.Join(err, os.Remove(path))
	}
	return b, nil
}

func taken(path string) error {
	return callback.Errorf(callback.CodeInvalid, "%s exists already", path).WithHint("name a file that does not exist yet")
}

// fill writes the copy and checks it. The copy lists itself: a server that is
// set back to it without a word must know that it may be so again.
func (s *Server) fill(ctx context.Context, e sqliteEngine, b *Backup, path string) error {
	if err := e.copyTo(ctx, b.Name); err != nil {
		return err
	}
	if err := b.readHistory(ctx); err != nil {
		return err
	}
	if err := b.listItself(ctx, path); err != nil {
		return err
	}
	return b.read(ctx)
}

// publish gives a whole backup its name, unless a file has it by now.
func publish(from, to string) error {
	err := os.Link(from, to)
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken(to)
	case err == nil:
		err = os.Remove(from)
	default: // no second names on this disk
		err = os.Rename(from, to)
	}
	return errors.Join(err, syncFolder(to))
}

// clearAbandoned removes what backups into the folder of a new one left behind
// that were cut short. That it cannot is no harm.
func clearAbandoned(made string) {
	mine, err := os.Stat(made)
	if err != nil {
		return
	}
	left, err := filepath.Glob(filepath.Join(escapeGlob(filepath.Dir(made)), "*"+unfinished+"*"))
	if err != nil {
		return
	}
	for _, name := range left {
		info, err := os.Lstat(name)
		if err == nil && info.Mode().IsRegular() && mine.ModTime().Sub(info.ModTime()) > abandonedAfter {
			_ = os.Remove(name)
		}
	}
}

// escapeGlob makes a pattern that means a folder and nothing else.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
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

// listItself puts the copy on its own list, by the name that it will have. It
// is no database in WAL mode afterwards: one file is all there is.
func (b *Backup) listItself(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", strings.Replace(sqliteDSN(b.Name, "_txlock=immediate"), "journal_mode(WAL)", "journal_mode(DELETE)", 1))
	if err != nil {
		return fmt.Errorf("open %s: %w", b.Name, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	listed := *b
	listed.Name = path
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := listed.list(ctx, rows.New(tx)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// read checks the file and takes from it which history it holds, and how far.
func (b *Backup) read(ctx context.Context) error {
	info, err := os.Stat(b.Name)
	if err != nil {
		return callback.Errorf(callback.CodeNotFound, "the backup %s cannot be read: %w", b.Name, err)
	}
	b.Bytes = info.Size()
	return b.look(func(db *sql.DB) error {
		var sound string
		if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&sound); err != nil {
			return noBackup(b.Name, err)
		}
		if sound != "ok" {
			return callback.Errorf(callback.CodeDamaged, "the backup %s is damaged: %s", b.Name, callback.Line(sound))
		}
		return b.historyOf(ctx, db)
	})
}

// readHistory takes from the file which history it holds, and how far.
func (b *Backup) readHistory(ctx context.Context) error {
	return b.look(func(db *sql.DB) error { return b.historyOf(ctx, db) })
}

func (b *Backup) look(do func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", readOnly(b.Name))
	if err != nil {
		return fmt.Errorf("open %s: %w", b.Name, err)
	}
	return errors.Join(do(db), db.Close())
}

func (b *Backup) historyOf(ctx context.Context, db *sql.DB) error {
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
