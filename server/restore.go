package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"sort"
	"strings"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// RestoreOptions say how a restore is meant.
type RestoreOptions struct {
	// AcceptLoss lets a backup in that lacks what desks need not keep any more.
	AcceptLoss bool
}

// RestoreReport says what a restore did, and what it could not bring back.
type RestoreReport struct {
	// Epoch is the history that begins, Was the one before.
	Epoch string `json:"epoch"`
	Was   string `json:"was,omitempty"`
	// Positions are where the teams' feeds stand now.
	Positions map[string]uint64 `json:"positions"`
	// Aside is where the database of before is now, if there was one.
	Aside string `json:"aside,omitempty"`
	// Voided counts the leases that ended.
	Voided int `json:"voided_leases"`
	// Erased counts the erasures that were repeated.
	Erased int `json:"erased_again"`
	// Unknown tells that the database of before could not be read, so that
	// nobody can say what is lost.
	Unknown bool `json:"unknown,omitempty"`
	// Banned counts the do-not-call entries that the backup lacked and that
	// were brought from the database of before.
	Banned int `json:"banned,omitempty"`
	// Lost are events that desks may not hold any more, Again what no desk ever
	// held and has to be done once more.
	Lost  []LostEvents `json:"lost"`
	Again []Missing    `json:"again"`
}

// LostEvents are events of one stream that a backup lacks and that their desk
// was told it need not keep.
type LostEvents struct {
	Team   string `json:"team"`
	Stream string `json:"stream"`
	Agent  string `json:"agent"`
	Device string `json:"device"`
	// First and Last are their numbers in the stream, Events how many they are.
	First  uint64 `json:"first"`
	Last   uint64 `json:"last"`
	Events int    `json:"events"`
}

// Missing counts what a backup lacks of one kind: responses, guides, policies
// or users. Team is empty for users, who are named by their ids.
type Missing struct {
	Team string   `json:"team,omitempty"`
	What string   `json:"what"`
	N    int64    `json:"n"`
	IDs  []string `json:"ids,omitempty"`
}

// Restore puts a backup in the place of the database that cfg names: the
// server must not be running (CodeLocked). A new epoch begins, so that desks
// send again what the backup lacks; leases end. A backup that ends before the
// stable position is refused with CodeConflict unless the loss is accepted.
// The database of before is moved aside, never removed. Without a backup, for
// PostgreSQL, it settles a database that other tools have restored.
func Restore(ctx context.Context, cfg Config, backup string, opt RestoreOptions) (RestoreReport, error) {
	path, file := strings.CutPrefix(cfg.DSN, "sqlite:")
	if file != (backup != "") {
		if file {
			return RestoreReport{}, callback.Errorf(callback.CodeInvalid, "restore needs the backup that is to be put in place of %s", path)
		}
		return RestoreReport{}, callback.Errorf(callback.CodeInvalid, "a PostgreSQL database is not restored by ringback-server").
			WithHint("use pg_restore, then ringback-server restore without a file")
	}
	if !file {
		return settleRestored(ctx, cfg)
	}
	r := restore{
		cfg: cfg, path: path, tmp: path + ".restoring", side: side{sideOf(cfg)}, backup: Backup{Name: backup}, opt: opt,
		report: RestoreReport{Lost: []LostEvents{}, Again: []Missing{}}, begunAt: time.Now().UTC(),
	}
	if cfg.Now != nil {
		r.begunAt = cfg.Now().UTC()
	}
	r.backup.At = r.begunAt
	err := r.run(ctx)
	return r.report, err
}

// settleRestored begins a new epoch on a database that is in its place.
func settleRestored(ctx context.Context, cfg Config) (RestoreReport, error) {
	cfg.History, cfg.Serve = HistoryNew, true // a server that goes on would not notice the new epoch
	cfg.Existing = true                       // an empty one was not brought back yet
	report := RestoreReport{Unknown: true, Lost: []LostEvents{}, Again: []Missing{}}
	s, err := Open(ctx, cfg)
	if err != nil {
		return report, err
	}
	err = s.db.snapshot(ctx, func(q *rows.Queries) error {
		now, err := stoodNow(ctx, q)
		report.Positions = now.Heads
		return err
	})
	report.Epoch, report.Was, report.Voided = s.Epoch(), s.was, s.voided
	report.Erased = s.erased
	return report, errors.Join(err, s.Close())
}

// restore is one restore of a file.
type restore struct {
	cfg    Config
	path   string
	tmp    string
	backup Backup
	opt    RestoreOptions
	report RestoreReport
	// last is what the files beside the database say of it.
	last  callback.Stood
	known bool
	side  side
	// begun is where the history stands that begins, begunAt when it did.
	begun   callback.Stood
	begunAt time.Time
	// bans are the do-not-call entries of the database of before.
	bans []rows.SuppressionsRow
	// ended is the end of its audit.
	ended callback.AuditHead
}

