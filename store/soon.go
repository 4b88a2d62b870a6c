package store

import (
	"slices"
	"time"

	"ringback/callback"
)

// Soon gives the callbacks agreed for the time between now and then that are
// this agent's to make: those that they own, and those whose case they hold.
// The first comes first. It goes through the ranks in memory and reads only the
// cases it gives. While a large queue is still being loaded it knows of none.
func (s *Store) Soon(within time.Duration) ([]callback.QueueRow, error) {
	if err := s.refresh(); err != nil {
		return nil, err
	}
	now := s.clock()
	agent := s.agent()
	ids, err := s.ranked(func(r callback.Rank) bool { return awaits(r, agent, now, now.Add(within)) })
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	policy, err := s.Policy()
	if err != nil {
		return nil, err
	}
	views, err := s.views(ids, policy)
	if err != nil {
		return nil, err
	}
	var out []callback.QueueRow
	for _, v := range views {
		if cb := v.c.Plan.Callback; cb == nil || cb.At.Before(now) {
			continue
		}
		if row, ok := s.rowOf(v, policy, now); ok {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b callback.QueueRow) int { return a.Due.Compare(b.Due) })
	return out, nil
}

// ranked gives the ids of the open cases whose ranks are wanted, in short
// stretches between which others may write.
func (s *Store) ranked(want func(callback.Rank) bool) (ids []string, err error) {
	q := &s.queue
	q.mu.RLock()
	slab := q.slab
	q.mu.RUnlock()
	r := slab.reader()
	for at := 0; ; at += loadBatch {
		q.mu.RLock()
		n := slab.len()
		for i := at; i < min(at+loadBatch, n) && err == nil; i++ {
			if !slab.open(uint32(i)) {
				continue
			}
			var rank callback.Rank
			if rank, err = r.rank(uint32(i)); err == nil && want(rank) {
				ids = append(ids, slab.id(uint32(i)))
			}
		}
		q.mu.RUnlock()
		if err != nil || at+loadBatch >= n {
			return ids, err
		}
	}
}

// awaits tells whether a callback falls between two instants and is an agent's
// to make.
func awaits(r callback.Rank, agent string, from, to time.Time) bool {
	if r.State != callback.CallbackScheduled || r.Callback.Before(from) || r.Callback.After(to) {
		return false
	}
	return r.Owner == agent || r.Holder == agent && from.Before(r.Held)
}
