package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ringback/callback"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// oldestSQLite is the first release without the race that could corrupt a
// database in WAL mode when it was reset (present from 3.7.0 to 3.51.2).
const oldestSQLite = "3.51.3"

// readers is how many connections may read a SQLite file at once.
const readers = 4

type sqliteEngine struct{ path string }

// openSQLite opens a file with one writer and a few readers. WAL lets readers
// go on while the writer works; synchronous=FULL makes a commit survive a
// power cut, which NORMAL does not.
func openSQLite(ctx context.Context, path string) (*database, error) {
	if path == "" || strings.HasPrefix(path, ":") {
		return nil, callback.Errorf(callback.CodeInvalid, "the database %q names no file", "sqlite:"+path).
			WithHint("use sqlite:PATH, such as sqlite:/var/lib/ringback/server.db")
	}
	if err := privateFile(path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", sqliteDSN(path, "_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", sqliteDSN(path, "_pragma=query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	db := &database{engine: sqliteEngine{path}, read: read, write: write}
	if err := checkSQLite(ctx, write); err != nil {
		return nil, joinClose(db.failure("open "+path, err), db)
	}
	return db, nil
}

func sqliteDSN(path, more string) string {
	// What is deleted is overwritten with zeros: names and numbers of people.
	more += "&_pragma=secure_delete(1)"
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return u.String() + "?" + more + "&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32768)"
}

// privateFile makes the file and its folder readable by their owner only:
// they hold customers' names and numbers.
func privateFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "the database cannot be opened: %w", err).
			WithHint("choose another file with --db sqlite:PATH")
	}
	return f.Close()
}

// checkSQLite refuses a library that may lose data, and settings that did not
// take.
func checkSQLite(ctx context.Context, db *sql.DB) error {
	var version, journal string
	var sync int
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if olderVersion(version, oldestSQLite) {
		return callback.Errorf(callback.CodeDamaged, "SQLite %s can damage databases; %s or newer is needed", version, oldestSQLite)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&sync); err != nil {
		return err
	}
	if journal != "wal" || sync != 2 {
		return callback.Errorf(callback.CodeDamaged, "SQLite keeps journal_mode=%s and synchronous=%d instead of wal and 2 (FULL)", journal, sync).
			WithHint("put the database on a local disk")
	}
	return nil
}

// olderVersion compares dotted versions number by number.
func olderVersion(v, than string) bool {
	a, b := strings.Split(v, "."), strings.Split(than, ".")
	for i := range min(len(a), len(b)) {
		x, _ := strconv.Atoi(a[i])
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return len(a) < len(b)
}

func (sqliteEngine) name() string { return "sqlite" }

// lock has nothing to do: a transaction of the writer begins immediate, and
// SQLite has one writer.
func (sqliteEngine) lock(context.Context, *sql.Tx, string, bool) error { return nil }

// place tells nothing: a file can be copied. The file beside it is compared.
func (sqliteEngine) place(context.Context, *sql.DB) (string, error) { return "", nil }

// unhurried implements engine. In NORMAL the log is not flushed at each commit;
// the next one in FULL flushes all of it (https://sqlite.org/pragma.html#pragma_synchronous).
func (sqliteEngine) unhurried(ctx context.Context, db *sql.DB, do func() error) (err error) {
	if _, err := db.ExecContext(ctx, "PRAGMA synchronous=NORMAL"); err != nil {
		return err
	}
	defer func() {
		_, full := db.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous=FULL")
		err = errors.Join(err, full)
	}()
	return do()
}

// scrubTries is how often the log is asked to be emptied: readers may hold it
// for a moment.
const scrubTries = 20

// scrubAtOnce is the size up to which a file is written anew at once, in bytes:
// writers wait meanwhile, for some seconds a gigabyte.
const scrubAtOnce = 2 << 30

// scrub writes the file anew, so that no page keeps what was moved in it
// before, and empties the write-ahead log. What is deleted and overwritten is
// zeroed in any case; a file too large to be written anew while people work is
// left to the operator.
func (e sqliteEngine) scrub(ctx context.Context, db *database, patient bool) (left string, err error) {
	info, err := os.Stat(e.path)
	if err != nil {
		return "", fmt.Errorf("look at the database: %w", err)
	}
	if patient || info.Size() <= scrubAtOnce {
		if _, err := db.write.ExecContext(ctx, "VACUUM"); err != nil {
			return "", fmt.Errorf("write the database anew: %w", err)
		}
	} else {
		left = "the database is large: run ringback-server scrub when nobody works"
	}
	var busy, pages, done int
	for range scrubTries {
		if err := db.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &done); err != nil {
			return "", fmt.Errorf("empty the write-ahead log: %w", err)
		}
		if busy == 0 {
			return left, nil
		}
	}
	return "", fmt.Errorf("empty the write-ahead log: it is in use")
}

func (sqliteEngine) code(err error) (callback.Code, bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return "", false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return callback.CodeBusy, false
	case sqlite3.SQLITE_FULL:
		return callback.CodeFull, false
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR:
		return callback.CodeDamaged, false
	}
	return callback.CodeInternal, false
}
