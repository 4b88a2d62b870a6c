package server

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"ringback/callback"
	"ringback/server/rows"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// database is one of the two engines, with what differs between them.
type database struct {
	engine engine
	// read never waits for writers; write takes turns.
	read, write *sql.DB
	// ask holds the statements prepared on read, tell those on write.
	ask, tell *rows.Queries
	// crown completes the right to serve once the tables are there; nil if there
	// is nothing to do.
	crown func(context.Context) error
}

// engine is what SQLite and PostgreSQL do differently; the SQL is the same.
type engine interface {
	// name is sqlite or postgres.
	name() string
	// lock makes the transaction the only one that writes to a team, or to any
	// team at all, until it ends.
	lock(ctx context.Context, tx *sql.Tx, team string, all bool) error
	// place tells which database it is, as far as the engine knows: another one
	// after a restore. Empty when it cannot tell.
	place(ctx context.Context, db *sql.DB) (string, error)
	// unhurried runs do, whose commits may be undone by a power cut, as long as
	// what is left is whole: a database that is new does not wait for the disk
	// at each step of its schema.
	unhurried(ctx context.Context, db *sql.DB, do func() error) error
	// scrub takes what was overwritten and deleted off the disk, as far as the
	// engine can, and says what is left to the operator; less so if writers
	// would have to wait for long, unless it is patient.
	scrub(ctx context.Context, db *database, patient bool) (left string, err error)
	// code sorts a failure; again tells that the same transaction may succeed
	// when it is repeated.
	code(err error) (code callback.Code, again bool)
	// flaws tells what is wrong with the database as a file.
	flaws(ctx context.Context, db *sql.DB) ([]string, error)
}

// openDatabase opens a database to look at it or to work beside its server.
func openDatabase(ctx context.Context, dsn string) (*database, error) {
	return reignOver(ctx, dsn, nil)
}

// reignOver opens a database, and takes the right to serve it if r is not nil:
// CodeLocked if another process has it.
func reignOver(ctx context.Context, dsn string, r *reign) (*database, error) {
	kind, rest, _ := strings.Cut(dsn, ":")
	var db *database
	var err error
	switch kind {
	case "sqlite":
		if r != nil {
			if err := reignSQLite(ctx, rest, r); err != nil {
				return nil, err
			}
		}
		db, err = openSQLite(ctx, rest)
	case "postgres", "postgresql":
		db, err = openPostgres(ctx, dsn, r)
	default:
		return nil, callback.Errorf(callback.CodeInvalid, "the database %q is neither SQLite nor PostgreSQL", callback.Line(kind)).
			WithHint("use sqlite:PATH or postgres://USER@HOST/NAME")
	}
	if err != nil {
		return nil, err
	}
	err = db.prepare(ctx)
	if err == nil && db.crown != nil {
		err = db.crown(ctx)
	}
	if err != nil {
		return nil, joinClose(db.flawed(ctx, err), db)
	}
	return db, nil
}

// prepare brings the schema up to date and prepares the statements.
func (db *database) prepare(ctx context.Context) error {
	if err := db.migrate(ctx); err != nil {
		return err
	}
	var err error
	if db.ask, err = rows.Prepare(ctx, db.read); err != nil {
		return fmt.Errorf("prepare statements: %w", err)
	}
	if db.tell, err = rows.Prepare(ctx, db.write); err != nil {
		return fmt.Errorf("prepare statements: %w", err)
	}
	return nil
}

func (db *database) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	dialect := goose.DialectSQLite3
	if db.engine.name() == "postgres" {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, db.write, files, goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	has, want, err := p.GetVersions(ctx)
	if err != nil {
		return noTables(fmt.Errorf("read schema version: %w", err))
	}
	if has > want {
		return callback.Errorf(callback.CodeNewer, "the database has schema %d, but this ringback-server knows only up to %d", has, want).
			WithHint("start the newer ringback-server that wrote it")
	}
	err = db.engine.unhurried(ctx, db.write, func() error {
		_, err := p.Up(ctx)
		return err
	})
	if err != nil {
		return noTables(fmt.Errorf("migrate database: %w", err))
	}
	return nil
}

func (db *database) close() error {
	var errs []error
	for _, q := range []*rows.Queries{db.ask, db.tell} {
		if q != nil {
			errs = append(errs, q.Close())
		}
	}
	errs = append(errs, db.read.Close())
	if db.write != db.read {
		errs = append(errs, db.write.Close())
	}
	return errors.Join(errs...)
}

func joinClose(err error, db *database) error { return errors.Join(err, db.close()) }

// snapshot runs do on one consistent state of the database, without writing.
func (db *database) snapshot(ctx context.Context, do func(*rows.Queries) error) error {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return db.failure("begin reading", err)
	}
	defer func() { _ = tx.Rollback() }()
	return do(db.ask.WithTx(tx))
}

// failure gives a failure of the database its code; other errors pass.
func (db *database) failure(doing string, err error) error {
	var known *callback.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch code, _ := db.engine.code(err); code {
	case "":
	case callback.CodeDamaged:
		return callback.Errorf(code, "%s: the database is damaged: %w", doing, err).WithHint(restoreHint)
	default:
		return callback.Errorf(code, "%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// found turns sql.ErrNoRows into false.
func found[T any](row T, err error) (T, bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}
