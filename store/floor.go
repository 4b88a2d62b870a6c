package store

import (
	"context"

	"ringback/callback"
)

// Floor gives what waits for people: escalated cases, those that came back to
// this agent, and those to be reviewed. It goes through the ranks in memory
// and reads only the cases it gives. While a large queue is still being loaded
// it knows of none; WaitOrder waits for it.
func (s *Store) Floor(ctx context.Context) (callback.Floor, error) {
	f := callback.NewFloor(s.clock())
	if err := s.refresh(); err != nil {
		return f, err
	}
	agent := s.agent()
	ids, err := s.ranked(func(r callback.Rank) bool {
		return r.State == callback.Escalated || r.State == callback.Review || r.Owner == agent
	})
	if err != nil {
		return f, err
	}
	policy, err := s.Policy()
	if err != nil {
		return f, err
	}
	err = s.foldAll(ctx, ids, policy, func(v folded) {
		if row, ok := s.rowOf(v, policy, f.AsOf); ok {
			f.Add(v.c, row, agent)
		}
	})
	if err != nil {
		return f, err
	}
	f.Order()
	return f, nil
}
