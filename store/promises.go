package store

import (
	"bytes"
	"context"
	"slices"

	"ringback/callback"
)

// Promises gives every promise on this desk that is not settled, the first due
// first. Cases that were closed are looked at too: what was promised is owed
// all the same.
func (s *Store) Promises(ctx context.Context) ([]callback.Owed, error) {
	var out []callback.Owed
	err := s.eachView(ctx, func(body []byte) bool { return bytes.Contains(body, []byte(`"promises"`)) }, func(v folded) {
		for _, p := range v.c.Promises {
			if p.Status != callback.PromiseOpen {
				continue
			}
			o := callback.Owed{Promise: p, CaseID: v.c.ID, Customer: v.c.Customer.Name}
			if z := v.c.Customer.Phone.Zones; len(z) > 0 {
				o.Zone = z[0]
			}
			out = append(out, o)
		}
	})
	slices.SortFunc(out, func(a, b callback.Owed) int {
		if n := a.Due.Compare(b.Due); n != 0 {
			return n
		}
		return bytes.Compare([]byte(a.CaseID+a.ID), []byte(b.CaseID+b.ID))
	})
	return out, err
}

// eachView folds the cases whose documents may, and those on which this desk
// recorded something, closed ones too. It reads in short transactions, between
// which others may write.
func (s *Store) eachView(ctx context.Context, may func(body []byte) bool, f func(folded)) error {
	s.mu.RLock()
	ids := make([]string, 0, len(s.book.byCase))
	own := make(map[string]bool, len(s.book.byCase))
	for id := range s.book.byCase {
		ids, own[id] = append(ids, id), true
	}
	s.mu.RUnlock()
	n := 0
	err := s.eachDoc(callback.DocCase, nil, func(id string, body []byte) bool {
		if !own[id] && may(body) {
			ids = append(ids, id)
		}
		n++
		return n%docsBatch != 0 || ctx.Err() == nil
	})
	if err != nil {
		return err
	}
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	return s.foldAll(ctx, ids, policy, f)
}
