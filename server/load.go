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

// Arrival is a batch of responses and when it is taken to have come, UTC.
type Arrival struct {
	callback.IntakeBatch
	At time.Time
}

// Intake takes responses in, in the order in which they came, as Server.Intake
// does; DryRun has no meaning here. It tells of each batch when it is in.
func (b *Bulk) Intake(list []Arrival, tell func(n int, report callback.IntakeReport)) error {
	judging := ahead(list, func(a Arrival) []judged { return judgeAll(b.l.team, a.IntakeBatch, a.At.UTC()) })
	for n, judged := range judging {
		b.u.now = list[n].At.UTC()
		report, err := b.l.takeAll(judged)
		if err != nil {
			return err
		}
		tell(n, report)
	}
	return nil
}

// Load takes events in as Server.Load does.
func (b *Bulk) Load(events []callback.Event) error {
	d := intent{l: b.l}
	hashes := ahead(events, func(ev callback.Event) []byte { return contentHash(b.l.team, ev) })
	for i, hash := range hashes {
		ev := events[i]
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
		_, verdict, err := b.l.apply(ev, receipt{hash: hash})
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
