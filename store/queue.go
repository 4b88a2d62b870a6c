package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"ringback/callback"
)

// orderLasts is how long a computed order serves: places change with the
// clock.
const orderLasts = time.Minute

// quickCases is how many cases are ordered at once by whoever asks; more are
// left to the background.
const quickCases = 2000

// fewTouched is how many changed cases find their places one by one; more make
// the whole order anew.
const fewTouched = 64

// queue is the serving order and what it is made of.
type queue struct {
	mu   sync.RWMutex
	slab *slab
	// loaded tells that slab holds the cases of the cache file of version.
	loaded  bool
	version uint64
	order   *order
	// stale tells that the whole order must be computed anew.
	stale bool
	// touched are cases whose view changed; during those that moved while the
	// order was being computed.
	touched map[string]bool
	// inHand are those of them that are being judged: from documents that a page
	// may replace meanwhile.
	inHand    map[string]bool
	computing bool
	during    []uint32
	// sweeps counts how often cases of people who were banned, or no longer
	// are, had to be looked for, swept how far that was done; hidden are the
	// cases that were found.
	sweeps, swept uint64
	hidden        map[string]bool
	front         front
	// matches are those of the last filter, changing those being made.
	matches  *matches
	changing *matches
	matching sync.Mutex

	// passing lets one goroutine at a time load and compute, judging judge
	// changed cases. passing is taken before judging, judging before mu.
	passing sync.Mutex
	judging sync.Mutex
	kick    chan struct{}
}

// Queue gives a window of the serving order. Right after opening a large queue
// it is Partial: the first rows as they were last known; the bell rings when
// the whole order stands.
func (s *Store) Queue(q callback.QueueQuery) (callback.QueuePage, error) {
	return s.QueueContext(context.Background(), q)
}

// QueueContext is Queue for callers that may lose interest while a filter goes
// through all cases.
func (s *Store) QueueContext(ctx context.Context, q callback.QueueQuery) (callback.QueuePage, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	if err := s.refresh(); err != nil {
		return callback.QueuePage{}, err
	}
	if !s.standing() {
		if page, ok, err := s.frontPage(q); ok || err != nil {
			time.AfterFunc(firstPause, s.nudge)
			return page, err
		}
		if err := s.WaitOrder(ctx); err != nil {
			return callback.QueuePage{}, err
		}
	}
	if q.Filter != "" {
		return s.filteredPage(ctx, q)
	}
	page, ids, ok := s.window(q, nil)
	if !ok {
		return s.QueueContext(ctx, q)
	}
	return s.fill(page, ids)
}

// WaitOrder waits until the whole order stands; scripts need it, screens do
// not.
func (s *Store) WaitOrder(ctx context.Context) error {
	for !s.standing() {
		if s.isClosed() {
			return errClosed()
		}
		if _, err := s.work(ctx); err != nil {
			return err
		}
	}
	return nil
}

// standing tells whether there is an order to serve from.
func (s *Store) standing() bool {
	s.queue.mu.RLock()
	defer s.queue.mu.RUnlock()
	return s.queue.order != nil
}

// window cuts the window a query asks for out of the order, or out of the part
// of it that keep names. ok is false when the order has gone meanwhile.
func (s *Store) window(q callback.QueueQuery, keep func(i uint32) bool) (page callback.QueuePage, ids []string, ok bool) {
	qu := &s.queue
	qu.mu.RLock()
	defer qu.mu.RUnlock()
	if qu.order == nil {
		return page, nil, false
	}
	o, seq, ready := qu.order, qu.order.seq, qu.order.ready
	if keep != nil {
		seq, ready = nil, 0
		for n, i := range o.seq {
			if keep(i) {
				seq = append(seq, i)
				if n < o.ready {
					ready++
				}
			}
		}
	}
	page = callback.QueuePage{
		Offset: max(0, min(q.Offset, len(seq))), Total: len(seq), Ready: ready, Open: qu.slab.live, AsOf: o.at,
		NextAt: o.turn, Partial: s.clock().Sub(o.at) > 2*orderLasts,
	}
	if q.Around != "" {
		if i, ok := qu.slab.find(q.Around); ok {
			if n := slices.Index(seq, i); n >= 0 {
				page.Offset = max(0, min(n-q.Limit/2, len(seq)-q.Limit))
			}
		}
	}
	if !o.turn.IsZero() && o.ready < len(o.seq) {
		if rank, err := qu.slab.reader().rank(o.seq[o.ready]); err == nil {
			by, _ := o.judge(rank)
			place := rank.PlaceFor(by.policy, by.who, by.now)
			page.NextAt, page.NextWait = place.At, place.Wait
		}
	}
	for _, i := range seq[page.Offset:min(page.Offset+q.Limit, len(seq))] {
		ids = append(ids, qu.slab.id(i))
	}
	return page, ids, true
}

// fill reads the rows of a window. Those that went out of the queue since the
// order was computed are left out.
func (s *Store) fill(page callback.QueuePage, ids []string) (callback.QueuePage, error) {
	policy, err := s.Policy()
	if err != nil {
		return page, err
	}
	views, err := s.views(ids, policy)
	if err != nil {
		return page, err
	}
	now := s.clock()
	page.Rows = make([]callback.QueueRow, 0, len(views))
	for _, v := range views {
		if row, ok := s.rowOf(v, policy, now); ok {
			page.Rows = append(page.Rows, row)
		}
	}
	return page, nil
}

// rankOf is a case's rank as the order knows it: packing rounds, and what is
// shown must agree with where it stands.
func rankOf(p callback.Policy, c callback.Case) (callback.Rank, bool) {
	rank, ok := callback.RankOf(p, c)
	if !ok {
		return rank, false
	}
	packed, err := callback.ParseRank(callback.AppendRank(nil, rank), nil)
	return packed, err == nil
}

// offered tells whether a case may stand in the queue at all.
func (v folded) offered() bool { return v.found && v.c.Confirmed(v.base) }

// rowOf makes the line of a case, or tells that it is not in the queue.
func (s *Store) rowOf(v folded, p callback.Policy, now time.Time) (callback.QueueRow, bool) {
	rank, ok := rankOf(p, v.c)
	if !ok || !v.offered() {
		return callback.QueueRow{}, false
	}
	who, err := s.seat()
	if err != nil {
		return callback.QueueRow{}, false
	}
	row := callback.RowOf(v.c, rank.PlaceFor(p, who, now), v.pending > 0)
	row.Skipped, row.Draft = v.c.SkippedBy(who.Agent, now), s.draftOn(v.c.ID)
	return row, true
}

// draftOn tells whether a call on a case was begun here and is not saved.
func (s *Store) draftOn(caseID string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, d := range s.drafts {
		if d.CaseID == caseID {
			return true
		}
	}
	return false
}

func (s *Store) agent() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Agent
}
