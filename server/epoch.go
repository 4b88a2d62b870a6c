package server

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"

	"ringback/callback"
	"ringback/server/rows"
)

// HistoryRule says what Open does with a database that is not the one that
// was served last.
type HistoryRule int

// The rules.
const (
	// HistoryStop refuses it: CodeDamaged.
	HistoryStop HistoryRule = iota
	// HistoryNewIfOther begins a new epoch then.
	HistoryNewIfOther
	// HistoryNew begins a new epoch in any case.
	HistoryNew
	// HistoryLook opens it as it is and says nothing: for looking only.
	HistoryLook
)

// era is the history that the server is in. It changes while the server runs
// only when a desk shows that the history was replaced behind its back.
type era struct {
	mu    sync.RWMutex
	epoch string
	// floor is the least fence of a lease.
	floor uint64
}

func (e *era) set(epoch string, floor uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.epoch, e.floor = epoch, floor
}

func (e *era) get() (epoch string, floor uint64) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.epoch, e.floor
}

// Epoch names the server's history. It changes when history is replaced, as
// by restoring a backup.
func (s *Server) Epoch() string {
	epoch, _ := s.era.get()
	return epoch
}

// fenceFloor is the least fence that a lease is given.
func (s *Server) fenceFloor() uint64 {
	_, floor := s.era.get()
	return floor
}

// The names under which meta keeps what the server knows of itself.
const (
	metaSecret = "secret"
	metaEpoch  = "epoch"
	metaFence  = "fence_floor"
	// metaPlace is which database this is, as far as its engine can tell.
	metaPlace = "database"
	// metaSide tells that the database has files beside it.
	metaSide = "side"
)

// boot makes or reads what the server knows of itself, and sees to it that the
// database is the one that was served last.
func (s *Server) boot(ctx context.Context) error {
	place, err := s.db.engine.place(ctx, s.db.write)
	if err != nil {
		return err
	}
	last, known, err := s.side.stood()
	if err != nil && s.cfg.History != HistoryLook && s.cfg.History != HistoryNew {
		return err
	}
	var why string
	err = s.write(ctx, scope{all: true}, func(u *unit) error {
		secret, err := u.metaOr(metaSecret, randomHex)
		if err != nil {
			return err
		}
		if s.keys.secret, err = hex.DecodeString(secret); err != nil {
			return fmt.Errorf("read the server's secret: %w", err)
		}
		if err := u.sealActs(); err != nil {
			return err
		}
		if why, err = u.otherHistory(last, known, place); err != nil {
			return err
		}
		if s.cfg.History == HistoryLook {
			return nil
		}
		if why != "" && s.cfg.History == HistoryStop {
			return otherDatabase(why)
		}
		if s.was, err = u.meta(metaEpoch); err != nil {
			return err
		}
		err = u.settleEra(why != "" || s.cfg.History == HistoryNew, place, append(s.cfg.after, last.Epoch)...)
		s.voided = u.voided
		return err
	})
	if err == nil {
		err = s.readEra(ctx)
	}
	if err != nil {
		return err
	}
	if s.cfg.History == HistoryLook {
		s.broken = why
		return nil
	}
	if why != "" {
		s.cfg.Log.Warn("the database is not the one that was served last; a new epoch began", "why", why, "epoch", s.Epoch())
	}
	return s.noteStood(ctx)
}

func otherDatabase(why string) error {
	return callback.Errorf(callback.CodeDamaged, "the database is not the one that was served last: it %s", why).
		WithHint("if a backup was put in its place, start once with --new-epoch, so that the desks send again what it lacks; " +
			"if this is the wrong database, give the right one with --db")
}

// otherHistory tells why the database is not what was served last, or gives "".
func (u *unit) otherHistory(last callback.Stood, known bool, place string) (string, error) {
	now, err := stoodNow(u.ctx, u.q)
	if err != nil {
		return "", err
	}
	if known {
		if why := last.Breaks(now); why != "" {
			return why, nil
		}
	}
	had, err := u.meta(metaSide)
	if err != nil {
		return "", err
	}
	// Whoever only looks may look at a backup.
	if !known && had != "" && u.s.side.prefix != "" && u.s.cfg.History != HistoryLook {
		return "lacks the file " + u.s.side.path(sideStood) + " that was beside it", nil
	}
	was, err := u.meta(metaPlace)
	if err != nil {
		return "", err
	}
	if was != "" && place != "" && was != place {
		return "was in " + was + " and is in " + place + " now", nil
	}
	return "", nil
}

