package store

import (
	"context"
	"errors"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// loadBatch is how many ranks are read in one short transaction, and judged
// under one lock.
const loadBatch = 4096

// manyCases is from how many cases on memory is worth tidying after loading.
const manyCases = 20_000

// startQueue starts the background, which puts the cases in order on request:
// the first page after opening has the machine for itself.
func (s *Store) startQueue(ctx context.Context) {
	q := &s.queue
	q.slab, q.touched = newSlab(), map[string]bool{}
	q.kick = make(chan struct{}, 1)
	s.bansMoved()
	s.readFront()
	s.busy.Add(1)
	go func() {
		defer s.busy.Done()
		for {
			select {
			case <-q.kick:
			case <-ctx.Done():
				return
			}
			// A failure shows itself to the next one who asks for the queue.
			if changed, err := s.work(ctx); err == nil && changed {
				s.bells.ring()
			}
		}
	}()
}

// firstPause is how long the background waits after the first page, which is
// to be drawn before the machine is asked for more.
const firstPause = 250 * time.Millisecond

// nudge asks the background for a new order.
func (s *Store) nudge() {
	select {
	case s.queue.kick <- struct{}{}:
	default:
	}
}

// work brings the order up to date: cases are loaded if they are not, changed
// ones judged anew, and all of them put in order if the order is overdue.
// changed tells whether there is a new one.
func (s *Store) work(ctx context.Context) (changed bool, err error) {
	s.queue.passing.Lock()
	defer s.queue.passing.Unlock()
	if err := s.loadRanks(ctx); err != nil {
		return false, err
	}
	if err := s.judgeTouched(); err != nil {
		return false, err
	}
	if which, due := s.sweepDue(); due {
		if err := s.sweep(ctx, which); err != nil {
			return false, err
		}
		if err := s.judgeTouched(); err != nil {
			return false, err
		}
	}
	if !s.overdue() {
		return false, nil
	}
	return true, s.compute(ctx)
}

// settleOrder brings the order up to date here and now, however large it is.
func (s *Store) settleOrder(ctx context.Context) error {
	s.expireLeases()
	if _, err := s.banList(); err != nil {
		return err
	}
	_, err := s.work(ctx)
	return err
}

// touch notes that the view of an event's case changed. mu is held.
func (s *Store) touch(e callback.Event) {
	if e.Suppresses() || e.Kind == callback.KindCallRecorded || e.Kind == callback.KindUndone {
		s.bansMoved()
	}
	if e.CaseID != "" {
		s.touchCase(e.CaseID)
	}
}

func (s *Store) touchCase(id string) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.touched[id] = true
}

// refresh makes the order fit to be served: changed cases move to their
// places; an order that is too old is computed anew, at once if it is small.
func (s *Store) refresh() error {
	q := &s.queue
	s.expireLeases()
	if _, err := s.banList(); err != nil {
		return err
	}
	q.mu.RLock()
	behind := !q.loaded || q.version != s.cache.generation() || len(q.touched) > fewTouched || q.swept < q.sweeps
	q.mu.RUnlock()
	if !behind {
		if err := s.judgeTouched(); err != nil {
			return err
		}
		s.rise()
	}
	if !behind && !s.overdue() {
		return nil
	}
	quick := quickCases
	if !s.standing() {
		// The first page after opening comes from the remembered beginning,
		// unless that would be no quicker.
		quick = frontSize
	}
	if s.cache.estimate() <= quick {
		_, err := s.work(context.Background())
		return err
	}
	if s.standing() {
		s.nudge()
	}
	return nil
}

// overdue tells whether the order no longer fits the clock or the cases.
func (s *Store) overdue() bool {
	q := &s.queue
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.order == nil || q.stale {
		return true
	}
	now := s.clock()
	return !q.order.young(now) || q.order.due(now)
}

