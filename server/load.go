package server

import (
	"context"

	"ringback/callback"
)

// Load takes a history in: events of many agents and devices, in the order in
// which they happened. They are folded and counted like events of desks, but
// come from the operator, so nobody's rights are asked. An event that was here
// before is passed over; one that cannot be judged ends the load, and nothing
// of it is kept.
func (s *Server) Load(ctx context.Context, team string, events []callback.Event) error {
	return s.write(ctx, scope{team: team, all: true}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		for i, ev := range events {
			ev.Team = team
			if err := ev.Validate(); err != nil {
				return callback.Errorf(callback.CodeInvalid, "event %d of the history: %w", i+1, err)
			}
			hash := l.hash(ev)
			d := intent{l: l}
			if _, ok, err := d.known(ev.ID); err != nil || ok {
				if err != nil {
					return err
				}
				continue
			}
			if _, verdict, err := l.apply(ev, receipt{hash: hash}); err != nil {
				return err
			} else if verdict.Status == callback.Rejected {
				return callback.Errorf(callback.CodeInvalid, "event %d of the history, %s %s, was rejected: %s", i+1, ev.Kind, ev.ID, verdict.Reason.Words())
			}
		}
		return nil
	})
}