func (r *restore) run(ctx context.Context) error {
	if err := r.backup.read(ctx); err != nil {
		return err
	}
	var err error
	if r.last, r.known, err = r.side.stood(); err != nil {
		r.known = false // it is written anew; what it knew of losses is gone
	}
	if err := r.idle(ctx); err != nil {
		return err
	}
	r.compare(ctx)
	if err := r.mayLose(); err != nil {
		return err
	}
	if err := r.prepare(ctx); err != nil {
		return errors.Join(err, removeDatabase(r.tmp))
	}
	return r.swap()
}

// idle makes sure that no server has the database open. Only the last
// connection may take a database out of WAL mode.
func (r *restore) idle(ctx context.Context) error {
	if _, err := os.Stat(r.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := sql.Open("sqlite", sqliteDSN(r.path, "_pragma=busy_timeout(500)"))
	if err != nil {
		return fmt.Errorf("open %s: %w", r.path, err)
	}
	_, err = db.ExecContext(ctx, "PRAGMA journal_mode=DELETE")
	err = errors.Join(err, db.Close())
	if code, _ := (sqliteEngine{}).code(err); code == callback.CodeBusy {
		return callback.Errorf(callback.CodeLocked, "%s is in use", r.path).WithHint("stop ringback-server first; the desks go on without it")
	}
	return nil // a database that cannot be opened is what a restore is for
}

// compare finds what the database of before holds and the backup lacks.
func (r *restore) compare(ctx context.Context) {
	if _, err := os.Stat(r.path); err != nil {
		r.report.Unknown = true
		return
	}
	err := withDatabase(ctx, r.path, func(now *rows.Queries) error {
		stood, err := stoodNow(ctx, now)
		if err != nil {
			return err
		}
		r.report.Was = stood.Epoch
		if stood.Epoch == r.last.Epoch || !r.known {
			r.last, r.known = stood, true
		}
		if err := r.lost(ctx, now, stood); err != nil {
			return err
		}
		head, err := now.ActHead(ctx)
		if err != nil {
			return err
		}
		r.ended = callback.AuditHead{N: head.N, Hash: head.Hash}
		if r.bans, err = now.Suppressions(ctx, "", math.MaxInt32); err != nil {
			return err
		}
		return r.again(ctx, now)
	})
	if err != nil {
		r.report.Unknown = true
	}
}

// withDatabase runs do on a database file that nobody else has open.
func withDatabase(ctx context.Context, path string, do func(*rows.Queries) error) error {
	db, err := openDatabase(ctx, "sqlite:"+path)
	if err != nil {
		return err
	}
	return joinClose(db.snapshot(ctx, do), db)
}

// lost lists what is after the backup and was told to be safe.
func (r *restore) lost(ctx context.Context, now *rows.Queries, stood callback.Stood) error {
	for _, team := range sorted(stood.Heads) {
		after, upto := r.backup.Positions[team], stood.Stable[team]
		if upto <= after {
			continue
		}
		list, err := now.LostEvents(ctx, team, int64(after), int64(upto))
		if err != nil {
			return err
		}
		for _, l := range list {
			r.report.Lost = append(r.report.Lost, LostEvents{
				Team: team, Stream: l.Stream, Agent: l.Agent, Device: l.Device,
				First: uint64(l.First), Last: uint64(l.Last), Events: int(l.N),
			})
		}
	}
	return nil
}

// again counts what did not come from a desk.
func (r *restore) again(ctx context.Context, now *rows.Queries) error {
	had, have := newHoldings(), newHoldings()
	if err := withCopy(ctx, r.backup.Name, r.tmp, func(then *rows.Queries) error { return had.read(ctx, then) }); err != nil {
		return err
	}
	if err := have.read(ctx, now); err != nil {
		return err
	}
	r.report.Again = have.without(had)
	return nil
}

// withCopy runs do on a copy of a backup: reading it may bring its schema up to
// date.
func withCopy(ctx context.Context, backup, tmp string, do func(*rows.Queries) error) error {
	if err := removeDatabase(tmp); err != nil {
		return err
	}
	err := copyFile(backup, tmp)
	if err == nil {
		err = withDatabase(ctx, tmp, do)
	}
	return errors.Join(err, removeDatabase(tmp))
}

// mayLose refuses a backup that ends before what desks were told to be safe.
func (r *restore) mayLose() error {
	if r.opt.AcceptLoss {
		return nil
	}
	for _, team := range sorted(r.last.Stable) {
		if have, want := r.backup.Positions[team], r.last.Stable[team]; have < want {
			return callback.Errorf(callback.CodeConflict,
				"the backup ends at position %d of team %s, but desks were told that all up to %d is safe and may have dropped it", have, team, want).
				WithHint("restore a later backup; ringback-server backup list shows them; or give --accept-loss, which lists what cannot come back")
		}
	}
	return nil
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