// loadRanks reads the ranks of all open cases, if that was not done for this
// cache file. passing is held.
func (s *Store) loadRanks(ctx context.Context) error {
	q := &s.queue
	for {
		version := s.cache.generation()
		q.mu.Lock()
		if q.loaded && q.version == version {
			q.mu.Unlock()
			return nil
		}
		q.loaded = false
		q.touched = map[string]bool{}
		q.mu.Unlock()
		fresh, doubtful, err := s.readRanks(ctx, version)
		if errors.Is(err, errSwapped) {
			continue
		}
		if err != nil {
			return err
		}
		s.mu.Lock()
		for id := range s.book.byCase {
			doubtful = append(doubtful, id)
		}
		for id := range s.leases {
			doubtful = append(doubtful, id)
		}
		s.bansMoved()
		s.mu.Unlock()
		q.judging.Lock()
		q.mu.Lock()
		q.slab, q.loaded, q.version, q.stale, q.order = fresh, true, version, true, nil
		q.matches, q.changing = nil, nil
		q.sweeps++
		for _, id := range doubtful {
			q.touched[id] = true
		}
		q.mu.Unlock()
		q.judging.Unlock()
		if fresh.len() > manyCases {
			// Loading leaves garbage about as large as what it loaded.
			debug.FreeOSMemory()
		}
		return nil
	}
}

var errSwapped = errors.New("another cache file came into use")

// readRanks reads the ranks in short transactions. Cases whose rank does not
// open or parse are doubtful: they are ranked from their documents.
func (s *Store) readRanks(ctx context.Context, version uint64) (out *slab, doubtful []string, err error) {
	out = newSlab()
	// A little room for new cases.
	cases := s.cache.estimate()
	out.grow(cases+cases/64, keySize*(cases+cases/64))
	bad := false
	var plain []byte
	err = s.cache.scan(ctx, rankBucket, nil, loadBatch, func(_ *bbolt.Tx, k, v []byte) {
		var err error
		if plain, err = s.seal.open(plain[:0], rankBucket, k, v); err == nil {
			if _, ok := out.set(string(k), plain); ok {
				return
			}
		}
		doubtful = append(doubtful, string(k))
		bad = true
	}, func() error {
		if s.cache.generation() != version {
			return errSwapped
		}
		return nil
	})
	if bad || errors.Is(err, errDamaged) {
		s.giveUpCache()
	}
	if errors.Is(err, errSwapped) {
		return out, doubtful, err
	}
	return out, doubtful, readError("the queue", s.cachePath(), err)
}

// judgeTouched ranks changed cases from their views. When it returns, so has
// everyone else who was at it.
func (s *Store) judgeTouched() error {
	q := &s.queue
	q.judging.Lock()
	defer q.judging.Unlock()
	q.mu.Lock()
	ids := make([]string, 0, len(q.touched))
	for id := range q.touched {
		ids = append(ids, id)
	}
	q.inHand, q.touched = q.touched, map[string]bool{}
	q.mu.Unlock()
	err := s.rankAnew(ids)
	q.mu.Lock()
	defer q.mu.Unlock()
	if err != nil {
		maps.Copy(q.touched, q.inHand)
	}
	q.inHand = nil
	return err
}

// rankAnew ranks cases from their views. judging is held.
func (s *Store) rankAnew(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, 256) {
		views, err := s.views(batch, policy)
		if err != nil {
			return err
		}
		changes := make([]change, len(batch))
		for i, v := range views {
			changes[i].id = batch[i]
			if rank, ok := callback.RankOf(policy, v.c); ok && v.offered() {
				changes[i].rank = callback.AppendRank(nil, rank)
			}
		}
		s.rerank(changes, len(ids) <= fewTouched)
	}
	return nil
}

// change is the new rank of a case; none means that it left the queue.
type change struct {
	id   string
	rank []byte
}

// rerank puts changed ranks into the slab and, if they are few, the cases to
// their new places.
func (s *Store) rerank(changes []change, few bool) {
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if !few || q.order == nil {
		q.stale = true
	}
	var r *reader
	for _, c := range changes {
		var i uint32
		var ok bool
		if c.rank == nil {
			i, ok = q.slab.remove(c.id)
		} else if i, ok = q.slab.set(c.id, c.rank); !ok {
			q.touched[c.id] = true
		}
		if !ok {
			continue
		}
		q.matches.forget(i)
		q.changing.forget(i)
		if q.computing {
			q.during = append(q.during, i)
		}
		if q.stale {
			continue
		}
		if r == nil {
			r = q.slab.reader()
		}
		if q.order.move(q.slab, r, i) != nil {
			q.stale = true
		}
	}
}
