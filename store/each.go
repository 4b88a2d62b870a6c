package store

import (
	"bytes"
	"context"
	"slices"

	"ringback/callback"
)

// EachOpen gives every open case as this desk sees it, with its own events
// folded in, those that were born here included. Cases that are open only in the
// server's documents are left out.
func (s *Store) EachOpen(ctx context.Context, f func(callback.Case)) error {
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	var ids []string
	if err := s.eachOpen(ctx, func(id string, _ []byte) { ids = append(ids, id) }); err != nil {
		return err
	}
	for _, id := range s.bornHere() {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return s.foldAll(ctx, ids, policy, func(v folded) {
		if v.c.State.Open() {
			f(v.c)
		}
	})
}

// foldBatch is how many cases are folded at a time when many are looked at.
const foldBatch = 256

// foldAll gives the cases of so many ids as this desk sees them. Those that it
// does not have are left out. Between the batches others may write.
func (s *Store) foldAll(ctx context.Context, ids []string, policy callback.Policy, f func(folded)) error {
	for batch := range slices.Chunk(ids, foldBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		views, err := s.views(batch, policy)
		if err != nil {
			return err
		}
		for _, v := range views {
			if v.found {
				f(v)
			}
		}
	}
	return ctx.Err()
}

// EachClosed gives every closed case as this desk sees it, with its own events
// folded in. What the server no longer sends to this desk is left out.
func (s *Store) EachClosed(ctx context.Context, f func(callback.Case)) error {
	return s.eachView(ctx, func(body []byte) bool { return bytes.Contains(body, []byte(`"state":"closed"`)) }, func(v folded) {
		if v.c.State == callback.Closed {
			f(v.c)
		}
	})
}