// settleEra reads the epoch, or begins the first or the next one.
func (u *unit) settleEra(next bool, place string, before ...string) error {
	have, err := u.meta(metaEpoch)
	if err != nil {
		return err
	}
	if next || have == "" {
		if err := u.beginEpoch(have, before...); err != nil {
			return err
		}
	}
	if err := u.q.SetMeta(u.ctx, metaPlace, place); err != nil {
		return err
	}
	if u.s.side.prefix == "" {
		return nil
	}
	return u.q.SetMeta(u.ctx, metaSide, "yes")
}

// beginEpoch begins a history that follows others: the one that the database
// holds, and those that are known of otherwise. Nobody's lease goes on; fences
// begin above all that may have been given out.
func (u *unit) beginEpoch(have string, before ...string) error {
	id, err := randomHex()
	if err != nil {
		return err
	}
	epoch := callback.NextEpoch(u.now, id, append(before, have)...)
	if err := u.q.SetMeta(u.ctx, metaEpoch, epoch); err != nil {
		return err
	}
	first := have == ""
	for _, e := range before {
		first = first && e == ""
	}
	if first {
		return nil
	}
	if err := u.audit("", serverDevice, callback.ActHistoryBegun, epoch, callback.HistoryBegun(u.s.cfg.ended)); err != nil {
		return err
	}
	if err := u.q.SetMeta(u.ctx, metaFence, strconv.FormatUint(callback.FenceFloor(epoch), 10)); err != nil {
		return err
	}
	u.voided, err = u.voidLeases()
	return err
}

// voidLeases ends all leases of all teams, and counts them.
func (u *unit) voidLeases() (n int, err error) {
	teams, err := u.q.Teams(u.ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range teams {
		list, err := u.q.Leases(u.ctx, t.Team)
		if err != nil {
			return n, err
		}
		l, err := u.ledger(t.Team)
		if err != nil {
			return n, err
		}
		for _, row := range list {
			if _, _, err := l.applyOwn(row.CaseID, "", serverDevice, &callback.CaseReleased{LeaseID: row.ID}); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// readEra takes over what the database says of its history, after the commit
// that changed it.
func (s *Server) readEra(ctx context.Context) error {
	epoch, _, err := found(s.db.ask.Meta(ctx, metaEpoch))
	if err != nil {
		return s.db.failure("read the epoch", err)
	}
	text, ok, err := found(s.db.ask.Meta(ctx, metaFence))
	if err != nil {
		return s.db.failure("read the least fence", err)
	}
	var floor uint64
	if ok {
		if floor, err = strconv.ParseUint(text, 10, 64); err != nil {
			return fmt.Errorf("read the least fence: %w", err)
		}
	}
	s.era.set(epoch, floor)
	return nil
}

// meta reads a value that the server keeps about itself; "" if there is none.
func (u *unit) meta(name string) (string, error) {
	value, _, err := found(u.q.Meta(u.ctx, name))
	return value, err
}

// stoodNow gives where the database's history stands.
func stoodNow(ctx context.Context, q *rows.Queries) (callback.Stood, error) {
	now := callback.Stood{Heads: map[string]uint64{}, Stable: map[string]uint64{}}
	epoch, _, err := found(q.Meta(ctx, metaEpoch))
	if err != nil {
		return now, err
	}
	now.Epoch = epoch
	teams, err := q.Teams(ctx)
	if err != nil {
		return now, err
	}
	for _, t := range teams {
		now.Heads[t.Team] = uint64(t.Pos)
		if now.Stable[t.Team], err = stable(ctx, q, t.Team); err != nil {
			return now, err
		}
	}
	return now, nil
}

// noteStood writes beside the database where its history stands, if it has
// moved: what is written there was durable in the database before.
func (s *Server) noteStood(ctx context.Context) error {
	if s.side.prefix == "" || s.cfg.History == HistoryLook {
		return nil
	}
	var now callback.Stood
	err := s.db.snapshot(ctx, func(q *rows.Queries) (err error) {
		now, err = stoodNow(ctx, q)
		return err
	})
	if err != nil {
		return s.db.failure("look where the history stands", err)
	}
	s.noting.Lock()
	defer s.noting.Unlock()
	if sameStood(s.noted, now) {
		return nil
	}
	if err := s.side.keepStood(now); err != nil {
		return err
	}
	s.noted = now
	return nil
}
