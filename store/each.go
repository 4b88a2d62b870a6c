package store

import (
	"context"
	"slices"

	"ringback/callback"
)

// EachOpen gives every open case as this desk sees it, with its own events
// folded in. Cases that are open only in the server's documents are left out.
func (s *Store) EachOpen(ctx context.Context, f func(callback.Case)) error {
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	var ids []string
	if err := s.eachOpen(ctx, func(id string, _ []byte) { ids = append(ids, id) }); err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, scanBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		views, err := s.views(batch, policy)
		if err != nil {
			return err
		}
		for _, v := range views {
			if v.found && v.c.State.Open() {
				f(v.c)
			}
		}
	}
	return nil
}
