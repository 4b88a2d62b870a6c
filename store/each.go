package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"go.etcd.io/bbolt"

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
	ids, err := s.openIDs(ctx)
	if err != nil {
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

// openIDs lists the cases that are open in the server's documents.
func (s *Store) openIDs(ctx context.Context) (ids []string, err error) {
	err = s.cache.scan(ctx, rankBucket, nil, scanBatch, func(_ *bbolt.Tx, k, _ []byte) {
		ids = append(ids, string(k))
	}, func() error { return nil })
	if errors.Is(err, errDamaged) {
		s.giveUpCache()
	}
	return ids, readError("the queue", s.cachePath(), err)
}

// foldBatch is how many cases are folded at a time when many are looked at.
const foldBatch = 256

// foldAll gives the cases of so many ids as this desk sees them. Those that it
// does not have are left out. Between the batches others may write; the next
// batch is read and decoded while f looks at this one.
func (s *Store) foldAll(ctx context.Context, ids []string, policy callback.Policy, f func(folded)) error {
	ctx, stop := context.WithCancel(ctx)
	ready := make(chan []folded)
	var failed error // the reader's, until it closes ready
	go func() {
		defer close(ready)
		for batch := range slices.Chunk(ids, foldBatch) {
			views, err := s.views(batch, policy)
			if failed = err; err != nil {
				return
			}
			select {
			case ready <- views:
			case <-ctx.Done():
				failed = ctx.Err()
				return
			}
		}
	}()
	defer func() { // the store may be closed once this returns
		stop()
		for range ready {
		}
	}()
	for views := range ready {
		for _, v := range views {
			if v.found {
				f(v)
			}
		}
	}
	return cmp.Or(failed, ctx.Err())
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
