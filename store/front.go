package store

import (
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// frontSize is how many rows are remembered for the first page after opening.
const frontSize = 200

// front is the beginning of the serving order as it was last known. It makes
// the first page independent of how many cases there are.
type front struct {
	At    time.Time `json:"at"`
	IDs   []string  `json:"ids"`
	Ready int       `json:"ready"`
	Open  int       `json:"open"`
}

// readFront reads the remembered beginning. None, or one that does not open,
// is no harm.
func (s *Store) readFront() {
	var f front
	err := s.cache.read(func(tx *bbolt.Tx) error {
		raw := tx.Bucket([]byte(metaBucket)).Get(frontKey)
		if raw == nil {
			return nil
		}
		return s.seal.openJSON(metaBucket, frontKey, raw, &f)
	})
	if err == nil {
		s.queue.front = f
	}
}

// frontOf gives the present beginning, or ok false if there is no order yet or
// it is the one that was remembered.
func (s *Store) frontOf() (f front, ok bool) {
	q := &s.queue
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.order == nil || q.version != s.cache.generation() {
		return f, false
	}
	f = front{At: q.order.at, Ready: q.order.ready, Open: q.slab.live}
	for _, i := range q.order.seq[:min(frontSize, len(q.order.seq))] {
		f.IDs = append(f.IDs, q.slab.id(i))
	}
	return f, !slices.Equal(f.IDs, q.front.IDs) || f.Open != q.front.Open
}

// saveFront remembers the beginning of the order when the desk closes.
func (s *Store) saveFront() error {
	f, ok := s.frontOf()
	if !ok {
		return nil
	}
	err := s.cache.writeIn(func(db *bbolt.DB) error {
		return update(db, func(tx *bbolt.Tx) error { return s.putFront(tx, f) })
	})
	if isFull(err) || errors.Is(err, errDamaged) {
		// It is a convenience; what matters is on disk. A damaged file is found
		// and fetched anew by the next who uses it.
		return nil
	}
	return writeError("the beginning of the queue", s.cachePath(), err)
}

func (s *Store) putFront(tx *bbolt.Tx, f front) error {
	return s.seal.put(tx, metaBucket, frontKey, f)
}

// frontPage serves the remembered beginning while the whole order is being
// computed.
func (s *Store) frontPage(q callback.QueueQuery) (callback.QueuePage, bool, error) {
	s.queue.mu.RLock()
	f := s.queue.front
	s.queue.mu.RUnlock()
	if len(f.IDs) == 0 || q.Filter != "" || q.Offset >= len(f.IDs) {
		return callback.QueuePage{}, false, nil
	}
	if q.Around != "" && !slices.Contains(f.IDs, q.Around) {
		return callback.QueuePage{}, false, nil
	}
	from := q.Offset
	if q.Around != "" {
		from = max(0, slices.Index(f.IDs, q.Around)-q.Limit/2)
	}
	page := callback.QueuePage{Offset: from, Total: f.Open, Open: f.Open, Ready: f.Ready, AsOf: f.At, Partial: true}
	page, err := s.fill(page, f.IDs[from:min(from+q.Limit, len(f.IDs))])
	if err != nil {
		return page, false, err
	}
	slices.SortStableFunc(page.Rows, func(a, b callback.QueueRow) int {
		switch {
		case a.Before(b.Place):
			return -1
		case b.Before(a.Place):
			return 1
		}
		return 0
	})
	return page, true, nil
}
