package server

import (
	"context"
	"fmt"
	"time"

	"ringback/callback"
)

// tickBatch is how many cases one transaction of the clock's work takes, so
// that desks do not wait for it.
const tickBatch = 200

// Tick does the clock's work as of an instant: an agreed call that nobody made
// is put on record and opened to anyone, and tried again another day when its
// day ends, an overdue promise is put on record and
// goes to a supervisor, a case that is too old is closed.
func (s *Server) Tick(ctx context.Context, now time.Time) error {
	if err := s.handOver(ctx); err != nil {
		return err
	}
	teams, err := s.db.ask.Teams(ctx)
	if err != nil {
		return s.db.failure("list teams", err)
	}
	for _, t := range teams {
		for {
			more, err := s.tickTeam(ctx, t.Team, now.UTC())
			if err != nil {
				return fmt.Errorf("clock's work of team %s: %w", t.Team, err)
			}
			if !more {
				break
			}
		}
		if err := s.compact(ctx, t.Team, now.UTC()); err != nil {
			return fmt.Errorf("compaction of the feed of team %s: %w", t.Team, err)
		}
	}
	for _, b := range []*bouncer{s.bouncer, s.starts, s.guesses} {
		b.forget(now)
	}
	if err := s.forgetDials(ctx, now.UTC()); err != nil {
		return err
	}
	return s.noteStood(ctx)
}

func (s *Server) tickTeam(ctx context.Context, team string, now time.Time) (more bool, err error) {
	waiting, err := s.db.ask.Waking(ctx, team, micros(now), 1)
	if err != nil || len(waiting) == 0 {
		return false, s.db.failure("look for waiting cases", err)
	}
	err = s.write(ctx, scope{team: team}, func(u *unit) error {
		u.now = now
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		ids, err := u.q.Waking(ctx, team, micros(now), tickBatch)
		if err != nil {
			return err
		}
		more = len(ids) == tickBatch
		for _, id := range ids {
			if err := l.wake(id, now); err != nil {
				return err
			}
		}
		return nil
	})
	return more, err
}

// wake does what the clock asks of one case.
func (l *ledger) wake(id string, now time.Time) error {
	e, err := l.entry(id)
	if err != nil {
		return err
	}
	// The row may have been put to sleep for another time since.
	e.touched, e.stale = true, true
	for payload := l.policy.Due(e.now, now); payload != nil; payload = l.policy.Due(e.now, now) {
		_, verdict, err := l.applyOwn(id, "", serverDevice, payload)
		if err != nil {
			return err
		}
		if verdict.Status != callback.Applied {
			break // it is on record; the other cases must not wait for it
		}
	}
	return nil
}
