package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ringback/callback"
)

// Floor gives what waits for people: escalated cases, those that came back to
// this agent, and those to be reviewed. It goes through the ranks in memory
// and reads only the cases it gives. While a large queue is still being loaded
// it knows of none; WaitOrder waits for it.
func (s *Store) Floor(ctx context.Context) (callback.Floor, error) {
	f := callback.Floor{Escalated: []callback.FloorCase{}, Returned: []callback.FloorCase{}, Review: []callback.FloorCase{}, AsOf: s.o.Now().UTC()}
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
	for batch := range slices.Chunk(ids, viewBatch) {
		if err := ctx.Err(); err != nil {
			return f, err
		}
		views, err := s.views(batch, policy)
		if err != nil {
			return f, err
		}
		for _, v := range views {
			if row, ok := s.rowOf(v, policy, f.AsOf); ok {
				sortFloor(&f, v.c, row, agent)
			}
		}
	}
	orderFloor(&f)
	return f, nil
}

// sortFloor puts a case where it belongs on the floor, if it does. A document
// of an older server may lack what is known of its state.
func sortFloor(f *callback.Floor, c callback.Case, row callback.QueueRow, agent string) {
	switch back := c.Returned(); {
	case c.State == callback.Escalated:
		open := cmp.Or(c.Escalation(), &callback.Escalation{Reason: c.Plan.Reason, Due: c.Plan.CloseDue})
		f.Escalated = append(f.Escalated, callback.FloorCase{QueueRow: row, Escalation: open})
	case c.State == callback.Review:
		held := cmp.Or(c.Hold, &callback.Hold{Cause: callback.HeldRules, Reason: c.Plan.Reason})
		f.Review = append(f.Review, callback.FloorCase{QueueRow: row, Hold: held})
	case back != nil && c.Plan.Owner == agent:
		f.Returned = append(f.Returned, callback.FloorCase{QueueRow: row, Escalation: back})
	}
}

func orderFloor(f *callback.Floor) {
	by := func(list []callback.FloorCase, compare func(a, b callback.FloorCase) int) {
		slices.SortFunc(list, func(a, b callback.FloorCase) int {
			if n := compare(a, b); n != 0 {
				return n
			}
			return strings.Compare(a.ID, b.ID)
		})
	}
	by(f.Escalated, func(a, b callback.FloorCase) int { return a.Escalation.Due.Compare(b.Escalation.Due) })
	by(f.Returned, func(a, b callback.FloorCase) int { return b.Escalation.EndedAt.Compare(*a.Escalation.EndedAt) })
	by(f.Review, func(a, b callback.FloorCase) int { return a.Hold.At.Compare(b.Hold.At) })
}
