package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringback/callback"

	"github.com/jackc/pgx/v5"
)

// pgReign is the right to serve a schema of PostgreSQL. Every connection of the
// serving process holds an advisory lock, shared among them, as long as it lives;
// a newcomer needs the same lock alone, so none of them can be there any more. It
// leaves its name in meta before the others of its own join in. A process whose
// connections were cut off finds another name there when it comes back, and ends:
// between the two there is no moment in which both can write.
type pgReign struct {
	*reign
	key int64
	// first holds the lock from the start; it does nothing else.
	first *pgx.Conn
	// crowned is set once the name is in meta; until then only first has a lock.
	crowned bool
}

// keepalive lets PostgreSQL notice within a minute or so that the machine of a
// server is gone: else its lock would outlive it by hours.
const keepalive = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"

// reignPostgres asks for the lock. Until crown, no other connection of this
// process has one.
func reignPostgres(ctx context.Context, cfg *pgx.ConnConfig, r *reign) (*pgReign, error) {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	p := &pgReign{reign: r, first: conn}
	r.release = p.close
	var schema string
	if err := conn.QueryRow(ctx, "SELECT coalesce(current_schema(), '')").Scan(&schema); err != nil {
		return nil, r.joinEnd(fmt.Errorf("ask for the schema: %w", err))
	}
	p.key = lockKey("serves\x00" + schema)
	if _, err := conn.Exec(ctx, keepalive); err != nil {
		return nil, r.joinEnd(fmt.Errorf("set the keepalive: %w", err))
	}
	ask := func() (ok bool, err error) {
		err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", p.key).Scan(&ok)
		return ok, err
	}
	if err := await(ctx, ask, func() string { return p.serves(ctx, conn) }); err != nil {
		return nil, r.joinEnd(err)
	}
	return p, nil
}

// close ends the first connection, and with it the lock.
func (p *pgReign) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return p.first.Close(ctx)
}

// serves reads who says to serve the schema; "" when nobody can be found.
func (p *pgReign) serves(ctx context.Context, conn *pgx.Conn) string {
	var text string
	if conn.QueryRow(ctx, "SELECT value FROM meta WHERE name = $1", metaReign).Scan(&text) != nil {
		return ""
	}
	return text
}

// crown leaves this process's name in the schema, which has its tables by now, and
// lets the other connections in.
func (p *pgReign) crown(ctx context.Context) error {
	text, err := p.text()
	if err != nil {
		return err
	}
	if _, err := p.first.Exec(ctx, "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", metaReign, text); err != nil {
		return fmt.Errorf("write which process serves: %w", err)
	}
	if _, err := p.first.Exec(ctx, "SELECT pg_advisory_lock_shared($1)", p.key); err != nil {
		return fmt.Errorf("share the right to serve: %w", err)
	}
	if _, err := p.first.Exec(ctx, "SELECT pg_advisory_unlock($1)", p.key); err != nil {
		return fmt.Errorf("share the right to serve: %w", err)
	}
	p.crowned = true
	return nil
}

// join lets a new connection in: it takes its share of the lock, and looks whether
// this process is still the one that serves.
func (p *pgReign) join(ctx context.Context, conn *pgx.Conn) error {
	if p == nil || !p.crowned {
		return nil
	}
	if _, err := conn.Exec(ctx, keepalive); err != nil {
		return err
	}
	// One that is just starting may hold the lock for as long as it brings the schema
	// up to date; whoever waits here is answered by then.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock_shared($1)", p.key); err != nil {
		return err
	}
	var text string
	err := conn.QueryRow(ctx, "SELECT value FROM meta WHERE name = $1", metaReign).Scan(&text)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	mine, err := p.text()
	if err == nil && text != mine {
		err = p.lose(text)
	}
	return err
}

// errPGAddress refuses an address without quoting it: it may hold a password.
func errPGAddress() error {
	return callback.Errorf(callback.CodeInvalid, "the address of the PostgreSQL database cannot be read").
		WithHint("write it as postgres://USER:PASSWORD@HOST:5432/NAME")
}
