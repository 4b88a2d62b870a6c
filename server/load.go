package server

import (
	"context"
	"time"

	"ringback/callback"
)

// Load takes a history in: events of many agents and devices, in the order in
// which they happened. They are folded and counted like events of desks, but
// come from the operator, so nobody's rights are asked. An event that was here
// before is passed over; one that cannot be judged ends the load, and nothing
// of it is kept.
func (s *Server) Load(ctx context.Context, team string, events []callback.Event) error {
	return s.Bulk(ctx, team, func(b *Bulk) error { return b.Load(events) })
}

// Bulk is one large transaction that brings a team's past in, responses and
// events alike. Each case is written once, however much happened to it, which
// makes it many times faster than batch by batch.
type Bulk struct {
	u *unit
	l *ledger
}

// Bulk runs do on a team; when do fails, nothing is kept. Other writers wait
// meanwhile.
func (s *Server) Bulk(ctx context.Context, team string, do func(*Bulk) error) error {
	return s.write(ctx, scope{team: team, all: true}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		return do(&Bulk{u, l})
	})
}

// At sets the time at which what follows is taken to arrive.
func (b *Bulk) At(now time.Time) { b.u.now = now.UTC() }

// Intake takes responses in as Server.Intake does; DryRun has no meaning here.
func (b *Bulk) Intake(batch callback.IntakeBatch) (callback.IntakeReport, error) {
	return b.l.takeAll(judgeAll(b.l.team, batch, b.u.now))
}

// Load takes events in as Server.Load does.
func (b *Bulk) Load(events []callback.Event) error {
	d := intent{l: b.l}
	for i, ev := range events {
		ev.Team = b.l.team
		if err := ev.Validate(); err != nil {
			return callback.Errorf(callback.CodeInvalid, "event %d of the history: %w", i+1, err)
		}
		_, here, err := d.known(ev.ID)
		if err != nil {
			return err
		}
		if here {
			continue
		}
		_, verdict, err := b.l.apply(ev, receipt{hash: b.l.hash(ev)})
		if err != nil {
			return err
		}
		if verdict.Status == callback.Rejected {
			return callback.Errorf(callback.CodeInvalid, "event %d of the history, %s %s, was rejected: %s",
				i+1, ev.Kind, callback.Line(ev.ID), verdict.Reason.Words())
		}
	}
	return nil
}
