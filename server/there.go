package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"ringback/callback"

	"github.com/jackc/pgx/v5"
)

// there refuses what is no database of ringback's, without writing to it: to
// open it would make the tables, and whoever looks at it or backs it up would be
// told that all is well with it. What cannot be asked is left to the opening,
// which says what is wrong.
func (cfg Config) there(ctx context.Context) error {
	kind, rest, _ := strings.Cut(cfg.DSN, ":")
	there, err := true, error(nil)
	where := "in the file " + callback.Line(rest).String()
	switch kind {
	case "sqlite":
		there, err = thereSQLite(ctx, rest)
	case "postgres", "postgresql":
		there, where, err = therePostgres(ctx, cfg.DSN)
	}
	if err != nil || there {
		return err
	}
	return callback.Errorf(callback.CodeNotFound, "there is no ringback database %s: it has none of the tables", where).
		WithHint("name the right one with --db or RINGBACK_DB; the server makes a new one: ringback-server serve")
}

// ours are the tables that every database of ringback's has from its first
// moment.
var ours = []string{"goose_db_version", "meta"}

// thereSQLite tells whether a file holds the tables. A file that is damaged, or
// no database, is for the opening to judge.
func thereSQLite(ctx context.Context, path string) (bool, error) {
	if path == "" || strings.HasPrefix(path, ":") {
		return true, nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil || info.IsDir():
		return true, nil
	case info.Size() == 0:
		// A server that was just made may have everything in its log so far.
		if log, err := os.Stat(path + "-wal"); err != nil || log.Size() == 0 {
			return false, nil
		}
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return true, nil
	}
	var n int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)", ours[0], ours[1]).Scan(&n)
	if closed := db.Close(); err != nil || closed != nil {
		return true, nil
	}
	return n == len(ours), nil
}

// therePostgres tells whether the database holds the tables, where they are
// looked for first, and names it. One that cannot be reached is for the opening
// to judge.
func therePostgres(ctx context.Context, dsn string) (there bool, where string, err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return true, "", nil
	}
	where = fmt.Sprintf("%q at %s:%d", callback.Line(cfg.Database), callback.Line(cfg.Host), cfg.Port)
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return true, where, nil
	}
	err = conn.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL", ours[0], ours[1]).Scan(&there)
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return false, where, fmt.Errorf("look for the tables: %w", err)
	}
	return there, where, nil
}
