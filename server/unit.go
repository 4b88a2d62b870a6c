package server

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// unit is one transaction: everything in it happens, or nothing does.
type unit struct {
	s   *Server
	ctx context.Context
	q   *rows.Queries
	// now is the server's clock when the unit began.
	now     time.Time
	ledgers map[string]*ledger
	// waiting are events judged but not yet written, by team and id.
	waiting map[[2]string]*entry
	// voided counts the leases that ended with an epoch.
	voided int
	// acts wait to be put on record.
	acts []act
}

// errUndo makes write roll the unit back without calling it a failure.
var errUndo = errors.New("nothing is to be kept")

// scope says whose documents a unit may write.
type scope struct {
	team string
	// all teams: what a do-not-call needs, since it reaches into every team.
	all bool
}

// deadlockTries is how often a unit is begun anew when the database chose it
// to end a deadlock.
const deadlockTries = 5

// write runs do in a transaction, flushes its ledgers and commits; then it
// rings for the teams that changed.
func (s *Server) write(ctx context.Context, sc scope, do func(*unit) error) error {
	for try := 1; ; try++ {
		err := s.writeOnce(ctx, sc, do)
		if err == nil || errors.Is(err, errUndo) {
			return nil
		}
		if _, again := s.db.engine.code(err); !again || try == deadlockTries {
			return s.db.failure("write to the database", err)
		}
	}
}

func (s *Server) writeOnce(ctx context.Context, sc scope, do func(*unit) error) error {
	tx, err := s.db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := s.db.engine.lock(ctx, tx, sc.team, sc.all); err != nil {
		return err
	}
	u := &unit{
		s: s, ctx: ctx, q: s.db.tell.WithTx(tx), now: s.now(),
		ledgers: map[string]*ledger{}, waiting: map[[2]string]*entry{},
	}
	if err := do(u); err != nil {
		return err
	}
	if err := u.flush(); err != nil {
		return err
	}
	if err := u.appendActs(); err != nil {
		return err
	}
	if err := u.markHeads(); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, l := range u.ledgers {
		if l.pos > l.began {
			s.bells.ring(callback.Bell{Team: l.team, Pos: uint64(l.pos)})
		}
	}
	return nil
}

// ledger gives the team's part of the unit.
func (u *unit) ledger(team string) (*ledger, error) {
	if l := u.ledgers[team]; l != nil {
		return l, nil
	}
	row, ok, err := found(u.q.Team(u.ctx, team))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, noTeam(team)
	}
	p, err := u.s.policies.get(u.ctx, u.q, team, row.Policy)
	if err != nil {
		return nil, err
	}
	l := &ledger{
		u: u, team: team, began: row.Pos, pos: row.Pos, floor: row.Floor, events: row.Events, version: row.Policy, policy: p,
		cases: map[string]*entry{}, days: map[string]*dayChange{}, fresh: map[string][]string{}, holding: map[string]string{}, workers: map[string]bool{},
	}
	u.ledgers[team] = l
	return l, nil
}

func noTeam(team string) error {
	return callback.Errorf(callback.CodeNotFound, "there is no team %q", callback.Line(team).String()).
		WithHint("an administrator adds teams with ringback-server team add")
}

// flush writes what the unit's ledgers hold. It may be called before the end,
// when positions are wanted.
func (u *unit) flush() error {
	for _, team := range u.teams() {
		if err := u.ledgers[team].flush(); err != nil {
			return err
		}
	}
	return nil
}

// teams lists the teams of the unit's ledgers, sorted.
func (u *unit) teams() []string {
	out := make([]string, 0, len(u.ledgers))
	for team := range u.ledgers {
		out = append(out, team)
	}
	sort.Strings(out)
	return out
}

// markHeads notes where the feeds stand after the unit, each under a random
// mark: see heads in the schema.
func (u *unit) markHeads() error {
	for _, team := range u.teams() {
		l := u.ledgers[team]
		if l.pos == l.began {
			continue
		}
		if _, err := l.noteHead(); err != nil {
			return err
		}
	}
	return nil
}

// noteHead notes where the feed stands after the unit, if it has moved since
// it was noted, and gives the mark of that place.
func (l *ledger) noteHead() (uint64, error) {
	u := l.u
	switch {
	case l.pos == l.began:
		return mark(u.ctx, u.q, l.team, uint64(l.pos))
	case l.pos == l.noted.pos:
		return l.noted.mark, nil
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("make a mark: %w", err)
	}
	m := binary.BigEndian.Uint64(b[:])>>1 | 1 // 0 stands for none
	if err := u.q.AddHead(u.ctx, rows.AddHeadParams{Team: l.team, Pos: l.pos, Mark: int64(m), At: micros(u.now)}); err != nil {
		return 0, fmt.Errorf("note the head of the feed: %w", err)
	}
	l.noted.pos, l.noted.mark = l.pos, m
	return m, nil
}

// micros is a time as the database keeps it: microseconds UTC, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMicro(v).UTC()
}
