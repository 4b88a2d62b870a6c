package store

import (
	"context"
	"slices"
)

// compute puts all cases in order as of now. Changes that come meanwhile find
// their places at the end. passing is held.
func (s *Store) compute(ctx context.Context) error {
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	who, err := s.seat()
	if err != nil {
		return err
	}
	q := &s.queue
	o := &order{at: s.clock().UTC(), placer: newPlacer(policy, who, s.clock())}
	q.mu.Lock()
	if q.slab.loose() {
		q.slab, q.order, q.matches, q.changing = q.slab.packed(), nil, nil, nil
	}
	q.computing, q.during, q.stale = true, nil, false
	packed := q.slab
	q.mu.Unlock()
	rungs, err := s.rungs(ctx, o, packed)
	if err == nil {
		still := packed.names(&q.mu)
		slices.SortFunc(rungs, func(a, b rung) int { return compareRungs(still, a, b) })
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.computing = false
	if err != nil {
		q.stale = true
		return err
	}
	o.finish(rungs)
	r := packed.reader()
	for _, i := range q.during {
		if err := o.move(packed, r, i); err != nil {
			q.stale = true
		}
	}
	q.order = o
	s.cache.setEstimate(packed.live)
	return nil
}

// rungs judges every open case, letting others in between batches.
func (s *Store) rungs(ctx context.Context, o *order, slab *slab) ([]rung, error) {
	q := &s.queue
	r := slab.reader()
	out := make([]rung, 0, slab.live)
	for from := 0; ; from += loadBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q.mu.RLock()
		n := slab.len()
		for i := from; i < min(from+loadBatch, n); i++ {
			if !slab.open(uint32(i)) {
				continue
			}
			g, err := o.rung(r, uint32(i))
			if err != nil {
				q.mu.RUnlock()
				return nil, err
			}
			out = append(out, g)
		}
		q.mu.RUnlock()
		if from+loadBatch >= n {
			return out, nil
		}
	}
}

// after gives the case that is served after another, or "".
func (s *Store) after(id string) string {
	q := &s.queue
	q.mu.RLock()
	defer q.mu.RUnlock()
	i, ok := q.slab.find(id)
	if !ok || q.order == nil {
		return ""
	}
	n := slices.Index(q.order.seq, i)
	if n < 0 || n+1 >= len(q.order.seq) {
		return ""
	}
	return q.slab.id(q.order.seq[n+1])
}
