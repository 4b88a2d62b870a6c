package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"syscall"

	"ringback/callback"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgConnections bounds the connections to PostgreSQL; more writers than this
// would only queue for the same teams.
const pgConnections = 24

type pgEngine struct{}

// openPostgres opens a database, and takes the right to serve it if r is not nil.
func openPostgres(ctx context.Context, dsn string, r *reign) (*database, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errPGAddress()
	}
	db := &database{engine: pgEngine{}}
	var right *pgReign
	if r != nil {
		if right, err = reignPostgres(ctx, cfg, r); err != nil {
			return nil, db.failure("open PostgreSQL", notLetIn(cfg, err))
		}
		db.crown = func(ctx context.Context) error {
			if err := right.crown(ctx); err != nil {
				return err
			}
			// Those that were made before have no share of the lock: they are closed.
			db.read.SetMaxIdleConns(0)
			db.read.SetMaxIdleConns(pgConnections / 2)
			return nil
		}
	}
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(right.join))
	pool.SetMaxOpenConns(pgConnections)
	pool.SetMaxIdleConns(pgConnections / 2)
	db.read, db.write = pool, pool
	if err := checkPostgres(ctx, pool); err != nil {
		return nil, joinClose(db.failure("open PostgreSQL", notLetIn(cfg, err)), db)
	}
	return db, nil
}

// notLetIn says why no connection could be made, and what to look at. Other
// errors stay.
func notLetIn(cfg *pgx.ConnConfig, err error) error {
	var refused *pgconn.ConnectError
	if !errors.As(err, &refused) {
		return err
	}
	var said *pgconn.PgError
	var name *net.DNSError
	at := fmt.Sprintf("%s:%d", callback.Line(cfg.Host), cfg.Port)
	user, database := callback.Line(cfg.User), callback.Line(cfg.Database)
	say := func(format string, args ...any) *callback.Error {
		e := callback.Errorf(callback.CodeUnreachable, format, args...)
		e.Err = refused
		return e
	}
	switch {
	case errors.As(err, &said) && (said.Code == "28P01" || said.Code == "28000"): // invalid_password, invalid_authorization_specification
		return say("PostgreSQL at %s does not let %q in: %s", at, user, callback.Line(said.Message)).
			WithHint("check the password, in RINGBACK_DB=postgres://USER:PASSWORD@HOST/NAME, PGPASSWORD or ~/.pgpass, and pg_hba.conf there")
	case errors.As(err, &said) && said.Code == "3D000": // invalid_catalog_name
		return say("PostgreSQL at %s has no database %q", at, database).
			WithHint("make it, as PostgreSQL's administrator: createdb --owner=%s --encoding=UTF8 --template=template0 %s", user, database)
	case errors.As(err, &said):
		return say("PostgreSQL at %s refuses %q the database %q: %s", at, user, database, callback.Line(said.Message)).
			WithHint("see its log, and that --db or RINGBACK_DB names its address, user and database")
	case errors.As(err, &name) && name.IsNotFound:
		return say("no machine has the name %s", callback.Line(cfg.Host)).WithHint("check the address in --db or RINGBACK_DB")
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return say("no PostgreSQL answers at %s", at).WithHint("see that it runs and listens there (listen_addresses, port), and that --db or RINGBACK_DB names its address")
	}
	return say("PostgreSQL at %s cannot be reached: %s", at, callback.Line(refused.Unwrap().Error())).
		WithHint("see that it runs and that --db or RINGBACK_DB names its address, user and database")
}

// noTables says of a failure to bring the schema up to date that the user may
// not; other errors stay.
func noTables(err error) error {
	var said *pgconn.PgError
	if !errors.As(err, &said) || said.Code != "42501" { // insufficient_privilege
		return err
	}
	e := callback.Errorf(callback.CodeForbidden, "PostgreSQL does not let us make tables: %s", callback.Line(said.Message)).
		WithHint("give the database to the user that --db or RINGBACK_DB names: ALTER DATABASE … OWNER TO …")
	e.Err = err
	return e
}

// checkPostgres refuses a server that would acknowledge what it has not
// written.
func checkPostgres(ctx context.Context, db *sql.DB) error {
	for _, setting := range []string{"fsync", "synchronous_commit"} {
		var value string
		if err := db.QueryRowContext(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return fmt.Errorf("ask for %s: %w", setting, err)
		}
		if value == "off" {
			return callback.Errorf(callback.CodeDamaged, "PostgreSQL runs with %s=off and would lose acknowledged events in a power cut", setting).
				WithHint("set %s = on in postgresql.conf", setting)
		}
	}
	return nil
}

func (pgEngine) name() string { return "postgres" }

// lock takes two advisory locks that last as long as the transaction: the
// organisation's, shared or alone, then the team's. Feed positions are taken
// under the team's lock and become visible with the commit that releases it,
// so that a reader at a position has been able to see everything before it.
func (pgEngine) lock(ctx context.Context, tx *sql.Tx, team string, all bool) error {
	query := "SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2)"
	if all {
		query = "SELECT pg_advisory_xact_lock($1), pg_advisory_xact_lock($2)"
	}
	_, err := tx.ExecContext(ctx, query, lockKey("organisation"), lockKey("team\x00"+team))
	return err
}

func lockKey(name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("ringback\x00" + name))
	return int64(h.Sum64())
}

// place names the cluster, its timeline (another one after a recovery to a
// moment and after a failover) and the table itself (another one after a dump
// was read back). A user who may not ask for the first two is told the third.
func (pgEngine) place(ctx context.Context, db *sql.DB) (string, error) {
	var cluster, table string
	if err := db.QueryRowContext(ctx, "SELECT CAST(CAST('meta' AS regclass) AS oid)::text").Scan(&table); err != nil {
		return "", fmt.Errorf("ask for the table's number: %w", err)
	}
	err := db.QueryRowContext(ctx, "SELECT system_identifier::text || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()").Scan(&cluster)
	var refused *pgconn.PgError
	if err != nil && !errors.As(err, &refused) {
		return "", fmt.Errorf("ask for the cluster's identity: %w", err)
	}
	return cluster + "/" + table, nil
}

// unhurried implements engine; its steps are few beside the server's own.
func (pgEngine) unhurried(_ context.Context, _ *sql.DB, do func() error) error { return do() }

// scrub leaves it to the operator: PostgreSQL keeps old versions of rows until
// a VACUUM, and their bytes until the space is used again; VACUUM FULL writes
// the tables anew, but locks them meanwhile. Its log and its backups keep what
// they hold.
func (pgEngine) scrub(context.Context, *database, bool) (string, error) {
	return "run VACUUM FULL on docs, events, responses, customers, contacts and quarantine when nobody works; " +
		"archived logs and backups of before hold the data until they are removed", nil
}

// code sorts by SQLSTATE (PostgreSQL documentation, appendix A).
func (pgEngine) code(err error) (callback.Code, bool) {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return callback.CodeBusy, false
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return "", false
	}
	switch {
	case e.Code == "40001", e.Code == "40P01": // two writers crossed, deadlock
		return callback.CodeBusy, true
	case e.Code == "53100": // disk full
		return callback.CodeFull, false
	case e.Code[:2] == "53", e.Code[:2] == "57", e.Code[:2] == "08": // resources, shutdown, connection
		return callback.CodeBusy, false
	case e.Code[:2] == "XX", e.Code[:2] == "58": // corruption, system
		return callback.CodeDamaged, false
	}
	return callback.CodeInternal, false
}
